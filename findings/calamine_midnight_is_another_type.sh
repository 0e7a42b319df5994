#!/usr/bin/env bash
# python-calamine 0.9.1, on a workbook of XlsxWriter 3.3.1.
#
# The guess: cells of one column with one format for date and time (yyyy-mm-dd hh:mm) are read as datetimes, all of them, as
# openpyxl does.
# What happens: the value decides, not the format. A moment that falls on midnight becomes a `date`, and a cell that holds
# 0.5 with the same format a `time`. A `date` never equals a `datetime` and cannot be compared with it, so periods that begin
# at 00:00 and end at 23:59 cannot be sorted, and whoever looks whether a value is a `datetime` passes midnight over. It shows
# on the first risk that begins at midnight, not in a test with the time of day.
# Moments in our exports are such cells: who reads them with this library meets it.
# Seen: "read: datetime date datetime", "sorted: TypeError: can't compare datetime.datetime to datetime.date",
# "equal to what was written: True False True", "openpyxl: datetime datetime datetime".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
  "python-calamine==0.9.1" "XlsxWriter==3.3.1" "openpyxl==3.1.5"
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from datetime import datetime

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

moments = [datetime(2026, 1, 1, 0, 1), datetime(2026, 7, 1, 0, 0), datetime(2026, 12, 31, 23, 59)]
book = xlsxwriter.Workbook("periods.xlsx")
page = book.add_worksheet("Periods")
page.write_column(0, 0, moments, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
book.close()

values = [row[0] for row in CalamineWorkbook.from_path("periods.xlsx").get_sheet_by_name("Periods").to_python()]
kinds = [type(value).__name__ for value in values]
print("read:", *kinds)
try:
    sorted(values)
    said = "no error"
except TypeError as error:
    said = f"TypeError: {error}"
print("sorted:", said)
same = [value == moment for value, moment in zip(values, moments, strict=True)]
print("equal to what was written:", *same)
others = [type(row[0]).__name__ for row in openpyxl.load_workbook("periods.xlsx").active.iter_rows(values_only=True)]
print("openpyxl:", *others)
mixed = kinds == ["datetime", "date", "datetime"] and same == [True, False, True] and said.startswith("TypeError")
raise SystemExit(0 if mixed and set(others) == {"datetime"} else 1)
PYTHON
