"""The lists of all organisations of a login: one portfolio each, read side by side, within a bound of memory."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.portfolio import Portfolio
from whitespace_mcp.portfolio.readers import Readers
from whitespace_mcp.portfolio.summaries import Summaries
from whitespace_mcp.portfolio.view import View
from whitespace_mcp.runtime.side_by_side import side_by_side
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.ids import names_slip

MOST_BYTES: Final = 256_000_000
"""Of all lists together: some ten of a hundred thousand documents."""


class Portfolios:
    """One portfolio per organisation, made when it is first asked for.

    Attributes:
        most_bytes: how much the lists of all may hold together; the one in use may be larger.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self.most_bytes = MOST_BYTES
        self._portfolios: dict[str, Portfolio] = {}
        self._readers = Readers(session.api, session.clock, session.tasks)
        session.organisations.when_withdrawn(self._forget)

    def of(self, organisation: Organisation) -> Portfolio:
        """The portfolio of an organisation."""
        portfolio = self._portfolios.get(organisation.id)
        if portfolio is None:
            portfolio = Portfolio(self._session, organisation, self._readers, self._make_room)
            self._portfolios[organisation.id] = portfolio
        portfolio.used = self._session.clock.monotonic()
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

    async def views(
        self, organisations: Sequence[Organisation], *, refresh: bool
    ) -> list[tuple[Organisation, View | WhitespaceError]]:
        """The lists of several organisations, read side by side; one that fails carries its error.

        Raises:
            WhitespaceError: none could be read; the first one's error.
        """
        fresh = {each.id: self.of(each).fresh for each in organisations if not refresh}
        by_id: dict[str, View | WhitespaceError] = {mu: view for mu, view in fresh.items() if view}

        async def read(organisation: Organisation) -> None:
            try:
                by_id[organisation.id] = await self.of(organisation).view(refresh=refresh)
            except WhitespaceError as error:
                by_id[organisation.id] = error

        if missing := [(each,) for each in organisations if each.id not in by_id]:
            await side_by_side(read, missing)
        results = [(organisation, by_id[organisation.id]) for organisation in organisations]
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
        books = [portfolio.book for mu in user_ids if (portfolio := self._portfolios.get(mu))]
        roots = {short: root for book in books if book for short, root in book.whole(wanted)}
        return {roots.get(short, short) for short in wanted if short in roots or names_slip(short)}

    async def inform(
        self, lists: Sequence[tuple[Organisation, View]], *, seconds: float, tell: Callable[[int, int], Awaitable[None]]
    ) -> None:
        """Let books know what the summaries of their organisations tell, as far as it can be read in so many seconds.

        Args:
            lists: organisations and their lists.
            seconds: how long to wait.
            tell: is told how many summaries are known, and of how many slips, each time that a page was read.
        """
        every = [(self.of(organisation).summaries, view.book) for organisation, view in lists]

        async def tell_count(_count: int) -> None:
            slips = sum(book.slips for _, book in every)
            await tell(min(slips, sum(summaries.count for summaries, _ in every)), slips)

        async def inform(summaries: Summaries, book: Book) -> None:
            await summaries.wait(seconds, tell_count)
            await summaries.update(book)

        if not all(summaries.is_up_to_date(book) for summaries, book in every):
            await side_by_side(inform, every)
