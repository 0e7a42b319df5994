"""Tables as files: what another program reads in them is what was written."""

import csv
import io
import os
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from whitespace_mcp.sheets import CUT, MOST_CHARACTERS, Cell, Sheet, write_csv, write_xlsx

SOFFICE = shutil.which("soffice")
AT = datetime(2026, 7, 1, 11, 30, tzinfo=UTC)
ROWS: list[list[Cell]] = [
    [
        "0621123E10",
        "B0999E12345",
        "=1+1",
        Decimal("33.3333"),
        date(2026, 3, 31),
        datetime(2026, 7, 1, 11, 30, tzinfo=UTC),
    ],
    ["00123", "internal: note", "@SUM(A1)", Decimal(20000000), date(1899, 12, 31), None],
    ["12-03", "two\r\nlines\x07", "-3+4", Decimal("0.0001"), None, None],
    ["https://example.com", "Zürich ???", "+44", Decimal("12345678901234567.89"), date(1900, 3, 1), None],
    ["\N{GRINNING FACE}" * 20_000, None, "'quoted", 7, True, False],
]
COLUMNS = ["umr", "name", "text", "amount", "inception", "updated"]


def read(content: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name("Risks").to_python()


def test_another_program_reads_what_was_written(tmp_path: Path) -> None:
    file = io.BytesIO()
    write_xlsx(file, [Sheet("Risks", COLUMNS, iter(ROWS)), Sheet("About", ["what"], [["x"]])], str(tmp_path))
    head, first, second, third, fourth, fifth = read(file.getvalue())
    assert head == COLUMNS
    assert first == ["0621123E10", "B0999E12345", "=1+1", 33.3333, date(2026, 3, 31), datetime(2026, 7, 1, 11, 30)]  # noqa: DTZ001  # sheets know no zones
    assert second[:5] == ["00123", "internal: note", "@SUM(A1)", 20_000_000, "1899-12-31"]
    assert third[:4] == ["12-03", "two\nlines", "-3+4", 0.0001]
    assert fourth[:5] == ["https://example.com", "Zürich ???", "+44", "12345678901234567.89", date(1900, 3, 1)]
    assert fifth[0].endswith(CUT)
    assert len(fifth[0].encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert fifth[1:] == ["", "'quoted", 7, True, False]
    assert list(tmp_path.iterdir()) == [], "nothing is left of what the writer kept aside"


def test_csv_is_utf8_with_its_mark_quoted_and_guards_formulas() -> None:
    file = io.BytesIO()
    guarded = write_csv(file, Sheet("Risks", COLUMNS, iter(ROWS)))
    text = file.getvalue().decode("utf-8-sig")
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == COLUMNS
    assert rows[1] == ["0621123E10", "B0999E12345", "'=1+1", "33.3333", "2026-03-31", "2026-07-01 11:30:00"]
    assert rows[2][2:4] == ["'@SUM(A1)", "20000000"]
    assert guarded == 4
    assert rows[4][3] == "12345678901234567.89"


@given(st.lists(st.text(max_size=8) | st.decimals(allow_nan=False, allow_infinity=False, places=4), min_size=1))
def test_whatever_a_text_begins_with_no_csv_holds_a_formula(cells: list[str | Decimal]) -> None:
    file = io.BytesIO()
    guarded = write_csv(file, Sheet("Risks", ["c"] * len(cells), [cells]))
    _, row = csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig"), newline=""))
    begins = [text[:1] in set("=+-@\t\r") for cell, text in zip(cells, row, strict=True) if isinstance(cell, str)]
    assert not any(begins)
    assert guarded == sum(
        text.startswith("'") and not str(cell).lstrip("\x00\x7f").startswith("'")
        for cell, text in zip(cells, row, strict=True)
    )
    assert all(Decimal(text) == cell for cell, text in zip(cells, row, strict=True) if isinstance(cell, Decimal))


@pytest.mark.skipif(SOFFICE is None and "CI" not in os.environ, reason="LibreOffice is not on this machine")
def test_libreoffice_shows_what_was_written(tmp_path: Path) -> None:
    assert SOFFICE is not None
    with (tmp_path / "risks.xlsx").open("w+b") as file:
        write_xlsx(file, [Sheet("Risks", COLUMNS, iter(ROWS[:4]))], str(tmp_path))
    subprocess.run(  # noqa: S603  # the program that is looked for above
        [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false", "--outdir", str(tmp_path),
         str(tmp_path / "risks.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    rows = list(csv.reader(io.StringIO((tmp_path / "risks.csv").read_text(encoding="utf-8"), newline="")))
    assert rows[1] == ["0621123E10", "B0999E12345", "=1+1", "33.3333", "2026-03-31", "2026-07-01 11:30:00"]
    assert rows[2][:5] == ["00123", "internal: note", "@SUM(A1)", "20000000", "1899-12-31"]
    assert rows[3][2:4] == ["-3+4", "0.0001"]
    assert rows[4][3:5] == ["12345678901234567.89", "1900-03-01"]
