"""One market for all tests that only look at it."""

from collections.abc import AsyncGenerator, Generator
from typing import Any

import pytest
from mcp import Client

from support.raw import raw_list
from support.servers import ERAS, client_of, settings_for
from support.slips import Doc, contracts
from whitespace_mcp.demo import Platform, Running, serve


@pytest.fixture(scope="package")
def market() -> Generator[Running]:
    """The demo platform as it is delivered; nothing may be changed in it."""
    with serve(Platform()) as running:
        yield running


@pytest.fixture(scope="package")
def small() -> Generator[Running]:
    """A market of a fifth of its slips, for what has to be read of each of them; nothing may be changed in it."""
    with serve(Platform(documents=(300, 100))) as running:
        yield running


@pytest.fixture
def platform() -> Platform:
    """A market of the test's own is a small one."""
    return Platform(documents=(80, 30))


@pytest.fixture(scope="package")
def raw(market: Running) -> list[list[dict[str, Any]]]:
    """Its lists of the demo person's two organisations."""
    return [raw_list(market, 0), raw_list(market, 1)]


@pytest.fixture(scope="package")
def signed(market: Running) -> list[Doc]:
    """Signed contracts of the market as the broker sees them."""
    return contracts(market)


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    """One event loop for all of them, so that they can share clients."""
    return "asyncio"


@pytest.fixture(scope="package")
async def clients(market: Running, small: Running) -> AsyncGenerator[dict[str, Client]]:
    """The demo person's assistants: one in each era and one in the small market, each with a server of its own.

    They are one fixture since what begins last has to end first.
    """
    async with (
        client_of(settings_for(market), ERAS[0]) as entry,
        client_of(settings_for(market), ERAS[1]) as other,
        client_of(settings_for(small)) as third,
    ):
        yield {ERAS[0]: entry, ERAS[1]: other, "small": third}


@pytest.fixture
def small_client(clients: dict[str, Client]) -> Client:
    """An assistant in the small market, for questions that change nothing."""
    return clients["small"]


@pytest.fixture
def client(clients: dict[str, Client], era: str) -> Client:
    """An assistant in the era of the test, for questions that change nothing."""
    return clients[era]
