"""Fixtures of the whole suite."""

import importlib
import logging
import os
import pkgutil
import shutil
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import settings

import whitespace_mcp
from support.canaries import CHILDREN, everything_in, listen_to_children, secrets_in
from support.clock import FakeClock
from support.garbage import keep_what_is_imported, look_for_the_last_time
from support.order import Sharing, longest_first
from support.servers import ERAS
from support.spans import SPANS, keep_spans
from whitespace_mcp.demo import Platform, Running, serve

keep_spans()
listen_to_children()

# The same examples each time, so that a red test is about the change; `--hypothesis-profile=search` looks for new ones.
settings.register_profile("everyday", max_examples=15, derandomize=True, deadline=None)
settings.register_profile("merge", max_examples=40, derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile("merge" if os.environ.get("CI") else "everyday")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files come first, the others in their order."""
    longest_first(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing:
    """Which worker gets which files."""
    return Sharing(config, log)


def pytest_collection_finish() -> None:
    """All of the server is imported, and from here on garbage is what tests make.

    Hypothesis draws from the constants of what is imported: examples would depend on what ran in a worker before.
    """
    for module in pkgutil.walk_packages(whitespace_mcp.__path__, "whitespace_mcp."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    keep_what_is_imported()


def pytest_sessionfinish() -> None:
    """What was forgotten to be closed is told before the end."""
    look_for_the_last_time()


class Everything(logging.Handler):
    """Keeps every log record as it would be written, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Generator[list[str]]:
    """All that is logged during a test, at DEBUG and by every library.

    No token of the demo platform may be in it, in any form or part; nor in the spans, in what processes wrote that the
    test started, or in the files that are left in its folders and in those for configuration and cache.
    """
    folders = [tmp_path_factory.getbasetemp() / name for name in ("xdg_config_home", "xdg_cache_home")]
    if "tmp_path" in request.fixturenames:
        folders.append(request.getfixturevalue("tmp_path"))
    everything = Everything()
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    root.addHandler(everything)
    SPANS.clear()
    CHILDREN.clear()
    try:
        yield everything.lines
    finally:
        root.removeHandler(everything)
        root.setLevel(level)
    for what, text in (
        ("log", "\n".join(everything.lines)),
        ("span", "\n".join(map(repr, SPANS))),
        ("output of a process", "\n".join(CHILDREN)),
        ("file", everything_in(folders)),
    ):
        assert secrets_in(text) == [], f"a secret is in a {what}"
    for folder in folders[:2]:
        shutil.rmtree(folder, ignore_errors=True)  # else every test would look through what those before it left


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


@pytest.fixture
def era(request: pytest.FixtureRequest) -> Any:
    """The newer protocol era, or each of the two where a test says `BOTH_ERAS`: where the protocol itself differs."""
    return getattr(request, "param", ERAS[1])


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of async tests, unless a test asks for both."""
    return "asyncio"
