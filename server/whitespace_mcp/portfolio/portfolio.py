"""The lists of all organisations of a login: one portfolio each, kept fresh, within a bound of memory.

A book is used without asking again for `WHITESPACE_FRESH_SECONDS`. While one caller loads, the others wait for the same
load. Where the platform cannot be reached the former book goes on being used, marked stale; where it refuses the
organisation, it is shown no more.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import anyio

from whitespace_mcp.config.errors import AccessRefused, Unavailable, WhitespaceError, about, explain, in_seconds
from whitespace_mcp.documents.identity import MarketDirectory
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.depth import Depth, Tell
from whitespace_mcp.portfolio.loading import Loader
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.question import Overlaps, names_in_lists, names_of, read_needed
from whitespace_mcp.portfolio.reading_queue import ReadingQueue
from whitespace_mcp.portfolio.selection import Result, View, readable
from whitespace_mcp.portfolio.summaries import Summaries
from whitespace_mcp.runtime.call import seconds_left
from whitespace_mcp.runtime.side_by_side import side_by_side
from whitespace_mcp.runtime.single_flight import PatienceLost, SingleFlight
from whitespace_mcp.session.organisation import Organisation, not_live
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.ids import names_slip
from whitespace_mcp.terms.moments import iso

MOST_BYTES: Final = 256_000_000
"""Of all lists together: some ten of a hundred thousand documents."""
CONFIRM_SECONDS: Final = 5.0
"""Seconds at most for asking whether a membership is still live, before a former list is shown in an outage."""
WAITING_SHARE: Final = 0.9
"""How much of a call's time is spent on waiting; the rest is for showing a former list, or the other organisations'."""


class Portfolio:
    """The list of one organisation; made for it, and never asked about another.

    Attributes:
        summaries: what only its summaries tell; `depth`: what only contracts, lines and endorsements do.
        used: when it was last asked for, by the clock's seconds.

    Args:
        loaded: is told when a list was read whole.
    """

    def __init__(
        self,
        session: Session,
        organisation: Organisation,
        queue: ReadingQueue,
        loaded: Callable[["Portfolio"], None],
    ) -> None:
        self.summaries = Summaries(session, organisation)
        self.depth = Depth(session, organisation, queue)
        self.used = 0.0
        self._loaded = loaded
        self._session = session
        self._organisation = organisation
        self._view: View | None = None
        self._fresh_until = 0.0
        self._loader = Loader(session, organisation)
        self._flight = SingleFlight(session.tasks, self._load)

    @property
    def book(self) -> Book | None:
        """The list as it was last read."""
        return self._view.book if self._view else None

    @property
    def weight(self) -> int:
        """How many bytes of memory the list takes, with what is known beside it."""
        return (self.book.size if self.book else 0) + self.summaries.weight + self.depth.weight

    @property
    def fresh(self) -> View | None:
        """The list, if nobody has to be asked for it now."""
        return self._view if self._session.clock.monotonic() < self._fresh_until else None

    async def view(self, *, refresh: bool = False) -> View:
        """The list as it is now.

        Args:
            refresh: ask the platform even if the list is still fresh.

        Raises:
            WhitespaceError: it cannot be read, and there is no former one to show.
        """
        if not refresh and self.fresh:
            return self.fresh
        if refresh:
            self._loader.insist()
        with about(self._organisation.name):
            try:
                return await self._newest(anew=refresh)
            except Unavailable as error:
                former = (self._view.book, self._view.as_of) if self._view else await self._loader.former()
                if former is None:
                    raise
                await self._confirm_membership()
                return self._seen(*former, stale=explain(error))

    async def _newest(self, *, anew: bool) -> View:
        """What the load that is running, or with `anew` one that begins now, brings in the time that the caller has."""
        patience = WAITING_SHARE * seconds_left()
        try:
            return await self._flight.join(anew=anew, patience=patience)
        except PatienceLost:
            raise _too_slow(patience) from None

    async def _load(self) -> View:
        self._session.directory.prefetch()
        try:
            with anyio.fail_after(self._session.settings.timeout):
                book = await self._loader.look(self.book)
        except TimeoutError:
            raise _too_slow() from None
        except Unavailable:
            raise
        except WhitespaceError:
            await self.forget()
            raise
        new = book is not self.book
        view = self._view = self._seen(book, iso(self._session.clock.now()))
        self._fresh_until = self._session.clock.monotonic() + self._session.settings.fresh_seconds
        if new:
            self._loaded(self)
        return view

    def _seen(self, book: Book, as_of: str, stale: str | None = None) -> View:
        return View(self._organisation, book, as_of, self.summaries, self.depth, stale)

    def release(self) -> None:
        """Let the list go: it is read again when it is next asked for."""
        self._view, self._fresh_until = None, 0.0
        self._loader.release()

    async def _confirm_membership(self) -> None:
        """Before a former list is shown: a refusal beside an outage wins over it.

        Raises:
            AccessRefused: the platform refuses this organisation; its list is not shown any more.
        """
        try:
            if self._loader.refusal is not None:
                raise self._loader.refusal.replaced()
            left = seconds_left()
            with anyio.move_on_after(min(CONFIRM_SECONDS, left / 2)):
                await self._session.organisations.confirm(self._organisation)
        except AccessRefused:
            await self.forget()
            raise
        except WhitespaceError:
            return  # as much of an outage as the list's

    async def forget(self) -> None:
        """Remove the list, from the disk too: the platform does not show it to this organisation any more."""
        self._view = None
        await self.depth.forget()
        await self._loader.forget()


class Portfolios:
    """One portfolio per organisation, made when it is first asked for.

    Attributes:
        session: of the login.
        most_bytes: how much the lists of all may hold together; the one in use may be larger.
        overlaps: what several lists were found to share (`question.overlap`).
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.most_bytes = MOST_BYTES
        self.overlaps: Overlaps = {}
        self._portfolios: dict[str, Portfolio] = {}
        self._queue = ReadingQueue(session.api, session.clock, session.tasks)
        session.organisations.when_withdrawn(self._forget)

    def of(self, organisation: Organisation) -> Portfolio:
        """The portfolio of an organisation."""
        portfolio = self._portfolios.get(organisation.id)
        if portfolio is None:
            portfolio = Portfolio(self.session, organisation, self._queue, self._make_room)
            self._portfolios[organisation.id] = portfolio
        portfolio.used = self.session.clock.monotonic()
        return portfolio

    def _make_room(self, newest: Portfolio) -> None:
        """Let lists go that were not asked for the longest, beyond so many bytes of all; never the one just read."""
        sizes = {p: p.book.size for p in sorted(self._portfolios.values(), key=lambda p: p.used) if p.book}
        total = sum(sizes.values())
        for portfolio, size in sizes.items():
            if total > self.most_bytes and portfolio is not newest:
                portfolio.release()
                total -= size

    @property
    def weight(self) -> int:
        """How many bytes of memory everything takes that was read of all organisations."""
        return sum(portfolio.weight for portfolio in self._portfolios.values())

    async def _forget(self, organisation: Organisation) -> None:
        await self.of(organisation).forget()

    async def ask(self, query: Query, tell: Tell) -> tuple[list[Result], MarketDirectory]:
        """Each organisation asked with its list, seen through the question, and the names of the market.

        Raises:
            BadArgument: a name that stands for nothing, or `unknown` of nothing.
            WhitespaceError: no list could be read.
        """
        live = [organisation for organisation in query.organisations if organisation.live]
        names = await names_of(query, self.session) if query.values or query.needs else {}
        if query.needs_summaries:
            for organisation in live:
                self.of(organisation).summaries.start(refresh=query.refresh)
        lists = await self.views(live, refresh=query.refresh)
        if query.values:
            names |= await names_in_lists(query, lists, self.session)
        by_organisation = dict(lists) | {view.organisation: view.through(query, names) for view in readable(lists)}
        results: list[Result] = [(each, by_organisation.get(each) or not_live(each)) for each in query.organisations]
        if query.needs:
            results = await read_needed(results, query, tell)
        return results, self.session.directory.latest or await self.session.directory.names()

    async def views(self, organisations: Sequence[Organisation], *, refresh: bool) -> list[Result]:
        """The lists of several organisations, read side by side; one that fails carries its error.

        Raises:
            WhitespaceError: none could be read; the first one's error.
        """
        fresh = {each.id: self.of(each).fresh for each in organisations if not refresh}
        by_id: dict[str, View | WhitespaceError] = {user_id: view for user_id, view in fresh.items() if view}

        async def read(organisation: Organisation) -> None:
            try:
                by_id[organisation.id] = await self.of(organisation).view(refresh=refresh)
            except WhitespaceError as error:
                by_id[organisation.id] = error

        if missing := [(each,) for each in organisations if each.id not in by_id]:
            await side_by_side(read, missing)
        results: list[Result] = [(organisation, by_id[organisation.id]) for organisation in organisations]
        failures = [result for _, result in results if isinstance(result, WhitespaceError)]
        if failures and len(failures) == len(results):
            raise failures[0]
        return results

    def whole_roots(self, user_ids: Iterable[str], shown: Iterable[str]) -> set[str]:
        """The roots that short ids stand for in the lists of some organisations as they were last read.

        Args:
            user_ids: the organisations' MU ids.
            shown: ids; one that no list knows stays as it is, unless it is some other text.
        """
        wanted = set(shown)
        books = [portfolio.book for user_id in user_ids if (portfolio := self._portfolios.get(user_id))]
        roots = {short: root for book in books if book for short, root in book.whole(wanted).items()}
        return {roots.get(short, short) for short in wanted if short in roots or names_slip(short)}


def _too_slow(seconds: float | None = None) -> Unavailable:
    """Nothing came in time; `seconds` are those that the caller itself has waited."""
    when = f"within {in_seconds(seconds)}" if seconds is not None else "in time"
    return Unavailable(f"The platform did not answer {when}", retry="Try again in a minute.")
