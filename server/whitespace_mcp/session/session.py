"""The one session of a process: shared by every tool, resource and prompt."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import httpx2
from anyio.abc import TaskGroup

from whitespace_mcp.api.client import Api, OrganisationApi
from whitespace_mcp.api.connection import open_client
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.clock import Clock, SystemClock
from whitespace_mcp.session.credential import Credential, open_credential
from whitespace_mcp.session.directory import Directory
from whitespace_mcp.session.discovery import Discovery
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.organisation_cache import OrganisationCache
from whitespace_mcp.session.organisations import Organisations
from whitespace_mcp.session.token_cache import TokenCache


@dataclass(frozen=True)
class Session:
    """Who we are, and the way to the platform.

    Attributes:
        settings: the configuration it was opened with.
        environment: where its requests go: the one that the credential is for.
        token_cache: the credential and its current token.
        api: the platform's reads.
        directory: names of companies, teams and people.
        organisations: the login's organisations and the default.
        clock: time.
        may_keep: whether anything may still be kept on disk; not after a logout on this machine.
        tasks: where work that outlives a call runs; cancelled when the session closes.
    """

    settings: Settings
    environment: Environment
    token_cache: TokenCache
    api: Api
    directory: Directory
    organisations: Organisations
    clock: Clock
    tasks: TaskGroup
    may_keep: Callable[[], bool]

    def api_for(self, organisation: Organisation) -> OrganisationApi:
        """The platform's reads on behalf of an organisation."""
        return OrganisationApi(self.api, organisation.side, organisation.user_id)


@asynccontextmanager
async def open_session(
    settings: Settings,
    clock: Clock | None = None,
    *,
    credential: Credential | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> AsyncGenerator[Session]:
    """Open the session; nothing is asked of the platform until something is needed.

    Args:
        settings: the configuration.
        clock: time, for tests.
        credential: instead of the one that is configured; whoever gives it closes it.
        transport: how the platform is reached, instead of by connections of the session's own.
    """
    clock = clock or SystemClock()
    may_keep = _until_logout(settings)
    credential, close_credential = (credential, _nothing) if credential else open_credential(settings, clock)
    environment = credential.environment
    http = open_client(environment.api_url, timeout=settings.timeout, transport=transport)
    try:
        async with anyio.create_task_group() as tasks:
            token_cache = TokenCache(credential, clock, tasks)
            api = Api(http, environment, token_cache, clock, max_body=settings.max_body)
            directory = Directory(api, clock, tasks)
            discovery = Discovery(settings, api, token_cache, directory)
            cache = OrganisationCache(settings.cache_folder, environment, may_keep)
            organisations = Organisations(settings, api, token_cache, discovery, directory, cache, clock, tasks)
            try:
                yield Session(settings, environment, token_cache, api, directory, organisations, clock, tasks, may_keep)
            finally:
                tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await http.aclose()
            await close_credential()


def _until_logout(settings: Settings) -> Callable[[], bool]:
    """Tells whether the login is still in use here: `logout` removes the mark of that."""
    mark = settings.running_file
    return mark.exists if mark is not None and mark.exists() else lambda: True


async def _nothing() -> None:
    """There is nothing to close."""
