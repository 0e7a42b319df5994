#!/usr/bin/env bash
# polars 2.1.0 with fastexcel 0.21.0 (its reader of workbooks), on a workbook of XlsxWriter 3.3.1.
#
# The guess: a column that begins with numbers and has texts further down is a column of texts, or the reading ends with an error
# that names the value, as `read_csv` of the same rows does.
# What happens: the first hundred rows decide, and every text below is null. No error, no warning, and the number of rows is
# right, so a sum, a count and a join go on without them. References are such columns: the old system's are numbers, the new
# one's are not. The documentation of `infer_schema_length` speaks of speed. `engine="openpyxl"` keeps them, and so does
# `infer_schema_length=None`.
# Seen: "200 rows of Int64, references that are null: 50, of the 50 texts", "read_csv: ComputeError",
# "engine openpyxl: String, null: 0".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "polars==2.1.0" "fastexcel==0.21.0" "XlsxWriter==3.3.1" "openpyxl==3.1.5"
cd "$folder"
"$folder/venv/bin/python" -W error - <<'PYTHON'
import csv

import polars
import xlsxwriter

references = [1_000_000 + number for number in range(150)] + [f"B0999IC{number}" for number in range(50)]
book = xlsxwriter.Workbook("risks.xlsx")
page = book.add_worksheet()
page.write_row(0, 0, ["reference", "premium"])
for place, reference in enumerate(references, 1):
    page.write_row(place, 0, [reference, 100])
book.close()
with open("risks.csv", "w", newline="") as file:
    csv.writer(file).writerows([["reference", "premium"], *([reference, 100] for reference in references)])

table = polars.read_excel("risks.xlsx")
kind, lost = table["reference"].dtype, table["reference"].null_count()
print(f"{table.height} rows of {kind}, references that are null: {lost}, of the 50 texts")
try:
    polars.read_csv("risks.csv")
    said = "no error"
except polars.exceptions.ComputeError:
    said = "ComputeError"
print("read_csv:", said)
other = polars.read_excel("risks.xlsx", engine="openpyxl")["reference"]
print(f"engine openpyxl: {other.dtype}, null: {other.null_count()}")
whole = polars.read_excel("risks.xlsx", infer_schema_length=None)["reference"].null_count()
right = (table.height, kind, lost, said) == (200, polars.Int64, 50, "ComputeError")
raise SystemExit(0 if right and other.null_count() == whole == 0 else 1)
PYTHON
