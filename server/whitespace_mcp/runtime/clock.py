"""Time as a thing that can be handed over, so that tests do not wait."""

import time
from datetime import UTC, datetime
from typing import Protocol

import anyio


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


def seconds_left() -> float:
    """Seconds until the running call has to be answered; infinite outside of one."""
    return anyio.current_effective_deadline() - anyio.current_time()


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
