"""Slips that could not be read in depth, and why; and whether it is the platform that cannot be reached.

A slip that cannot be read is tried at most twice an hour. Several in a row for which the platform is not there are an
outage of the platform.
"""

from dataclasses import dataclass, field
from typing import Final

from whitespace_mcp.config.errors import (
    AccessRefused,
    CredentialRefused,
    NotTrusted,
    Unavailable,
    WhitespaceError,
    WrongAddress,
)
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.terms.text import shortened

MOST_TRIES: Final = 2
TRY_SECONDS: Final = 3_600.0
"""A slip that fails is tried so often in so many seconds."""
OUTAGE: Final = 8
"""So many slips in a row that cannot be had because the platform is not there: it is the platform, not the slips."""
MOST_WHY: Final = 110
"""Characters of a reason."""
_OF_THE_PLATFORM: Final = (Unavailable, WrongAddress, NotTrusted)
"""Failures that say nothing of the slip. Where somebody else answers, the tries count all the same."""


@dataclass
class _Tries:
    moments: list[float] = field(default_factory=list[float])
    why: str = ""


class DepthFailures:
    """Of one organisation's slips, by root.

    Attributes:
        outage: why reading stopped before its end, if the platform could not be reached.
    """

    def __init__(self, clock: Clock) -> None:
        self.outage: WhitespaceError | None = None
        self._clock = clock
        self._tries: dict[str, _Tries] = {}
        self._in_a_row: list[str] = []

    def __contains__(self, root: object) -> bool:
        return root in self._tries

    def begin(self) -> None:
        """A question begins to read: the platform may be there again."""
        self.outage, self._in_a_row = None, []

    def settle(self, root: str) -> None:
        """A slip was read."""
        self._tries.pop(root, None)
        self._in_a_row.clear()

    def clear(self) -> None:
        """Forget the slips."""
        self._tries.clear()

    def add(self, root: str, error: WhitespaceError) -> bool:
        """A slip could not be read; whether reading has to stop, since that is not the slip's fault."""
        if isinstance(error, AccessRefused | CredentialRefused):
            self.outage = error
            return True
        if self.outage is not None and isinstance(error, _OF_THE_PLATFORM):
            return False
        tries = self._tries.setdefault(root, _Tries())
        tries.moments = [*tries.moments[-MOST_TRIES:], self._clock.monotonic()]
        tries.why = reason(error)
        if isinstance(error, _OF_THE_PLATFORM):
            self._in_a_row.append(root)
            if len(self._in_a_row) >= OUTAGE:
                for name in self._in_a_row if isinstance(error, Unavailable) else ():
                    self._tries.pop(name, None)
                self.outage = error
                return True
        return False

    def is_given_up(self, root: str) -> bool:
        """Whether a slip is not tried again for now."""
        tries = self._tries.get(root)
        since = self._clock.monotonic() - TRY_SECONDS
        return tries is not None and sum(moment > since for moment in tries.moments) >= MOST_TRIES

    def why(self, root: str) -> str | None:
        """Why a slip is not known: its own fault, else that of the platform, which stopped the reading."""
        tries = self._tries.get(root)
        return tries.why if tries else reason(self.outage) if self.outage else None


def reason(error: WhitespaceError) -> str:
    """Why something is not known, as it stands in an answer: `the platform is not available (503)`."""
    what = shortened(error.what.partition(";")[0], MOST_WHY)
    return what[:1].lower() + what[1:]
