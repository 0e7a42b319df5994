"""The one session of a process: shared by every tool, resource and prompt."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
from anyio.abc import TaskGroup

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.connection import open_client
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.clock import Clock, SystemClock
from whitespace_mcp.session.credential import open_credential
from whitespace_mcp.session.directory import Directory
from whitespace_mcp.session.discovery import Discovery
from whitespace_mcp.session.organisations import Organisations
from whitespace_mcp.session.token_cache import TokenCache


@dataclass(frozen=True)
class Session:
    """Who we are, and the way to the platform.

    Attributes:
        settings: the configuration it was opened with.
        environment: where its requests go: the one that the credential is for.
        renewal: the credential and its current token.
        api: the platform's reads.
        directory: names of companies, teams and people.
        organisations: the login's organisations and the default.
        clock: time.
        tasks: where work that outlives a call runs; cancelled when the session closes.
    """

    settings: Settings
    environment: Environment
    renewal: TokenCache
    api: Api
    directory: Directory
    organisations: Organisations
    clock: Clock
    tasks: TaskGroup


@asynccontextmanager
async def open_session(settings: Settings, clock: Clock | None = None) -> AsyncGenerator[Session]:
    """Open the session; nothing is asked of the platform until something is needed."""
    clock = clock or SystemClock()
    credential, close_credential = open_credential(settings, clock)
    environment = credential.environment
    http = open_client(environment.api_url, timeout=settings.timeout)
    try:
        async with anyio.create_task_group() as tasks:
            renewal = TokenCache(credential, clock, tasks)
            api = Api(http, environment, renewal, clock, max_body=settings.max_body)
            directory = Directory(api, clock, tasks)
            discovery = Discovery(settings, api, renewal, directory)
            organisations = Organisations(settings, environment, api, renewal, discovery, clock, tasks)
            try:
                yield Session(settings, environment, renewal, api, directory, organisations, clock, tasks)
            finally:
                tasks.cancel_scope.cancel()
    finally:
        with anyio.CancelScope(shield=True):
            await http.aclose()
            await close_credential()
