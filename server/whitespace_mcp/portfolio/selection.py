"""A list as a question sees it, and what it selects in it: how many, rows in order, groups, and what is not known."""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, cast

from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.depth import Depth
from whitespace_mcp.portfolio.depth_facts import Wanted
from whitespace_mcp.portfolio.facts import SOURCES, FactName
from whitespace_mcp.portfolio.filters import Scope
from whitespace_mcp.portfolio.query import (
    ALL_KNOWN,
    EVERYTHING,
    KEYS,
    ORDER,
    GroupCount,
    NotKnown,
    Query,
    of_depth,
    parts_of,
    sql_of,
    tables_of,
)
from whitespace_mcp.portfolio.rows import COLUMNS, Record
from whitespace_mcp.portfolio.summaries import Summaries
from whitespace_mcp.portfolio.summary_facts import SUMMARY_COLUMNS
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.terms.text import NOT_READ

SHORT: Final = 200
"""Rows of an answer that is remembered."""
MOST_ANSWERS: Final = 64
"""How many answers of a book are remembered."""

NameMeanings = dict[str, Mapping[str, Any]]
"""What names of a question stand for, by filter and the MU id of an organisation."""


class Selection:
    """The units of a book that a question selects: slips, or documents where these are counted."""

    def __init__(self, book: Book, query: Query) -> None:
        self._database = book.database
        self._query = query = query.of(book.words)
        self._slips = query.scope.unit == "slip"
        self._tables = query.tables
        self._where, self._parameters = query.where()

    @property
    def key(self) -> tuple[Any, ...]:
        """What decides which units match: the list as it is, and the question put to it."""
        return (*self._database.state, self._tables, self._where, *self._parameters)

    def _rows(self, sql: str, parameters: Sequence[Any]) -> Sequence[tuple[Any, ...]]:
        """Rows of a question; short ones are remembered until something is written: the next page needs the same."""
        question = (sql, *parameters)
        with self._database.lock:
            rows = self._database.answers.get(question)
            if rows is None:
                rows = self._database.connection.execute(sql, parameters).fetchall()
                if len(rows) <= SHORT:
                    if len(self._database.answers) == MOST_ANSWERS:
                        self._database.answers.clear()
                    self._database.answers[question] = rows
            return rows

    def counts(self) -> dict[str | None, int]:
        """How many units match, by stage (slips) or by the platform's status (documents); largest first."""
        column = "slip_stage" if self._slips else "status"
        rows = self._rows(
            f"SELECT {column}, count(*) FROM {self._tables} WHERE {self._where} GROUP BY 1 ORDER BY 2 DESC, 1",  # noqa: S608
            self._parameters,
        )
        return {row[0]: row[1] for row in rows}

    def ids(self) -> set[str]:
        """The roots of the slips that match, or the ids of the documents."""
        column = "root" if self._slips else "id"
        sql = f"SELECT {column} FROM {self._tables} WHERE {self._where}"  # noqa: S608
        return {row[0] for row in self._rows(sql, self._parameters)}

    def page(self, *, limit: int = -1, offset: int = 0) -> list[Record]:
        """Matching units in order, as records with the columns of `Row`.

        Where the order, what is selected or what is shown needs summaries, with the columns that these tell.

        `limit` is the most, -1 for all; `offset` how many are passed over first.
        """
        names, order = self._in_order()
        key = "slip" if self._slips else "doc"  # by which columns are read of a page's rows only
        rows = self._rows(
            f"SELECT {_selected(names)} FROM {self._tables} WHERE {key} IN"  # noqa: S608
            f" (SELECT {key} FROM {self._tables} WHERE {self._where} {order} LIMIT ? OFFSET ?) {order}",
            [*self._parameters, limit, offset],
        )
        return [_record(names, row) for row in rows]

    def pages(self, size: int) -> Generator[list[Record]]:
        """All matching units in order, `size` at a time, as `page` has them; all as they were when the first was read.

        They are put in order once, whereas each `page` does it anew.
        """
        names, order = self._in_order()
        ordered = f"SELECT {_selected(names)} FROM {self._tables} WHERE {self._where} {order}"  # noqa: S608
        for rows in self._database.pieces(ordered, self._parameters, size):
            yield [_record(names, row) for row in rows]

    def _in_order(self) -> tuple[tuple[str, ...], str]:
        """The columns of records, and the order in SQL."""
        column, down = ORDER[self._query.sort]
        names = (*COLUMNS, *SUMMARY_COLUMNS) if "summary_facts" in self._tables else COLUMNS
        names = names if column in names else (*names, column)
        names = (*names, "umr_form") if "umr_form" in self._query.values else names
        return names, f"ORDER BY {column} IS NULL, {column} {'DESC' if down else 'ASC'}, id"

    def groups(self) -> list[GroupCount]:
        """How many slips and documents each combination of the question's keys has, among the matching units."""
        columns = self._group_columns()
        counted = "count(*), sum(documents)" if self._slips else "count(DISTINCT root), count(*)"
        grouping = f" GROUP BY {', '.join(str(n + 1) for n in range(len(columns)))}" if columns else ""
        rows = self._rows(
            f"SELECT {', '.join([*columns, counted])} FROM {self._tables} WHERE {self._where}{grouping}",  # noqa: S608
            self._parameters,
        )
        return [GroupCount(tuple(row[:-2]), row[-2] or 0, row[-1] or 0) for row in rows]

    def slips_in(self, keys: Collection[tuple[Any, ...]]) -> int:
        """How many different slips several groups hold together; `keys` are their values."""
        columns = ", ".join([*self._group_columns(), "root"])
        sql = f"SELECT DISTINCT {columns} FROM {self._tables} WHERE {self._where}"  # noqa: S608
        rows = self._rows(sql, self._parameters)
        return len({row[-1] for row in rows if tuple(row[:-1]) in keys})

    def _group_columns(self) -> list[str]:
        return [sql_of(name, self._query.scope) for name in self._query.group_by]

    def limits(self, currency: str) -> tuple[int, int]:
        """Of the slips that the other filters leave: how many have a limit in another currency, and how many none."""
        rest = {name: value for name, value in self._query.values.items() if name != "limit_over"}
        query = replace(self._query, values=rest)
        where, parameters = query.where()
        rows = self._rows(
            f"SELECT count(DISTINCT iif(currency <> ?, root, NULL)),"  # noqa: S608
            " count(DISTINCT iif(activity IS NOT NULL AND amount IS NULL, root, NULL))"
            f" FROM {tables_of(query.scope, (*query.facts, 'limit'))} WHERE {where}",
            [currency, *parameters],
        )
        return rows[0][0], rows[0][1]

    def not_known(self) -> NotKnown:
        """Of how many slips it is not known whether they are asked for, or what is shown, and why."""
        facts = tuple(dict.fromkeys((*self._query.facts, *self._query.shown)))
        if not facts:
            return ALL_KNOWN
        where, parameters = self._query.unknown()
        sql = f"SELECT count(DISTINCT root) FROM {self._tables} WHERE {where}"  # noqa: S608
        slips = self._rows(sql, parameters)[0][0]
        if not slips:
            return ALL_KNOWN
        reasons: dict[str, dict[str, int]] = {}
        for fact in facts:
            source = SOURCES[fact]
            why = f"coalesce(trouble, '{NOT_READ}')" if of_depth((fact,)) else f"'{NOT_READ}'"
            rows = self._rows(
                f"SELECT CASE WHEN {source.unread} THEN {why} ELSE {source.untold} END AS why, count(DISTINCT root)"  # noqa: S608
                f" FROM {self._tables} WHERE ({source.applies}) AND {where} GROUP BY 1 ORDER BY 2 DESC",
                parameters,
            )
            if counts := {why: count for why, count in rows if why is not None}:
                reasons[fact] = counts
        return NotKnown(slips, reasons)

    def wanted(self, facts: Collection[FactName], roots: Collection[str] | None = None) -> list[Wanted]:
        """What contracts and lines have to be read of, to know some facts of the slips that may be selected.

        Args:
            facts: what is to be known.
            roots: only of these slips, whatever is selected.
        """
        deep = of_depth(facts)
        if not deep:
            return []
        where, parameters = self._query.may_cheaply() if roots is None else ("1", [])
        applies = ", ".join(f"({SOURCES[fact].applies})" for fact in deep)
        rows = self._rows(
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


@dataclass(frozen=True)
class View:
    """A list as a question sees it.

    Attributes:
        organisation: whose it is.
        as_of: when it was read, ISO 8601 in UTC; `stale`: why it is not newer, if it should be.
        summaries: what only its summaries tell; `depth`: what only contracts, lines and endorsements do.
        query: what is asked of it, in its organisation's terms.
        not_known: of how many slips it is not known whether they match.
        incomplete: why not everything was read that the question needs, if it was not.
    """

    organisation: Organisation
    book: Book
    as_of: str
    summaries: Summaries
    depth: Depth
    stale: str | None = None
    query: Query = EVERYTHING
    not_known: NotKnown = ALL_KNOWN
    incomplete: str | None = None

    @cached_property
    def selection(self) -> Selection:
        """What the question selects in it."""
        return Selection(self.book, self.query)

    def through(self, query: Query, names: NameMeanings) -> "View":
        """The same list as a question sees it; `names` are what its names stand for."""
        user_id = self.organisation.id
        own = {name: meant[user_id] for name, meant in names.items() if user_id in meant}
        return replace(self, query=replace(query, scope=Scope(query.scope.unit, person=user_id, names=own)))


Result = tuple[Organisation, View | WhitespaceError]
"""An organisation that is asked, and its list, or why that cannot be read."""

PagedRow = tuple[str, Record]
"""The MU id of the organisation that a record is from, and the record."""


def readable(results: Iterable[Result]) -> list[View]:
    """The lists that could be read."""
    return [view for _, view in results if isinstance(view, View)]


def _selected(names: Collection[str]) -> str:
    """Columns of records in SQL; what is unusual about a UMR is reckoned."""
    return ", ".join(f"{KEYS['umr_form'].sql} AS umr_form" if name == "umr_form" else name for name in names)


def _record(names: Sequence[str], values: Sequence[Any]) -> Record:
    return cast("Record", dict(zip(names, values, strict=True)))
