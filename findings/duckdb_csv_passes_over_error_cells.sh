#!/usr/bin/env bash
# duckdb 2.0.1, beside polars 2.1.0 on the same file.
#
# The guess: a CSV that a spreadsheet saved with "#N/A" or "#DIV/0!" in a column of numbers gives a column of texts, or an error
# that names the cell. Comments are an option that one sets (`comment`), and a cell is a cell in every column.
# What happens: where the cell stands in the first column, the whole row is gone. The sniffer tries "#" as the mark of comments
# by itself and takes it when more columns get a type that way. No error, no warning; a count and a sum are simply smaller. In
# any other column the same cell makes the column a text, as guessed, and so does the first one when it is quoted: which
# column comes first decides whether rows are lost. `comment=''` keeps them.
# Seen: "error in the first column: 2 of 4 rows, premium in all 300", "in the second column: 4 of 4 rows",
# "with comment='': 4 of 4 rows", "polars: 4 of 4 rows, premium in all 1000".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "polars==2.1.0"
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import csv

import duckdb
import polars

ROWS = [["rate", "reference", "premium"], [1.25, "A", 100], ["#N/A", "B", 300], [1.5, "C", 200], ["#DIV/0!", "D", 400]]
with open("first.csv", "w", newline="") as file:
    csv.writer(file).writerows(ROWS)
with open("second.csv", "w", newline="") as file:
    csv.writer(file).writerows([reference, rate, premium] for rate, reference, premium in ROWS)


def counted(source: str) -> tuple[int, int]:
    return duckdb.sql(f"select count(*), sum(premium)::bigint from {source}").fetchall()[0]


first, second, without = (counted(source) for source in ("'first.csv'", "'second.csv'", "read_csv('first.csv', comment='')"))
print(f"error in the first column: {first[0]} of 4 rows, premium in all {first[1]}")
print(f"in the second column: {second[0]} of 4 rows")
print(f"with comment='': {without[0]} of 4 rows")
other = polars.read_csv("first.csv")
print(f"polars: {other.height} of 4 rows, premium in all {other['premium'].sum()}")
lost = first == (2, 300) and second == without == (4, 1000)
raise SystemExit(0 if lost and other.height == 4 else 1)
PYTHON
