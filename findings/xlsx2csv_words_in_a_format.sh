#!/usr/bin/env bash
# xlsx2csv 0.8.6 and exceljs 4.4.0, beside openpyxl 3.1.5 and python-calamine 0.9.1, on a workbook of XlsxWriter 3.3.1.
#
# The guess: how a number is shown (`0 "days"`, `#,##0.0,,"m"` for millions, `0.00 "SDR"`) is about showing it. A reader gives
# the number, as openpyxl and calamine do, or the text that a spreadsheet shows.
# What happens: xlsx2csv takes a format with a letter of dates in it, in quotation marks too, for a date, and when that leads
# nowhere writes the format in place of the number: a limit of 1,250,000 is `#,##0.0,,"05"` in the CSV: the letter m has become
# the month of the date that this number would be. No error, exit code 0, and the number is nowhere in the file. Formats without
# such a letter, as `[$USD] #,##0.00`, are right. exceljs makes a date of some of them: it passes over what is in quotation
# marks, not over the escaped letter that spreadsheets write for a single one (`#,##0.0,,\m`), so the limit is a day in the year
# 5322.
# Seen (the format: xlsx2csv | exceljs | openpyxl and calamine): "#,##0.0,,"m": #,##0.0,,"05" | 1250000 | 1250000 1250000",
# "#,##0.0,,\m: #,##0.0,,05 | the year 5322 | 1250000 1250000", "0.00 "SDR": 0.00 "s19r" | 1250000 | 1250000 1250000", "[$USD]
# #,##0.00: 1250000 | 1250000 | 1250000 1250000".
# Our server: no format of its exports has letters but those of dates.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "xlsx2csv==0.8.6" "openpyxl==3.1.5" "python-calamine==0.9.1" "XlsxWriter==3.3.1"
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock exceljs@4.4.0
cat >write.py <<'PYTHON'
import xlsxwriter

FORMATS = ('#,##0.0,,"m"', r"#,##0.0,,\m", '0.00 "SDR"', '"Hull & Machinery" 0', "[$USD] #,##0.00")
book = xlsxwriter.Workbook("limits.xlsx")
page = book.add_worksheet()
for row, shown in enumerate(FORMATS):
    page.write_string(row, 0, shown)
    page.write_number(row, 1, 1_250_000, book.add_format({"num_format": shown}))
book.close()
PYTHON
cat >look.mjs <<'JS'
import ExcelJS from "exceljs";

const book = new ExcelJS.Workbook();
await book.xlsx.readFile("limits.xlsx");
book.worksheets[0].eachRow((row) => {
  const value = row.getCell(2).value;
  console.log(value instanceof Date ? `the year ${value.getUTCFullYear()}` : value);
});
JS
cat >look.py <<'PYTHON'
import csv
import sys

from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

with open("limits.csv", newline="") as file:
    written = list(csv.reader(file))
dates = sys.stdin.read().splitlines()
first = load_workbook("limits.xlsx").active.values
second = CalamineWorkbook.from_path("limits.xlsx").get_sheet_by_index(0).to_python()
for (shown, text), date, (_, one), (_, other) in zip(written, dates, first, second, strict=True):
    print(f"{shown}: {text} | {date} | {one:.0f} {other:.0f}")
PYTHON
venv/bin/python write.py
venv/bin/xlsx2csv limits.xlsx limits.csv
node look.mjs | venv/bin/python look.py | tee said
diff said - <<'SEEN'
#,##0.0,,"m": #,##0.0,,"05" | 1250000 | 1250000 1250000
#,##0.0,,\m: #,##0.0,,05 | the year 5322 | 1250000 1250000
0.00 "SDR": 0.00 "s19r" | 1250000 | 1250000 1250000
"Hull & Machinery" 0: "12ull & 05ac12inery" 0 | 1250000 | 1250000 1250000
[$USD] #,##0.00: 1250000 | 1250000 | 1250000 1250000
SEEN
