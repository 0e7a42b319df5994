"""Four ways to write the same table, each for a process of its own (`sheets.py` compares them)."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

BLOCK: Final = 1_000
HEAD: Final = (
    "id", "name", "umr", "stage", "status", "contract_type", "facility", "broker", "team", "updated", "documents",
    "umr_shared", "inception", "limit_amount", "written",
)  # fmt: skip


def native(rows: int) -> Iterator[list[Any]]:
    """Rows in the types that XlsxWriter takes."""
    updated = [datetime(2026, 7, 1 + day, 11, 30, tzinfo=UTC).replace(tzinfo=None) for day in range(28)]
    block = [
        [
            f"IC{number:08X}", f"Acorn Shipping Fleet {number}", f"B0999MH26{number:05}", "firm_order", "FirmOrder",
            "Marine Hull Insurance", number % 3 == 0, "Pellmarsh Brokers Limited", "Marine",
            updated[number % 28], number % 4, False, date(2026, 1 + number % 12, 1),
            float(number * 25_000), (number % 10_000) / 100,
        ]
        for number in range(BLOCK)
    ]  # fmt: skip
    return chain.from_iterable(repeat(block, rows // BLOCK))


def cells(rows: int) -> Iterator[list[Any]]:
    """The same rows as our own cells."""
    block = [
        [*row[:9], row[9].replace(tzinfo=UTC), *row[10:13], Decimal(int(row[13])), Decimal(f"{row[14]:.2f}")]
        for row in native(BLOCK)
    ]
    return chain.from_iterable(repeat(block, rows // BLOCK))


async def csv_module(_: AsyncExitStack, line: Mapping[str, Any]) -> Callable[[], Awaitable[object]]:
    """The csv module alone, given the very same rows."""
    import csv  # noqa: PLC0415  # in its own process only, like the others

    rows = cells(line["rows"])

    async def once() -> None:
        with (Path(line["folder"]) / "module.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerow(HEAD)
            writer.writerows(rows)

    return once


async def csv(_: AsyncExitStack, line: Mapping[str, Any]) -> Callable[[], Awaitable[object]]:
    """Our CSV."""
    from whitespace_mcp.sheets import Sheet, write_csv  # noqa: PLC0415

    rows = cells(line["rows"])

    async def once() -> None:
        with (Path(line["folder"]) / "ours.csv").open("w+b") as file:
            write_csv(file, Sheet("Risks", HEAD, rows))

    return once


async def library(_: AsyncExitStack, line: Mapping[str, Any]) -> Callable[[], Awaitable[object]]:
    """XlsxWriter alone, with what it is to call for each column known beforehand."""
    import xlsxwriter  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]

    rows = native(line["rows"])

    async def once() -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        book: Any = xlsxwriter.Workbook(str(Path(line["folder"]) / "library.xlsx"), options)
        page = book.add_worksheet("Risks")
        text, day, moment, whole, part = (
            book.add_format({"num_format": form})
            for form in ("@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "#,##0", "#,##0.00")
        )
        kinds: dict[type, tuple[Any, Any]] = {
            str: (page.write_string, text), bool: (page.write_boolean, None), datetime: (page.write_datetime, moment),
            date: (page.write_datetime, day), int: (page.write_number, whole), float: (page.write_number, part),
        }  # fmt: skip
        plan = [(column, *kinds[type(cell)]) for column, cell in enumerate(next(native(BLOCK)))]
        for column, name in enumerate(HEAD):
            page.write_string(0, column, name)
        for number, row in enumerate(rows, 1):
            for (column, write, form), cell in zip(plan, row, strict=True):
                write(number, column, cell, form)
        book.close()

    return once


async def xlsx(_: AsyncExitStack, line: Mapping[str, Any]) -> Callable[[], Awaitable[object]]:
    """Our XLSX."""
    from whitespace_mcp.sheets import Sheet, write_xlsx  # noqa: PLC0415

    rows = cells(line["rows"])

    async def once() -> None:
        with TemporaryDirectory() as scratch, (Path(line["folder"]) / "ours.xlsx").open("w+b") as file:
            write_xlsx(file, [Sheet("Risks", HEAD, rows)], scratch)

    return once
