"""A clock that tests move by hand, and an event loop whose time they move."""

import asyncio  # noqa: TID251  # the loop itself
import itertools
import math
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

import anyio
import anyio.lowlevel
import trio

PATIENCE: Final = 120.0
"""Seconds of the machine's."""


class FakeClock:
    """Time stands still until `advance`; sleeping advances it at once and is remembered."""

    def __init__(self) -> None:
        self._seconds = 1_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return datetime(2026, 1, 5, 9, 0, tzinfo=UTC) + timedelta(seconds=self._seconds - 1_000.0)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await anyio.lowlevel.checkpoint()

    def advance(self, seconds: float) -> None:
        self._seconds += seconds


@asynccontextmanager
async def passing(
    seconds: float = 61, *, at: Callable[[], int] = lambda: 0, each: int = 1, pause: float = 0.0
) -> AsyncGenerator[None]:
    """While the block runs so many seconds pass, again and again, or whenever requests came that nobody answers.

    Args:
        seconds: a little more than a call may take, if nothing else is said; see `let_pass`.
        at: how many requests there were; they are counted from the block's begin.
        each: how many have to come each time.
        pause: seconds of the machine's for each that passes, where the other side says something now and then.
    """

    async def run() -> None:
        for number in itertools.count(at() + each, each):
            await anyio.lowlevel.checkpoint()
            end = time.monotonic() + PATIENCE
            while at() < number:
                assert time.monotonic() < end, "no more requests came, and what should end did not"
                await anyio.sleep(0.002)
            with anyio.CancelScope(shield=True):
                await let_pass(seconds, pause=pause)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        yield
        tasks.cancel_scope.cancel()


async def let_pass(seconds: float, *, pause: float = 0.0) -> None:
    """On this test's event loop so many seconds pass, one by one, without any of the machine's.

    Thus a call can have its usual minute, which no busy machine takes away, and is still seen to end; `pause` as above.
    """
    for _ in range(math.ceil(seconds)):
        if trio.lowlevel.in_trio_run():
            clock: Any = trio.lowlevel.current_clock()
            object.__setattr__(clock, "offset", clock.offset + 1)
        else:
            loop: Any = asyncio.get_running_loop()
            loop.time = partial(_now, loop.time() - time.monotonic() + 1)
        for _ in range(10):  # whatever that wakes runs, and what it wakes in turn
            await anyio.lowlevel.checkpoint()
        await anyio.sleep(pause)


def _now(ahead: float) -> float:
    return time.monotonic() + ahead
