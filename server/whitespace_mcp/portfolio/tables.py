"""How the list of one organisation stands in SQLite: narrow tables, and views of them with the columns of `Row`.

What many documents have in common stands once, in `kinds` and `slips`; what can be reckoned from another column is
reckoned when it is asked for.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

from whitespace_mcp.portfolio.reading import Reading
from whitespace_mcp.portfolio.rows import COLUMNS, Documents, Kind, SlipColumns

TOGETHER: Final = 32
"""Documents that one INSERT takes: more of them are not faster."""

UMR_KEY: Final = "coalesce(umr_key, lower(ltrim(umr, 'B')))"
"""A UMR's form for comparison, in SQL."""
_DERIVED: Final = {
    "doc": "docs.doc",
    "slip": "slips.slip",
    "stage": "kinds.stage",
    "name_key": "coalesce(name_key, lower(name))",
    "umr_key": UMR_KEY,
    "padded": "coalesce(padded, 0)",
    "current": "slips.doc = docs.doc",
    "slip_stage": "slips.stage",
    "slip_short": "coalesce(short, substr(root, 1, 10))",
}
_SELECTED: Final = ", ".join(f"{_DERIVED.get(name, name)} AS {name}" for name in ("doc", "slip", *COLUMNS))
_SELECTED_CURRENT: Final = _SELECTED.replace(_DERIVED["current"], "1")
_REST: Final = "LEFT JOIN kinds ON kinds.kind = docs.kind LEFT JOIN keys ON keys.doc = docs.doc"
_SCHEMA: Final = (
    f"CREATE TABLE docs (doc INTEGER PRIMARY KEY, {', '.join(Documents._fields)})",
    f"CREATE TABLE kinds (kind INTEGER PRIMARY KEY, {', '.join(Kind._fields)})",
    f"CREATE TABLE slips (slip INTEGER PRIMARY KEY, {', '.join(SlipColumns._fields)})",
    "CREATE TABLE keys (doc INTEGER PRIMARY KEY, name_key, umr_key, padded)",
    f"CREATE VIEW documents AS SELECT {_SELECTED} FROM docs LEFT JOIN slips ON slips.slip = docs.slip {_REST}",  # noqa: S608
    f"CREATE VIEW current_documents AS SELECT {_SELECTED_CURRENT}"  # noqa: ISC004, S608
    f" FROM slips LEFT JOIN docs ON docs.doc = slips.doc {_REST}",
)


def begin(database: sqlite3.Connection) -> None:
    """Make the tables, and begin to fill them."""
    database.execute("PRAGMA journal_mode = OFF")
    for statement in _SCHEMA:
        database.execute(statement)
    database.execute("BEGIN")


def finish(database: sqlite3.Connection, reading: Reading) -> int:
    """Put in what is known after the last document; how many slips there are."""
    slips = reading.slips()
    database.executemany(insertion("slips", SlipColumns._fields, "slip"), _numbered(slips))
    database.executemany("INSERT INTO keys VALUES (?, ?, ?, ?)", reading.keys)
    database.executemany(insertion("kinds", Kind._fields, "kind"), _numbered(reading.kinds))
    database.execute("COMMIT")
    return len(slips)


def insert(database: sqlite3.Connection, documents: Documents) -> None:
    """Put documents in, many by one statement: what one statement costs is most of what a document costs."""
    width, many = len(documents), len(documents.id)
    values: list[Any] = [None] * (many * width)
    for place, column in enumerate(documents):
        values[place::width] = column
    whole = many - many % TOGETHER
    step = width * TOGETHER
    columns, marks = ", ".join(Documents._fields), f"({', '.join('?' * width)})"
    for rows, start, end, size in ((TOGETHER, 0, whole * width, step), (1, whole * width, many * width, width)):
        database.executemany(
            f"INSERT INTO docs ({columns}) VALUES {', '.join([marks] * rows)}",  # noqa: S608
            (values[place : place + size] for place in range(start, end, size)),
        )


def insertion(table: str, fields: Sequence[str], number: str) -> str:
    """The statement that puts one numbered row into a table.

    `table` and `fields` are our own names, `number` that of the column before them.
    """
    return f"INSERT INTO {table} ({', '.join((number, *fields))}) VALUES ({', '.join('?' * (1 + len(fields)))})"  # noqa: S608


def _numbered(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    return ((number, *row) for number, row in enumerate(rows))
