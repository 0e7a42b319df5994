"""The market's directory: names for channels and MU ids (platform.md 5.10); in memory only: it names every person.

Of people of one process to whom the platform gave the very same directory, all have one object, which nobody changes:
each has read it with a request of their own, and it is by far the largest thing that a session holds.
"""

import math
from contextlib import suppress
from hashlib import sha256
from typing import Final
from weakref import WeakValueDictionary

from anyio.abc import TaskGroup

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.identity import companies, market
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.documents.identity import MarketDirectory
from whitespace_mcp.runtime.call import seconds_left
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.runtime.single_flight import PatienceLost, SingleFlight

KEEP_SECONDS: Final = 6 * 3600.0
RETRY_SECONDS: Final = 60.0
WAITING_SHARE: Final = 0.25
WAITING_MOST: Final = 5.0

_equal: WeakValueDictionary[bytes, MarketDirectory] = WeakValueDictionary()
"""Those in memory, by the digest of the platform's answer."""


class Directory:
    """Loads the market when a name is first needed, and again after six hours.

    Names are a comfort: where the directory cannot be had, answers show company ids instead.

    Attributes:
        latest: the market as it was read last, if it was.
    """

    def __init__(self, api: Api, clock: Clock, tasks: TaskGroup) -> None:
        self._api = api
        self._clock = clock
        self.latest: MarketDirectory | None = None
        self._read_until = 0.0
        self._flight = SingleFlight(tasks, self._load)

    def prefetch(self) -> None:
        """Begin to read the market in the background, unless it was read in the last six hours."""
        if self._clock.monotonic() >= self._read_until:
            if self.latest is not None:
                self._read_until = self._clock.monotonic() + RETRY_SECONDS
            self._flight.start()

    async def market(self, *, patience: float = math.inf) -> MarketDirectory:
        """The market; `patience` is the seconds to wait for it.

        Raises:
            PatienceLost: it was not there in that time; it goes on being read.
            WhitespaceError: it cannot be read, and was not before.
        """
        if self.latest is None:
            return await self._flight.join(patience=patience)
        self.prefetch()
        return self.latest

    async def names(self) -> MarketDirectory:
        """The market, or an empty one if it cannot be read now: in five seconds, or a quarter of the call's time."""
        if self.latest is None and self._clock.monotonic() < self._read_until:
            return MarketDirectory([])
        left = seconds_left()
        with suppress(WhitespaceError, PatienceLost):
            return await self.market(patience=min(left * WAITING_SHARE, WAITING_MOST))
        self._read_until = self._clock.monotonic() + RETRY_SECONDS
        return MarketDirectory([])

    async def _load(self) -> MarketDirectory:
        body = await market(self._api)
        digest = sha256(body).digest()
        directory = _equal.get(digest)
        if directory is None:
            directory = _equal[digest] = MarketDirectory(companies(body))
        self.latest = directory
        self._read_until = self._clock.monotonic() + KEEP_SECONDS
        return directory
