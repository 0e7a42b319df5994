#!/usr/bin/env bash
# holidays 0.109 (Python) and date-holidays 3.37.0 (npm), beside workalendar 17.0.0.
#
# The guess: "GB" without a part of it is the calendar of England, where most of it works, as the United Kingdom is to
# workalendar; or it is all holidays of all parts; or it is an error that asks which part is meant.
# What happens: it is what all parts have in common, and the two libraries do not mean the same by that. With holidays, Easter
# Monday and the bank holiday at the end of August are working days (Scotland has neither), with date-holidays only the one in
# August. So what is due on the next working day after Good Friday is due on a day on which London is closed, once or twice a
# year, the calendar has Good Friday, Christmas and the Mondays in May, and looks complete. With the part named ("ENG") all
# three agree.
# Seen: "holidays, GB: working days 2026-04-06 2026-08-31, after 2026-04-03 comes 2026-04-06", "date-holidays, GB: working days
# 2026-08-31", "workalendar, United Kingdom: none", "ENG: none" of both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "holidays==0.109" "workalendar==17.0.0"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock date-holidays@3.37.0
cat >look.py <<'PYTHON'
import datetime

import holidays
from workalendar.europe import UnitedKingdom

CLOSED = [datetime.date(2026, month, day) for month, day in [(4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)]]
GOOD_FRIDAY = CLOSED[0]


def said(name: str, works) -> None:
    print(f"{name}: working days", *([day for day in CLOSED if works(day)] or ["none"]))


whole, england = holidays.GB(), holidays.GB(subdiv="ENG")
said("holidays, GB", whole.is_working_day)
print("after 2026-04-03 comes", whole.get_nth_working_day(GOOD_FRIDAY, 1))
said("holidays, GB, ENG", england.is_working_day)
said("workalendar, United Kingdom", UnitedKingdom().is_working_day)
PYTHON
cat >look.mjs <<'JS'
import Holidays from "date-holidays";

const closed = ["04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"].map((day) => `2026-${day}`);
for (const places of [["GB"], ["GB", "ENG"]]) {
  const calendar = new Holidays(...places);
  const off = calendar.getHolidays(2026).filter(({ type }) => type === "public").map(({ date }) => date.slice(0, 10));
  console.log(`date-holidays, ${places.join(", ")}: working days ${closed.filter((day) => !off.includes(day)).join(" ") || "none"}`);
}
JS
{ venv/bin/python look.py && node look.mjs; } | tee said
diff said - <<'SEEN'
holidays, GB: working days 2026-04-06 2026-08-31
after 2026-04-03 comes 2026-04-06
holidays, GB, ENG: working days none
workalendar, United Kingdom: working days none
date-holidays, GB: working days 2026-08-31
date-holidays, GB, ENG: working days none
SEEN
