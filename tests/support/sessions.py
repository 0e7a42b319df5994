"""Sessions of the tests' own, and ways to ask many things of one at once."""

import traceback
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from support.clock import FakeClock
from support.servers import settings_for
from whitespace_mcp.config.errors import WhitespaceError, explain
from whitespace_mcp.demo import Hold, Login, Platform, Running
from whitespace_mcp.session.session import Session, open_session

BOTH_LOOPS = pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])


@asynccontextmanager
async def session_of(
    running: Running, clock: FakeClock | None = None, login: Login | None = None, **changes: Any
) -> AsyncGenerator[Session]:
    """A session on a demo platform; the clock is a fake one, and `changes` are of its settings."""
    async with open_session(settings_for(running, login, **changes), clock or FakeClock()) as session:
        yield session


def requests_to(platform: Platform, path: str) -> int:
    """How many requests went to paths that begin like this."""
    return sum(seen.path.startswith(path) for seen in platform.requests)


async def arrived(hold: Hold, n: int = 1) -> None:
    """Wait until so many requests are parked at the platform."""
    await anyio.to_thread.run_sync(hold.wait_arrived, n)


async def error_of(call: Callable[[], Awaitable[object]]) -> WhitespaceError:
    """The error that a call ends with; it must be one of ours."""
    with pytest.raises(WhitespaceError) as caught:
        await call()
    return caught.value


async def together(n: int, call: Callable[[], Awaitable[Any]]) -> list[Any]:
    """What each of `n` calls at the same time ended with: its result, or our error."""
    outcomes: list[Any] = []

    async def attempt() -> None:
        try:
            outcomes.append(await call())
        except WhitespaceError as error:
            outcomes.append(error)

    async with anyio.create_task_group() as tasks:
        for _ in range(n):
            tasks.start_soon(attempt)
    return outcomes


def everything_in(error: BaseException) -> str:
    """All that an error could give away: its words, its causes, and its traceback with the locals left out."""
    words = explain(error) if isinstance(error, WhitespaceError) else ""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    return "\n".join([words, *map(repr, chain), *map(str, chain), *traceback.format_exception(error)])


async def until(condition: Callable[[], object]) -> None:
    """Let everything else go on until something has happened; a minute at most."""
    with anyio.fail_after(60):
        while not condition():
            await anyio.lowlevel.checkpoint()
