"""Addresses at which nobody can be asked, in front of every kind of call; and a platform that goes and comes back."""

import socket
from collections.abc import Callable, Generator
from contextlib import AsyncExitStack, closing, nullcontext, suppress
from typing import Any, cast

import pytest

from faults.calls import KINDS, READS, Kind, Wanted, asked_of, said_by
from faults.messages import TRIED, WHO
from faults.promises import promise
from faults.table import PLACES, Place
from support.certificates import self_signed
from support.clock import FakeClock, passing
from support.raw import raw_list
from support.servers import ask, client_of, settings_for
from support.sessions import error_of, everything_in
from support.sockets import closed_port, http_answer, raw_server
from whitespace_mcp.config.errors import Unavailable, explain
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.session.session import open_session

UNKNOWN = "no-such-host.example"
WAITING: tuple[Kind, ...] = ("renewal", "list", "search")
"""Where each call waits: one that is tried again, one that is not, and the renewal, which has a time of its own."""
DOCUMENT = "IC0A1B2C3D-0000-4000-8000-00000000000A::FO"


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    with serve(Platform(documents=(10, 3))) as served:
        yield served


class Silent:
    """Somebody who takes every connection and says nothing."""

    def __init__(self, listener: socket.socket) -> None:
        listener.setblocking(False)
        self.address = f"127.0.0.1:{listener.getsockname()[1]}"
        self._listener = listener
        self._connections: list[socket.socket] = []

    def connections(self) -> int:
        """How many have come so far."""
        with suppress(BlockingIOError):
            while True:
                self._connections.append(self._listener.accept()[0])
        return len(self._connections)

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


@pytest.fixture(scope="module")
def silent() -> Generator[Silent]:
    with socket.create_server(("127.0.0.1", 0)) as listener, closing(Silent(listener)) as somebody:
        yield somebody


@pytest.fixture(scope="module")
def addresses(running: Running, silent: Silent, tmp_path_factory: pytest.TempPathFactory) -> Generator[dict[str, str]]:
    """An address of each kind."""
    tls = self_signed(tmp_path_factory.mktemp("tls"))
    with raw_server(http_answer(b"{}"), tls=tls) as untrusted:
        yield {
            "refused": f"https://127.0.0.1:{closed_port()}",
            "nowhere": f"https://{UNKNOWN}",
            "plain": running.root.replace("http://", "https://"),
            "silent": f"https://{silent.address}",
            "self-signed": f"https://{untrusted.address}",
        }
        assert untrusted.heads == [], "something was sent to somebody who is not trusted"


@pytest.fixture(autouse=True)
def nobody_resolves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A resolver that knows no names but numbers; gives the names that it was asked for."""
    requests: list[str] = []
    real = cast("Callable[..., Any]", socket.getaddrinfo)

    def resolve(host: Any, *rest: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        if name == UNKNOWN:
            requests.append(name)
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    return requests


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_nobody_to_ask(
    running: Running, addresses: dict[str, str], silent: Silent, place: Place, nobody_resolves: list[str]
) -> None:
    address, user_id = addresses[place.address], running.platform.login.memberships[0].user_id
    kinds = WAITING if place.address == "silent" else KINDS
    reads: list[Kind] = [kind for kind in kinds if kind != "renewal"]
    renewal: list[Kind] = ["renewal"]
    for own in (renewal, reads):
        where: dict[str, Any] = (
            {"sync_url": f"{address}/sync"} if own is renewal else {"api_url": f"{address}/api", "root": address}
        )
        clock = FakeClock()
        async with open_session(settings_for(running, **where), clock) as session:
            if own is reads:
                await session.token_cache.current()
            for kind in own:
                clock.slept.clear()
                async with passing(6, at=silent.connections) if place.address == "silent" else nullcontext():
                    error = await error_of(asked_of(session, kind, user_id, DOCUMENT))
                who = "the Whitespace login service" if own is renewal else "the platform"
                again = kind != "search" and isinstance(error, Unavailable)
                expected = (place.told.words or "").replace(WHO, who).replace("" if again else TRIED, "")
                assert expected in explain(error), kind
                assert clock.slept == ([0.5, 2.0] if again else []), kind
                assert running.platform.login.refresh_token not in everything_in(error)
    if place.address == "nowhere":
        assert len(nobody_resolves) == 3 * (len(KINDS) - 1) + 1


@promise(
    "The platform goes away and comes back",
    "a list is shown as it was, marked `stale` with the reason; the rest is told; afterwards the next call works",
)
async def test_a_platform_that_goes_away_and_comes_back() -> None:
    """Refused while it is down, the former list shown as stale; the next call after it is back works."""
    platform, clock = Platform(documents=(10, 3)), FakeClock()
    async with AsyncExitStack() as stack:
        with serve(platform) as running:
            port = int(running.root.rpartition(":")[2])
            company = platform.login.memberships[0].company_id
            wanted = Wanted(company, raw_list(running)[0]["id"].partition("::")[0])
            client = await stack.enter_async_context(client_of(settings_for(running), clock=clock))
            before = await ask(client, "get_risks", organisation=company, page_size=0)
        clock.advance(61)
        stale = await ask(client, "get_risks", organisation=company, page_size=0)
        assert stale["organisations"][0]["stale"] is True
        assert "No connection to the platform" in stale["organisations"][0]["stale_reason"]
        for kind in READS:
            failed, words = await said_by(client, kind, wanted)
            assert failed == (kind != "list"), words
            assert "No connection to the platform" in words
        platform.expire_tokens()
        with serve(platform, port=port):
            clock.advance(61)
            for kind in READS:
                failed, words = await said_by(client, kind, wanted)
                assert not failed, words
            after = await ask(client, "get_risks", organisation=company, page_size=0)
    assert [entry["documents"] for entry in after["organisations"]] == [
        entry["documents"] for entry in before["organisations"]
    ]
