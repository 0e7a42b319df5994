"""One reading of one organisation's list, in an SQLite database of its own, in memory.

A database per organisation and reading: a query cannot reach another organisation's rows, and a list that is read whole
makes a new one. Documents that changed are put in place at once, so that no question sees half of it. Beside the rows
stand what summaries and what contracts and lines tell of the slips, as far as that is read; only questions that need
it look there.
"""

import json
from collections.abc import Collection, Sequence
from typing import Any, Literal, cast

from whitespace_mcp.documents.listing import Elements
from whitespace_mcp.portfolio.amending import AmbiguousError, amend
from whitespace_mcp.portfolio.database import MemoryDatabase
from whitespace_mcp.portfolio.depth_facts import DEPTH_COLUMNS
from whitespace_mcp.portfolio.filters import BROKER, Words
from whitespace_mcp.portfolio.list_reader import ListReader
from whitespace_mcp.portfolio.rows import COLUMNS, Record
from whitespace_mcp.portfolio.summary_facts import SUMMARY_COLUMNS, SummaryFacts
from whitespace_mcp.portfolio.tables import TableWriter
from whitespace_mcp.terms.ids import umr_key

ListSource = Literal["list", "summaries"]


class Book:
    """Rows of one organisation. What a question selects of them is a `Selection`; here they are written and looked up.

    Attributes:
        database: with the views `documents` and `current_documents`, and the tables `summary_facts` and `depth`.
        documents: length of the platform's array; `slips`: distinct roots in it.
        skipped: elements that could not be used, or were another organisation's.
        newest: the instant of the last edit of all; empty if none tells.
        words: the statuses and contract types that occur.
        source: the risk list, or summaries where the platform does not serve it.
        facts_version: up to which version of `Summaries` it has their facts.
    """

    def __init__(self, writer: TableWriter, reader: ListReader, listed: int, source: ListSource) -> None:
        self.source: ListSource = source
        self.facts_version = 0
        for table, columns in (("summary_facts", SUMMARY_COLUMNS), ("depth", DEPTH_COLUMNS)):
            writer.connection.execute(f"CREATE TABLE {table} (root PRIMARY KEY, {', '.join(columns)}) WITHOUT ROWID")
        self.slips = writer.finish(reader)
        self.database = MemoryDatabase(writer.connection)
        self.documents = listed
        self.skipped = listed - len(reader)
        self.newest = reader.newest
        self.words = _words_of(reader)
        reader.close()

    def amend(self, elements: Sequence[object], gone: Collection[str], reader: ListReader) -> None:
        """Put documents in place of those with their ids, and take others out.

        No question sees half of it: it is written at once, and questions that belong together are asked at once.

        Args:
            elements: as the platform's list would have them.
            gone: ids that are in it no more.
            reader: a new one, for the organisation whose list this is.

        Raises:
            AmbiguousError: nothing was changed; the list has to be read whole.
        """
        pieces = [piece for values in Elements(elements) if (piece := reader.documents(values))]
        if len(reader) != len(elements):
            raise AmbiguousError
        with self.database.locked() as connection:
            more = amend(connection, pieces, reader, gone)
        self.documents += more.documents
        self.slips += more.slips
        self.newest = max(self.newest, reader.newest)
        self.words = self.words.joined(_words_of(reader))

    @property
    def size(self) -> int:
        """Bytes that its database has."""
        return self.database.size

    def put_summary_facts(self, facts: Sequence[SummaryFacts], version: int) -> None:
        """Put in facts of summaries, one for each slip, in place of former ones; `version` is that of `Summaries`."""
        rows = [(*summary, summary.waits, summary.since) for summary in facts]
        self.database.replace("summary_facts", rows)
        self.facts_version = version

    def put_depth_facts(self, rows: Collection[tuple[Any, ...]]) -> None:
        """Put in what contracts, lines and endorsements tell, each slip's root first, then `DEPTH_COLUMNS`."""
        self.database.replace("depth", rows)

    def spellings(self, name_key: str) -> list[str]:
        """How a title is written, where it is written in several ways that are compared alike; four at most."""
        return self.database.column(
            "SELECT name FROM documents WHERE name_key = ? GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 4", [name_key]
        )

    def titled(self, part: str) -> list[str]:
        """The six latest slips in whose title some words stand; `part` is folded."""
        return self.database.column(
            "SELECT root FROM current_documents WHERE instr(name_key, ?) > 0 ORDER BY updated DESC, id LIMIT 6", [part]
        )

    def names(self) -> dict[str, str]:
        """Titles by the form in which they are compared, without those of unusual length."""
        return dict(
            self.database.rows("SELECT name_key, min(name) FROM documents WHERE length(name_key) < 200 GROUP BY 1")
        )

    def umrs(self, beginning: str) -> dict[str, str]:
        """UMRs that begin alike, by the form in which they are compared; two thousand at most."""
        return dict(
            self.database.rows(
                "SELECT umr_key, min(umr) FROM documents WHERE substr(umr_key, 1, ?) = ? GROUP BY 1 LIMIT 2000",
                [len(beginning), beginning],
            )
        )

    def umrs_with(self, part: str, most: int) -> list[str]:
        """UMRs in which some signs stand, in the form in which UMRs are compared."""
        return self.database.column(
            "SELECT min(umr) FROM documents WHERE instr(umr_key, ?) > 0 GROUP BY umr_key LIMIT ?", [part, most]
        )

    def actions(self) -> list[str]:
        """Names of the actions that are open on any slip."""
        waits = self.database.column("SELECT DISTINCT waits FROM summary_facts WHERE waits <> ''")
        return sorted({name for names in waits for name in names.split(", ")})

    def brokers(self) -> set[str]:
        """Who places anything, by channel prefix in small letters."""
        return set(self.database.column(f"SELECT DISTINCT {BROKER} FROM kinds"))  # noqa: S608

    def leaders(self) -> list[str]:
        """Who leads any slip whose contract was read, by name or channel."""
        leaders = self.database.column("SELECT DISTINCT leader FROM depth WHERE leader IS NOT NULL")
        return sorted({name for names in leaders for name in names.split(" / ")})

    def slip(self, root: str) -> list[Record]:
        """All documents of a slip, the current one first, then the latest."""
        rows = self.database.rows(
            f"SELECT {', '.join(COLUMNS)} FROM documents"  # noqa: S608
            " WHERE slip IN (SELECT slip FROM slips WHERE root = ? COLLATE NOCASE ORDER BY root <> ? LIMIT 1)"
            " ORDER BY current DESC, updated DESC, id",
            [root, root],
        )
        return [cast("Record", dict(zip(COLUMNS, row, strict=True))) for row in rows]

    def ids_of(self, roots: Collection[str]) -> dict[str, list[str]]:
        """The ids of the documents of many slips by root, in the order of `slip`; one look for all of them."""
        rows = self.database.rows(
            "SELECT root, id FROM documents WHERE root IN (SELECT value FROM json_each(?))"
            " ORDER BY current DESC, updated DESC, id",
            [json.dumps(list(roots))],
        )
        ids: dict[str, list[str]] = {}
        for root, name in rows:
            ids.setdefault(root, []).append(name)
        return ids

    def roots_beginning(self, text: str) -> list[str]:
        """The slips whose root begins so, without dashes and in any case."""
        start = text.upper().replace("-", "")
        return self.database.column(
            "SELECT root FROM slips WHERE substr(upper(replace(root, '-', '')), 1, ?) = ?", [len(start), start]
        )

    def roots_of_umr(self, umr_key: str) -> list[str]:
        """The slips one of whose documents has that UMR, in the form in which UMRs are compared."""
        return self.database.column("SELECT DISTINCT root FROM documents WHERE umr_key = ?", [umr_key])

    def whole(self, shorts: Collection[str]) -> dict[str, str]:
        """Of these short ids, the roots of those that the list knows."""
        marks = ",".join("?" * len(shorts))
        return dict(
            self.database.rows(
                f"SELECT slip_short, root FROM current_documents WHERE slip_short IN ({marks})",  # noqa: S608  # marks
                list(shorts),
            )
        )

    def beginning(self, typed: str, *, ids: bool, limit: int) -> list[str]:
        """UMRs, and with `ids` before them slips' short ids, that begin with a text; the latest slips' first.

        `typed` is the text, `limit` the most that are given.
        """
        searches = [("umr", "umr_key", umr_key(typed).removeprefix("b"))]
        if ids:
            searches.insert(0, ("slip_short", "slip_short", typed.strip().upper()))
        values: list[str] = []
        for column, compared, text in searches:
            values += self.database.column(
                f"SELECT {column} FROM documents WHERE current AND {column} IS NOT NULL"  # noqa: S608
                f" AND substr({compared}, 1, ?) = ? GROUP BY {column} ORDER BY max(updated) DESC, min(id) LIMIT ?",
                [len(text), text, limit],
            )
        return values[:limit]


def _words_of(reader: ListReader) -> Words:
    """The different statuses and contract types of a list."""
    return Words(
        statuses=tuple({kind.status for kind in reader.kinds if kind.status}),
        types=tuple({kind.type for kind in reader.kinds if kind.type}),
    )
