"""Reading the list of one organisation: amended by what changed, or whole, from the platform or the disk.

The newest page of the summaries tells whether anything changed since a list was read: if not, the book is kept; if so,
what changed is asked for and the book amended, or the list is read again, whole, where the summaries do not tell what
changed. Every quarter of an hour it is read again regardless: deletions do not show in summaries.
"""

from contextlib import suppress
from functools import partial
from typing import Final

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
)
from whitespace_mcp.documents.newest import NewestPage
from whitespace_mcp.portfolio.amending import AmbiguousError
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.changes import Baseline, UnclearError, agrees, changes_of, mark_for
from whitespace_mcp.portfolio.disk_cache import CachedList, ListCache
from whitespace_mcp.portfolio.intake import Intake, read_book, usable
from whitespace_mcp.portfolio.list_reader import ListReader
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.moments import iso

RELOAD_SECONDS: Final = 900.0
"""Seconds after which a list is read again whatever the summaries say."""


class Loader:
    """Reads the list of one organisation.

    Attributes:
        refusal: with it the platform has refused the newest page of the summaries, at the last look.
    """

    def __init__(self, session: Session, organisation: Organisation) -> None:
        self.refusal: AccessRefused | None = None
        self._session = session
        self._api = session.api_for(organisation)
        self._cache = ListCache(session, organisation)
        self._baseline: Baseline = {}
        self._reload_at = 0.0
        self._anew = False

    def insist(self) -> None:
        """Read the list whole at the next look, whatever is remembered."""
        self._reload_at, self._anew = 0.0, True

    def release(self) -> None:
        """Forget with what the list was compared: it was let go."""
        self._baseline = {}

    async def forget(self) -> None:
        """Remove the list from the disk."""
        await self._cache.forget()

    async def look(self, former: Book | None) -> Book:
        """The former book if nothing changed since it was read, or amended by what did, or a new one.

        Raises:
            WhitespaceError: it cannot be read.
        """
        self.refusal = None
        page = await self._newest_page() if former is not None or self._cache.wanted else None
        if former is None and page is not None and not self._anew and (book := await self._from_disk(page.mark)):
            return book
        overdue = self._session.clock.monotonic() >= self._reload_at
        if former is not None and page is not None and not overdue and await self._amended(former, page):
            return former
        self._reload_at = self._session.clock.monotonic() + RELOAD_SECONDS
        try:
            book = await self._read(page)
        except BaseException:
            self._reload_at = 0.0
            raise
        self._baseline = page.seen if page is not None and agrees(page, book) else {}
        self._anew = False
        return book

    async def _amended(self, book: Book, page: NewestPage) -> bool:
        """Whether a book is what the platform has now, after what the summaries show to have changed."""
        if len(page.seen) == len(page.summaries) and page.seen == self._baseline and agrees(page, book):
            return True
        try:
            changes = await changes_of(self._api, page, book, self._baseline)
            if changes.elements or changes.gone:
                book.amend(changes.elements, changes.gone, ListReader(self._api.side))
        except (UnclearError, AmbiguousError):
            return False
        self._baseline = page.seen
        return True

    async def _newest_page(self) -> NewestPage | None:
        """The newest page of the summaries, read before the list; None where it cannot be had."""
        try:
            return await newest_page(self._api)
        except Unavailable:
            raise
        except AccessRefused as error:
            self.refusal = error
            return None
        except WhitespaceError:
            return None

    async def _read(self, page: NewestPage | None) -> Book:
        try:
            intake = await risk_list(self._api, partial(Intake, self._api.side, keeps=self._cache.wanted))
        except BadRequest:
            raise BadAnswer(
                "The platform refuses to give its list of risks (400)",
                do="Check WHITESPACE_API_URL if it is set, and ask Whitespace Support.",
            ) from None
        except Redirected:
            raise
        except (WrongAddress, NotFound) as error:
            return usable(Intake(self._api.side).book_of(await self._from_summaries(error), "summaries"))
        book = usable(intake.book() if intake.is_short else await anyio.to_thread.run_sync(intake.book))
        if self._cache.wanted:
            file = CachedList(intake.body, self._session.clock.now(), mark_for(page, book))
            self._session.tasks.start_soon(self._cache.keep, file)
        return book

    async def _book_of(self, body: bytes) -> Book:
        return await anyio.to_thread.run_sync(read_book, body, self._api.side)

    async def _from_disk(self, mark: bytes) -> Book | None:
        """The list on disk, if the summaries say that it is still right and it is not due to be read again."""
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
        return book

    async def former(self) -> tuple[Book, str] | None:
        """The list on disk however old, and when it was read (ISO 8601); None where there is none."""
        with suppress(WhitespaceError):
            file = await self._cache.recall()
            return (await self._book_of(file.body), iso(file.read_at)) if file else None
        return None

    async def _from_summaries(self, not_served: WhitespaceError) -> list[object]:
        """The contract documents that the summaries name, since the list is not served."""
        try:
            return await placing_stubs(self._api)
        except (WrongAddress, NotFound):
            raise not_served from None
