"""Tables as files that spreadsheet programs open: XLSX by XlsxWriter, CSV by the standard library.

What a cell is, is said and never guessed: a UMR such as `0621123E10` is a text, an amount a number, a date a date, and
a text that begins like a formula stays a text. Rows are written as they come and never held.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Final, Literal, cast

Cell = str | Decimal | int | bool | date | datetime | None
Format = Literal["xlsx", "csv"]

MOST_ROWS: Final = 1_048_575
"""Of a sheet, without its head."""
MOST_CHARACTERS: Final = 32_767
"""Of a cell of a sheet, in UTF-16 units; more is cut and marked."""
CUT: Final = " ... [cut]"
MOST_DIGITS: Final = 15
"""Significant digits that a spreadsheet's number keeps; longer ones stay text."""
EARLIEST: Final = date(1900, 3, 1)
"""Before that, spreadsheet programs disagree about dates: ISO text."""
GUARD: Final = "'"
"""Stands in CSV before a text that begins like a formula: there is no other way to say that it is none."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Sheet:
    """One table.

    Attributes:
        title: of the sheet.
        columns: their names.
        rows: read once.
    """

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def write_xlsx(file: BinaryIO, sheets: Sequence[Sheet], scratch: str) -> None:
    """Write a workbook.

    Args:
        file: where.
        sheets: in order; the rows of one are read to the end before the next's.
        scratch: a folder of its own for what the writer keeps aside meanwhile.

    Raises:
        OSError: the disk is full.
        ValueError: a cell was refused, which must not happen.
    """
    import xlsxwriter  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]  # a tenth of a second, here only

    book: Any = cast("Any", xlsxwriter).Workbook(
        file,
        {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "tmpdir": scratch,
        },
    )  # fmt: skip
    formats = {
        "head": book.add_format({"bold": True}),
        "text": book.add_format({"num_format": "@"}),
        **{_number_format(places): book.add_format({"num_format": _number_format(places)}) for places in range(16)},
        "whole": book.add_format({"num_format": "0"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.title)
        page.freeze_panes(1, 0)
        page.set_column(0, max(len(sheet.columns) - 1, 0), 18)
        for column, name in enumerate(sheet.columns):
            page.write_string(0, column, name, formats["head"])
        last = 0
        for last, row in enumerate(sheet.rows, 1):  # the last one is needed below
            for column, cell in enumerate(row):
                if cell is not None and _write(page, last, column, cell, formats):
                    raise ValueError("a cell was refused")
        if sheet.columns:
            page.autofilter(0, 0, last, len(sheet.columns) - 1)
    book.close()


def write_csv(file: BinaryIO, sheet: Sheet) -> int:
    """Write one table as CSV: UTF-8 with its mark, commas, everything in quotation marks.

    Returns:
        how many texts got a `GUARD`.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    guarded = 0
    writer.writerow(sheet.columns)
    for row in sheet.rows:
        cells = [_as_text(cell) for cell in row]
        for column, cell in enumerate(row):
            if isinstance(cell, str) and cells[column].startswith(_FORMULA):
                cells[column] = GUARD + cells[column]
                guarded += 1
        writer.writerow(cells)
    text.flush()
    text.detach()
    return guarded


def _write(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> int:
    """Write one cell by its type; 0 if it was taken."""
    if isinstance(cell, bool):
        return page.write_boolean(row, column, cell)
    if isinstance(cell, datetime):
        return page.write_datetime(row, column, cell.replace(tzinfo=None, microsecond=0), formats["instant"])
    if isinstance(cell, date) and cell >= EARLIEST:
        return page.write_datetime(row, column, cell, formats["date"])
    if isinstance(cell, int):
        return page.write_number(row, column, cell, formats["whole"])
    if isinstance(cell, Decimal) and len(cell.normalize().as_tuple().digits) <= MOST_DIGITS:
        places = max(0, -int(cell.as_tuple().exponent))
        return page.write_number(row, column, float(cell), formats[_number_format(min(places, MOST_DIGITS))])
    return page.write_string(row, column, _fitting(_as_text(cell)), formats["text"])


def _number_format(places: int) -> str:
    """How a number is shown with as many places as it has: none is lost, and none added."""
    return "#,##0" + ("." + "0" * places if places else "")


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _CONTROL.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _fitting(text: str) -> str:
    """A text that fits into a cell; what is cut is marked."""
    if len(text) * 2 <= MOST_CHARACTERS or len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
        return text
    room = (MOST_CHARACTERS - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT
