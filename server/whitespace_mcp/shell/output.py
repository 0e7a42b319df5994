"""An answer as JSON, as a table or as CSV. Text of other parties cannot steer the terminal or become a formula."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from whitespace_mcp.documents.json import as_list, as_object

_WIDEST: Final = 48
"""Characters of a table's cell."""
_LINE: Final = 160
"""Characters of a line; counts that would be longer stand upright, side by side."""
_NUMBER: Final = re.compile(r"[-+]?\d[\d,.]*")


def as_json(answer: Any) -> str:
    """Indented JSON; what a terminal would act upon is escaped."""
    text = json.dumps(answer, indent=2, ensure_ascii=False)
    return "".join(_escaped(character) if _steers(character) and character != "\n" else character for character in text)


def as_csv(answer: Any) -> str:
    """The rows with a head; a text that a spreadsheet would take for a formula has an apostrophe before it."""
    head, rows, _ = _table(answer)
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_no_formula(cell) for cell in row] for row in rows)
    return output.getvalue().rstrip("\n")


def as_table(answer: Any) -> str:
    """The rows with a head, in columns; long counts as columns, the head before them."""
    head, rows, listed = _table(answer)
    shown = [head, *([_shortened(cell) for cell in row] for row in rows)]
    lines = _aligned(shown)
    if not listed and max(map(len, lines)) > _LINE:
        lines = _aligned([list(column) for column in zip(*shown, strict=True)])
    return "\n".join(lines)


def _aligned(shown: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in shown]


def _table(answer: Any) -> tuple[list[str], list[list[str]], bool]:
    """The list in an answer that has most to say, each object in it a row; an answer without one is a row itself.

    Counts alone (`page_size=0`) are those of the organisations.

    Returns:
        The head, the rows, and whether they are of a list.
    """
    parts = as_object(answer)
    lists = [name for name, value in parts.items() if type(value) is list and name != "organisations"]
    filled = [name for name in lists if parts[name] and all(as_object(row) for row in as_list(parts[name]))]
    listed = bool(filled) or (bool(lists) and not parts.get("matched"))
    if listed:
        rows = [as_object(row) for row in as_list(parts[filled[0]])] if filled else []
    else:
        rows = [as_object(row) for row in as_list(parts.get("organisations"))] or [parts]
    flat = [_flat(row) for row in rows]
    head = list(dict.fromkeys(name for row in flat for name in row))
    return head, [[row.get(name, "") for name in head] for row in flat], listed


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, str]:
    """A row without levels: `placed.written`, lists with semicolons; what has a name stands under its own key."""
    cells: dict[str, str] = {}
    for name, value in row.items():
        if inner := as_object(value):
            if isinstance(called := inner.get("name"), str):
                cells[before + name] = called
            rest = {key: part for key, part in inner.items() if not (key == "name" and before + name in cells)}
            cells |= _flat(rest, f"{before}{name}.")
        elif isinstance(value, list):
            cells[before + name] = "; ".join(_cell(part) for part in as_list(row[name]))
        else:
            cells[before + name] = _cell(value)
    return cells


def _cell(value: object) -> str:
    if inner := as_object(value):
        return ", ".join(f"{name} {text}" for name, text in _flat(inner).items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shortened(cell: str) -> str:
    line = " ".join("".join(" " if _steers(character) else character for character in cell).split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _NUMBER.fullmatch(cell) else cell


def _steers(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _escaped(character: str) -> str:
    code = ord(character)
    units: Sequence[int] = [code] if code < 0x10000 else [0xD800 + (code - 0x10000 >> 10), 0xDC00 + (code & 0x3FF)]
    return "".join(f"\\u{unit:04x}" for unit in units)
