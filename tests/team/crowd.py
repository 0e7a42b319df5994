"""People of a firm in one process, each with a login of the demo platform, without the parts around it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import httpx2

from support.clock import FakeClock
from support.servers import settings_for
from whitespace_mcp.api.bearer import Token
from whitespace_mcp.config.environment import AddressedSecret
from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.session.credential import RefreshToken
from whitespace_mcp.session.exchange_failures import TokenExchangeFailed
from whitespace_mcp.team.limits import Limits
from whitespace_mcp.team.metrics import Metrics
from whitespace_mcp.team.people import People
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.upstream import Upstream

LOGINS = {"ann": "demo", "ben": "demo", "cid": "single"}
"""Who has which login of the demo platform; two share one and are two people all the same."""
MEANT = {
    "ann": {"CALDERFINCH", "MARROWGATE"},
    "ben": {"CALDERFINCH", "MARROWGATE"},
    "cid": {"TIDEWELL"},
}


MANY = (200, 100)
"""Documents of lists that take more memory than an empty database."""


class Stored(RefreshToken):
    """A login as it is stored, or not; a test changes that."""

    def __init__(
        self,
        secret: AddressedSecret,
        clock: FakeClock,
        stored: dict[str, str],
        subject: str,
        transport: httpx2.AsyncBaseTransport,
    ) -> None:
        super().__init__(secret, clock, timeout=20, transport=transport)
        self.login = ""
        self._stored = stored
        self._subject = subject

    async def obtain(self, _refused: Token | None = None, /) -> Token:
        login = self._stored[self._subject]
        if not login:
            raise TokenExchangeFailed(NotConfigured("not connected"), attempts=1, refusal=False)
        self.login = self.login or login
        return await super().obtain()


class Crowd:
    """People with stored logins, which a test changes."""

    def __init__(self, running: Running, clock: FakeClock, **limits: int) -> None:
        self.stored = dict.fromkeys(LOGINS, "first")
        self.clock = clock
        self.credentials: list[Stored] = []
        self.platform = running.platform
        self._running = running
        bare = settings_for(running, refresh_token=None)
        self.upstream = Upstream(bare.environment, limits.get("requests", 100), share=limits.get("share", 10))
        rate = Limits(limits.get("a_minute", 100_000), limits.get("at_once", 1_000), clock.monotonic)
        self.people = People(
            self._credential, self._login_of, bare, clock, limits=rate, metrics=Metrics(),
            upstream=self.upstream, most_bytes=limits.get("most_bytes", 1_000_000_000),
        )  # fmt: skip

    def _credential(self, person: Person) -> Stored:
        login = self._running.platform.logins[LOGINS[person.subject]]
        secret = settings_for(self._running, login).refresh_token
        assert secret is not None
        self.credentials.append(Stored(secret, self.clock, self.stored, person.subject, self.upstream.transport()))
        return self.credentials[-1]

    async def _login_of(self, person: Person) -> str:
        await anyio.lowlevel.checkpoint()
        return self.stored[person.subject]


def named(subject: str) -> Person:
    return Person("https://id.example", subject, "sandbox")


@asynccontextmanager
async def crowd_of(
    documents: tuple[int, int] = (12, 6), clock: FakeClock | None = None, **limits: int
) -> AsyncGenerator[Crowd]:
    with serve(Platform(documents=documents)) as running:
        crowd = Crowd(running, clock or FakeClock(), **limits)
        async with crowd.people.open():
            yield crowd
        for credential in crowd.credentials:
            await credential.aclose()
        await crowd.upstream.aclose()
