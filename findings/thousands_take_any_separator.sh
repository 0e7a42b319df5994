#!/usr/bin/env bash
# pandas 3.1.1 and duckdb 2.0.1, on CSV files with separators of thousands.
#
# The guess: with `thousands=","`, which one sets for "1,250,000", a comma between groups of three is passed over. What is no
# such number, as "12,5" of a colleague on the Continent for twelve and a half per cent, stays a text, or is an error where the
# column was said to be of decimals.
# What happens: every comma in something that has only digits otherwise is thrown away. "12,5" is 125 and "33,3333" is 333,333,
# in a column of numbers that nothing downstream refuses. It is what was set for the amounts that makes other numbers of the
# shares: without it they are texts. Set the other way round for a file from the Continent (`thousands=".", decimal=","`),
# pandas takes dates for numbers too: 01.07.2026 is 1,072,026. Neither warns. A share of DECIMAL(8, 4) in DuckDB, with room for
# its four places, is 125 as well. Read as texts and looked at, cell by cell, they are right.
# Seen: "pandas: 125 333333 80, limits 1250000 2000000 1000", the same of duckdb, "as decimals: 125.0000 8750.0000", "without
# the option: 12,5 33,3333 80, limits 1,250,000 2,000,000 1,000", "from the Continent, pandas: 12.5 125, dates 1072026 1082026",
# "duckdb: 12.5 125.0, dates 2026-07-01 2026-08-01".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pandas==3.1.1" "duckdb==2.0.1"
cd "$folder"
cat >here.csv <<'CSV'
share,limit
"12,5","1,250,000"
"33,3333","2,000,000"
80,"1,000"
CSV
cat >decimals.csv <<'CSV'
share,limit
"12,5","1,250,000"
"87,50","2,000,000"
CSV
cat >there.csv <<'CSV'
share;inception
12,5;01.07.2026
12.5;01.08.2026
CSV
cat >look.py <<'PYTHON'
import duckdb
import pandas


def rows(query: str) -> list[list[object]]:
    return [list(column) for column in zip(*duckdb.sql(query).fetchall(), strict=True)]


def said(name: str, columns, word: str) -> None:
    first, second = (" ".join(map(str, column)) for column in columns)
    print(f"{name}: {first}, {word} {second}")


here = pandas.read_csv("here.csv", thousands=",")
said("pandas", [here["share"].tolist(), here["limit"].tolist()], "limits")
said("duckdb", rows("from read_csv('here.csv', thousands=',')"), "limits")
shares = rows("from read_csv('decimals.csv', thousands=',', types={'share': 'DECIMAL(8, 4)'})")[0]
print("as decimals:", *shares)
without = pandas.read_csv("here.csv")
said("without the option", [without["share"].tolist(), without["limit"].tolist()], "limits")
there = pandas.read_csv("there.csv", sep=";", thousands=".", decimal=",")
said("from the Continent, pandas", [[f"{share:g}" for share in there["share"]], there["inception"].tolist()], "dates")
said("duckdb", rows("from read_csv('there.csv', delim=';', thousands='.', decimal_separator=',')"), "dates")
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
pandas: 125 333333 80, limits 1250000 2000000 1000
duckdb: 125 333333 80, limits 1250000 2000000 1000
as decimals: 125.0000 8750.0000
without the option: 12,5 33,3333 80, limits 1,250,000 2,000,000 1,000
from the Continent, pandas: 12.5 125, dates 1072026 1082026
duckdb: 12.5 125.0, dates 2026-07-01 2026-08-01
SEEN
