"""One reading of one organisation's list, in an SQLite database of its own, in memory. It is never changed.

A database per organisation and reading: a query cannot reach another organisation's rows, and whoever holds a book
goes on seeing one moment of it while a newer one is being loaded.
"""

import sqlite3
import threading
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, Literal

from whitespace_mcp.portfolio.rows import COLUMNS, Reading
from whitespace_mcp.portfolio.selection import BROKER, ORDER, Selection, Sort, Words, stage_column
from whitespace_mcp.terms.ids import umr_key

Source = Literal["list", "summaries"]
Group = Literal["stage", "status", "contract_type", "facility", "broker", "team", "updated_month"]
Record = dict[str, Any]

_GROUP_COLUMNS: Final[dict[Group, str]] = {
    "status": "status",
    "contract_type": "type",
    "facility": "facility",
    "broker": BROKER,
    "team": "teams",
    "updated_month": "substr(updated, 1, 7)",
}


@dataclass(frozen=True)
class Counted:
    """One group: the values of its keys, and how many slips and documents it holds."""

    keys: tuple[Any, ...]
    slips: int
    documents: int


class Book:
    """Rows of one organisation, and the questions that can be asked of them.

    Attributes:
        documents: length of the platform's array; `slips`: distinct roots in it.
        skipped: elements that could not be used, or were another organisation's.
        words: the statuses and contract types that occur.
        source: the risk list, or summaries where the platform does not serve it.
    """

    def __init__(self, reading: Reading, source: Source) -> None:
        self.documents = reading.listed
        self.skipped = reading.skipped
        self.source: Source = source
        self.slips = sum(row.current for row in reading.rows)
        self.words = Words(
            statuses=tuple({row.status for row in reading.rows if row.status}),
            types=tuple({row.type for row in reading.rows if row.type}),
        )
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(f"CREATE TABLE documents ({', '.join(COLUMNS)})")
        self._database.execute("BEGIN")
        marks = ", ".join("?" * len(COLUMNS))
        self._database.executemany(f"INSERT INTO documents VALUES ({marks})", reading.rows)  # noqa: S608
        self._database.execute("COMMIT")

    def __del__(self) -> None:
        self._database.close()

    def counts(self, selection: Selection) -> dict[str | None, int]:
        """How many units match, by stage (slips) or by the platform's status (documents); largest first."""
        column = stage_column(selection.unit) if selection.unit == "slip" else "status"
        where, parameters = selection.where(self.words)
        rows = self._all(
            f"SELECT {column}, count(*) FROM documents WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1",  # noqa: S608
            parameters,
        )
        return {row[0]: row[1] for row in rows}

    def page(self, selection: Selection, sort: Sort, *, limit: int, offset: int = 0) -> list[Record]:
        """Matching units in order, as records with the columns of `Row`."""
        column, down = ORDER[sort]
        where, parameters = selection.where(self.words)
        rows = self._all(
            f"SELECT * FROM documents WHERE {where}"  # noqa: S608
            f" ORDER BY {column} IS NULL, {column} {'DESC' if down else 'ASC'}, id LIMIT ? OFFSET ?",
            [*parameters, limit, offset],
        )
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def groups(self, selection: Selection, by: tuple[Group, ...]) -> list[Counted]:
        """How many slips and documents each combination of values has, among the matching units."""
        columns = [stage_column(selection.unit) if name == "stage" else _GROUP_COLUMNS[name] for name in by]
        counted = "count(*), sum(documents)" if selection.unit == "slip" else "count(DISTINCT root), count(*)"
        where, parameters = selection.where(self.words)
        grouping = f" GROUP BY {', '.join(str(n + 1) for n in range(len(columns)))}" if columns else ""
        rows = self._all(
            f"SELECT {', '.join([*columns, counted])} FROM documents WHERE {where}{grouping}",  # noqa: S608
            parameters,
        )
        return [Counted(tuple(row[: len(columns)]), row[-2] or 0, row[-1] or 0) for row in rows]

    def slip(self, root: str) -> list[Record]:
        """All documents of a slip, the current one first, then the latest."""
        rows = self._all(
            "SELECT * FROM documents WHERE root = ? COLLATE NOCASE ORDER BY current DESC, updated DESC, id", [root]
        )
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def roots(self, *, beginning: str | None = None, umr_key: str | None = None) -> list[str]:
        """The slips whose root begins so (without dashes, any case), or one of whose documents has that UMR."""
        if umr_key is not None:
            return [row[0] for row in self._all("SELECT DISTINCT root FROM documents WHERE umr_key = ?", [umr_key])]
        start = (beginning or "").upper().replace("-", "")
        rows = self._all(
            "SELECT DISTINCT root FROM documents WHERE substr(upper(replace(root, '-', '')), 1, ?) = ?",
            [len(start), start],
        )
        return [row[0] for row in rows]

    def whole(self, shorts: Collection[str]) -> list[tuple[str, str]]:
        """Of these short ids, those that the list knows, each with its root."""
        marks = ",".join("?" * len(shorts))
        rows = self._all(
            f"SELECT DISTINCT slip_short, root FROM documents WHERE slip_short IN ({marks})",  # noqa: S608  # marks
            list(shorts),
        )
        return [(row[0], row[1]) for row in rows]

    def beginning(self, typed: str, *, ids: bool, limit: int) -> list[str]:
        """UMRs, and with `ids` before them slips' short ids, that begin with a text; the latest slips' first."""
        start, key = typed.strip().upper(), umr_key(typed).removeprefix("b")
        names = ["slip_short"] if ids else []
        found: list[str] = []
        for column, compared, text in (*((name, name, start) for name in names), ("umr", "umr_key", key)):
            rows = self._all(
                f"SELECT {column} FROM documents WHERE current AND {column} IS NOT NULL"  # noqa: S608
                f" AND substr({compared}, 1, ?) = ? GROUP BY {column} ORDER BY max(updated) DESC, min(id) LIMIT ?",
                [len(text), text, limit],
            )
            found += [row[0] for row in rows]
        return found[:limit]

    def _all(self, sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._database.execute(sql, parameters).fetchall()
