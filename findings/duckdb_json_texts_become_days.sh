#!/usr/bin/env bash
# duckdb 2.0.1, beside polars 2.1.0 and pandas 3.1.1 on the same file.
#
# The guess: JSON says itself what is a text and what a number, so a text that is read from it is that text. A moment in ISO
# form may be made one; a reference as "10-11-12" (section, layer, part) is none. If days are made of a column, then in one
# order for all of it, as a CSV's are.
# What happens: `read_json`, which takes a file's columns by their first rows, makes days of texts with dashes: "10-11-12" is 12
# November 2010, "0621-05-06" is a day of the year 621, and what stood there is gone, from the JSON that is written of it as
# well. One reference more that can be no day, and all are texts again. Dates are read row by row: of the American 01-02-2026
# and 05-13-2026, the first is 1 February and the second 13 May, in one column, and with the rows the other way about the first
# is 2 January. Nothing warns. In a CSV the same two are read in one order. `columns = {'ref': 'VARCHAR'}` keeps the texts.
# Seen: "three references: 2010-11-12 2011-12-13 0621-05-06, written again: "2010-11-12"", "with 10-40-12 below: 10-11-12
# 11-12-13 0621-05-06 10-40-12", "January and May: 2026-02-01 2026-05-13, May and January: 2026-05-13 2026-01-02", "as a CSV:
# 2026-01-02 2026-05-13", "columns named: 10-11-12 11-12-13 0621-05-06", "polars and pandas: 10-11-12 10-11-12".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "duckdb==2.0.1" "polars==2.1.0" "pandas==3.1.1"
cd "$folder"
cat >look.py <<'PYTHON'
import json
import pathlib

import duckdb
import pandas
import polars

REFERENCES = ["10-11-12", "11-12-13", "0621-05-06"]


def read(source: str) -> str:
    return " ".join(str(reference) for (reference,) in duckdb.sql(f"select ref from {source}").fetchall())


def write(name: str, references: list[str]) -> None:
    pathlib.Path(name).write_text(json.dumps([{"ref": reference} for reference in references]))


write("three.json", REFERENCES)
write("four.json", [*REFERENCES, "10-40-12"])
duckdb.sql("copy (from 'three.json') to 'again.json' (array true)")
again = json.loads(pathlib.Path("again.json").read_text())
print("three references:", read("'three.json'") + ", written again:", json.dumps(again[0]["ref"]))
print("with 10-40-12 below:", read("'four.json'"))
write("first.json", ["01-02-2026", "05-13-2026"])
write("second.json", ["05-13-2026", "01-02-2026"])
print("January and May:", read("'first.json'") + ", May and January:", read("'second.json'"))
pathlib.Path("dates.csv").write_text("ref,line\n01-02-2026,1\n05-13-2026,2\n")
print("as a CSV:", read("'dates.csv'"))
print("columns named:", read("read_json('three.json', columns = {'ref': 'VARCHAR'})"))
print("polars and pandas:", polars.read_json("three.json")["ref"][0], pandas.read_json("three.json")["ref"][0])
PYTHON
venv/bin/python look.py | tee said
diff said - <<'SEEN'
three references: 2010-11-12 2011-12-13 0621-05-06, written again: "2010-11-12"
with 10-40-12 below: 10-11-12 11-12-13 0621-05-06 10-40-12
January and May: 2026-02-01 2026-05-13, May and January: 2026-05-13 2026-01-02
as a CSV: 2026-01-02 2026-05-13
columns named: 10-11-12 11-12-13 0621-05-06
polars and pandas: 10-11-12 10-11-12
SEEN
