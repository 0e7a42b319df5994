"""The list of each organisation, kept fresh.

A book is used without asking again for `WHITESPACE_FRESH_SECONDS`. Then the newest page of the summaries tells whether
anything changed: if not, the book is kept; if so, what changed is asked for and the book amended, or the list is loaded
again, whole, where the summaries do not tell what changed. Every quarter of an hour it is loaded again regardless:
deletions do not show in summaries. While one caller loads, the others wait for the same load. Where the platform cannot
be reached the former book goes on being used, marked stale; where it refuses the organisation, it is shown no more.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

import anyio
import anyio.to_thread

from whitespace_mcp.api.risks import newest_page, placing_stubs, risk_list
from whitespace_mcp.config.errors import (
    AccessRefused,
    BadAnswer,
    BadRequest,
    NotFound,
    Redirected,
    Unavailable,
    WhitespaceError,
    WrongAddress,
    about,
    explain,
)
from whitespace_mcp.documents.newest import NewestPage
from whitespace_mcp.portfolio.amending import AmbiguousError
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.changes import Baseline, UnclearError, agrees, changes_of, mark_for
from whitespace_mcp.portfolio.depth import Depth
from whitespace_mcp.portfolio.disk_cache import CachedList, ListCache
from whitespace_mcp.portfolio.intake import Intake, read_book, usable
from whitespace_mcp.portfolio.readers import Readers
from whitespace_mcp.portfolio.reading import Reading
from whitespace_mcp.portfolio.summaries import Summaries
from whitespace_mcp.portfolio.view import View
from whitespace_mcp.runtime.clock import seconds_left
from whitespace_mcp.runtime.single_flight import PatienceLost, SingleFlight
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session

RELOAD_SECONDS: Final = 900.0
"""Seconds after which a list is loaded again whatever the summaries say."""
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
        readers: Readers,
        loaded: Callable[["Portfolio"], None] | None = None,
    ) -> None:
        self.summaries = Summaries(session, organisation)
        self.depth = Depth(session, organisation, readers)
        self.used = 0.0
        self._loaded = loaded
        self._session = session
        self._organisation = organisation
        self._view: View | None = None
        self._fresh_until = 0.0
        self._reload_at = 0.0
        self._baseline = Baseline()
        self._anew = False
        self._page_refused: AccessRefused | None = None
        self._cache = ListCache(session, organisation)
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
            self._reload_at, self._anew = 0.0, True
        with about(self._organisation.name):
            try:
                return await self._newest(anew=refresh)
            except Unavailable as error:
                former = self._view or await self._stale_from_disk()
                if former is None:
                    raise
                await self._confirm_membership()
                return View(former.book, former.as_of, stale=explain(error))

    async def _newest(self, *, anew: bool) -> View:
        """What the load that is running, or with `anew` one that begins now, brings in the time that the caller has."""
        patience = WAITING_SHARE * seconds_left()
        try:
            return await self._flight.join(anew=anew, patience=patience)
        except PatienceLost:
            raise _too_slow(patience) from None

    async def _load(self) -> View:
        try:
            with anyio.fail_after(self._session.settings.timeout):
                view = await self._look_again()
        except TimeoutError:
            raise _too_slow() from None
        except Unavailable:
            raise
        except WhitespaceError:
            await self.forget()
            raise
        new = self._view is None or view.book is not self._view.book
        self._view = view
        self._fresh_until = self._session.clock.monotonic() + self._session.settings.fresh_seconds
        if new and self._loaded is not None:
            self._loaded(self)
        return view

    def release(self) -> None:
        """Let the list go: it is read again when it is next asked for."""
        self._view, self._baseline, self._fresh_until = None, Baseline(), 0.0

    async def _look_again(self) -> View:
        """The former book if nothing changed since it was read, or amended by what did, or a new one."""
        self._page_refused = None
        page = await self._newest_page() if self._view is not None or self._cache.wanted else None
        if (
            self._view is None
            and page is not None
            and not self._anew
            and (remembered := await self._from_disk(page.mark))
        ):
            return remembered
        overdue = self._session.clock.monotonic() >= self._reload_at
        if self._view is not None and page is not None and not overdue and await self._amended(self._view.book, page):
            return View(self._view.book, self._session.clock.now())
        self._reload_at = self._session.clock.monotonic() + RELOAD_SECONDS
        try:
            book = await self._read(page)
        except BaseException:
            self._reload_at = 0.0
            raise
        self._baseline = Baseline(page.seen if page is not None and agrees(page, book) else {})
        self._anew = False
        return View(book, self._session.clock.now())

    async def _amended(self, book: Book, page: NewestPage) -> bool:
        """Whether a book is what the platform has now, after what the summaries show to have changed."""
        own = self._organisation
        if len(page.seen) == len(page.summaries) and page.seen == self._baseline.summaries and agrees(page, book):
            return True
        try:
            changes = await changes_of(self._session.api, page, book, self._baseline, own)
            if changes.elements or changes.gone:
                reading = Reading(channel_prefix=own.channel_prefix, user_id=own.id)
                book.amend(changes.elements, changes.gone, reading)
        except (UnclearError, AmbiguousError):
            return False
        self._baseline = Baseline(page.seen)
        return True

    async def _newest_page(self) -> NewestPage | None:
        """The newest page of the summaries, read before the list; None where it cannot be had."""
        try:
            return await newest_page(self._session.api, user_id=self._organisation.user_id)
        except Unavailable:
            raise
        except AccessRefused as error:
            self._page_refused = error
            return None
        except WhitespaceError:
            return None

    async def _confirm_membership(self) -> None:
        """Before a former list is shown: a refusal beside an outage wins over it.

        Raises:
            AccessRefused: the platform refuses this organisation; its list is not shown any more.
        """
        try:
            if self._page_refused is not None:
                raise self._page_refused.replaced()
            left = seconds_left()
            with anyio.move_on_after(min(CONFIRM_SECONDS, left / 2)):
                await self._session.organisations.confirm(self._organisation)
        except AccessRefused:
            await self.forget()
            raise
        except WhitespaceError:
            return  # as much of an outage as the list's

    async def _read(self, page: NewestPage | None) -> Book:
        user_id = self._organisation.user_id
        intakes: list[Intake] = []

        def intake() -> Intake:
            intakes[:] = [self._intake(keeps=self._cache.wanted)]
            return intakes[0]

        try:
            await risk_list(self._session.api, intake, user_id=user_id)
        except BadRequest:
            raise BadAnswer("The platform refuses to give its list of risks (400)") from None
        except Redirected:
            raise
        except (WrongAddress, NotFound) as error:
            return usable(self._intake().book_of(await self._from_summaries(error), "summaries"))
        last = intakes[0]
        book = usable(last.book() if last.is_short else await anyio.to_thread.run_sync(last.book))
        if self._cache.wanted:
            file = CachedList(last.body, self._session.clock.now(), mark_for(page, book))
            self._session.tasks.start_soon(self._cache.keep, file)
        return book

    def _intake(self, *, keeps: bool = False) -> Intake:
        own = self._organisation
        return Intake(channel_prefix=own.channel_prefix, user_id=own.id, keeps=keeps)

    async def _book_of(self, body: bytes) -> Book:
        own = self._organisation
        return await anyio.to_thread.run_sync(
            partial(read_book, body, channel_prefix=own.channel_prefix, user_id=own.id)
        )

    async def _from_disk(self, mark: bytes) -> View | None:
        """The list on disk, if the summaries say that it is still right and it is not due to be loaded again."""
        file = await self._cache.recall()
        if file is None or file.mark != mark:
            return None
        age = (self._session.clock.now() - file.read_at).total_seconds()
        if not 0 <= age < RELOAD_SECONDS:
            return None
        try:
            book = await self._book_of(file.body)
        except BadAnswer:
            return None
        self._reload_at = self._session.clock.monotonic() + RELOAD_SECONDS - age
        return View(book, self._session.clock.now())

    async def _stale_from_disk(self) -> View | None:
        """The list on disk as it was read, to be shown as stale; None where there is none."""
        with suppress(WhitespaceError):
            file = await self._cache.recall()
            return View(await self._book_of(file.body), file.read_at) if file else None
        return None

    async def forget(self) -> None:
        """Remove the list, from the disk too: the platform does not show it to this organisation any more."""
        self._view = None
        await self.depth.forget()
        await self._cache.forget()

    async def _from_summaries(self, not_served: WhitespaceError) -> list[object]:
        """The contract documents that the summaries name, since the list is not served."""
        try:
            return await placing_stubs(self._session.api, user_id=self._organisation.user_id)
        except (WrongAddress, NotFound):
            raise not_served from None


def _too_slow(seconds: float | None = None) -> Unavailable:
    """Nothing came in time; `seconds` are those that the caller itself has waited."""
    when = f"within {seconds:.3g} seconds" if seconds is not None else "in time"
    return Unavailable(f"The platform did not answer {when}", retry="Try again in a minute.")
