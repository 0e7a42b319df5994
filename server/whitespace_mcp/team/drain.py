"""How a replica stops: not ready first, then no new calls, then those in flight, and then it ends whatever hangs.

An orchestrator's own limit has to be longer than all of it: `UNREADY_SECONDS`, the operator's `WHITESPACE_TEAM_DRAIN`,
and `OVERTIME_SECONDS`.
"""

import logging
import os
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn

logger = logging.getLogger(__name__)

UNREADY_SECONDS: Final = 5
"""How long the process goes on taking calls after it was told to stop, so that a balancer sees that it is not ready."""
OVERTIME_SECONDS: Final = 10
"""What closing sessions and connections may take; a thread that hangs in the system does not keep the process alive."""


class Drain:
    """When a process was told to stop, and how far that is; `seconds` is how long calls in flight may take."""

    def __init__(self, seconds: int, clock: Callable[[], float]) -> None:
        self.seconds = seconds
        self._unready = min(UNREADY_SECONDS, seconds)
        self._clock = clock
        self._begun_at: float | None = None

    @property
    def begun(self) -> bool:
        """Whether it was told to stop."""
        return self._begun_at is not None

    @property
    def seen(self) -> bool:
        """Whether balancers had the time to see it."""
        return self._begun_at is not None and self._clock() - self._begun_at >= self._unready

    def begin(self) -> None:
        """Be not ready from now on, and end in so many seconds, come what may."""
        self._begun_at = self._clock()
        last = threading.Timer(self._unready + self.seconds + OVERTIME_SECONDS, _end)
        last.daemon = True
        last.start()


class DrainingServer(uvicorn.Server):
    """Is not ready for some seconds before it stops, so that balancers send nothing more."""

    def __init__(self, config: uvicorn.Config, drain: Drain) -> None:
        super().__init__(config)
        self._drain = drain

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Told to stop; the second time it stops at once."""
        if self._drain.begun:
            super().handle_exit(sig, frame)
        else:
            self._drain.begin()

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to stop."""
        return await super().on_tick(counter) or self._drain.seen


def _end() -> None:
    logger.error("closing took too long; the process ends without it")
    os._exit(1)
