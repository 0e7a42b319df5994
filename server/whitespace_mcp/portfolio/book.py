"""One reading of one organisation's list, in an SQLite database of its own, in memory. Its rows are never changed.

A database per organisation and reading: a query cannot reach another organisation's rows, and whoever holds a book
goes on seeing one moment of it while a newer one is being loaded. Beside the rows stands what summaries told of the
slips, which grows as they are read; only questions that need it look there.
"""

import sqlite3
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from whitespace_mcp.portfolio.reading import Reading
from whitespace_mcp.portfolio.rows import COLUMNS
from whitespace_mcp.portfolio.selection import BROKER, ORDER, Selection, Sort, Words, stage_column
from whitespace_mcp.portfolio.summary_facts import FIELDS, Fact, SummaryFacts
from whitespace_mcp.portfolio.tables import fill
from whitespace_mcp.terms.ids import umr_key

Source = Literal["list", "summaries"]
Group = Literal[
    "stage", "status", "contract_type", "facility", "broker", "team", "updated_month",
    "inception_month", "owner", "waiting",
]  # fmt: skip
Record = dict[str, Any]

UNREAD: Final = "?"
"""The value, in a group, of slips whose summary was not read yet."""

_GROUP_COLUMNS: Final[dict[Group, str]] = {
    "status": "status",
    "contract_type": "type",
    "facility": "facility",
    "broker": BROKER,
    "team": "teams",
    "updated_month": "substr(updated, 1, 7)",
    "inception_month": f"iif(activity IS NULL, '{UNREAD}', substr(inception, 1, 7))",
    "owner": f"iif(activity IS NULL, '{UNREAD}', owners)",
    "waiting": f"iif(activity IS NULL, '{UNREAD}', waits)",
}
_OF_FACT: Final[dict[Group, Fact]] = {"inception_month": "inception", "owner": "owner", "waiting": "waiting"}
_TOLD: Final = (*(name for name in FIELDS if name != "root"), "waits")
_LACKS: Final[dict[Fact, str]] = {"inception": "inception IS NULL", "limit": "amount IS NULL"}
"""When a fact is not known of a slip although its summary was read; of the others it then is."""


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
        newest: the instant of the last edit of all; empty if none tells.
        words: the statuses and contract types that occur.
        source: the risk list, or summaries where the platform does not serve it.
        taught: up to which turn it was told what summaries say.
    """

    def __init__(self, reading: Reading, source: Source) -> None:
        self.source: Source = source
        self.taught = 0
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._database.execute(f"CREATE TABLE told (root PRIMARY KEY, {', '.join(_TOLD)}) WITHOUT ROWID")
        self.slips = fill(self._database, reading)
        self.documents = reading.listed
        self.skipped = reading.listed - len(reading)
        self.newest = reading.newest
        self.words = Words(
            statuses=tuple({kind.status for kind in reading.kinds if kind.status}),
            types=tuple({kind.type for kind in reading.kinds if kind.type}),
        )

    def __del__(self) -> None:
        self._database.close()

    def learn(self, told: Sequence[SummaryFacts], turn: int) -> None:
        """Take in what summaries told of slips, each once; what was known of these slips is replaced."""
        with self._lock:
            self._database.execute("BEGIN")
            self._database.executemany(
                f"INSERT OR REPLACE INTO told VALUES ({', '.join('?' * (1 + len(_TOLD)))})",  # noqa: S608
                [(*one, one.waits) for one in told],
            )
            self._database.execute("COMMIT")
            self.taught = turn

    def lacking(self, selection: Selection, facts: Collection[Fact]) -> int:
        """How many slips the rest of a selection selects of which something that is needed is not known.

        Args:
            selection: what it asks must be known: the summary was read, and tells it.
            facts: what is shown or grouped by besides; it is enough that the summary was read.
        """
        where, parameters = selection.without_facts().where(self.words)
        lacks = " OR ".join(["activity IS NULL", *(_LACKS[fact] for fact in selection.facts if fact in _LACKS)])
        needed = selection.facts or facts
        rows = self._all(
            f"SELECT count(DISTINCT root) FROM {_from(selection, told=True)} WHERE ({where}) AND ({lacks})",  # noqa: S608
            parameters,
        )
        return rows[0][0] if needed else 0

    def counts(self, selection: Selection) -> dict[str | None, int]:
        """How many units match, by stage (slips) or by the platform's status (documents); largest first."""
        column = stage_column(selection.unit) if selection.unit == "slip" else "status"
        where, parameters = selection.where(self.words)
        rows = self._all(
            f"SELECT {column}, count(*) FROM {_from(selection)} WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1",  # noqa: S608
            parameters,
        )
        return {row[0]: row[1] for row in rows}

    def page(
        self, selection: Selection, sort: Sort, *, limit: int, offset: int = 0, told: bool = False
    ) -> list[Record]:
        """Matching units in order, as records with the columns of `Row`, and if wanted those that summaries tell."""
        column, down = ORDER[sort]
        names = (*COLUMNS, *_TOLD) if told else COLUMNS
        where, parameters = selection.where(self.words)
        rows = self._all(
            f"SELECT {', '.join(names)} FROM {_from(selection, told=told)} WHERE {where}"  # noqa: S608
            f" ORDER BY {column} IS NULL, {column} {'DESC' if down else 'ASC'}, id LIMIT ? OFFSET ?",
            [*parameters, limit, offset],
        )
        return [dict(zip(names, row, strict=True)) for row in rows]

    def groups(self, selection: Selection, by: tuple[Group, ...]) -> list[Counted]:
        """How many slips and documents each combination of values has, among the matching units."""
        columns = [stage_column(selection.unit) if name == "stage" else _GROUP_COLUMNS[name] for name in by]
        counted = "count(*), sum(documents)" if selection.unit == "slip" else "count(DISTINCT root), count(*)"
        where, parameters = selection.where(self.words)
        source = _from(selection, told=bool(facts_of(by)))
        grouping = f" GROUP BY {', '.join(str(n + 1) for n in range(len(columns)))}" if columns else ""
        rows = self._all(
            f"SELECT {', '.join([*columns, counted])} FROM {source} WHERE {where}{grouping}",  # noqa: S608
            parameters,
        )
        return [Counted(tuple(row[: len(columns)]), row[-2] or 0, row[-1] or 0) for row in rows]

    def slip(self, root: str) -> list[Record]:
        """All documents of a slip, the current one first, then the latest."""
        rows = self._all(
            f"SELECT {', '.join(COLUMNS)} FROM documents"  # noqa: S608
            " WHERE slip IN (SELECT slip FROM slips WHERE root = ? COLLATE NOCASE)"
            " ORDER BY current DESC, updated DESC, id",
            [root],
        )
        return [dict(zip(COLUMNS, row, strict=True)) for row in rows]

    def roots(self, *, beginning: str | None = None, umr_key: str | None = None) -> list[str]:
        """The slips whose root begins so (without dashes, any case), or one of whose documents has that UMR."""
        if umr_key is not None:
            return [row[0] for row in self._all("SELECT DISTINCT root FROM documents WHERE umr_key = ?", [umr_key])]
        start = (beginning or "").upper().replace("-", "")
        rows = self._all(
            "SELECT root FROM slips WHERE substr(upper(replace(root, '-', '')), 1, ?) = ?",
            [len(start), start],
        )
        return [row[0] for row in rows]

    def whole(self, shorts: Collection[str]) -> list[tuple[str, str]]:
        """Of these short ids, those that the list knows, each with its root."""
        marks = ",".join("?" * len(shorts))
        rows = self._all(
            f"SELECT slip_short, root FROM current_documents WHERE slip_short IN ({marks})",  # noqa: S608  # marks
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


def facts_of(groups: Iterable[str]) -> frozenset[Fact]:
    """What groups need that only summaries tell."""
    return frozenset(fact for group, fact in _OF_FACT.items() if group in groups)


def _from(selection: Selection, *, told: bool = False) -> str:
    """What a selection looks at: the documents, or those that stand for their slips, with what summaries tell."""
    rows = "current_documents" if selection.unit == "slip" else "documents"
    return f"{rows} LEFT JOIN told USING (root)" if told or selection.facts else rows
