"""Changing a list in its tables: documents that were read anew are put in place of those with their ids.

What depends on them is reckoned again for their slips only, and for slips that share a UMR with them. Everything is
checked before the first write, so that there is nothing to undo.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from whitespace_mcp.portfolio.list_reader import ListReader
from whitespace_mcp.portfolio.rows import Documents, Kind, SlipColumns, Title
from whitespace_mcp.portfolio.slips import SHORT, Slips
from whitespace_mcp.portfolio.tables import UMR_KEY, insert_statement
from whitespace_mcp.terms.ids import root_of
from whitespace_mcp.terms.stages import slip_rank


class AmbiguousError(Exception):
    """A change that only a whole reading can tell the meaning of."""


class Amended(NamedTuple):
    """How many documents and slips there are more; fewer where negative."""

    documents: int
    slips: int


def amend(
    database: sqlite3.Connection, pieces: Sequence[Documents], reader: ListReader, gone: Collection[str]
) -> Amended:
    """Put documents in place of those with their ids, and take others out.

    `gone` are ids of documents that are there no more.

    Raises:
        AmbiguousError: nothing was written, and the list has to be read whole.
    """
    read = reader.roots
    ids = {read[slip] + tail for piece in pieces for slip, tail in zip(piece.slip, piece.tail, strict=True)}
    roots = {root_of(document_id) for document_id in (*ids, *gone)}
    numbers: dict[str, int] = dict(_rows(database, "SELECT root, slip FROM slips WHERE root IN ({})", roots))
    _check(database, reader, roots, numbers)
    database.execute("BEGIN")
    database.execute("CREATE INDEX IF NOT EXISTS by_slip ON docs (slip)")
    before = _keys(database, numbers.values())
    removed = _remove(database, numbers, {*ids, *gone})
    new = [root for root in roots if root not in numbers]
    following = _last(database, "slips", "slip") + 1
    numbers |= {root: following + place for place, root in enumerate(new)}
    _put(database, pieces, reader, numbers)
    ended = _reckon(database, numbers)
    after = _keys(database, numbers.values())
    if before != after:
        _share(database, before | after)
    database.execute("COMMIT")
    return Amended(len(ids) - removed, len(new) - ended)


def _check(database: sqlite3.Connection, reader: ListReader, roots: set[str], numbers: dict[str, int]) -> None:
    """Whether short ids stay what they are: a new slip begins like no other, and none that is lengthened changes."""
    odd = _rows(database, "SELECT root FROM slips WHERE short IS NOT NULL AND root IN ({})", roots)
    starts = {root.replace("-", "").upper()[:SHORT] for root in roots - numbers.keys()}
    alike = _rows(database, "SELECT root FROM slips WHERE upper(substr(replace(root, '-', ''), 1, 10)) IN ({})", starts)
    if odd or alike or any(short is not None for short in reader.slips().short):
        raise AmbiguousError


def _remove(database: sqlite3.Connection, numbers: dict[str, int], ids: Collection[str]) -> int:
    """Take documents of some slips out; how many there were."""
    roots = {slip: root for root, slip in numbers.items()}
    rows = _rows(database, "SELECT slip, tail, doc FROM docs WHERE slip IN ({})", roots)
    docs = [(doc,) for slip, tail, doc in rows if roots[slip] + tail in ids]
    database.executemany("DELETE FROM docs WHERE doc = ?", docs)
    return len(docs)


def _put(
    database: sqlite3.Connection, pieces: Sequence[Documents], reader: ListReader, numbers: dict[str, int]
) -> None:
    """Put documents in, with numbers that follow on those that there are."""
    first, kinds, titles = (
        _last(database, *table) + 1 for table in (("docs", "doc"), ("kinds", "kind"), ("titles", "title"))
    )
    read = [numbers[root] for root in reader.roots]
    rows = [row for piece in pieces for row in zip(*piece, strict=True)]
    database.executemany(
        insert_statement("docs", Documents._fields, "doc"),
        [
            (first + place, read[slip], kinds + kind, titles + title, *rest)
            for place, (slip, kind, title, *rest) in enumerate(rows)
        ],
    )
    database.executemany(
        insert_statement("titles", Title._fields, "title"),
        [(titles + number, *title) for number, *title in reader.titles()],
    )
    database.executemany(
        insert_statement("kinds", Kind._fields, "kind"),
        [(kinds + place, *kind) for place, kind in enumerate(reader.kinds)],
    )


def _reckon(database: sqlite3.Connection, numbers: dict[str, int]) -> int:
    """Reckon again which document stands for each slip; how many slips have none left."""
    rows = _rows(
        database,
        "SELECT doc, slip, tail, updated, kind, stage, status, type, facility, broker_channel, teams"
        " FROM docs JOIN kinds USING (kind) WHERE slip IN ({})",
        numbers.values(),
    )
    roots = {slip: root for root, slip in numbers.items()}
    kinds = {kind: Kind(status, stage, *rest) for _, _, _, _, kind, stage, status, *rest in rows}
    slips = Slips()
    slips.add(
        [row[0] for row in rows],
        [roots[row[1]] for row in rows],
        [row[2] for row in rows],
        [row[4] for row in rows],
        [slip_rank(row[5], row[2]) for row in rows],
        [row[3] for row in rows],
    )
    left = slips.columns(kinds)
    shared = dict(_rows(database, "SELECT slip, umr_shared FROM slips WHERE slip IN ({})", numbers.values()))
    stand = [shared.get(numbers[root], 0) for root in left.root]
    database.executemany("DELETE FROM slips WHERE slip = ?", [(slip,) for slip in numbers.values()])
    database.executemany(
        insert_statement("slips", SlipColumns._fields, "slip"),
        [(numbers[row[0]], *row) for row in zip(*left._replace(umr_shared=stand), strict=True)],
    )
    return len(numbers) - len(left.root)


def _keys(database: sqlite3.Connection, slips: Collection[int]) -> set[tuple[int, str]]:
    """The forms in which the UMRs of some slips are compared, each with its slip."""
    return set(_rows(database, f"{_WITH_KEYS} AND slip IN ({{}})", slips))


def _share(database: sqlite3.Connection, changed: set[tuple[int, str]]) -> None:
    """Tell again of which slips a UMR stands on another, after these came or went; a slip may have none any more."""
    keys = {key for _, key in changed}
    touched = {slip for slip, _ in changed}
    touched |= {slip for slip, _ in _rows(database, f"{_WITH_KEYS} AND {UMR_KEY} IN ({{}})", keys)}
    own = _keys(database, touched)
    standing: dict[str, set[int]] = {}
    for slip, key in _rows(database, f"{_WITH_KEYS} AND {UMR_KEY} IN ({{}})", {key for _, key in own}):
        standing.setdefault(key, set()).add(slip)
    shared = {slip for slip, key in own if len(standing[key]) > 1}
    database.executemany(
        "UPDATE slips SET umr_shared = ? WHERE slip = ?", [(int(slip in shared), slip) for slip in touched]
    )


_WITH_KEYS = f"SELECT DISTINCT slip, {UMR_KEY} FROM docs JOIN titles USING (title) WHERE {UMR_KEY} <> ''"  # noqa: S608


def _last(database: sqlite3.Connection, table: str, number: str) -> int:
    """The highest number in a table; -1 in an empty one."""
    return database.execute(f"SELECT coalesce(max({number}), -1) FROM {table}").fetchone()[0]  # noqa: S608


def _rows(database: sqlite3.Connection, sql: str, values: Iterable[Any]) -> list[Any]:
    """Rows whose column is one of some values, where the statement has braces."""
    few = list(values)
    return database.execute(sql.format(", ".join("?" * len(few))), few).fetchall()
