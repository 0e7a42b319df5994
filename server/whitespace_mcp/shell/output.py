"""An answer as JSON, as a table or as CSV. Text of other parties cannot steer the terminal or become a formula."""

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from whitespace_mcp.documents.json import as_list, as_object, objects_of
from whitespace_mcp.shell.table import Table, fitted, shortened, steers, upright

_HEADS: Final = frozenset({"organisations"})
"""Lists that say what an answer is about."""
_LONGEST: Final = 300
"""Characters of a remark."""
_LINE: Final = 160
"""Characters of a line; counts that would be longer stand upright, side by side."""
_NUMBER: Final = re.compile(r"[-+]?\d[\d,.]*")


def as_json(answer: Any) -> str:
    """Indented JSON; what a terminal would act upon is escaped."""
    text = json.dumps(answer, indent=2, ensure_ascii=False)
    return "".join(_escaped(character) if steers(character) and character != "\n" else character for character in text)


def as_csv(answer: Any) -> str:
    """The rows with a head; a text that a spreadsheet would take for a formula has an apostrophe before it."""
    head, rows, _ = _table(answer)
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_no_formula(cell) for cell in row] for row in rows)
    return output.getvalue().rstrip("\n")


def as_table(answer: Any, width: int | None = None) -> str:
    """The rows with a head, in columns; long counts as columns, the head before them.

    `width` is the terminal's; None stands for no limit.
    """
    return "\n".join(_shown(answer, width).lines)


def remarks(answer: Any, width: int | None = None) -> list[str]:
    """What a table of an answer does not show, and what the answer says of its rows; a line each."""
    parts, (_, rows, listed) = as_object(answer), _table(answer)
    table = _shown(answer, width)
    matched, cursor = parts.get("matched"), parts.get("next_cursor")
    main = _main_list(parts)
    others = [name for name, value in parts.items() if type(value) is list and name not in {main, "notes", *_HEADS}]
    lines = [
        f"{len(rows)} of {matched}." if listed and isinstance(matched, int) and matched > len(rows) else "",
        f"For the next ones repeat it with cursor={cursor}" if isinstance(cursor, str) else "",
        f"The same in every row: {', '.join(table.same)}." if table.same else "",
        f"No room for: {', '.join(table.left_out)} (--csv and --json have them)." if table.left_out else "",
        f"Not in this table: {', '.join(others)} (--json has them)." if listed and others else "",
        *(f"Note: {note}" for note in as_list(parts.get("notes")) if isinstance(note, str)),
    ]
    return [shortened(line, _LONGEST) for line in lines if line]


def _shown(answer: Any, width: int | None) -> Table:
    head, rows, listed = _table(answer)
    if listed:
        return fitted(head, rows, width)
    table = fitted(head, rows, None)
    if max(map(len, table.lines), default=0) <= (width or _LINE):
        return table
    return Table(upright(head, rows, width or _LINE), [], [])


def _main_list(parts: Mapping[str, Any]) -> str | None:
    """The longest list of objects in an answer; none of one that is about other things than its lists."""
    lists = {name: as_list(parts[name]) for name in parts if name not in _HEADS}
    filled = [name for name, rows in lists.items() if rows and all(map(as_object, rows))]
    return None if "contract" in parts else max(filled, key=lambda name: len(lists[name]), default=None)


def _table(answer: Any) -> tuple[list[str], list[list[str]], bool]:
    """The longest list in an answer, each object in it a row; an answer without one is a row itself.

    Counts alone (`page_size=0`) are those of the organisations.

    Returns:
        The head, the rows, and whether they are of a list.
    """
    parts = as_object(answer)
    main = _main_list(parts)
    lists = [name for name, value in parts.items() if type(value) is list and name not in _HEADS]
    listed = main is not None or (bool(lists) and not parts.get("matched") and "contract" not in parts)
    rows = objects_of(parts.get(main or "")) if listed else objects_of(parts.get("organisations")) or [parts]
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


def _no_formula(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} and not _NUMBER.fullmatch(cell) else cell


def _escaped(character: str) -> str:
    return re.sub("(....)", r"\\u\1", character.encode("utf-16-be", "surrogatepass").hex())
