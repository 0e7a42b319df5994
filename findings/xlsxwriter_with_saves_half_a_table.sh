#!/bin/sh
# XlsxWriter 3.3.1: a `with` block that is left by an error saves what it had so far, as a whole and valid workbook.
#
# The guess: if the rows stop with an error half-way (the database went away, the person cancelled), the block leaves no
# file behind, or one that no program opens, so that nobody takes a part of a table for the whole.
# What happens: leaving the block calls `close()` whether or not there was an error. The error goes on to the caller, and
# beside it lies a workbook that opens without a word and ends with the last row before the error. So a workbook whose rows
# can fail is closed by hand, in the good case only, or written under another name until it is whole.
#
# Output seen:
#   the error reached the caller: connection lost
#   rows that another library reads in risks.xlsx: 3 of 10
set -eu
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "XlsxWriter==3.3.1" "python-calamine==0.9.1"
cd "$place"
"$place/venv/bin/python" - <<'PYTHON'
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook


def rows():
    for number in range(10):
        if number == 3:
            raise ConnectionError("connection lost")
        yield [f"IC{number}", number * 1000]


try:
    with xlsxwriter.Workbook("risks.xlsx") as book:
        page = book.add_worksheet("Risks")
        for place, row in enumerate(rows()):
            page.write_row(place, 0, row)
except ConnectionError as error:
    print("the error reached the caller:", error)

assert Path("risks.xlsx").exists(), "nothing was saved: the finding is out of date"
seen = CalamineWorkbook.from_path("risks.xlsx").get_sheet_by_name("Risks").to_python()
print(f"rows that another library reads in risks.xlsx: {len(seen)} of 10")
assert len(seen) == 3
PYTHON
