"""How the list of one organisation stands in SQLite: narrow tables, and views of them with the columns of `Row`.

What many documents have in common stands once, in `kinds`, `titles` and `slips`; what can be reckoned from another
column is reckoned when it is asked for.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

from whitespace_mcp.portfolio.list_reader import ListReader
from whitespace_mcp.portfolio.rows import COLUMNS, Documents, Kind, NumberedTitle, SlipColumns, Title

TOGETHER: Final = 16
"""Rows that one INSERT takes: more of them are not faster."""

_AS_SQL_HAS_IT: Final = (None, None, 0)
"""The last fields of a title that is compared as SQL reckons it from name and UMR."""
UMR_KEY: Final = "coalesce(umr_key, lower(ltrim(umr, 'B')))"
"""A UMR's form for comparison, in SQL."""
_DERIVED: Final = {
    "doc": "docs.doc",
    "slip": "slips.slip",
    "id": "root || tail",
    "stage": "kinds.stage",
    "name_key": "coalesce(name_key, lower(name))",
    "umr_key": UMR_KEY,
    "current": "slips.doc = docs.doc",
    "slip_stage": "slips.stage",
    "slip_short": "coalesce(short, substr(root, 1, 10))",
}
_SELECTED: Final = ", ".join(f"{_DERIVED.get(name, name)} AS {name}" for name in ("doc", "slip", *COLUMNS))
_SELECTED_CURRENT: Final = _SELECTED.replace(_DERIVED["current"], "1")
_REST: Final = "LEFT JOIN kinds ON kinds.kind = docs.kind LEFT JOIN titles ON titles.title = docs.title"
_SCHEMA: Final = (
    f"CREATE TABLE docs (doc INTEGER PRIMARY KEY, {', '.join(Documents._fields)})",
    f"CREATE TABLE kinds (kind INTEGER PRIMARY KEY, {', '.join(Kind._fields)})",
    f"CREATE TABLE slips (slip INTEGER PRIMARY KEY, {', '.join(SlipColumns._fields)})",
    f"CREATE TABLE titles (title INTEGER PRIMARY KEY, {', '.join(Title._fields)} DEFAULT 0)",
    f"CREATE VIEW documents AS SELECT {_SELECTED} FROM docs LEFT JOIN slips ON slips.slip = docs.slip {_REST}",  # noqa: S608
    f"CREATE VIEW current_documents AS SELECT {_SELECTED_CURRENT}"  # noqa: ISC004, S608
    f" FROM slips LEFT JOIN docs ON docs.doc = slips.doc {_REST}",
)


class BulkInsert:
    """Rows for one table, put in many by one statement: what one statement costs is most of what a row costs.

    To say None costs `sqlite3` as much as three texts, so columns that mostly have none are left out where they can be.

    Args:
        database: where the table is.
        table: its name.
        fields: its columns; both are our own names.
    """

    def __init__(self, database: sqlite3.Connection, table: str, fields: Sequence[str]) -> None:
        self._database = database
        self._width = len(fields)
        self._into = f"INSERT INTO {table} ({', '.join(fields)}) VALUES "  # noqa: S608
        self._marks = f"({', '.join('?' * self._width)})"
        self._values: list[Any] = []

    def add(self, columns: Sequence[Sequence[Any]]) -> None:
        """Take rows, given as one sequence for each column."""
        values: list[Any] = [None] * sum(map(len, columns))
        for place, column in enumerate(columns):
            values[place :: self._width] = column
        self._values += values
        step = self._width * TOGETHER
        whole = len(self._values) - len(self._values) % step
        if whole:
            self._put(TOGETHER, (self._values[place : place + step] for place in range(0, whole, step)))
            del self._values[:whole]

    def end(self) -> None:
        """Put in those that still wait for others."""
        rows = len(self._values) // self._width
        if rows:
            self._put(rows, [self._values])
            self._values = []

    def _put(self, rows: int, values: Iterable[list[Any]]) -> None:
        self._database.executemany(self._into + ", ".join([self._marks] * rows), values)


class TableWriter:
    """Fills the tables, which it makes; what is known of slips and kinds only after the last document is put in then.

    Args:
        connection: of an empty database.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection: Final = connection
        connection.execute("PRAGMA journal_mode = OFF")
        for statement in _SCHEMA:
            connection.execute(statement)
        connection.execute("BEGIN")
        self._documents = BulkInsert(connection, "docs", Documents._fields)
        self._titles = BulkInsert(connection, "titles", ("title", "name", "umr"))
        self._odd_titles = BulkInsert(connection, "titles", ("title", *Title._fields))

    def add(self, documents: Documents, titles: Sequence[NumberedTitle]) -> None:
        """Put documents in, and those titles that they are the first to have."""
        self._documents.add(documents)
        for insertion, rows in (
            (self._titles, [title[:3] for title in titles if title[3:] == _AS_SQL_HAS_IT]),
            (self._odd_titles, [title for title in titles if title[3:] != _AS_SQL_HAS_IT]),
        ):
            insertion.add(list(zip(*rows, strict=True)))

    def listed(self, places: Iterable[str]) -> set[str]:
        """Which of some documents are there already, each by its slip's number and tail in one."""
        self._documents.end()
        rows = self.connection.execute(
            "SELECT slip || tail FROM docs WHERE slip || tail IN (SELECT value FROM json_each(?))",
            [json.dumps(list(places))],
        )
        return {row[0] for row in rows}

    def finish(self, reader: ListReader) -> int:
        """Put in what is known after the last document; how many slips there are."""
        columns = reader.slips()
        fields = SlipColumns._fields if any(columns.short) else SlipColumns._fields[:-1]
        slips = BulkInsert(self.connection, "slips", ("slip", *fields))
        slips.add((range(len(columns.root)), *columns[: len(fields)]))
        kinds = BulkInsert(self.connection, "kinds", ("kind", *Kind._fields))
        kinds.add((range(len(reader.kinds)), *zip(*reader.kinds, strict=True)))
        for insertion in (self._documents, self._titles, self._odd_titles, slips, kinds):
            insertion.end()
        self.connection.execute("COMMIT")
        return len(columns.root)


def insert_statement(table: str, fields: Sequence[str], number: str) -> str:
    """The statement that puts one numbered row into a table.

    `table` and `fields` are our own names, `number` that of the column before them.
    """
    return f"INSERT INTO {table} ({', '.join((number, *fields))}) VALUES ({', '.join('?' * (1 + len(fields)))})"  # noqa: S608
