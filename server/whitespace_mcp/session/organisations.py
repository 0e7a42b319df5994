"""The organisations of the login: known once, checked on use, and which one a call is about."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Final

import anyio.to_thread
from anyio.abc import TaskGroup

from whitespace_mcp.api.bearer import TokenProvider
from whitespace_mcp.api.client import Api
from whitespace_mcp.api.failures import user_id_refused
from whitespace_mcp.api.identity import my_details
from whitespace_mcp.config.errors import AccessRefused, OrganisationError, WhitespaceError, about
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.call import this_call
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.runtime.single_flight import SingleFlight
from whitespace_mcp.session.directory import Directory
from whitespace_mcp.session.discovery import Discovery, Login
from whitespace_mcp.session.organisation import (
    Organisation,
    another_company,
    beginning,
    choices,
    named,
    needed,
    not_live,
    team_of,
)
from whitespace_mcp.session.organisation_cache import OrganisationCache
from whitespace_mcp.terms.text import fold

REMEMBER_NOTHING: Final = 60.0
"""Seconds for which an unsuccessful search is not repeated."""


class Organisations:
    """The list of organisations, the default, and the choice for one call."""

    def __init__(
        self,
        settings: Settings,
        api: Api,
        bearer: TokenProvider,
        discovery: Discovery,
        directory: Directory,
        cache: OrganisationCache,
        clock: Clock,
        tasks: TaskGroup,
    ) -> None:
        self._settings = settings
        self._api = api
        self._bearer = bearer
        self._discovery = discovery
        self._directory = directory
        self._clock = clock
        self._tasks = tasks
        self._cache = cache
        self._login: Login | None = None
        self._unchecked: set[str] = set()
        self._switched: str | None = None
        self._flight = SingleFlight(tasks, self._discover)
        self._failure: OrganisationError | None = None
        self._failed_until = 0.0
        self._former: tuple[Organisation, ...] = ()
        self._when_withdrawn: list[Callable[[Organisation], Awaitable[None]]] = []

    @property
    def user(self) -> str | None:
        """The person's name, once it is known."""
        return self._login.user if self._login else None

    async def all(self, *, refresh: bool = False) -> tuple[Organisation, ...]:
        """Every organisation that exists for this server, live or not.

        Raises:
            WhitespaceError: they could not be found.
        """
        if self._login is None and not refresh:
            await self._recall()
        if self._login is None or refresh:
            if self._failure and not refresh and self._clock.monotonic() < self._failed_until:
                raise self._failure.replaced()
            return self._allowed(await self._flight.join())
        return self._allowed(self._login)

    def when_withdrawn(self, act: Callable[[Organisation], Awaitable[None]]) -> None:
        """Have something done with each membership that turns out not to be live, or to be the login's no more."""
        self._when_withdrawn.append(act)

    async def confirm(self, organisation: Organisation) -> None:
        """Ask the platform whether a membership is still this login's and live.

        Raises:
            AccessRefused: it is not; what was remembered of it is forgotten.
            WhitespaceError: it could not be asked.
        """
        try:
            details = await my_details(self._api, user_id=organisation.user_id)
        except AccessRefused:
            await self._forget()
            raise
        if fold(details.company_id) != fold(organisation.company_id):
            await self._forget()
            raise user_id_refused()

    def prefetch(self) -> None:
        """Begin to find them in the background, and with them a token, unless they are known."""
        if self._login is None:
            self._tasks.start_soon(self._prefetched)

    async def _prefetched(self) -> None:
        with suppress(WhitespaceError):  # the first call says it
            await self.all()

    async def default(self) -> Organisation | None:
        """The organisation of a call that names none, if there is one."""
        every = await self.all()
        if self._settings.require_organisation:
            return None
        wanted = self._switched or self._settings.user_id
        if wanted:
            return next((o for o in every if o.id == wanted), None)
        return every[0] if len(every) == 1 else None

    @property
    def _lost_default(self) -> str:
        """What the default should be; that there is none now has to be told."""
        if self._settings.require_organisation:
            return ""
        return "The former default" if self._switched else "WHITESPACE_USER_ID" if self._settings.user_id else ""

    async def chosen(self, words: str | None) -> Organisation:
        """The organisation that a call is about.

        Raises:
            OrganisationError: none, several or none live; the message lists the choices.
        """
        every = await self.all()
        organisation = await self._named(every, words) if words else await self.default()
        if organisation is None:
            raise needed(every, self._lost_default)
        if not organisation.live:
            raise not_live(organisation, every)
        self._check(organisation)
        this_call().organisations[organisation.id] = organisation.company_id
        return organisation

    async def _named(self, organisations: tuple[Organisation, ...], words: str) -> Organisation:
        """The organisation that is meant; a company of exactly that name in the market comes before a mere beginning.

        Raises:
            OrganisationError: none, several, or another company.
        """
        organisation = exactly(organisations, words) or named(organisations, words)
        if organisation is not None:
            return organisation
        if (team := team_of(organisations, words)) is not None:
            raise team
        own = [o.company_id for o in self._login.organisations] if self._login else []
        company = (await self._directory.names()).company_named(words)
        if company is not None and company.id not in own:
            raise another_company(organisations, company)
        return beginning(organisations, words)

    async def switch(self, words: str) -> tuple[Organisation, Organisation | None]:
        """Make an organisation the default, after the platform has confirmed it; gives the new and the former one.

        Raises:
            WhitespaceError: it stays as it was; the message lists the choices.
        """
        every = await self.all()
        previous = await self.default()
        try:
            organisation = await self._named(every, words)
            if not organisation.live:
                raise not_live(organisation)
            with about(organisation.name):
                await my_details(self._api, user_id=organisation.user_id)
        except WhitespaceError as error:
            default = f"The default stays {previous.name}." if previous else "There is still no default."
            offered = "" if "Choices:" in error.do else f"Choices: {choices(every)}."
            raise error.replaced(do=" ".join(filter(None, [error.do, default, offered]))) from error.__cause__
        self._unchecked.discard(organisation.id)
        self._switched = organisation.id
        this_call().organisations[organisation.id] = organisation.company_id
        return organisation, previous

    def _check(self, organisation: Organisation) -> None:
        """Confirm in the background, once, an organisation that is known from disk only."""
        if organisation.id in self._unchecked:
            self._unchecked.discard(organisation.id)
            SingleFlight(self._tasks, partial(self._confirm, organisation)).start()

    async def _confirm(self, organisation: Organisation) -> None:
        try:
            await self.confirm(organisation)
        except AccessRefused:
            for act in self._when_withdrawn:
                await act(organisation)
        except WhitespaceError:
            self._unchecked.add(organisation.id)

    async def _forget(self) -> None:
        if self._login is not None:
            self._former = self._login.organisations
        self._login = None
        self._cache.forget(await self._bearer.current())

    async def _recall(self) -> None:
        token = await self._bearer.current()
        login = await anyio.to_thread.run_sync(self._cache.recall, token)
        if login is not None and self._login is None and self._names_default(login):
            self._login = login
            self._unchecked = {organisation.id for organisation in login.organisations}

    def _names_default(self, login: Login) -> bool:
        """Whether a remembered login has the configured organisation; else the search must start from that one."""
        wanted = self._settings.user_id
        return wanted is None or any(o.id == wanted for o in login.organisations)

    async def _discover(self) -> Login:
        try:
            login = await self._discovery.run()
        except OrganisationError as error:
            self._failure, self._failed_until = error, self._clock.monotonic() + REMEMBER_NOTHING
            raise
        former = self._former or (self._login.organisations if self._login else ())
        self._login, self._failure, self._former = login, None, ()
        self._unchecked.clear()
        await self._let_go(former, login.organisations)
        if login.complete:
            await anyio.to_thread.run_sync(self._cache.keep, await self._bearer.current(), login)
        return login

    async def _let_go(self, former: tuple[Organisation, ...], current: tuple[Organisation, ...]) -> None:
        """Have everything kept of the memberships removed that are gone or not live."""
        there = {o.id for o in current}
        withdrawn = [o for o in current if not o.live] + [o for o in former if o.id not in there]
        for organisation in withdrawn:
            for act in self._when_withdrawn:
                await act(organisation)

    def _allowed(self, login: Login) -> tuple[Organisation, ...]:
        limit = self._settings.organisations
        if not limit:
            return login.organisations
        allowed = tuple(o for o in login.organisations if any(allows(word, o, login.organisations) for word in limit))
        if not allowed:
            raise OrganisationError(
                "WHITESPACE_ORGANISATIONS allows none of this login's organisations",
                retry="Trying again will not help until that is changed and the server restarted.",
            )
        return allowed


def exactly(organisations: tuple[Organisation, ...], words: str) -> Organisation | None:
    """The only organisation that is spelled like that; None where there is none, or several."""
    spelled = [organisation for organisation in organisations if words in organisation.spellings]
    return spelled[0] if len(spelled) == 1 else None


def allows(word: str, organisation: Organisation, organisations: tuple[Organisation, ...]) -> bool:
    """Whether `word` of `WHITESPACE_ORGANISATIONS` is this one: an MU id or company id as written, else any case."""
    if word in (organisation.id, organisation.company_id):
        return True
    if any(word in (other.id, other.company_id) for other in organisations):
        return False
    return fold(word) == fold(organisation.company_id)
