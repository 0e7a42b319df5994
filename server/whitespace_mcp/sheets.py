"""Tables as files that spreadsheet programs open: XLSX by XlsxWriter, CSV by the standard library.

What a cell is, is said and never guessed: a UMR such as `0621123E10` is a text, an amount a number, a date a date, and
a text that begins like a formula stays a text. Rows are written as they come and never held.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO, Final, Literal

Cell = str | Decimal | int | bool | date | datetime | None
Format = Literal["xlsx", "csv"]

MOST_ROWS: Final = 1_048_575
"""Of a sheet, without its head."""
MOST_CHARACTERS: Final = 32_767
"""Of a cell of a sheet, in UTF-16 units; more is cut and marked."""
_SURELY_FITS: Final = MOST_CHARACTERS // 2
CUT: Final = " ... [cut]"
MOST_DIGITS: Final = 15
"""Significant digits that a spreadsheet's number keeps; longer ones stay text."""
EARLIEST: Final = date(1900, 3, 1)
"""Before that, spreadsheet programs disagree about dates: ISO text."""
GUARD: Final = "'"
"""Stands in CSV before a text that begins like a formula: there is no other way to say that it is none."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
TEXT: Final = "@"
DATE: Final = "yyyy-mm-dd"
INSTANT: Final = "yyyy-mm-dd hh:mm:ss"
NUMBERS: Final = ("#,##0", *("#,##0." + "0" * places for places in range(1, MOST_DIGITS + 1)))
"""How a number is shown with as many places as it has: none is lost, and none added."""
_HARMLESS: Final = "A"
"""What sorts behind it begins like no formula."""
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

    library: Any = xlsxwriter
    book = library.Workbook(
        file,
        {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
            "strings_to_numbers": False, "tmpdir": scratch,
        },
    )  # fmt: skip
    head = book.add_format({"bold": True})
    formats = {form: book.add_format({"num_format": form}) for form in (TEXT, DATE, INSTANT, *NUMBERS)}
    try:
        for sheet in sheets:
            _write_page(book.add_worksheet(sheet.title), sheet, head, formats)
        book.close()
    except library.exceptions.FileCreateError as error:
        raise error.args[0] from None
    finally:
        for page in book.worksheets():
            with suppress(OSError):  # what was not written any more; a failure leaves the library's own file open
                page.row_data_fh.close()


def _write_page(page: Any, sheet: Sheet, head: Any, formats: Mapping[str, Any]) -> None:
    page.freeze_panes(1, 0)
    page.set_column(0, max(len(sheet.columns) - 1, 0), 18)
    for column, name in enumerate(sheet.columns):
        page.write_string(0, column, name, head)
    writers = _writers(page, formats)
    last = 0
    for last, row in enumerate(sheet.rows, 1):  # the last one is needed below
        for column, cell in enumerate(row):
            if cell is not None and writers[type(cell)](last, column, cell):
                raise ValueError("a cell was refused")
    if sheet.columns:
        page.autofilter(0, 0, last, len(sheet.columns) - 1)


def write_csv(file: BinaryIO, sheet: Sheet) -> int:
    """Write one table as CSV: UTF-8 with its mark, commas, everything in quotation marks.

    Returns:
        how many texts got a `GUARD`.
    """
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    guarded = 0

    def guard(cell: str) -> str:
        nonlocal guarded
        clean = _clean(cell)
        if not clean.startswith(_FORMULA):
            return clean
        guarded += 1
        return GUARD + clean

    texts: dict[type, Callable[[Any], str]] = {**_TEXTS, str: guard}
    writer.writerow(sheet.columns)
    writer.writerows(
        [
            cell
            if (isinstance(cell, str) and cell > _HARMLESS and cell.isprintable()) or type(cell) in _AS_THEY_ARE
            else texts[type(cell)](cell)
            for cell in row
        ]
        for row in sheet.rows
    )
    text.flush()
    text.detach()
    return guarded


def _writers(page: Any, formats: Mapping[str, Any]) -> dict[type, Callable[[int, int, Any], int]]:
    """For each type of a cell what writes it into a row and a column of a page; 0 if it was taken."""
    write_string, write_number, write_datetime = page.write_string, page.write_number, page.write_datetime
    text, day, moment, whole = (formats[form] for form in (TEXT, DATE, INSTANT, NUMBERS[0]))
    numbers = [formats[form] for form in NUMBERS]

    def write_text(row: int, column: int, cell: str) -> int:
        plain = cell.isprintable() and len(cell) <= _SURELY_FITS
        return write_string(row, column, cell if plain else _fitting(_clean(cell)), text)

    def write_decimal(row: int, column: int, cell: Decimal) -> int:
        _, digits, exponent = cell.as_tuple()
        if len(digits) > MOST_DIGITS and len(cell.normalize().as_tuple().digits) > MOST_DIGITS:
            return write_text(row, column, f"{cell:f}")
        places = min(max(0, -int(exponent)), MOST_DIGITS)
        return write_number(row, column, float(cell), numbers[places])

    def write_date(row: int, column: int, cell: date) -> int:
        if cell < EARLIEST:
            return write_text(row, column, cell.isoformat())
        return write_datetime(row, column, cell, day)

    def write_instant(row: int, column: int, cell: datetime) -> int:
        if cell.date() < EARLIEST:
            return write_text(row, column, _instant_text(cell))
        return write_datetime(row, column, cell.replace(tzinfo=None, microsecond=0), moment)

    def write_int(row: int, column: int, cell: int) -> int:
        if abs(cell) >= 10**MOST_DIGITS:
            return write_text(row, column, str(cell))
        return write_number(row, column, cell, whole)

    return {
        str: write_text, Decimal: write_decimal, date: write_date, datetime: write_instant, int: write_int,
        bool: page.write_boolean,
    }  # fmt: skip


def _clean(text: str) -> str:
    """A text without what a file cannot hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


_INSTANT_SIZE: Final = len("2026-07-01 11:30:00")


def _instant_text(cell: datetime) -> str:
    return cell.isoformat(" ", "seconds")[:_INSTANT_SIZE]


_TEXTS: Final[dict[type, Callable[[Any], str]]] = {
    str: _clean, Decimal: lambda cell: f"{cell:f}", datetime: _instant_text,
    bool: {True: "yes", False: "no"}.__getitem__,
}  # fmt: skip
"""For each type of a cell how it stands in a file of texts."""
_AS_THEY_ARE: Final = frozenset({int, date, type(None)})
"""Of these the `csv` module makes the right texts itself."""


def _fitting(text: str) -> str:
    """A text that fits into a cell; what is cut is marked."""
    if len(text) <= _SURELY_FITS or len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS:
        return text
    room = (MOST_CHARACTERS - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT
