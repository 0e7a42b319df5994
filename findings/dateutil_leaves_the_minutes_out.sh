#!/usr/bin/env bash
# python-dateutil 2.9.0.post0, and pandas 3.1.1, which asks it for what is in no format of its own; beside dateparser 1.5.0.
#
# The guess: a time with a dot, "11.59 p.m." or "9.30am", as British slips and calendars write it, is read, or is an error as it
# is in "28 November 2026 9.30am".
# What happens: where it can be, the hour is taken and the minutes are thrown away. Cover that ends on "31 December 2026 at
# 11.59 p.m." ends at 23:00, cover from 12.01 a.m. begins at midnight, and a call at 9.30am is at nine, if the time stands
# before the date. Whether it is an error or a wrong moment depends on digits: two for the hour are needed behind the date, so
# of a column the mornings are refused and repaired, and ten, eleven and twelve o'clock pass. "0001 hours", one minute past
# midnight, is one o'clock. `pandas.to_datetime`, which is asked for columns of such cells, does all of this. With a colon all
# are right.
# Seen: "31 December 2026 at 11.59 p.m. -> 2026-12-31 23:00, pandas 2026-12-31 23:00, dateparser 2026-12-31 23:59", "1 January
# 2026 at 12.01 a.m. -> 2026-01-01 00:00", "9.30am 28 November 2026 -> 2026-11-28 09:00", "28 November 2026 9.30am ->
# ParserError", "0001 hours 1 January 2026 -> 2026-01-01 01:00", and "11:59 p.m." right in all three.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "python-dateutil==2.9.0.post0" "pandas==3.1.1" "dateparser==1.5.0"
cd "$folder"
cat >look.py <<'PYTHON'
import warnings

import dateparser
import pandas
from dateutil import parser

warnings.simplefilter("ignore")


def read(library, text: str) -> str:
    try:
        moment = library(text)
    except ValueError as error:
        return type(error).__name__
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "None"


for text in [
    "31 December 2026 at 11.59 p.m.",
    "1 January 2026 at 12.01 a.m.",
    "9.30am 28 November 2026",
    "28 November 2026 9.30am",
    "0001 hours 1 January 2026",
    "31 December 2026 at 11:59 p.m.",
]:
    others = f"pandas {read(pandas.to_datetime, text)}, dateparser {read(dateparser.parse, text)}"
    print(f"{text} -> {read(parser.parse, text)}, {others}")
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
31 December 2026 at 11.59 p.m. -> 2026-12-31 23:00, pandas 2026-12-31 23:00, dateparser 2026-12-31 23:59
1 January 2026 at 12.01 a.m. -> 2026-01-01 00:00, pandas 2026-01-01 00:00, dateparser 2026-01-01 00:01
9.30am 28 November 2026 -> 2026-11-28 09:00, pandas 2026-11-28 09:00, dateparser 2026-11-28 09:30
28 November 2026 9.30am -> ParserError, pandas DateParseError, dateparser 2026-11-28 09:30
0001 hours 1 January 2026 -> 2026-01-01 01:00, pandas 2026-01-01 01:00, dateparser None
31 December 2026 at 11:59 p.m. -> 2026-12-31 23:59, pandas 2026-12-31 23:59, dateparser 2026-12-31 23:59
SEEN
