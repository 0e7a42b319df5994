#!/usr/bin/env bash
# holidays 0.109 with pandas 3.1.1, numpy 2.4.6 and polars 2.1.0.
#
# The guess: `holidays.GB(subdiv="ENG")` is a dictionary of days, knows for any day whether it is one, and so can be handed to
# what takes holidays: pandas' CustomBusinessDay, numpy's `busday_offset`, polars' `add_business_days`.
# What happens: it is filled one year at a time, when that year is asked for. Whoever goes through it as it is gets no days, and
# pandas, numpy and polars go through it: Christmas Day is the next working day after 24 December, and nobody says that the
# calendar was empty. One question to it before, anywhere in the program, fills in the year of that question: then this year's
# deadlines are right and next year's are not, and a test that first asserts that Christmas is in it passes. Made for one year
# (`years=2026`), it lacks 1 January for whatever is due behind the year's end. The object itself is right for every question.
# `years=range(2026, 2030)` is right for all of them.
# Seen: "asked itself: 2026-12-29", "pandas 2026-12-25, numpy 2026-12-25, polars 2026-12-25", "after a question about 2026:
# pandas 2026-12-29, in 2027: 2027-12-27", "years=2026, after 31 December: 2027-01-01", "years named: 2026-12-29 2027-12-29
# 2027-01-04".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "holidays==0.109" "pandas==3.1.1" "numpy==2.4.6" "polars==2.1.0"
cd "$folder"
cat >look.py <<'PYTHON'
import datetime

import holidays
import numpy
import pandas
import polars
from pandas.tseries.offsets import CustomBusinessDay

EVE = datetime.date(2026, 12, 24)


def england(**options) -> holidays.HolidayBase:
    return holidays.GB(subdiv="ENG", **options)


def with_pandas(calendar: holidays.HolidayBase, day: datetime.date = EVE) -> datetime.date:
    return (pandas.Timestamp(day) + CustomBusinessDay(holidays=list(calendar))).date()


print("asked itself:", england().get_nth_working_day(EVE, 1))
by_numpy = numpy.busday_offset(EVE, 1, holidays=list(england()))
by_polars = polars.Series([EVE]).dt.add_business_days(1, holidays=list(england()))[0]
print(f"pandas {with_pandas(england())}, numpy {by_numpy}, polars {by_polars}")
calendar = england()
assert datetime.date(2026, 12, 25) in calendar
print(f"after a question about 2026: pandas {with_pandas(calendar)}, in 2027: {with_pandas(calendar, EVE.replace(year=2027))}")
print("years=2026, after 31 December:", with_pandas(england(years=2026), datetime.date(2026, 12, 31)))
named = england(years=range(2026, 2030))
days = [EVE, EVE.replace(year=2027), datetime.date(2026, 12, 31)]
print("years named:", *(with_pandas(named, day) for day in days))
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
asked itself: 2026-12-29
pandas 2026-12-25, numpy 2026-12-25, polars 2026-12-25
after a question about 2026: pandas 2026-12-29, in 2027: 2027-12-27
years=2026, after 31 December: 2027-01-01
years named: 2026-12-29 2027-12-29 2027-01-04
SEEN
