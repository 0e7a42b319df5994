"""The market's directory: names for channels and MU ids (platform.md 5.10); in memory only: it names every person.

Of people of one process to whom the platform gave the very same directory, all have one object, which nobody changes:
each has read it with a request of their own, and it is by far the largest thing that a session holds.
"""

import math
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from weakref import WeakValueDictionary

from anyio.abc import TaskGroup

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.identity import companies, market
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.documents.identity import Company, Member
from whitespace_mcp.runtime.clock import Clock, seconds_left
from whitespace_mcp.runtime.single_flight import PatienceLost, SingleFlight
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import fold

KEEP_SECONDS: Final = 6 * 3600.0
RETRY_SECONDS: Final = 60.0
WAITING_SHARE: Final = 0.25
WAITING_MOST: Final = 5.0
PERSON_BYTES: Final = 600
"""What one person of the directory takes in memory, with what their company and teams take."""


class MarketDirectory:
    """The directory as it was read: companies by channel prefix, people by MU id.

    Attributes:
        weight: about how many bytes of memory it takes.
    """

    def __init__(self, entries: list[Company]) -> None:
        self.weight = PERSON_BYTES * sum(len(company.members) for company in entries)
        self.companies: Mapping[str, Company] = MappingProxyType({c.channel_prefix: c for c in entries})
        self._team_names = {team.channel.lower(): team.name for company in entries for team in company.teams}

    def company_name(self, prefix: str) -> str:
        """The name of the company with that channel prefix, or the company id that the prefix comes from."""
        company = self.companies.get(prefix)
        return company.name if company else prefix.upper()

    def team_name(self, channel: str) -> str:
        """The name of the team with that channel, or the team id in it."""
        return self._team_names.get(channel.lower()) or channel.partition("_")[2] or channel

    def company_of(self, channel: str) -> Company | None:
        """The company that a channel belongs to."""
        return self.companies.get(channel_company(channel))

    def company_named(self, words: str) -> Company | None:
        """The company of exactly that name or id, as it looks."""
        key = fold(words)
        return next((c for c in self.companies.values() if key in (fold(c.name), fold(c.id))), None) if key else None

    def member(self, user_id: str) -> tuple[Member, Company] | None:
        """The person in a company that an MU id stands for."""
        for company in self.companies.values():
            for member in company.members:
                if member.user_id == user_id:
                    return member, company
        return None


_equal: WeakValueDictionary[bytes, MarketDirectory] = WeakValueDictionary()
"""Those in memory, by the digest of the platform's answer."""


class Directory:
    """Loads the market when a name is first needed, and again after six hours.

    Names are a comfort: where the directory cannot be had, answers show company ids instead.
    """

    def __init__(self, api: Api, clock: Clock, tasks: TaskGroup) -> None:
        self._api = api
        self._clock = clock
        self._market: MarketDirectory | None = None
        self._read_until = 0.0
        self._flight = SingleFlight(tasks, self._load)

    @property
    def held(self) -> MarketDirectory | None:
        """The market as it was read last, if it was."""
        return self._market

    def prefetch(self) -> None:
        """Begin to read the market in the background, if it has not been read."""
        if self._market is None and self._clock.monotonic() >= self._read_until:
            self._flight.start()

    async def market(self, *, patience: float = math.inf) -> MarketDirectory:
        """The market; `patience` is the seconds to wait for it.

        Raises:
            PatienceLost: it was not there in that time; it goes on being read.
            WhitespaceError: it cannot be read, and was not before.
        """
        if self._market is None:
            return await self._flight.join(patience=patience)
        if self._clock.monotonic() >= self._read_until:
            self._read_until = self._clock.monotonic() + RETRY_SECONDS
            self._flight.start()
        return self._market

    async def names(self) -> MarketDirectory:
        """The market, or an empty one if it cannot be read now: in five seconds, or a quarter of the call's time."""
        if self._market is None and self._clock.monotonic() < self._read_until:
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
        self._market = directory
        self._read_until = self._clock.monotonic() + KEEP_SECONDS
        return directory
