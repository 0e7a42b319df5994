#!/usr/bin/env bash
# pandas 3.1.1.
#
# The guess: `dayfirst=True`, which one sets for 01/02/2026 of a British file, is about dates that can be read in two ways. An
# ISO date, let alone "2026-02-01T00:01:00Z", can be read in one, so a file that has them instead is read rightly.
# What happens: 2026-02-01 is the 2nd of January. The format is guessed from the first row, and where its day could be a month
# it is year-day-month for the whole column: no warning. What becomes of the column is decided by the order of its rows. If the
# first day is above 12, all are right, and then it warns. If a later one is, `read_csv` leaves the column as texts, and
# `to_datetime(errors="coerce")` turns it into nothing and the others round. Inceptions on the 1st of a month are the usual
# case. The way out is `format="ISO8601"`, which `dayfirst` does not touch, or leaving `dayfirst` away where the file is ISO.
# Seen: "1 February, 5 March: 2026-01-02 2026-05-03, warned: 0", "with a time and Z: 2026-01-02 00:01:00+00:00, warned: 0", "13
# February first: 2026-02-13 2026-02-01, warned: 1", "13 February second: texts, warned: 0", "the same, coerced: 2026-01-02
# NaT", "format ISO8601: 2026-02-01 2026-02-13", "without dayfirst: 2026-02-01 2026-03-05".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pandas==3.1.1"
cd "$folder"
cat >look.py <<'PYTHON'
import io
import warnings

import pandas


def told(column):
    return "texts" if pandas.api.types.is_string_dtype(column) else " ".join(str(date).removesuffix(" 00:00:00") for date in column)


def read(*dates, **more):
    """The column as `read_csv` reads it, and how often it warns."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        file = io.StringIO("\n".join(("inception", *dates)))
        column = pandas.read_csv(file, parse_dates=["inception"], **more)["inception"]
    return f"{told(column)}, warned: {len(warned)}"


print("1 February, 5 March:", read("2026-02-01", "2026-03-05", dayfirst=True))
print("with a time and Z:", read("2026-02-01T00:01:00Z", dayfirst=True))
print("13 February first:", read("2026-02-13", "2026-02-01", dayfirst=True))
print("13 February second:", read("2026-02-01", "2026-02-13", dayfirst=True))
dates = pandas.Series(["2026-02-01", "2026-02-13"])
print("the same, coerced:", told(pandas.to_datetime(dates, dayfirst=True, errors="coerce")))
print("format ISO8601:", told(pandas.to_datetime(dates, dayfirst=True, format="ISO8601")))
print("without dayfirst:", read("2026-02-01", "2026-03-05").removesuffix(", warned: 0"))
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
1 February, 5 March: 2026-01-02 2026-05-03, warned: 0
with a time and Z: 2026-01-02 00:01:00+00:00, warned: 0
13 February first: 2026-02-13 2026-02-01, warned: 1
13 February second: texts, warned: 0
the same, coerced: 2026-01-02 NaT
format ISO8601: 2026-02-01 2026-02-13
without dayfirst: 2026-02-01 2026-03-05
SEEN
