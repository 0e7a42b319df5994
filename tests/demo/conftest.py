"""The demo platform is tested on itself: one for all tests of a file that only read, and fresh small ones."""

from collections.abc import Generator

import pytest
from demo_caller import Caller

from whitespace_mcp.demo import Platform, Running, serve


@pytest.fixture(scope="module")
def market() -> Generator[Running]:
    """Half of the default market, where all that a slip can hold still occurs; tests must leave it as it is."""
    with serve(Platform(documents=(800, 240))) as running:
        yield running


@pytest.fixture(scope="module")
def broker(market: Running) -> Caller:
    """The demo person in the first organisation."""
    return Caller(market, market.platform.login, 0)


@pytest.fixture(scope="module")
def underwriter(market: Running) -> Caller:
    """The demo person in the second organisation."""
    return Caller(market, market.platform.login, 1)


@pytest.fixture
def small() -> Generator[Running]:
    """A small market that a test may spoil."""
    with serve(Platform(documents=(90, 40))) as running:
        yield running


@pytest.fixture
def caller(small: Running) -> Caller:
    """The demo person in the first organisation of the small market."""
    return Caller(small, small.platform.login, 0)
