#!/usr/bin/env bash
# dayjs 1.11.23 with its plugins utc and timezone, beside luxon 3.7.2 and moment-timezone 0.6.6 with the same sum.
#
# The guess: a moment made with `dayjs.tz(text, "Europe/London")` is one in London, so six months after 1 July at 00:01 it is
# 00:01 in London on 1 January, wherever the program runs: that is what naming the zone is for.
# What happens: it depends on the machine. Where the clocks change as in London (a laptop there) the moment is right; on a
# server in UTC, as containers are, it is the 31st of December at 23:01, another year of account; in Sydney it is two hours
# early. All of them print the same, "2027-01-01T00:01:00+01:00", an hour that London does not have in winter: the offset of the
# first moment stays, and the instant behind it is put right or wrong by the machine's own clock change. So neither what is
# printed nor a test on the laptop shows it; it is the instant that is stored, sent and compared. Adding days does the same.
# From winter to summer the result is an hour late everywhere. The same clock read in the zone again is right:
# `dayjs.tz(moment.format("YYYY-MM-DDTHH:mm"), zone)`.
# Seen: "Europe/London: 2027-01-01T00:01:00+01:00 is 2027-01-01T00:01:00.000Z", "UTC: 2027-01-01T00:01:00+01:00 is
# 2026-12-31T23:01:00.000Z", "Australia/Sydney: 2027-01-01T00:01:00+01:00 is 2026-12-31T22:01:00.000Z", and in each of the three
# "luxon and moment: 2027-01-01T00:01:00.000Z 2027-01-01T00:01:00.000Z, read again: 2027-01-01T00:01:00.000Z".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock dayjs@1.11.23 luxon@3.7.2 moment-timezone@0.6.6
cat >look.mjs <<'JS'
import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import { DateTime } from "luxon";
import moment from "moment-timezone";

dayjs.extend(utc);
dayjs.extend(timezone);
const zone = "Europe/London";
const inception = "2026-07-01T00:01";
const expiry = dayjs.tz(inception, zone).add(6, "month");
console.log(`${process.env.TZ}: ${expiry.format()} is ${expiry.toISOString()}`);
const others = [DateTime.fromISO(inception, { zone }).plus({ months: 6 }), moment.tz(inception, zone).add(6, "months")];
const again = dayjs.tz(expiry.format("YYYY-MM-DDTHH:mm"), zone);
const instants = others.map((other) => (other.toJSDate ?? other.toDate).call(other).toISOString()).join(" ");
console.log(`luxon and moment: ${instants}, read again: ${again.toISOString()}`);
JS
for zone in Europe/London UTC Australia/Sydney; do TZ=$zone node look.mjs; done | tee said
diff said - <<'SEEN'
Europe/London: 2027-01-01T00:01:00+01:00 is 2027-01-01T00:01:00.000Z
luxon and moment: 2027-01-01T00:01:00.000Z 2027-01-01T00:01:00.000Z, read again: 2027-01-01T00:01:00.000Z
UTC: 2027-01-01T00:01:00+01:00 is 2026-12-31T23:01:00.000Z
luxon and moment: 2027-01-01T00:01:00.000Z 2027-01-01T00:01:00.000Z, read again: 2027-01-01T00:01:00.000Z
Australia/Sydney: 2027-01-01T00:01:00+01:00 is 2026-12-31T22:01:00.000Z
luxon and moment: 2027-01-01T00:01:00.000Z 2027-01-01T00:01:00.000Z, read again: 2027-01-01T00:01:00.000Z
SEEN
