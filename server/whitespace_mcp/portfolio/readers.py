"""The tasks that read in depth, for all organisations of one login: a queue, and as many tasks as the pace allows.

They run in the session's task group and outlive the call that wanted them; two minutes after the last question they
stop, and the next one goes on. Nothing is read that no question wanted.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

from anyio.abc import TaskGroup

from whitespace_mcp.api.client import Api
from whitespace_mcp.portfolio.pace import Pace
from whitespace_mcp.runtime.clock import Clock

LINGER_SECONDS: Final = 120.0
"""How long reading goes on after the last question that wants it."""

T = TypeVar("T")
Job = Callable[[], Awaitable[None]]
"""Reads one slip; raises nothing."""
SlipKey = tuple[str, str]
"""An organisation's MU id and a slip's root."""


class Readers:
    """One login's queue of slips to read."""

    def __init__(self, api: Api, clock: Clock, tasks: TaskGroup) -> None:
        self.pace = Pace(clock)
        self._api = api
        self._clock = clock
        self._tasks = tasks
        self._queue: OrderedDict[SlipKey, tuple[Job, int]] = OrderedDict()
        self._running = 0
        self._wanted_until = 0.0
        self._stopped: list[Callable[[], None]] = []

    @property
    def waiting(self) -> int:
        """Requests that are still to be made."""
        return sum(requests for _, requests in self._queue.values())

    @property
    def is_stopped(self) -> bool:
        """Whether nothing is being read, and nothing will be until the next question."""
        return self._running == 0

    def when_stopped(self, tell: Callable[[], None]) -> None:
        """Have something called each time that reading stops."""
        self._stopped.append(tell)

    def want(self, jobs: Iterable[tuple[SlipKey, Job, int]]) -> None:
        """Read these slips first; each with the number of requests that it takes."""
        self._wanted_until = self._clock.monotonic() + LINGER_SECONDS
        for key, job, requests in reversed(list(jobs)):
            self._queue[key] = job, requests
            self._queue.move_to_end(key, last=False)
        self._staff()

    def drop(self, organisation_id: str | None = None) -> None:
        """Read nothing more, of one organisation or at all."""
        for key in [key for key in self._queue if organisation_id in (None, key[0])]:
            del self._queue[key]

    async def request(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make one request at the login's pace."""
        limited = self._api.limited
        begun = self.pace.begin()
        try:
            return await call()
        finally:
            self.pace.end(begun, limited=self._api.limited > limited)

    def _may_go_on(self) -> bool:
        return bool(self._queue) and self.pace.allowed > 0 and self._clock.monotonic() < self._wanted_until

    def _staff(self) -> None:
        while self._running < min(self.pace.at_once, len(self._queue)) and self._may_go_on():
            self._running += 1
            self._tasks.start_soon(self._work)

    async def _work(self) -> None:
        try:
            while self._running <= self.pace.at_once and self._may_go_on():
                _, (job, _) = self._queue.popitem(last=False)
                await job()
                self._staff()
        finally:
            self._running -= 1
            if not self._running:
                for tell in self._stopped:
                    tell()
