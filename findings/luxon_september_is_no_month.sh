#!/usr/bin/env bash
# luxon 3.7.2 on Node 24.21.0 (npm `node` 24.21.0, ICU 78.3), beside date-fns 4.4.0 and Python.
#
# The guess: who reads "30 Jun 2026" with "dd LLL yyyy" in British English reads all months of the year.
# What happens: eleven of them. luxon asks `Intl` for the names of the months, and since CLDR 38 British English has "Sept"
# where everybody goes on to write "Sep": the twelve short names have three letters but for that one. What comes back is no
# error but an invalid date, whose `toISODate()` is null, whose `diff` is NaN and whose comparison is false either way, so
# policies that end in September are neither before nor after today. Tests with a date of another month pass, and so do all
# tests with the locale "en". Writing has it too: the same program writes "30 Sept 2026", which Python's "%b" refuses.
# Australian English is alike. date-fns brings names of its own and reads both.
# Seen: "en: 12 of 12", "en-GB: 11 of 12, not Sep", "en-AU: 11 of 12, not Sep", "30 Sep 2026: null, NaN, before: false, after:
# false", "written: 30 Sept 2026", "Python reads that: ValueError", "date-fns in en-GB: 12 of 12".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock node@24.21.0 luxon@3.7.2 date-fns@4.4.0
cat >look.mjs <<'JS'
import { isValid, parse } from "date-fns";
import { enGB } from "date-fns/locale";
import { DateTime } from "luxon";

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const read = (text, locale) => DateTime.fromFormat(text, "dd LLL yyyy", { locale });
function tell(name, good) {
  const not = months.filter((month) => !good(`20 ${month} 2026`));
  console.log(`${name}: ${12 - not.length} of 12${not.length ? `, not ${not.join(" ")}` : ""}`);
}
for (const locale of ["en", "en-GB", "en-AU"]) tell(locale, (text) => read(text, locale).isValid);
const expiry = read("30 Sep 2026", "en-GB");
const today = DateTime.fromISO("2026-07-01");
console.log(
  `30 Sep 2026: ${expiry.toISODate()}, ${expiry.diff(today).as("days")}, before: ${expiry < today}, after: ${expiry > today}`,
);
console.log(`written: ${DateTime.fromISO("2026-09-30", { locale: "en-GB" }).toFormat("dd LLL yyyy")}`);
const other = (text) => isValid(parse(text, "dd MMM yyyy", new Date(), { locale: enGB }));
tell("date-fns in en-GB", other);
JS
cat >look.py <<'PYTHON'
from datetime import datetime

try:
    print("Python reads that:", datetime.strptime("30 Sept 2026", "%d %b %Y").date())
except ValueError as error:
    print("Python reads that:", type(error).__name__)
PYTHON
{ node_modules/.bin/node look.mjs; LC_ALL=C python3 look.py; } | tee said
diff said - <<'SEEN'
en: 12 of 12
en-GB: 11 of 12, not Sep
en-AU: 11 of 12, not Sep
30 Sep 2026: null, NaN, before: false, after: false
written: 30 Sept 2026
date-fns in en-GB: 12 of 12
Python reads that: ValueError
SEEN
