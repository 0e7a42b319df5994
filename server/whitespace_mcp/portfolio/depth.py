"""What contracts, lines and endorsements tell of one organisation's slips, read when a question needs it and kept.

Each part is kept with the revision that it was read at: of the contract its document's id and last edit, of lines and
endorsements besides the newest change that the summaries tell of the slip. Only what has changed is read again. When
the platform itself cannot be reached, reading stops until the next question.
"""

import logging
import weakref
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeVar

import anyio
import anyio.to_thread

from whitespace_mcp.config.errors import AccessRefused, InternalFault, WhitespaceError
from whitespace_mcp.documents.slip_facts import SlipFacts, packed, unpacked
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.depth_facts import Entry, Wanted, columns_of, row_of
from whitespace_mcp.portfolio.depth_failures import DepthFailures
from whitespace_mcp.portfolio.depth_reading import read_facts, requests_of, revision
from whitespace_mcp.portfolio.disk_cache import DepthCache
from whitespace_mcp.portfolio.facts import Part
from whitespace_mcp.portfolio.pace import Pace
from whitespace_mcp.portfolio.query import NotKnown
from whitespace_mcp.portfolio.reading_queue import ReadingQueue, Turn
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.text import NOT_READ

UNTOLD_SECONDS: Final = 900.0
"""How long what summaries would tell the change of is believed where they tell nothing."""
STEPS: Final = 50
"""How often progress is told at most, on the way to the end."""
WRITTEN_EACH: Final = 500
"""Slips learnt after which what is known is written to the disk, if it is kept there."""
ENTRY_BYTES: Final = 1_500
"""What one slip takes in memory beside its packed facts."""
WRITE_SECONDS: Final = 15.0
"""It is written at least so often while something is learnt."""
LAST_SECONDS: Final = 5.0
"""How long writing may hold up the end of the server."""
LONG: Final = 1_000
"""Slips from which what is done for each is done in a worker thread."""
T = TypeVar("T")
logger = logging.getLogger(__name__)

Tell = Callable[[int, int, str], Awaitable[None]]
"""Is told how much of how much is read, and of what."""


class Depth:
    """One organisation's facts; made for it, and never asked about another."""

    def __init__(self, session: Session, organisation: Organisation, queue: ReadingQueue) -> None:
        self._session = session
        self._organisation = organisation
        self._api = session.api_for(organisation)
        self._queue = queue
        self._entries: dict[str, Entry] = {}
        self._failures = DepthFailures(session.clock)
        self._open: set[str] = set()
        self._slip_read = anyio.Event()
        self._changes = 0
        self._complete: tuple[Any, ...] = ()
        """The question of which all was known, or given up: book, slips, and after how many changes."""
        self._cache = DepthCache(session, organisation)
        self._unwritten = 0
        self._written_at = session.clock.monotonic()
        self._era = 0
        self._weight = 0
        queue.when_stopped(self._stopped)

    @property
    def pace(self) -> Pace:
        """How fast the login may read."""
        return self._queue.pace

    @property
    def size(self) -> int:
        """Of how many slips something is known."""
        return len(self._entries)

    @property
    def weight(self) -> int:
        """About how many bytes of memory the facts take."""
        return self._weight

    async def read(self, book: Book, wanted: Sequence[Wanted], *, seconds: float, tell: Tell | None = None) -> None:
        """Learn what is wanted, as far as it can be read in so many seconds; reading goes on afterwards.

        Args:
            book: the list that the slips stand in; it learns what is known.
            wanted: slips, and what has to be known of each.
            seconds: how long to wait.
            tell: is told how far it is, each time that a slip was read.
        """
        await self._recall()
        if self._complete == (weakref.ref(book), *wanted, self._changes):
            return
        missing = await self._in_worker(self._missing, wanted, len(wanted))
        if missing:
            self._failures.begin()
            self._open |= {slip.root for slip in missing}
            ids = await self._in_worker(lambda slips: book.ids_of({slip.root for slip in slips}), missing, book.slips)
            self._queue.want(
                (
                    (self._organisation.id, slip.root),
                    partial(self._learn, slip, ids.get(slip.root, ())),
                    requests_of(slip),
                )
                for slip in missing
            )
            await self._wait({slip.root for slip in missing}, len(wanted), seconds, tell)
        changes = self._changes
        await self.update(book, wanted)
        lasts = not missing and all(
            slip.root not in self._failures and (slip.activity is not None or not slip.parts - {"terms"})
            for slip in wanted
        )
        self._complete = (weakref.ref(book), *wanted, changes) if lasts else ()

    async def update(self, book: Book, wanted: Sequence[Wanted]) -> None:
        """Let a book know what is known of some slips."""
        await self._in_worker(partial(self._update, book), wanted, len(wanted))

    async def facts(self, wanted: Sequence[Wanted]) -> dict[str, SlipFacts]:
        """The facts of those of some slips of which all that is wanted is known, by root."""
        return await self._in_worker(self._unpacked, wanted, 10 * len(wanted))

    def not_known(self, wanted: Sequence[Wanted]) -> NotKnown:
        """Of how many of some slips what is wanted is not known, and why."""
        reasons: dict[str, int] = {}
        lacking = [slip for slip in wanted if not self._has(slip)]
        for slip in lacking:
            why = self._failures.why(slip.root) or NOT_READ
            reasons[why] = reasons.get(why, 0) + 1
        return self.with_seconds(NotKnown(len(lacking), {"facts": reasons} if reasons else {}))

    def with_seconds(self, not_known: NotKnown) -> NotKnown:
        """What is not known, with the seconds that reading it will take where it is being read."""
        waits = any(NOT_READ in reasons for reasons in not_known.facts.values())
        if waits and self._open and self._failures.outage is None:
            return replace(not_known, seconds=self._queue.pace.seconds_for(max(1, self._queue.waiting)))
        return not_known

    @property
    def trouble(self) -> WhitespaceError | None:
        """Why reading stopped before its end, if the platform could not be reached."""
        return self._failures.outage

    def clear(self) -> None:
        """Forget everything: the platform does not show it to this organisation any more."""
        self._era += 1
        self._queue.drop(self._organisation.id)
        self._entries.clear()
        self._weight = 0
        self._failures.clear()
        self._open.clear()
        self._changed()

    async def forget(self) -> None:
        """Forget everything, on the disk too."""
        self.clear()
        await self._cache.forget()

    async def _in_worker(self, work: Callable[[Sequence[Wanted]], T], wanted: Sequence[Wanted], cost: int) -> T:
        """Do something for many slips in a worker thread, for few at once."""
        return work(wanted) if cost < LONG else await anyio.to_thread.run_sync(work, wanted)

    def _missing(self, wanted: Sequence[Wanted]) -> list[Wanted]:
        return [slip for slip in wanted if not self._has(slip) and not self._failures.is_given_up(slip.root)]

    def _unpacked(self, wanted: Sequence[Wanted]) -> dict[str, SlipFacts]:
        return {slip.root: unpacked(self._entries[slip.root].packed) for slip in wanted if self._has(slip)}

    def _update(self, book: Book, wanted: Sequence[Wanted]) -> None:
        rows = [
            row_of(slip, self._entries.get(slip.root), self._known_parts(slip), self._failures.why(slip.root))
            for slip in wanted
        ]
        book.put_depth_facts(rows)

    def _known_parts(self, slip: Wanted) -> frozenset[Part]:
        """The parts that are known of a slip as it is now."""
        entry = self._entries.get(slip.root)
        if entry is None:
            return frozenset()
        parts: set[Part] = {part for part in ("terms", "lines", "endorsements") if self._is_current(entry, slip, part)}
        if "terms" in parts and slip.amended is None:
            parts.add("endorsements")
        return frozenset(parts)

    def _is_current(self, entry: Entry, slip: Wanted, part: Part) -> bool:
        if entry.revisions.get(part) != revision(slip, part):
            return False
        untold = part != "terms" and slip.activity is None
        return not untold or self._session.clock.monotonic() - entry.read_at < UNTOLD_SECONDS

    def _has(self, slip: Wanted) -> bool:
        return slip.parts <= self._known_parts(slip)

    async def _wait(self, roots: set[str], total: int, seconds: float, tell: Tell | None) -> None:
        with anyio.move_on_after(seconds):
            changes = self._changes
            while not roots.isdisjoint(self._open) and not self._queue.is_stopped:
                await self._slip_read.wait()
                if tell is not None and (self._changes - changes) * STEPS >= total:
                    changes = self._changes
                    await tell(total - len(roots & self._open), total, "contracts and lines")

    async def _learn(self, slip: Wanted, ids: Sequence[str], turn: Turn) -> None:
        """Read one slip and keep what it tells, or why it could not be read."""
        era = self._era
        try:
            entry = await self._entry(slip, ids, turn)
        except WhitespaceError as error:
            if era == self._era:
                self._failed(slip.root, error)
        except Exception:
            logger.exception("a slip could not be read in depth")
            self._failed(slip.root, InternalFault())
        else:
            if era == self._era:
                self._weight += _weight_of(entry) - _weight_of(self._entries.get(slip.root))
                self._entries[slip.root] = entry
                self._failures.settle(slip.root)
                self._unwritten += 1
        self._open.discard(slip.root)
        late = self._session.clock.monotonic() - self._written_at >= WRITE_SECONDS
        if self._unwritten >= WRITTEN_EACH or (self._unwritten and late):
            self._write()
        self._changed()

    async def _entry(self, slip: Wanted, ids: Sequence[str], turn: Turn) -> Entry:
        facts = await read_facts(self._api, turn, slip, ids)
        revisions: dict[Part, str] = {part: revision(slip, part) for part in ("terms", *slip.parts)}
        if facts.lines is not None:
            revisions["lines"] = revision(slip, "lines")
        former = self._entries.get(slip.root)
        if former is not None and "endorsements" not in slip.parts and self._is_current(former, slip, "endorsements"):
            facts = replace(facts, endorsements=unpacked(former.packed).endorsements)
            revisions["endorsements"] = former.revisions["endorsements"]
        return Entry(revisions, packed(facts), columns_of(facts), self._session.clock.monotonic())

    def _failed(self, root: str, error: WhitespaceError) -> None:
        if self._failures.add(root, error):
            self._queue.drop(self._organisation.id if isinstance(error, AccessRefused) else None)
            self._open.clear()

    def _changed(self) -> None:
        self._changes += 1
        read, self._slip_read = self._slip_read, anyio.Event()
        read.set()

    def _stopped(self) -> None:
        if self._unwritten:
            self._write()
        self._changed()

    def _write(self) -> None:
        self._unwritten, self._written_at = 0, self._session.clock.monotonic()
        self._session.tasks.start_soon(self._keep, dict(self._entries))

    async def _keep(self, entries: dict[str, Entry]) -> None:
        """Write them even while the server ends, for a moment: they were read for somebody."""
        with anyio.move_on_after(LAST_SECONDS, shield=True):
            await self._cache.keep(entries)

    async def _recall(self) -> None:
        if self._entries:
            return
        era, entries = self._era, await self._cache.recall(self._session.clock.monotonic())
        if era == self._era:
            self._entries = {**entries, **self._entries}
            self._weight = sum(map(_weight_of, self._entries.values()))


def _weight_of(entry: Entry | None) -> int:
    return ENTRY_BYTES + len(entry.packed) if entry else 0
