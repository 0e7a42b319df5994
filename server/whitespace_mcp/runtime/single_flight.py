"""One attempt at a time, one outcome for everybody who waits for it."""

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import anyio
from anyio.abc import TaskGroup

from whitespace_mcp.config.errors import Unavailable

T = TypeVar("T")
E = TypeVar("E", bound=Exception)


class SingleFlight(Generic[T]):
    """Runs `work` in a task group of its own owner, at most once at a time.

    Whoever joins while it runs waits for the same outcome, success or failure. A caller that is cancelled stops
    waiting and nothing else: the work goes on for the others, since it runs in `tasks` and never in a caller's task.
    """

    def __init__(self, tasks: TaskGroup, work: Callable[[], Awaitable[T]]) -> None:
        self._tasks = tasks
        self._work = work
        self._attempt: _Attempt[T] | None = None

    def start(self) -> None:
        """Begin an attempt in the background, unless one is running."""
        self._current()

    async def join(self) -> T:
        """Wait for the attempt that is running, or for a new one.

        Raises:
            Exception: whatever `work` raised; every waiter gets a copy of its own.
        """
        attempt = self._current()
        await attempt.done.wait()
        if attempt.error is not None:
            raise own_copy(attempt.error)
        return attempt.results[0]

    def _current(self) -> "_Attempt[T]":
        if self._attempt is None:
            self._attempt = _Attempt()
            self._tasks.start_soon(self._run, self._attempt)
        return self._attempt

    async def _run(self, attempt: "_Attempt[T]") -> None:
        attempt.error = Unavailable("The server is shutting down", retry="", do="")
        try:
            attempt.results.append(await self._work())
            attempt.error = None
        except Exception as error:  # noqa: BLE001  # becomes the outcome; every waiter raises it
            attempt.error = error
        finally:
            self._attempt = None
            attempt.done.set()


class _Attempt(Generic[T]):
    def __init__(self) -> None:
        self.done = anyio.Event()
        self.results: list[T] = []
        self.error: Exception | None = None


def own_copy(error: E) -> E:
    """A copy to raise: one instance raised by many tasks would collect all their tracebacks."""
    own = type(error).__new__(type(error), *error.args)
    own.__dict__.update(error.__dict__)
    own.__cause__ = error.__cause__
    return own
