"""An SQLite database in memory that several threads ask and write."""

import itertools
import sqlite3
import threading
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final

_NUMBERS: Final = itertools.count()


def connect() -> sqlite3.Connection:
    """An empty database, which lives as long as the connection."""
    return sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)


class MemoryDatabase:
    """One database; no question sees half of what is written.

    Attributes:
        connection: to ask it, by whoever holds its `lock`.
        answers: for whoever asks again, by question, until something is written.
    """

    def __init__(self, connection: sqlite3.Connection | None = None) -> None:
        self.connection = connection or connect()
        self.lock = threading.RLock()
        self.answers: dict[tuple[Any, ...], Sequence[tuple[Any, ...]]] = {}
        self._number = next(_NUMBERS)
        self._writes = 0

    def __del__(self) -> None:
        self.connection.close()

    @property
    def size(self) -> int:
        """Bytes that it has."""
        with self.lock:
            pages, each = (
                self.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
            )
        return pages * each

    @property
    def state(self) -> tuple[int, int]:
        """Which database of this process it is, and how often it was written."""
        return self._number, self._writes

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Sequence[tuple[Any, ...]]:
        """Rows of a question; `sql` has a question mark for each of the `parameters`."""
        with self.lock:
            return self.connection.execute(sql, parameters).fetchall()

    def column(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """The first column of the rows of a question; `sql` and `parameters` are as for `rows`."""
        return [row[0] for row in self.rows(sql, parameters)]

    def pieces(self, sql: str, parameters: Sequence[Any], size: int) -> Generator[list[tuple[Any, ...]]]:
        """Rows of a question, some at a time, all as they were when the first was read.

        `sql` and `parameters` are as for `rows`, `size` is how many rows a piece has.
        """
        with self.lock:
            cursor = self.connection.execute(sql, parameters)
        while True:
            with self.lock:
                rows = cursor.fetchmany(size)
            if not rows:
                return
            yield rows

    def replace(self, table: str, rows: Collection[Sequence[Any]]) -> None:
        """Put whole rows into a table, in place of those with the same first column.

        `table` is a name of ours.
        """
        if not rows:
            return
        marks = ", ".join("?" * len(next(iter(rows))))
        with self.locked() as connection:
            connection.execute("BEGIN")
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608
            connection.execute("COMMIT")

    @contextmanager
    def locked(self) -> Generator[sqlite3.Connection]:
        """The connection, for statements that belong together: meanwhile no other thread asks or writes."""
        with self.lock:
            self.answers.clear()
            self._writes += 1
            yield self.connection
            self.answers.clear()
            self._writes += 1
