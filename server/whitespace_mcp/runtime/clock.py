"""Time as a thing that can be handed over, so that tests do not wait."""

import time
from datetime import UTC, datetime
from functools import partial
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

    async def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...


class SystemClock:
    """The machine's own clock."""

    monotonic = staticmethod(time.monotonic)
    now = staticmethod(partial(datetime.now, UTC))
    sleep = staticmethod(anyio.sleep)
