"""Facts of the depth kept on disk between two runs, where lists are kept there, with the same care: business data."""

from contextlib import suppress
from datetime import UTC
from typing import Any, Final

import anyio.to_thread
import msgspec

from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.documents.slip_facts import unpacked
from whitespace_mcp.portfolio.depth_facts import Entry, columns_of
from whitespace_mcp.portfolio.disk_cache import CachedList, ListCache
from whitespace_mcp.portfolio.filters import Part
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session

_Stored = dict[str, tuple[dict[Part, str], bytes]]
"""By root: the revisions of the parts, and the packed facts."""
_KIND: Final = "facts-"


class DepthCache:
    """The facts of one organisation on disk; nowhere unless the settings say so and the login is known."""

    def __init__(self, session: Session, organisation: Organisation) -> None:
        self._clock = session.clock
        self._cache = ListCache(session, organisation, _KIND)

    async def recall(self, now: float) -> dict[str, Entry]:
        """What is kept for this login, if it can be read and is whole.

        Args:
            now: monotonic seconds, which count as when it was read.
        """
        with suppress(WhitespaceError):
            file = await self._cache.recall()
            return await anyio.to_thread.run_sync(_read, file.body, now) if file else {}
        return {}

    async def keep(self, entries: dict[str, Entry]) -> None:
        """Write all of it, in place of what was there."""
        if self._cache.wanted:
            stored: _Stored = {root: (entry.revisions, entry.packed) for root, entry in entries.items()}
            body = await anyio.to_thread.run_sync(msgspec.msgpack.encode, stored)
            await self._cache.keep(CachedList(body, self._clock.now().astimezone(UTC), None))

    async def forget(self) -> None:
        """Remove it: the organisation may not be shown any more."""
        await self._cache.forget()


def _read(body: bytes, now: float) -> dict[str, Entry]:
    """What a file holds; nothing of another version."""
    entries: dict[str, Entry] = {}
    with suppress(msgspec.DecodeError, ValueError):
        stored: Any = msgspec.msgpack.decode(body, type=_Stored)
        for root, (revisions, packed) in stored.items():
            entries[root] = Entry(revisions, packed, columns_of(unpacked(packed)), now)
    return entries
