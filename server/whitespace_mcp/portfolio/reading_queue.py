"""The tasks that read in depth, for all organisations of one login: a queue, and as many requests as the pace allows.

They run in the session's task group and outlive the call that wanted them; two minutes after the last question they
stop, and the next one goes on. Nothing is read that no question wanted. There are more tasks than requests, so that
none of these has to wait while what came is understood.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

import anyio
from anyio.abc import TaskGroup

from whitespace_mcp.api.client import Api
from whitespace_mcp.portfolio.pace import Pace
from whitespace_mcp.runtime.clock import Clock

LINGER_SECONDS: Final = 120.0
"""How long reading goes on after the last question that wants it."""

SPARE: Final = 4
"""Tasks beyond the requests at once: they have nothing in hand until a request may be made."""

T = TypeVar("T")
Job = Callable[["Turn"], Awaitable[None]]
"""Reads one slip by the requests of its turn; raises nothing."""
SlipKey = tuple[str, str]
"""An organisation's MU id and a slip's root."""


class ReadingQueue:
    """One login's queue of slips to read."""

    def __init__(self, api: Api, clock: Clock, tasks: TaskGroup) -> None:
        self.pace = Pace(clock)
        self._api = api
        self._clock = clock
        self._tasks = tasks
        self._queue: OrderedDict[SlipKey, tuple[Job, int]] = OrderedDict()
        self._running = 0
        self.slots = anyio.CapacityLimiter(self.pace.at_once)
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
        self._start_workers()

    def drop(self, user_id: str | None = None) -> None:
        """Read nothing more, of one organisation or at all."""
        for key in [key for key in self._queue if user_id in (None, key[0])]:
            del self._queue[key]

    def learn(self, begun: float, limits: int) -> None:
        """Learn from how a request went.

        Args:
            begun: what `Pace.begin` gave.
            limits: how often the platform had said before that it is asked too often.
        """
        self.pace.end(begun, limited=self.limits > limits)
        self.slots.total_tokens = self.pace.at_once

    @property
    def limits(self) -> int:
        """How often the platform has said that it is asked too often."""
        return self._api.limited

    def _may_go_on(self) -> bool:
        return bool(self._queue) and self.pace.allowed > 0 and self._clock.monotonic() < self._wanted_until

    def _start_workers(self) -> None:
        while self._running < min(self.pace.at_once + SPARE, len(self._queue)) and self._may_go_on():
            self._running += 1
            self._tasks.start_soon(self._work)

    async def _work(self) -> None:
        try:
            while self._running <= self.pace.at_once + SPARE and self._may_go_on():
                turn = Turn(self)
                await turn.ready()
                try:
                    if not self._may_go_on():
                        break
                    _, (job, _) = self._queue.popitem(last=False)
                    await job(turn)
                finally:
                    turn.leave()
                self._start_workers()
        finally:
            self._running -= 1
            if not self._running:
                for tell in self._stopped:
                    tell()


class Turn:
    """One slip's requests, each made when the pace allows it; the first may be made at once."""

    def __init__(self, queue: ReadingQueue) -> None:
        self._queue = queue
        self._holds = False

    async def ready(self) -> None:
        """Wait for a request to be allowed, before anything is taken in hand."""
        await self._queue.slots.acquire_on_behalf_of(self)
        self._holds = True

    def leave(self) -> None:
        """Let another have the request that was allowed, if it was not made."""
        if self._holds:
            self._holds = False
            self._queue.slots.release_on_behalf_of(self)

    async def request(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make one request at the login's pace."""
        if not self._holds:
            await self.ready()
        limits, begun = self._queue.limits, self._queue.pace.begin()
        try:
            return await call()
        finally:
            self.leave()
            self._queue.learn(begun, limits)
