"""The organisations of the login: known once, checked on use, and which one a call is about."""

from contextlib import suppress
from functools import partial
from typing import Final

import anyio.to_thread
from anyio.abc import TaskGroup

from whitespace_mcp.api.bearer import TokenProvider
from whitespace_mcp.api.client import Api
from whitespace_mcp.api.identity import my_details
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.errors import AccessRefused, OrganisationError, WhitespaceError, about
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.runtime.single_flight import SingleFlight, own_copy
from whitespace_mcp.session.discovery import Discovery, Login
from whitespace_mcp.session.organisation import Organisation, choices, find, needed, not_live
from whitespace_mcp.session.organisation_cache import OrganisationCache
from whitespace_mcp.telemetry.calls import noted
from whitespace_mcp.terms.text import fold

REMEMBER_NOTHING: Final = 60.0
"""Seconds for which an unsuccessful search is not repeated."""


class Organisations:
    """The list of organisations, the default, and the choice for one call."""

    def __init__(
        self,
        settings: Settings,
        environment: Environment,
        api: Api,
        bearer: TokenProvider,
        discovery: Discovery,
        clock: Clock,
        tasks: TaskGroup,
    ) -> None:
        self._settings = settings
        self._api = api
        self._bearer = bearer
        self._discovery = discovery
        self._clock = clock
        self._tasks = tasks
        self._memory = OrganisationCache(settings, environment)
        self._login: Login | None = None
        self._unchecked: set[str] = set()
        self._switched: str | None = None
        self._flight = SingleFlight(tasks, self._discover)
        self._failure: OrganisationError | None = None
        self._failed_until = 0.0

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
                raise own_copy(self._failure)
            return self._allowed(await self._flight.join())
        return self._allowed(self._login)

    def prefetch(self) -> None:
        """Begin to find them in the background, and with them a token, unless they are known."""
        if self._login is None:
            self._tasks.start_soon(self._prefetched)

    async def _prefetched(self) -> None:
        with suppress(WhitespaceError):  # the first call says it
            await self.all()

    async def default(self) -> Organisation | None:
        """The organisation of a call that names none, if there is one."""
        known = await self.all()
        if self._settings.require_organisation:
            return None
        wanted = self._switched or self._settings.user_id
        if wanted:
            return next((o for o in known if fold(o.id) == fold(wanted)), None)
        return known[0] if len(known) == 1 else None

    async def chosen(self, asked: str | None) -> Organisation:
        """The organisation that a call is about.

        Raises:
            OrganisationError: none, several or none live; the message lists the choices.
        """
        known = await self.all()
        organisation = find(known, asked) if asked else await self.default()
        if organisation is None:
            raise needed(known)
        if not organisation.live:
            raise not_live(organisation, known)
        self._check(organisation)
        noted().organisations[organisation.id] = organisation.company_id
        return organisation

    async def switch(self, asked: str) -> tuple[Organisation, Organisation | None]:
        """Make an organisation the default, after the platform has confirmed it; gives the new and the former one.

        Raises:
            WhitespaceError: it stays as it was; the message lists the choices.
        """
        known = await self.all()
        previous = await self.default()
        try:
            organisation = find(known, asked)
            if not organisation.live:
                raise not_live(organisation)
            with about(organisation.name):
                await my_details(self._api, user_id=organisation.user_id)
        except WhitespaceError as error:
            kept = f"The default stays {previous.name}." if previous else "There is still no default."
            offered = "" if "Choices:" in error.do else f"Choices: {choices(known)}."
            error.do = " ".join(filter(None, [error.do, kept, offered]))
            raise
        self._unchecked.discard(organisation.id)
        self._switched = organisation.id
        noted().organisations[organisation.id] = organisation.company_id
        return organisation, previous

    def _check(self, organisation: Organisation) -> None:
        """Confirm in the background, once, an organisation that is known from disk only."""
        if organisation.id in self._unchecked:
            self._unchecked.discard(organisation.id)
            SingleFlight(self._tasks, partial(self._confirm, organisation)).start()

    async def _confirm(self, organisation: Organisation) -> None:
        try:
            details = await my_details(self._api, user_id=organisation.user_id)
        except AccessRefused:
            await self._forget()
        except WhitespaceError:
            self._unchecked.add(organisation.id)
        else:
            if fold(details.company_id) != fold(organisation.company_id):
                await self._forget()

    async def _forget(self) -> None:
        self._login = None
        self._memory.forget(await self._bearer.current())

    async def _recall(self) -> None:
        token = await self._bearer.current()
        login = await anyio.to_thread.run_sync(self._memory.recall, token)
        if login is not None and self._login is None and self._names_default(login):
            self._login = login
            self._unchecked = {organisation.id for organisation in login.organisations}

    def _names_default(self, login: Login) -> bool:
        """Whether a remembered login has the configured organisation; else the search must start from that one."""
        wanted = self._settings.user_id
        return wanted is None or any(fold(o.id) == fold(wanted) for o in login.organisations)

    async def _discover(self) -> Login:
        try:
            login = await self._discovery.run()
        except OrganisationError as error:
            self._failure, self._failed_until = error, self._clock.monotonic() + REMEMBER_NOTHING
            raise
        self._login, self._failure = login, None
        self._unchecked.clear()
        if login.complete:
            await anyio.to_thread.run_sync(self._memory.keep, await self._bearer.current(), login)
        return login

    def _allowed(self, login: Login) -> tuple[Organisation, ...]:
        limit = {fold(word) for word in self._settings.organisations}
        if not limit:
            return login.organisations
        allowed = tuple(o for o in login.organisations if {fold(o.id), fold(o.company_id)} & limit)
        if not allowed:
            raise OrganisationError(
                "WHITESPACE_ORGANISATIONS allows none of this login's organisations",
                retry="Trying again will not help until that is changed and the server restarted.",
            )
        return allowed
