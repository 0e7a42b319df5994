"""What one call of an assistant did, noted while it runs: for the audit trail and for spans.

Ids and counts only: nothing that somebody typed is noted here, and no content.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


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


def noted() -> Call:
    """The notes of the call that is running; outside of one they are kept for nobody."""
    return _call.get() or Call()


@contextmanager
def noting() -> Generator[Call]:
    """Begin the notes of a call."""
    call = Call()
    token = _call.set(call)
    try:
        yield call
    finally:
        _call.reset(token)
