#!/usr/bin/env bash
# chrono-node 2.10.3 (npm).
#
# The guess: "From 1 January 2026 at 00:01 to 31 December 2026 at 23:59", as periods of insurance are written, is a range from
# the one moment to the other, since each half is read by itself, and so is the range without the hours. At worst it is two
# moments.
# What happens: the minutes of the first moment become a day. What comes back is the 1st of January without an hour, and a range
# from the 1st to the 31st of December: "01 to 31 December" is taken first. The end is right and so is what a look at the first
# result shows, and every half by itself is right too; a cover of a year is one of a month. With 12:00 on both sides the second
# date is not found at all. `chrono.strict`, made for texts that must not be guessed at, does the same. A word behind the hour
# ("hours", "GMT"), or the hour before the date, keeps the two apart, so it is the plainest wording that goes wrong.
# Seen: "at 00:01: [1 January 2026] 2026-01-01 ?; [01 to 31 December 2026 at 23:59] 2026-12-01 23:59 .. 2026-12-31 23:59", the
# same with chrono.strict and "until", "at 12:00: [1 January 2026] 2026-01-01 ?", "GMT: [1 January 2026 at 00:01 GMT to 31
# December 2026 at 23:59 GMT] 2026-01-01 00:01 .. 2026-12-31 23:59", and the same moments with the hours first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock chrono-node@2.10.3
cat >look.mjs <<'JS'
import * as chrono from "chrono-node";

const today = new Date(2026, 10, 28, 12);
const two = (number) => String(number).padStart(2, "0");
const moment = (part) => {
  const day = ["year", "month", "day"].map((name) => two(part.get(name))).join("-");
  return `${day} ${part.isCertain("hour") ? `${two(part.get("hour"))}:${two(part.get("minute"))}` : "?"}`;
};
const said = (reader, text) =>
  reader
    .parse(text, today)
    .map(({ text, start, end }) => `[${text}] ${moment(start)}${end ? ` .. ${moment(end)}` : ""}`)
    .join("; ");
console.log(`at 00:01: ${said(chrono.en.GB, "From 1 January 2026 at 00:01 to 31 December 2026 at 23:59")}`);
console.log(`strict: ${said(chrono.strict, "From 1 January 2026 at 00:01 to 31 December 2026 at 23:59")}`);
console.log(`until: ${said(chrono.en.GB, "1 January 2026 at 00:01 until 31 December 2026 at 23:59")}`);
console.log(`at 12:00: ${said(chrono.en.GB, "From 1 January 2026 at 12:00 to 1 January 2027 at 12:00")}`);
console.log(`GMT: ${said(chrono.en.GB, "From 1 January 2026 at 00:01 GMT to 31 December 2026 at 23:59 GMT")}`);
console.log(`hours first: ${said(chrono.en.GB, "From 00:01 on 1 January 2026 to 23:59 on 31 December 2026")}`);
JS
node look.mjs | tee said
diff said - <<'SEEN'
at 00:01: [1 January 2026] 2026-01-01 ?; [01 to 31 December 2026 at 23:59] 2026-12-01 23:59 .. 2026-12-31 23:59
strict: [1 January 2026] 2026-01-01 ?; [01 to 31 December 2026 at 23:59] 2026-12-01 23:59 .. 2026-12-31 23:59
until: [1 January 2026] 2026-01-01 ?; [01 until 31 December 2026 at 23:59] 2026-12-01 23:59 .. 2026-12-31 23:59
at 12:00: [1 January 2026] 2026-01-01 ?
GMT: [1 January 2026 at 00:01 GMT to 31 December 2026 at 23:59 GMT] 2026-01-01 00:01 .. 2026-12-31 23:59
hours first: [From 00:01 on 1 January 2026 to 23:59 on 31 December 2026] 2026-01-01 00:01 .. 2026-12-31 23:59
SEEN
