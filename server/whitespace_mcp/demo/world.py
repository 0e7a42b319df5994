"""What every route can reach."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from whitespace_mcp.demo.accounts import Accounts
from whitespace_mcp.demo.market.book import Market, Viewer
from whitespace_mcp.demo.market.companies import Directory
from whitespace_mcp.demo.market.documents import when
from whitespace_mcp.demo.options import Options
from whitespace_mcp.demo.views.summaries import Summaries

BUCKET: Final = "sandboxbucket"


@dataclass
class World:
    """The state of one platform. Whoever reads or changes it holds the lock."""

    market: Market
    directory: Directory
    accounts: Accounts
    options: Options
    lock: threading.RLock
    now: Callable[[], float]
    first_bodies: dict[tuple[str, str], bytes]
    """Big bodies of the market as it was drawn, shared by all copies of it."""
    _indexes: dict[str, tuple[int, Summaries]] = field(default_factory=dict[str, tuple[int, Summaries]])
    _bodies: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict[tuple[str, str], tuple[int, bytes]])

    def moment(self) -> str:
        """Now, as the platform writes it."""
        return when(self.now())

    def summaries(self, viewer: Viewer) -> Summaries:
        """A viewer's summaries as they are now."""
        version, found = self._indexes.get(viewer.user_id, (-1, None))
        if found is None or version != self.market.version:
            found = Summaries(self.market, viewer, per_team=self.options.summary_per_team)
            self._indexes[viewer.user_id] = (self.market.version, found)
        return found

    def kept(self, name: str, key: str) -> bytes | None:
        """A body made earlier, if nothing has changed in the market since."""
        if not self.market.version:
            return self.first_bodies.get((name, key))
        version, body = self._bodies.get((name, key), (-1, b""))
        return body if version == self.market.version else None

    def keep(self, name: str, key: str, body: bytes) -> bytes:
        """Remember a big body until something changes."""
        if self.market.version:
            self._bodies[name, key] = (self.market.version, body)
        else:
            self.first_bodies[name, key] = body
        return body
