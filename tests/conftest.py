"""Fixtures of the whole suite."""

import logging
import os
import re
from collections.abc import Generator
from functools import cache
from typing import Any

import pytest
from hypothesis import settings

from support.clock import FakeClock
from support.servers import ERAS
from support.spans import KEPT, keep_spans
from whitespace_mcp.demo import Platform, Running, serve

keep_spans()

JWT = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}")

settings.register_profile("everyday", max_examples=60, derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None)
# The same examples each time, so that a red test is about the change; `--hypothesis-profile=search` looks for new ones.
settings.load_profile("everyday")


@cache
def credentials() -> tuple[str, ...]:
    """Every refresh and service token of the demo platform; they are the same in each."""
    logins = Platform(documents=(1, 1)).logins.values()
    return tuple(filter(None, (token for login in logins for token in (login.refresh_token, login.service_token))))


class Everything(logging.Handler):
    """Keeps every log record as it would be written, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def written() -> Generator[list[str]]:
    """All that is logged during a test, at DEBUG and by every library; no token of the demo platform may be in it."""
    everything = Everything()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(everything)
    KEPT.clear()
    try:
        yield everything.lines
    finally:
        root.removeHandler(everything)
        root.setLevel(level)
    log = "\n".join([*everything.lines, *map(repr, KEPT)])
    assert not JWT.search(log), "an id token was logged"
    assert "refresh_token=" not in log, "the URL of a renewal was logged"
    assert not any(credential in log for credential in credentials()), "a credential was logged"


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Config and cache folders of the developer's own are out of sight, and so are the environment's settings."""
    for variable in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path_factory.getbasetemp() / variable.lower()))
    for variable in [name for name in os.environ if name.startswith("WHITESPACE_")]:
        monkeypatch.delenv(variable)


@pytest.fixture
def platform() -> Platform:
    """A demo platform of the test's own."""
    return Platform()


@pytest.fixture
def running(platform: Platform) -> Generator[Running]:
    """The same, answering on loopback."""
    with serve(platform) as served:
        yield served


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> Any:
    """Each of the two protocol eras."""
    return request.param


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of async tests, unless a test asks for both."""
    return "asyncio"
