"""Rows in columns that fit a terminal: long texts are cut, then columns left out; what is not shown is said."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

_WIDEST: Final = 48
"""Characters of a table's cell."""
_NARROW: Final = 26
_NARROWEST: Final = 14
"""Characters to which words are cut before a minor column is left out, and before any other is."""
_SEVERAL: Final = 3
_BETWEEN: Final = "  "
_FIRST: Final = ("id", "risk", "name", "umr", "stage")
"""What a row is known by: never left out."""
_MINOR: Final = (
    "documents", "umr_shared", "current", "whose", "contract_type", "updated", "activity", "since", "status",
    "facility", "team", "broker", "owner", "kind",
)  # fmt: skip
"""Left out in this order before anything that was asked for."""


@dataclass(frozen=True)
class Table:
    """A table as it is printed.

    `same` is what every row has and no column shows, as `stage firm_order`; there was no room for the columns that are
    `left_out`.
    """

    lines: list[str]
    same: list[str]
    left_out: list[str]


def fitted(head: Sequence[str], rows: Sequence[Sequence[str]], width: int | None) -> Table:
    """A table of at most so many characters a line, as far as its first columns allow.

    `head` are the columns' names, `rows` their cells; without a `width` there is no limit.
    """
    columns = {
        name: [name, *map(shortened, column)]
        for name, column in zip(head, zip(*rows, strict=True) if rows else [()] * len(head), strict=True)
    }
    if width is None or not columns:
        return Table(_lines(columns), [], [])
    same: list[str] = []
    for name, cells in list(columns.items()):
        if len(rows) >= _SEVERAL and len(set(cells[1:])) == 1 and name not in _FIRST[:3] and _width(columns) > width:
            same += [f"{name} {cells[1]}"] if cells[1] else []
            del columns[name]
    widths = {name: max(map(len, cells)) for name, cells in columns.items()}
    left_out: list[str] = []
    for narrowest, minor_only in ((_NARROW, True), (_NARROWEST, False)):
        while _sum(widths) > width:
            words = [name for name in widths if widths[name] > narrowest and any(" " in cell for cell in columns[name])]
            rest = [name for name in _MINOR if name in widths] or ([] if minor_only else _last(widths))
            if words:
                widths[max(words, key=lambda name: widths[name])] -= 1
            elif rest:
                left_out.append(rest[0])
                del widths[rest[0]]
                widths = {name: max(map(len, columns[name])) for name in widths}
            else:
                break
    columns = {name: columns[name] for name in widths}
    cut = {name: [shortened(cell, widths[name]) for cell in cells] for name, cells in columns.items()}
    return Table(_lines(cut), same, left_out)


def upright(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The same turned round: a line for each column, its name first.

    `head` are the columns' names, `rows` their cells, `width` the most characters of a line.
    """
    first = max(map(len, head))
    most = max(_NARROWEST, (width - first) // max(len(rows), 1) - len(_BETWEEN))
    columns = {"": list(head)} | {str(n): [shortened(cell, most) for cell in row] for n, row in enumerate(rows)}
    return _lines(columns)


def shortened(cell: str, most: int = _WIDEST) -> str:
    """One line of a cell; what a terminal would act upon is a blank."""
    line = " ".join("".join(" " if steers(character) else character for character in cell).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def steers(character: str) -> bool:
    """Whether a terminal might act upon a character, or nobody sees it."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _last(names: Iterable[str]) -> list[str]:
    """The columns that may be left out if need be, the last first."""
    return [name for name in reversed(list(names)) if name not in _FIRST]


def _lines(columns: dict[str, list[str]]) -> list[str]:
    widths = [max(map(len, cells)) for cells in columns.values()]
    rows = zip(*columns.values(), strict=True)
    return [_BETWEEN.join(cell.ljust(n) for cell, n in zip(row, widths, strict=True)).rstrip() for row in rows]


def _width(columns: dict[str, list[str]]) -> int:
    return _sum({name: max(map(len, cells)) for name, cells in columns.items()})


def _sum(widths: dict[str, int]) -> int:
    return sum(widths.values()) + len(_BETWEEN) * (len(widths) - 1)
