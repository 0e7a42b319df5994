"""How much one person may ask: calls in a minute, and calls at a time. Each process counts for itself."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.team.person import Person

REMEMBERED: Final = 20_000
"""People at most; who has not asked for longest is forgotten first."""


@dataclass
class _Bucket:
    tokens: float
    filled_at: float
    running: int = 0


class Limits:
    """A bucket a person, filled evenly: so many calls may begin `a_minute`, and run `at_once`."""

    def __init__(self, a_minute: int, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_minute = a_minute
        self._at_once = at_once
        self._clock = clock
        self._buckets: OrderedDict[Person, _Bucket] = OrderedDict()

    def admit(self, person: Person) -> float:
        """In how many seconds a call may begin: 0 for one that may now, and has to `leave` when it ends."""
        bucket = self._bucket(person)
        if bucket.running >= self._at_once:
            return 1.0
        if bucket.tokens < 1:
            return (1 - bucket.tokens) * 60 / self._a_minute
        bucket.tokens -= 1
        bucket.running += 1
        return 0.0

    def leave(self, person: Person) -> None:
        """A call has ended."""
        if (bucket := self._buckets.get(person)) is not None:
            bucket.running = max(0, bucket.running - 1)

    def _bucket(self, person: Person) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(person, _Bucket(float(self._a_minute), now))
        self._buckets.move_to_end(person)
        bucket.tokens = min(float(self._a_minute), bucket.tokens + (now - bucket.filled_at) * self._a_minute / 60)
        bucket.filled_at = now
        while len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket
