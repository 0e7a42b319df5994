"""What the summaries of one organisation tell, read when a question needs it and kept by reading what is new.

There is no shorter way than sixty summaries a page, so nothing is read before somebody asks. Then the walk goes from
the newest change downwards, one page at a time, in the session's task group: whoever asks waits for it as long as the
call allows, and is answered with what is known by then. The walk goes on for two minutes after the last question that
needs it; the next one continues where it stopped. Once it has reached the end, reading down to the newest change seen
before is enough. Slips that jump to the front while it walks are met there when it is done.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import groupby
from typing import Final

import anyio
import anyio.to_thread

from whitespace_mcp.api.risks import SummaryPage, summary_page
from whitespace_mcp.config.errors import WhitespaceError, about
from whitespace_mcp.documents.json import Document, as_text
from whitespace_mcp.documents.visibility import own_summaries
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.database import MemoryDatabase
from whitespace_mcp.portfolio.summary_facts import FIELDS, SummaryFacts, merged, summary_facts
from whitespace_mcp.runtime.single_flight import SingleFlight
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.moments import instant

LINGER_SECONDS: Final = 120.0
"""How long a walk goes on after the last question that needs it."""
AGAIN_SECONDS: Final = 86_400.0
"""Seconds after which everything is read once more: what is gone does not show among the newest changes."""
ASIDE_BYTES: Final = 150_000
"""What two connections of SQLite and the objects around them take for an organisation, as it was measured."""
MANY: Final = 5_000
"""Rows from which a book is updated in a worker thread."""

TellSummaries = Callable[[], Awaitable[None]]
"""Is told each time that a page was read."""


class Summaries:
    """The summaries of one organisation; made for it, and never asked about another.

    Attributes:
        complete: whether a walk has reached the end.
        failure: why the last attempt to read on ended early, if it failed.
    """

    def __init__(self, session: Session, organisation: Organisation) -> None:
        self._session = session
        self._organisation = organisation
        self._api = session.api_for(organisation)
        self._table = _Table()
        self._newest: str | None = None
        self._following: dict[str, str] | None = None
        self._walk = 0
        self.complete = False
        self._again_at = 0.0
        self._fresh_until = 0.0
        self._wanted_until = 0.0
        self.failure: WhitespaceError | None = None
        self._page_read = anyio.Event()
        self._flight = SingleFlight(session.tasks, self._read)

    @property
    def count(self) -> int:
        """How many summaries were read so far."""
        return self._table.size

    @property
    def weight(self) -> int:
        """How many bytes of memory they take."""
        return self._table.weight

    @property
    def fresh(self) -> bool:
        """Whether everything was read, and its newest page lately."""
        return self.complete and self._session.clock.monotonic() < self._fresh_until

    def start(self, *, refresh: bool = False) -> None:
        """Begin to read, or go on, in the background, unless everything is known and fresh."""
        self._wanted_until = self._session.clock.monotonic() + LINGER_SECONDS
        if refresh:
            self._fresh_until = 0.0
        if not self.fresh:
            self._flight.start()

    async def wait(self, seconds: float, tell: TellSummaries) -> None:
        """Wait until everything is read, reading has failed, or so many seconds have passed."""
        with anyio.move_on_after(seconds):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._telling, tell)
                with suppress(WhitespaceError):  # kept as `failure`
                    while not (self.fresh or await self._flight.join()):
                        pass
                tasks.cancel_scope.cancel()

    def is_up_to_date(self, book: Book) -> bool:
        """Whether a book has all facts that there are, and they are fresh."""
        return self.fresh and book.facts_version == self._table.version

    async def update(self, book: Book) -> None:
        """Bring what a book knows of its slips up to date."""
        if book.facts_version == self._table.version:
            return
        if self._table.size < MANY:
            self._update(book)
        else:
            await anyio.to_thread.run_sync(self._update, book)

    def _update(self, book: Book) -> None:
        version, facts = self._table.since(book.facts_version)
        book.put_summary_facts(facts, version)

    async def _telling(self, tell: TellSummaries) -> None:
        while True:
            await self._page_read.wait()
            await tell()

    async def _read(self) -> bool:
        """Read on; whether everything is known now.

        Raises:
            WhitespaceError: the platform does not serve summaries, or not now.
        """
        try:
            with about(self._organisation.name):
                await self._walked()
        except WhitespaceError as error:
            self.failure = error
            raise
        self.failure = None
        if self.complete:
            self._fresh_until = self._session.clock.monotonic() + self._session.settings.fresh_seconds
        return self.complete

    async def _walked(self) -> None:
        now = self._session.clock.monotonic()
        if self.complete and now >= self._again_at:
            self.complete, self._following = False, None
        if self._newest is not None:
            await self._down_to(self._newest)
        if self.complete:
            return
        if self._following is None:
            self._walk += 1
            self._again_at = now + AGAIN_SECONDS
        while not self.complete:
            if self._session.clock.monotonic() >= self._wanted_until:
                return
            await self._further()
        if self._newest is not None:
            await self._down_to(self._newest)

    async def _further(self) -> None:
        """Read one page more of the walk; the last one ends it."""
        before = self._following
        page = await self._page(before)
        moved = self._keep(page) and page.following != before
        if before is None:
            self._newest = max(filter(None, (self._newest, _moment(page.entries[:1]))), default=None)
        self._following = page.following
        if page.following is None or not moved:
            self.complete, self._following = True, None
            self._table.forget_before(self._walk)

    async def _down_to(self, moment: str) -> None:
        """Read from the newest change down to one that was seen before; ties with it are read again."""
        top, following, moved = None, None, True
        while moved:
            page = await self._page(following)
            moved = self._keep(page) and page.following not in (None, following)
            top = top or _moment(page.entries[:1])
            last, following = _moment(page.entries[-1:]), page.following
            moved = moved and last is not None and last >= moment
        self._newest = top or moment

    async def _page(self, after: dict[str, str] | None) -> SummaryPage:
        return await summary_page(self._api, after=after)

    def _keep(self, page: SummaryPage) -> bool:
        """Remember a page; False if this walk has met all of it as it is now, so that going on would not help."""
        entries, _ = own_summaries(page.entries, self._organisation.side)
        organisation = self._organisation
        rows = [
            (as_text(entry.get("_id")) or facts.root, facts)
            for entry in entries
            if (facts := summary_facts(entry, own_prefix=organisation.channel_prefix, role=organisation.role))
        ]
        anything_new = self._table.keep(rows, self._walk)
        read, self._page_read = self._page_read, anyio.Event()
        read.set()
        return anything_new or not rows


class _Table:
    """Summaries in SQLite, small beside objects of Python: the latest of each id, and when it was last met."""

    def __init__(self) -> None:
        self.version = 0
        self.size = 0

    @cached_property
    def _database(self) -> MemoryDatabase:
        """Made when the first page is kept: most questions need none."""
        database = MemoryDatabase()
        columns = ", ".join(FIELDS)
        with database.locked() as connection:
            connection.execute(f"CREATE TABLE summaries (id PRIMARY KEY, {columns}, walk, version) WITHOUT ROWID")
            connection.execute("CREATE INDEX by_root ON summaries (root)")
        return database

    def keep(self, rows: Sequence[tuple[str, SummaryFacts]], walk: int) -> bool:
        """Keep a page; whether anything on it is new to this walk, or changed since it was met."""
        with self._database.locked():
            fresh = self._fresh(rows, walk)
            if fresh:
                self.version += 1
                self._database.replace("summaries", [(name, *facts, walk, self.version) for name, facts in fresh])
                self._count()
        return bool(fresh)

    def _fresh(self, rows: Sequence[tuple[str, SummaryFacts]], walk: int) -> list[tuple[str, SummaryFacts]]:
        """Those that this walk has not met as they are; an older state than the one that is known does not count."""
        last = self._database.rows(
            "SELECT id, activity, walk FROM summaries WHERE id IN (SELECT value FROM json_each(?))",
            [json.dumps([name for name, _ in rows])],
        )
        met: dict[str, tuple[str, int]] = {row[0]: (row[1], row[2]) for row in last}
        return [
            (name, facts)
            for name, facts in dict(rows).items()
            if (former := met.get(name)) is None or (former[0] <= facts.activity and former != (facts.activity, walk))
        ]

    @property
    def weight(self) -> int:
        """Bytes that the database has, and what an organisation takes beside its pages."""
        return ASIDE_BYTES + (self._database.size if self.size else 0)

    def since(self, version: int) -> tuple[int, list[SummaryFacts]]:
        """The version that it is, and the facts of slips that have changed since another version, each merged."""
        with self._database.locked():
            now = self.version
            rows = self._database.rows(
                f"SELECT {', '.join(FIELDS)} FROM summaries"  # noqa: S608
                " WHERE root IN (SELECT root FROM summaries WHERE version > ?) ORDER BY root",
                [version],
            )
        each = groupby(map(SummaryFacts._make, rows), key=lambda facts: facts.root)
        return now, [merged(facts) for _, facts in each]

    def forget_before(self, walk: int) -> None:
        """Drop what a walk that ended has not met: it is gone."""
        with self._database.locked() as connection:
            connection.execute("DELETE FROM summaries WHERE walk < ?", [walk])
            self._count()

    def _count(self) -> None:
        self.size = self._database.rows("SELECT count(*) FROM summaries")[0][0]


def _moment(entries: Sequence[Document]) -> str | None:
    """When the first of some summaries changed."""
    return instant(entries[0].get("updatedAt")) if entries else None
