"""Time as a thing that can be handed over, so that tests do not wait, and the time that a call has."""

import math
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Protocol

import anyio

from whitespace_mcp.config.errors import Unavailable


class Clock(Protocol):
    """Seconds that only grow, the time of day, and waiting."""

    def monotonic(self) -> float:
        """Seconds since some fixed point; unaffected by changes of the wall clock."""
        ...

    def now(self) -> datetime:
        """The time of day in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return time.monotonic()

    def now(self) -> datetime:
        """The time of day in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait on the event loop."""
        await anyio.sleep(seconds)


_deadline: ContextVar[tuple[anyio.CancelScope, float] | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Generator[None]:
    """End a call after `seconds`.

    Raises:
        Unavailable: the time is over.
    """
    with anyio.move_on_after(seconds) as scope:
        token = _deadline.set((scope, seconds))
        try:
            yield
        finally:
            _deadline.reset(token)
    if scope.cancelled_caught:
        raise Unavailable(
            f"There was no answer within {seconds:g} seconds",
            retry="Trying again may help.",
            do="Or narrow the question; the limit is WHITESPACE_TIMEOUT.",
        )


def stop_the_clock() -> None:
    """Suspend the call's deadline: a person is being asked."""
    if (current := _deadline.get()) is not None:
        current[0].deadline = math.inf


def start_the_clock() -> None:
    """Give the call its whole time again: the person has answered."""
    if (current := _deadline.get()) is not None:
        current[0].deadline = anyio.current_time() + current[1]


def seconds_left() -> float:
    """Seconds until the running call has to be answered; infinite outside of one."""
    return anyio.current_effective_deadline() - anyio.current_time()
