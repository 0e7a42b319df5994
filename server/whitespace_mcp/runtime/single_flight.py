"""One attempt at a time, one outcome for everybody who waits for it."""

import math
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Generic, TypeVar

import anyio
from anyio.abc import TaskGroup

from whitespace_mcp.config.errors import Unavailable, WhitespaceError

T = TypeVar("T")


class PatienceLost(Exception):
    """A caller has waited as long as it could. The attempt goes on: what it brings serves the next call."""


class SingleFlight(Generic[T]):
    """Runs `work` in a task group of its own owner, at most once at a time.

    Whoever joins while it runs waits for the same outcome, success or failure. The work runs in `tasks`, never in a
    caller's task. An attempt ends early when everybody who wanted it was cancelled: nobody is to wait later for what
    nobody wants any more. Background starts and callers that lost patience go on wanting it.

    Args:
        tasks: where attempts run.
        work: one attempt.
        lasting: attempts are never ended early, since an exchange of a token may have happened already.
    """

    def __init__(self, tasks: TaskGroup, work: Callable[[], Awaitable[T]], *, lasting: bool = False) -> None:
        self._tasks = tasks
        self._work = work
        self._lasting = lasting
        self._attempt: _Attempt[T] | None = None
        self._begun = 0

    @property
    def deserted(self) -> bool:
        """Whether an attempt is running although everybody who wanted it has been cancelled."""
        return self._attempt is not None and not (self._attempt.waiting or self._attempt.wanted)

    def start(self) -> None:
        """Begin an attempt in the background, unless one is running; nobody has to wait for it."""
        self._current(anew=False).wanted = True

    async def join(self, *, anew: bool = False, patience: float = math.inf) -> T:
        """Wait for the attempt that is running, or for a new one.

        Args:
            anew: only an attempt counts that begins from now on; an older one is ended, and who waits for it gets the
                new one's outcome too.
            patience: seconds to wait at most.

        Raises:
            PatienceLost: they are over.
            Exception: whatever `work` raised: an error of ours as one of the waiter's own.
        """
        begun = self._begun
        attempt: _Attempt[T] | None = None
        try:
            with anyio.move_on_after(patience):
                while True:
                    if anew and (older := self._attempt) and older.number <= begun and not older.anew:
                        self._supersede(older)
                    attempt = self._current(anew=anew)
                    await attempt.wait()
                    if attempt.superseded or (anew and attempt.number <= begun):
                        continue
                    if attempt.error is not None:
                        raise attempt.failure(attempt.error)
                    return attempt.results[0]
        except anyio.get_cancelled_exc_class():
            if attempt is not None and not (attempt.waiting or attempt.wanted or self._lasting):
                self._supersede(attempt)
            raise
        if attempt is not None:
            attempt.wanted = True
        raise PatienceLost

    def _supersede(self, attempt: "_Attempt[T]") -> None:
        attempt.superseded = True
        attempt.scope.cancel()
        if self._attempt is attempt:
            self._attempt = None

    def _current(self, *, anew: bool) -> "_Attempt[T]":
        if self._attempt is None:
            self._begun += 1
            self._attempt = _Attempt(self._begun, anew=anew)
            self._tasks.start_soon(self._run, self._attempt)
        return self._attempt

    async def _run(self, attempt: "_Attempt[T]") -> None:
        attempt.error = Unavailable("The server is shutting down", retry="", do="")
        try:
            with attempt.scope:
                attempt.results.append(await self._work())
                attempt.error = None
        except Exception as error:  # noqa: BLE001  # becomes the outcome; every waiter raises it
            attempt.error, attempt.traceback = error, error.__traceback__
        finally:
            if self._attempt is attempt:
                self._attempt = None
            attempt.done.set()


class _Attempt(Generic[T]):
    def __init__(self, number: int, *, anew: bool) -> None:
        self.number = number
        self.anew = anew
        self.scope = anyio.CancelScope()
        self.done = anyio.Event()
        self.results: list[T] = []
        self.error: Exception | None = None
        self.traceback: TracebackType | None = None
        self.waiting = 0
        self.wanted = False
        self.superseded = False

    async def wait(self) -> None:
        self.waiting += 1
        try:
            await self.done.wait()
        finally:
            self.waiting -= 1

    def failure(self, error: Exception) -> Exception:
        """What one waiter raises: an error of its own, or a fault of the code as it came, like a future of asyncio."""
        return error.replaced() if isinstance(error, WhitespaceError) else error.with_traceback(self.traceback)
