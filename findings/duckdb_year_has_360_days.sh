#!/usr/bin/env bash
# duckdb 2.0.1 with pandas 3.1.1.
#
# The guess: a period that goes from DuckDB to pandas or back is the same period: `age(expiry, inception)` of a year is 365
# days, and 365 days that pandas has reckoned from two dates are 365 days in a query. What cannot be said in days is refused.
# What happens: on the way out a month has 30 days, so a year is 360 and a policy of 1 January ends on 27 December; that of one
# year and that of 11 months and 30 days are equally long. On the way in, pandas' days are made months of 30 and years of
# twelve: 365 days are "1 year 5 days", and a policy of 1 January ends on 6 January of the next year, five days after the end of
# cover. Nothing warns on either way, and there and back the two mistakes cancel out, so that a test of the round trip shows
# nothing. A `timedelta` given as a parameter is right, a difference of two dates within DuckDB is right, and so are periods
# below 30 days, which tests have.
# Seen: "out: 360 days, inception + period: 2026-12-27, of 2026-12-31: 360 days", "in: 1 year 5 days, inception + period:
# 2027-01-06", "as a parameter: 365 days, 2027-01-01", "expiry - inception in DuckDB: 365", "in and out again: 365 days".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "pandas==3.1.1"
cd "$folder"
cat >look.py <<'PYTHON'
import datetime

import duckdb
import pandas

INCEPTION = datetime.date(2026, 1, 1)
years = duckdb.sql("""
    select inception, expiry, age(expiry, inception) as period
    from (values (timestamp '2026-01-01', timestamp '2027-01-01'), (timestamp '2026-01-01', timestamp '2026-12-31'))
        t(inception, expiry)
""").df()
again = (years["inception"] + years["period"]).dt.date
print(f"out: {years['period'][0].days} days, inception + period: {again[0]}, of 2026-12-31: {years['period'][1].days} days")
policies = pandas.DataFrame({"inception": [pandas.Timestamp(INCEPTION)], "expiry": [pandas.Timestamp("2027-01-01")]})
policies["period"] = policies["expiry"] - policies["inception"]
period, expiry = duckdb.sql("select period::text, (inception + period)::date from policies").fetchall()[0]
print(f"in: {period}, inception + period: {expiry}")
days = policies["period"][0].to_pytimedelta()
period, expiry = duckdb.execute("select (?)::text, (? + ?)::date", [days, INCEPTION, days]).fetchall()[0]
print(f"as a parameter: {period}, {expiry}")
print("expiry - inception in DuckDB:", duckdb.sql("select date '2027-01-01' - date '2026-01-01'").fetchall()[0][0])
print(f"in and out again: {duckdb.sql('select period from policies').df()['period'][0].days} days")
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
out: 360 days, inception + period: 2026-12-27, of 2026-12-31: 360 days
in: 1 year 5 days, inception + period: 2027-01-06
as a parameter: 365 days, 2027-01-01
expiry - inception in DuckDB: 365
in and out again: 365 days
SEEN
