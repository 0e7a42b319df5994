"""Event loops do not count the time in which the whole machine stood still: it is nobody's fault.

Limits of tests and of the server (a call's time, the platform's) are kept by the loop's clock. A thread looks at the
real one all the time; what passed unseen beyond some seconds is left out of the loop's from then on.
"""

import asyncio  # noqa: TID251  # its loops alone: trio's few tests have no limits
import threading
import time
from typing import Final

STEP_SECONDS: Final = 0.5
MOST_SECONDS: Final = 2.0
"""More than a busy machine lets pass between two looks."""


class Steady:
    """Seconds that only grow, without those of a standstill."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen = time.monotonic()
        self._lost = 0.0

    def look(self) -> None:
        """See how late it is."""
        with self._lock:
            now = time.monotonic()
            if now - self._seen > MOST_SECONDS:
                self._lost += now - self._seen - STEP_SECONDS
            self._seen = now

    def seconds(self) -> float:
        """The time of a loop."""
        if time.monotonic() - self._seen > MOST_SECONDS:
            self.look()
        return time.monotonic() - self._lost


def look_all_the_time(steady: Steady) -> None:
    """In a thread of its own."""
    while True:
        time.sleep(STEP_SECONDS)
        steady.look()


def leave_out_standstills() -> None:
    """For every loop that runs in this process from now on."""
    steady = Steady()
    threading.Thread(target=look_all_the_time, args=(steady,), daemon=True).start()

    def now(self: asyncio.BaseEventLoop) -> float:  # noqa: ARG001
        return steady.seconds()

    asyncio.BaseEventLoop.time = now
