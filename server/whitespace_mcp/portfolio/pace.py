"""How fast a login may read in depth: so many requests at once, fewer when the platform has enough, so many an hour."""

import math
from collections import deque
from typing import Final

from whitespace_mcp.runtime.clock import Clock

AT_ONCE: Final = 8
HOURLY: Final = 5_000
_HOUR: Final = 3_600.0
_SLOW: Final = 2.0
"""An answer that takes so many times as long as usual is a sign that the platform has enough."""
_GOOD_IN_A_ROW: Final = 15
"""Answers in their usual time after which one request more is tried at once."""
_WEIGHT: Final = 0.05


class Pace:
    """One login's requests in depth.

    Attributes:
        at_once: how many may run side by side now.
        usual: seconds that an answer usually takes; 0 before the first.
    """

    def __init__(self, clock: Clock) -> None:
        self.at_once = AT_ONCE
        self.usual = 0.0
        self._clock = clock
        self._begun: deque[float] = deque()
        self._good = 0
        self._slowed_at = -math.inf

    @property
    def allowed(self) -> int:
        """How many requests more this hour allows."""
        now = self._clock.monotonic()
        while self._begun and self._begun[0] <= now - _HOUR:
            self._begun.popleft()
        return HOURLY - len(self._begun)

    def begin(self) -> float:
        """Count a request; the moment for `end`."""
        now = self._clock.monotonic()
        self._begun.append(now)
        return now

    def end(self, begun: float, *, limited: bool) -> None:
        """Learn from how a request went; of those that were under way together only the first slows down.

        Args:
            begun: what `begin` gave.
            limited: whether the platform said that it is asked too often.
        """
        took = self._clock.monotonic() - begun
        slow = bool(self.usual) and took > _SLOW * self.usual
        self.usual = took if not self.usual else self.usual + _WEIGHT * (min(took, 4 * self.usual) - self.usual)
        if limited or slow:
            self._good = 0
            if begun >= self._slowed_at:
                self.at_once = max(1, self.at_once // 2 if limited else self.at_once - 1)
                self._slowed_at = self._clock.monotonic()
            return
        self._good += 1
        if self._good >= _GOOD_IN_A_ROW and self.at_once < AT_ONCE:
            self.at_once, self._good = self.at_once + 1, 0

    def seconds_for(self, requests: int) -> int:
        """In about how many seconds so many requests more are done, the hour's limit included."""
        seconds = requests * (self.usual or 0.2) / self.at_once
        beyond = requests - self.allowed
        if beyond > 0 and self._begun:
            oldest = self._begun[min(beyond, len(self._begun)) - 1]
            seconds = max(seconds, oldest + _HOUR - self._clock.monotonic() + _HOUR * ((beyond - 1) // HOURLY))
        return max(1, math.ceil(seconds))
