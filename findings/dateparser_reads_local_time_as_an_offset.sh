#!/usr/bin/env bash
# dateparser 1.5.0, beside python-dateutil 2.9.0.post0 and pandas 3.1.1 on the same text.
#
# The guess: "LST", with which the periods of insurance contracts end ("31 December 2026 at 23:59 LST": local standard time at
# the insured's address), is the name of no zone. A library of dates leaves the hour as it stands, warns, or gives nothing, as
# dateparser does for "23:59 ABC".
# What happens: it is read as an offset of two hours and 37 minutes, which no zone in the world has. Nothing warns, and what
# is printed looks like a good answer. Brought to London time, a year that begins on 1 January at 00:01 begins on 31 December
# of the year before, which is another year of account. "L.S.T." and the search for dates in a text (`search_dates`) do the
# same. dateutil keeps the hour and warns; pandas refuses.
# Seen: "31 December 2026 at 23:59 LST -> 2026-12-31 23:59:00+02:37", "1 January 2026 at 00:01 LST in London -> 2025-12-31
# 21:24:00+00:00", "an unknown ABC -> None", "dateutil -> 2026-12-31 23:59:00, UnknownTimezoneWarning", "pandas -> ValueError".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "dateparser==1.5.0" "python-dateutil==2.9.0.post0" "pandas==3.1.1"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
from datetime import timedelta

import dateparser
import pandas
from dateparser.search import search_dates
from dateutil import parser

END, BEGIN = "31 December 2026 at 23:59 LST", "1 January 2026 at 00:01 LST"
end = dateparser.parse(END, languages=["en"])
print(f"{END} -> {end}")
begin = dateparser.parse(BEGIN, languages=["en"], settings={"TO_TIMEZONE": "Europe/London"})
print(f"{BEGIN} in London -> {begin}")
unknown = dateparser.parse(END.replace("LST", "ABC"), languages=["en"])
print(f"an unknown ABC -> {unknown}")
in_text = [moment.utcoffset() for _, moment in search_dates(f"From {BEGIN} to {END}", languages=["en"])]
print("in a text, offsets ->", *in_text)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    other = parser.parse(END.replace(" at", ""))
said = caught[0].category.__name__
print(f"dateutil -> {other}, {said}")
try:
    refused = str(pandas.to_datetime(END.replace(" at", "")))
except ValueError:
    refused = "ValueError"
print("pandas ->", refused)
odd = timedelta(hours=2, minutes=37)
shifted = end.utcoffset() == odd and in_text == [odd, odd] and begin.year == 2025 and unknown is None
raise SystemExit(0 if shifted and other.tzinfo is None and (said, refused) == ("UnknownTimezoneWarning", "ValueError") else 1)
PYTHON
