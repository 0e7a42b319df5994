#!/usr/bin/env bash
# pandas 3.1.1, duckdb 2.0.1 and PostgreSQL 18.7 (npm @electric-sql/pglite 0.5.17), beside polars 2.1.0 with the same months.
#
# The guess: a row of dates by the month or the quarter, beginning on 31 January or 30 November, is the inception plus one, two,
# three months: each is the same day as the first, or the last of a shorter month, as the three give it for each alone.
# What happens: every date is made of the one before it. The first short month takes the day away, and it never comes back:
# instalments of 31 January fall on the 28th from February on, and quarters of 30 November do so for good, two days early, so a
# premium counts as overdue, or a warranty as broken, while there is still time. Which dates come depends on where the row
# begins: the same instalment looked at from another start is another day. Inceptions on the 1st are right, and so are their
# tests. `inception + k * interval` of a row of numbers is right in all three, and polars' `date_range` does that by itself.
# Seen: "pandas: 31.01 28.02 28.03 28.04 28.05 28.06", the same of duckdb and PostgreSQL, "pandas, quarters: 30.11 28.02 28.05
# 28.08", "polars: 31.01 28.02 31.03 30.04 31.05 30.06", "pandas, inception + k months: 31.01 28.02 31.03 30.04 31.05 30.06",
# the same of duckdb and PostgreSQL.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pandas==3.1.1" "duckdb==2.0.1" "polars==2.1.0"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock @electric-sql/pglite@0.5.17
cat >look.py <<'PYTHON'
import datetime

import duckdb
import pandas
import polars

FIRST = datetime.date(2026, 1, 31)


def said(name, dates) -> None:
    print(f"{name}:", " ".join(date.strftime("%d.%m") for date in dates))


def asked(query):
    return [date for (date,) in duckdb.sql(query).fetchall()]


months = pandas.DateOffset(months=1)
said("pandas", pandas.date_range(FIRST, periods=6, freq=months))
said("pandas, quarters", pandas.date_range("2026-11-30", periods=4, freq=pandas.DateOffset(months=3)))
said("pandas, inception + k months", [pandas.Timestamp(FIRST) + k * months for k in range(6)])
said("duckdb", asked("from generate_series(timestamp '2026-01-31', timestamp '2026-06-30', interval 1 month)"))
said("duckdb, inception + k months", asked("select date '2026-01-31' + to_months(k::int) from range(6) t(k)"))
said("polars", polars.date_range(FIRST, datetime.date(2026, 6, 30), "1mo", eager=True))
PYTHON
cat >look.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";

const database = new PGlite();
const said = async (name, dates) => {
  const { rows } = await database.query(`select string_agg(to_char(date, 'DD.MM'), ' ' order by date) as days from ${dates} as t(date)`);
  console.log(`${name}: ${rows[0].days}`);
};
await said("PostgreSQL", "generate_series(timestamp '2026-01-31', timestamp '2026-06-30', interval '1 month')");
await said(
  "PostgreSQL, inception + k months",
  "(select timestamp '2026-01-31' + k * interval '1 month' from generate_series(0, 5) as n(k))",
);
await database.close();
JS
{ venv/bin/python look.py && node look.mjs; } | tee said
diff said - <<'SEEN'
pandas: 31.01 28.02 28.03 28.04 28.05 28.06
pandas, quarters: 30.11 28.02 28.05 28.08
pandas, inception + k months: 31.01 28.02 31.03 30.04 31.05 30.06
duckdb: 31.01 28.02 28.03 28.04 28.05 28.06
duckdb, inception + k months: 31.01 28.02 31.03 30.04 31.05 30.06
polars: 31.01 28.02 31.03 30.04 31.05 30.06
PostgreSQL: 31.01 28.02 28.03 28.04 28.05 28.06
PostgreSQL, inception + k months: 31.01 28.02 31.03 30.04 31.05 30.06
SEEN
