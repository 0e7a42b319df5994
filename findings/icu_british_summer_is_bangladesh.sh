#!/usr/bin/env bash
# Node 24.21.0 (npm `node` 24.21.0, ICU 78.3), luxon 3.7.2 and date-fns-tz 3.2.0, beside @js-temporal/polyfill 0.5.1 and Python.
#
# The guess: "BST" in "31 July 2026 at 23:59 BST" is British summer time, one hour before UTC, or it is no name of a zone and is
# refused, as "LST", "CEST" and "EDT" are. `Intl.supportedValuesOf("timeZone")` does not have it.
# What happens: it is Bangladesh. ICU has a list of three letters from the early days of Java, and Node's `Intl` takes them as
# zones without listing them, so every library that asks Intl whether a zone is one is content. luxon reads the text with the
# token "z" and date-fns-tz with the zone beside it: a cover that ends at 22:59 UTC ends five hours before. In winter, when the
# text says GMT, all is well. Others of the list are no better guesses: AST is Alaska and not the Atlantic (Bermuda), NST is New
# Zealand and not Newfoundland. The polyfill of Temporal refuses the name and says why, and Python's zoneinfo has none.
# Seen: "Intl lists BST: false, takes it for Asia/Dhaka", "luxon, 31/07/2026 23:59 BST: 2026-07-31T17:59:00.000Z", "luxon,
# 31/12/2026 23:59 GMT: 2026-12-31T23:59:00.000Z", "date-fns-tz: 2026-07-31T17:59:00.000Z", "AST: America/Anchorage, NST:
# Pacific/Auckland", "LST, CEST, EDT: refused", "Temporal: refused", "Python: refused".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock node@24.21.0 luxon@3.7.2 date-fns@4.4.0 date-fns-tz@3.2.0 \
  @js-temporal/polyfill@0.5.1
cat >look.mjs <<'JS'
import { Temporal } from "@js-temporal/polyfill";
import { fromZonedTime } from "date-fns-tz";
import { DateTime } from "luxon";

function zone(timeZone) {
  try {
    return new Intl.DateTimeFormat("en-GB", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "refused";
  }
}
const read = (text) => DateTime.fromFormat(text, "dd/MM/yyyy HH:mm z").toUTC().toISO();
console.log(`Intl lists BST: ${Intl.supportedValuesOf("timeZone").includes("BST")}, takes it for ${zone("BST")}`);
for (const text of ["31/07/2026 23:59 BST", "31/12/2026 23:59 GMT"]) console.log(`luxon, ${text}: ${read(text)}`);
console.log(`date-fns-tz: ${fromZonedTime("2026-07-31 23:59", "BST").toISOString()}`);
console.log(`AST: ${zone("AST")}, NST: ${zone("NST")}`);
console.log(`LST, CEST, EDT: ${[...new Set(["LST", "CEST", "EDT"].map(zone))].join()}`);
try {
  console.log(`Temporal: ${Temporal.ZonedDateTime.from("2026-07-31T23:59[BST]").toInstant()}`);
} catch (error) {
  console.log(`Temporal: ${error instanceof RangeError ? "refused" : error.message}`);
}
JS
cat >look.py <<'PYTHON'
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

try:
    print("Python:", ZoneInfo("BST"))
except ZoneInfoNotFoundError:
    print("Python: refused")
PYTHON
{ node_modules/.bin/node look.mjs; python3 look.py; } | tee said
diff said - <<'SEEN'
Intl lists BST: false, takes it for Asia/Dhaka
luxon, 31/07/2026 23:59 BST: 2026-07-31T17:59:00.000Z
luxon, 31/12/2026 23:59 GMT: 2026-12-31T23:59:00.000Z
date-fns-tz: 2026-07-31T17:59:00.000Z
AST: America/Anchorage, NST: Pacific/Auckland
LST, CEST, EDT: refused
Temporal: refused
Python: refused
SEEN
