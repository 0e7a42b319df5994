"""One reading of one organisation's list, in an SQLite database of its own, in memory.

A database per organisation and reading: a query cannot reach another organisation's rows, and a list that is read whole
makes a new one. Documents that changed are put in place at once, so that no question sees half of it. Beside the rows
stand what summaries and what contracts and lines tell of the slips, as far as that is read; only questions that need
it look there.
"""

import json
from collections.abc import Collection, Generator, Sequence
from dataclasses import replace
from typing import Any, Final, Literal, cast

from whitespace_mcp.documents.listing import Elements
from whitespace_mcp.portfolio.amending import AmbiguousError, amend
from whitespace_mcp.portfolio.database import MemoryDatabase
from whitespace_mcp.portfolio.depth_facts import DEPTH_COLUMNS, Wanted
from whitespace_mcp.portfolio.facts import SOURCES, FactName
from whitespace_mcp.portfolio.filters import Words
from whitespace_mcp.portfolio.query import (
    ALL_KNOWN,
    KEYS,
    ORDER,
    ORDER_FACTS,
    Group,
    GroupCount,
    NotKnown,
    Query,
    Sort,
    facts_of,
    of_depth,
    parts_of,
    sql_of,
    tables_of,
)
from whitespace_mcp.portfolio.reading import Reading
from whitespace_mcp.portfolio.rows import COLUMNS, Record
from whitespace_mcp.portfolio.summary_facts import FIELDS, SummaryFacts
from whitespace_mcp.portfolio.tables import Filling
from whitespace_mcp.terms.ids import umr_key

ListSource = Literal["list", "summaries"]

_SUMMARY_COLUMNS: Final = (*(name for name in FIELDS if name != "root"), "waits", "since")
NOT_READ: Final = "not read yet"


class Book:
    """Rows of one organisation, and the questions that can be asked of them.

    Attributes:
        documents: length of the platform's array; `slips`: distinct roots in it.
        skipped: elements that could not be used, or were another organisation's.
        newest: the instant of the last edit of all; empty if none tells.
        words: the statuses and contract types that occur.
        source: the risk list, or summaries where the platform does not serve it.
        facts_version: up to which version of `Summaries` it has their facts.
    """

    def __init__(self, filling: Filling, reading: Reading, listed: int, source: ListSource) -> None:
        self.source: ListSource = source
        self.facts_version = 0
        for table, columns in (("summary_facts", _SUMMARY_COLUMNS), ("depth", DEPTH_COLUMNS)):
            filling.connection.execute(f"CREATE TABLE {table} (root PRIMARY KEY, {', '.join(columns)}) WITHOUT ROWID")
        self.slips = filling.finish(reading)
        self._database = MemoryDatabase(filling.connection)
        self.documents = listed
        self.skipped = listed - len(reading)
        self.newest = reading.newest
        self.words = _words_of(reading)
        reading.close()

    def amend(self, elements: Sequence[object], gone: Collection[str], reading: Reading) -> None:
        """Put documents in place of those with their ids, and take others out.

        No question sees half of it: it is written at once, and questions that belong together are asked at once.

        Args:
            elements: as the platform's list would have them.
            gone: ids that are in it no more.
            reading: a new one, for the organisation whose list this is.

        Raises:
            AmbiguousError: nothing was changed; the list has to be read whole.
        """
        pieces = [piece for values in Elements(elements) if (piece := reading.documents(values))]
        if len(reading) != len(elements):
            raise AmbiguousError
        with self._database.locked() as connection:
            more = amend(connection, pieces, reading, gone)
        self.documents += more.documents
        self.slips += more.slips
        self.newest = max(self.newest, reading.newest)
        self.words = self.words.joined(_words_of(reading))

    @property
    def size(self) -> int:
        """Bytes that its database has."""
        return self._database.size

    def put_summary_facts(self, facts: Sequence[SummaryFacts], version: int) -> None:
        """Put in facts of summaries, one for each slip, in place of former ones; `version` is that of `Summaries`."""
        rows = [(*summary, summary.waits, summary.since) for summary in facts]
        self._database.replace("summary_facts", rows)
        self.facts_version = version

    def put_depth_facts(self, rows: Collection[tuple[Any, ...]]) -> None:
        """Put in what contracts, lines and endorsements tell, each slip's root first, then `DEPTH_COLUMNS`."""
        self._database.replace("depth", rows)

    def wanted(self, query: Query, facts: Collection[FactName], roots: Collection[str] | None = None) -> list[Wanted]:
        """What contracts and lines have to be read of, to know some facts of the slips that a query leaves.

        Args:
            query: lists and summaries narrow it as far as they are known.
            facts: what is to be known.
            roots: only of these slips, whatever is selected.
        """
        deep = of_depth(facts)
        if not deep:
            return []
        where, parameters = ("1", list[Any]()) if roots is not None else query.of(self.words).may_cheaply()
        applies = ", ".join(f"({SOURCES[fact].applies})" for fact in deep)
        rows = self._database.rows(
            f"SELECT root, id, updated, activity, amended, {applies}"  # noqa: S608
            " FROM current_documents LEFT JOIN summary_facts USING (root) LEFT JOIN"
            " (SELECT root, max(coalesce(updated, '')) AS amended FROM documents WHERE stage = 'endorsement'"
            f" GROUP BY root) USING (root) WHERE {where}",
            parameters,
        )
        among = None if roots is None else set(roots)
        wanted: list[Wanted] = []
        for root, document, updated, activity, amended, *applied in rows:
            if among is None or root in among:
                parts = parts_of(fact for fact, applied_ in zip(deep, applied, strict=True) if applied_)
                if parts - {"summary"}:
                    wanted.append(Wanted(root, document, updated or "", activity, amended, parts - {"summary"}))
        return wanted

    def not_known(self, query: Query) -> NotKnown:
        """Of how many slips it is not known whether they are asked for, or what is shown, and why."""
        facts = tuple(dict.fromkeys((*query.facts, *query.shown)))
        if not facts:
            return ALL_KNOWN
        where, parameters = query.of(self.words).unknown()
        tables = query.tables
        slips = self._database.rows(f"SELECT count(DISTINCT root) FROM {tables} WHERE {where}", parameters)[0][0]  # noqa: S608
        if not slips:
            return ALL_KNOWN
        reasons: dict[str, dict[str, int]] = {}
        for fact in facts:
            source = SOURCES[fact]
            why = f"coalesce(trouble, '{NOT_READ}')" if of_depth((fact,)) else f"'{NOT_READ}'"
            rows = self._database.rows(
                f"SELECT CASE WHEN {source.unread} THEN {why} ELSE {source.untold} END AS why,"  # noqa: S608
                f" count(DISTINCT root) FROM {tables} WHERE ({source.applies}) AND {where} GROUP BY 1 ORDER BY 2 DESC",
                parameters,
            )
            if counts := {why: count for why, count in rows if why is not None}:
                reasons[fact] = counts
        return NotKnown(slips, reasons)

    def counts(self, query: Query) -> dict[str | None, int]:
        """How many units match, by stage (slips) or by the platform's status (documents); largest first."""
        column = "slip_stage" if query.terms.unit == "slip" else "status"
        where, parameters = query.of(self.words).where()
        rows = self._database.rows(
            f"SELECT {column}, count(*) FROM {query.tables} WHERE {where} GROUP BY 1 ORDER BY 2 DESC, 1",  # noqa: S608
            parameters,
        )
        return {row[0]: row[1] for row in rows}

    def selected(self, query: Query) -> set[str]:
        """The roots of the slips that match, or the ids of the documents where these are counted."""
        where, parameters = query.of(self.words).where()
        name = "root" if query.terms.unit == "slip" else "id"
        return {row[0] for row in self._database.rows(f"SELECT {name} FROM {query.tables} WHERE {where}", parameters)}  # noqa: S608

    def selection(self, query: Query) -> tuple[Any, ...]:
        """What decides which units match: this list as it is, and the question put to it."""
        where, parameters = query.of(self.words).where()
        return (*self._database.state, query.tables, where, *parameters)

    def limits(self, query: Query, currency: str) -> tuple[int, int]:
        """Of the slips that the other filters leave: how many have a limit in another currency, and how many none."""
        rest = replace(query, values={name: v for name, v in query.values.items() if name != "limit_over"})
        where, parameters = rest.of(self.words).where()
        rows = self._database.rows(
            f"SELECT count(DISTINCT iif(currency <> ?, root, NULL)),"  # noqa: S608
            " count(DISTINCT iif(activity IS NOT NULL AND amount IS NULL, root, NULL))"
            f" FROM {tables_of(rest.terms, (*rest.facts, 'limit'))} WHERE {where}",
            [currency, *parameters],
        )
        return rows[0][0], rows[0][1]

    def page(self, query: Query, sort: Sort, *, limit: int, offset: int = 0) -> list[Record]:
        """Matching units in order, as records with the columns of `Row`.

        Where the order, what is selected or what is shown needs summaries, with the columns that these tell.

        `limit` is the most, `offset` how many are passed over first.
        """
        names, tables, where, order, parameters = self._in_order(query, sort)
        key = "slip" if query.terms.unit == "slip" else "doc"  # by which columns are read of a page's rows only
        rows = self._database.rows(
            f"SELECT {_selected(names)} FROM {tables} WHERE {key} IN"  # noqa: S608
            f" (SELECT {key} FROM {tables} WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?) ORDER BY {order}",
            [*parameters, limit, offset],
        )
        return [_record(names, row) for row in rows]

    def pages(self, query: Query, sort: Sort, size: int) -> Generator[list[Record]]:
        """All matching units in order, so many at a time, as `page` has them; all as they were when the first was read.

        They are put in order once, whereas each `page` does it anew.

        `size` is how many rows a piece has.
        """
        names, tables, where, order, parameters = self._in_order(query, sort)
        ordered = f"SELECT {_selected(names)} FROM {tables} WHERE {where} ORDER BY {order}"  # noqa: S608
        for rows in self._database.pieces(ordered, parameters, size):
            yield [_record(names, row) for row in rows]

    def _in_order(self, query: Query, sort: Sort) -> tuple[tuple[str, ...], str, str, str, list[Any]]:
        """The columns of records, their tables, the condition, the order, and the values of the condition."""
        column, down = ORDER[sort]
        tables = tables_of(query.terms, (*query.facts, *query.shown, *ORDER_FACTS.get(sort, ())))
        names = (*COLUMNS, *_SUMMARY_COLUMNS) if "summary_facts" in tables else COLUMNS
        names = names if column in names else (*names, column)
        names = (*names, "umr_form") if "umr_form" in query.values else names
        where, parameters = query.of(self.words).where()
        order = f"{column} IS NULL, {column} {'DESC' if down else 'ASC'}, id"
        return names, tables, where, order, parameters

    def groups(self, query: Query, by: Sequence[Group]) -> list[GroupCount]:
        """How many slips and documents each combination of values has, among the matching units."""
        columns, source, where, parameters = self._grouping(query, by)
        slips = query.terms.unit == "slip"
        counted = "count(*), sum(documents)" if slips else "count(DISTINCT root), count(*)"
        grouping = f" GROUP BY {', '.join(str(n + 1) for n in range(len(columns)))}" if columns else ""
        rows = self._database.rows(
            f"SELECT {', '.join([*columns, counted])} FROM {source} WHERE {where}{grouping}",  # noqa: S608
            parameters,
        )
        return [GroupCount(tuple(row[: len(columns)]), row[-2] or 0, row[-1] or 0) for row in rows]

    def slips_in(self, query: Query, by: Sequence[Group], keys: Collection[tuple[Any, ...]]) -> int:
        """How many different slips several groups hold together.

        `keys` are the groups' values, in the order of `by`.
        """
        columns, source, where, parameters = self._grouping(query, by)
        rows = self._database.rows(
            f"SELECT DISTINCT {', '.join([*columns, 'root'])} FROM {source} WHERE {where}",  # noqa: S608
            parameters,
        )
        return len({row[-1] for row in rows if tuple(row[:-1]) in keys})

    def spellings(self, name_key: str, most: int = 4) -> list[str]:
        """How a title is written, where it is written in several ways that are compared alike."""
        rows = self._database.rows(
            "SELECT name, count(*) FROM documents WHERE name_key = ? GROUP BY 1 ORDER BY 2 DESC, 1",
            [name_key],
        )
        return [row[0] for row in rows[:most]]

    def titled(self, part: str, most: int = 6) -> list[str]:
        """The latest slips in whose title some words stand; `part` is folded."""
        rows = self._database.rows(
            "SELECT root FROM current_documents WHERE instr(name_key, ?) > 0 ORDER BY updated DESC, id LIMIT ?",
            [part, most],
        )
        return [row[0] for row in rows]

    def names(self) -> dict[str, str]:
        """Titles by the form in which they are compared, without those of unusual length."""
        rows = self._database.rows(
            "SELECT name_key, min(name) FROM documents WHERE length(name_key) < 200 GROUP BY 1", []
        )
        return dict(rows)

    def umrs(self, beginning: str, most: int = 2_000) -> dict[str, str]:
        """UMRs that begin alike, by the form in which they are compared."""
        rows = self._database.rows(
            "SELECT umr_key, min(umr) FROM documents WHERE substr(umr_key, 1, ?) = ? GROUP BY 1 LIMIT ?",
            [len(beginning), beginning, most],
        )
        return dict(rows)

    def umrs_with(self, part: str, most: int) -> list[str]:
        """UMRs in which some signs stand, in the form in which UMRs are compared."""
        rows = self._database.rows(
            "SELECT min(umr) FROM documents WHERE instr(umr_key, ?) > 0 GROUP BY umr_key LIMIT ?", [part, most]
        )
        return [row[0] for row in rows]

    def actions(self) -> list[str]:
        """Names of the actions that are open on any slip."""
        rows = self._database.rows("SELECT DISTINCT waits FROM summary_facts WHERE waits <> ''")
        return sorted({name for row in rows for name in row[0].split(", ")})

    def leaders(self) -> list[str]:
        """Who leads any slip whose contract was read, by name or channel."""
        rows = self._database.rows("SELECT DISTINCT leader FROM depth WHERE leader IS NOT NULL")
        return sorted({name for row in rows for name in row[0].split(" / ")})

    def _grouping(self, query: Query, by: Sequence[Group]) -> tuple[list[str], str, str, list[Any]]:
        where, parameters = query.of(self.words).where()
        tables = tables_of(query.terms, (*query.facts, *query.shown, *facts_of(by)))
        return [sql_of(name, query.terms) for name in by], tables, where, parameters

    def slip(self, root: str) -> list[Record]:
        """All documents of a slip, the current one first, then the latest."""
        rows = self._database.rows(
            f"SELECT {', '.join(COLUMNS)} FROM documents"  # noqa: S608
            " WHERE slip IN (SELECT slip FROM slips WHERE root = ? COLLATE NOCASE ORDER BY root <> ? LIMIT 1)"
            " ORDER BY current DESC, updated DESC, id",
            [root, root],
        )
        return [_record(COLUMNS, row) for row in rows]

    def ids_of(self, roots: Collection[str]) -> dict[str, list[str]]:
        """The ids of the documents of many slips by root, in the order of `slip`; one look for all of them."""
        rows = self._database.rows(
            "SELECT root, id FROM documents WHERE root IN (SELECT value FROM json_each(?))"
            " ORDER BY current DESC, updated DESC, id",
            [json.dumps(list(roots))],
        )
        ids: dict[str, list[str]] = {}
        for root, name in rows:
            ids.setdefault(root, []).append(name)
        return ids

    def roots(self, *, beginning: str | None = None, umr_key: str | None = None) -> list[str]:
        """The slips whose root begins so (without dashes, any case), or one of whose documents has that UMR."""
        if umr_key is not None:
            return [
                row[0]
                for row in self._database.rows("SELECT DISTINCT root FROM documents WHERE umr_key = ?", [umr_key])
            ]
        start = (beginning or "").upper().replace("-", "")
        rows = self._database.rows(
            "SELECT root FROM slips WHERE substr(upper(replace(root, '-', '')), 1, ?) = ?",
            [len(start), start],
        )
        return [row[0] for row in rows]

    def whole(self, shorts: Collection[str]) -> list[tuple[str, str]]:
        """Of these short ids, those that the list knows, each with its root."""
        marks = ",".join("?" * len(shorts))
        rows = self._database.rows(
            f"SELECT slip_short, root FROM current_documents WHERE slip_short IN ({marks})",  # noqa: S608  # marks
            list(shorts),
        )
        return [(row[0], row[1]) for row in rows]

    def beginning(self, typed: str, *, ids: bool, limit: int) -> list[str]:
        """UMRs, and with `ids` before them slips' short ids, that begin with a text; the latest slips' first.

        `typed` is the text, `limit` the most that are given.
        """
        start, key = typed.strip().upper(), umr_key(typed).removeprefix("b")
        names = ["slip_short"] if ids else []
        values: list[str] = []
        for column, compared, text in (*((name, name, start) for name in names), ("umr", "umr_key", key)):
            rows = self._database.rows(
                f"SELECT {column} FROM documents WHERE current AND {column} IS NOT NULL"  # noqa: S608
                f" AND substr({compared}, 1, ?) = ? GROUP BY {column} ORDER BY max(updated) DESC, min(id) LIMIT ?",
                [len(text), text, limit],
            )
            values += [row[0] for row in rows]
        return values[:limit]


def _words_of(reading: Reading) -> Words:
    """The different statuses and contract types of a list."""
    return Words(
        statuses=tuple({kind.status for kind in reading.kinds if kind.status}),
        types=tuple({kind.type for kind in reading.kinds if kind.type}),
    )


def _selected(names: Sequence[str]) -> str:
    """Columns of records in SQL; what is unusual about a UMR is reckoned."""
    return ", ".join(f"{KEYS['umr_form'].sql} AS umr_form" if name == "umr_form" else name for name in names)


def _record(names: Sequence[str], values: Sequence[Any]) -> Record:
    return cast("Record", dict(zip(names, values, strict=True)))
