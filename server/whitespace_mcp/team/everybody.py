"""Answers each call of a replica with the services of whoever asks, by the token that the gate has verified."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from mcp.server.auth.middleware.auth_context import get_access_token
from mcp.server.mcpserver import MCPServer

from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.errors import InternalFault
from whitespace_mcp.mcp_layer.tool import Services, hold, services_of_call
from whitespace_mcp.team.metrics import Metrics
from whitespace_mcp.team.people import People
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.trail import TeamTrail
from whitespace_mcp.telemetry.recording import Recorder, Whole


class Everybody:
    """All people of a replica, as the server sees them."""

    switching = False
    """Another replica would not know of a default that was changed here."""

    def __init__(self, people: People, environment: Environment, trail: TeamTrail, metrics: Metrics) -> None:
        self._people = people
        self._environment = environment.key()
        self._trail = trail
        self._metrics = metrics

    @asynccontextmanager
    async def run(self, _server: MCPServer[Services]) -> AsyncGenerator[None]:
        """Nothing belongs to the server as a whole."""
        yield

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        """Hold the services of the person who asks."""
        issuer, subject, _ = _asker()
        async with self._people.services(Person(issuer, subject, self._environment)) as services:
            with hold(services):
                yield

    def services(self) -> Services | None:
        """Those of the call that is running."""
        return services_of_call()

    def connected(self) -> None:
        """Nobody has asked for anything yet."""

    def recorder(self, whole: Whole) -> Recorder:
        """The replica's chain of the audit trail, with whose call each is, and its figures."""
        return Recorder(self._trail.lines, whole, who=self._who, ended=self._metrics.call)

    def _who(self) -> dict[str, Any]:
        return self._trail.who(*_asker())


def _asker() -> tuple[str, str, str]:
    """Issuer, subject and client of the token that the running call came with."""
    access = get_access_token()
    if access is None or access.subject is None or access.claims is None:
        raise InternalFault
    return access.claims["iss"], access.subject, access.client_id
