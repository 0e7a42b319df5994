"""The call of an assistant that is running: the time that it has, and what it did, for the audit trail and for spans.

Ids and counts only: nothing that somebody typed is noted here, and no content.
"""

import math
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import anyio

from whitespace_mcp.config.errors import Unavailable, in_seconds


@dataclass
class Call:
    """The notes of one call.

    Attributes:
        organisations: those it was about: company ids by MU id.
        roots: the slips that were read for it.
        requests: how many it made of the platform and its login service; a read that several calls wait for counts
            in the one that began it.
        received: bytes, decoded, that came back.
        error: the type of the error that it ended with.
    """

    organisations: dict[str, str] = field(default_factory=dict[str, str])
    roots: set[str] = field(default_factory=set[str])
    requests: int = 0
    received: int = 0
    error: str | None = None


_call: ContextVar[Call | None] = ContextVar("call", default=None)


def this_call() -> Call:
    """The notes of the call that is running; outside of one they are kept for nobody."""
    return _call.get() or Call()


@contextmanager
def new_call() -> Generator[Call]:
    """Begin the notes of a call."""
    call = Call()
    token = _call.set(call)
    try:
        yield call
    finally:
        _call.reset(token)


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
            f"There was no answer within {in_seconds(seconds)}",
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
