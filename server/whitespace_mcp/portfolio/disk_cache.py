"""What is kept on disk between two runs, if the user wants that (`WHITESPACE_CACHE=disk`): business data.

One file for each environment, login and organisation, as the platform sent the list, with a line before it that says
when that was and what the newest summaries were. It is used only while these are still the newest, and no longer than
a list in memory would be; or, marked stale, while the platform cannot be reached. A file that is cut off, changed or
of another version is as good as none, and is replaced. Facts of the depth are kept in the same way.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import anyio.to_thread
import msgspec

from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.documents.slip_facts import unpacked
from whitespace_mcp.portfolio.depth_facts import Entry, columns_of
from whitespace_mcp.portfolio.facts import Part
from whitespace_mcp.runtime.files import replace_private
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session

FORMAT: Final = 1
T = TypeVar("T")

_Stored = dict[str, tuple[dict[Part, str], bytes]]
"""By root: the revisions of the parts, and the packed facts."""
_KIND: Final = "facts-"


@dataclass(frozen=True)
class CachedList:
    """A list as it was received.

    Attributes:
        body: the platform's JSON.
        read_at: when, an aware moment.
        mark: what stood for the newest page of the summaries just before; None if they are not served.
    """

    body: bytes
    read_at: datetime
    mark: bytes | None


class ListCache:
    """Where the list of one organisation is kept, or with a `kind` what else is known of it.

    Nowhere unless the settings say so and the login is known.
    """

    def __init__(self, session: Session, organisation: Organisation, kind: str = "") -> None:
        self._kind = kind
        self._token_cache = session.token_cache
        self._folder = session.settings.cache_folder if session.settings.cache == "disk" else None
        self._environment = session.environment
        self._may_keep = session.may_keep
        self._user_id = organisation.id

    @property
    def wanted(self) -> bool:
        """Whether lists are kept at all."""
        return self._folder is not None

    async def recall(self) -> CachedList | None:
        """What is kept for this login, if anything is kept, can be read and is whole.

        Raises:
            WhitespaceError: there is no token, so that it is not known whose login it is.
        """
        return await self._with_file(_read)

    async def keep(self, listed: CachedList) -> None:
        """Write it, in place of what was there; a folder that cannot be used is simply not used."""
        with suppress(WhitespaceError):
            await self._with_file(partial(self._write, listed))

    async def forget(self) -> None:
        """Remove it: the organisation may not be shown any more."""
        with suppress(WhitespaceError):
            await self._with_file(_remove)

    async def _with_file(self, act: Callable[[Path], T]) -> T | None:
        """Do something with the file of this login, in a worker thread; nothing where there may be none."""
        if self._folder is None:
            return None
        token = await self._token_cache.current()
        if not token.subject:
            return None
        name = self._environment.key(token.issuer, token.subject, self._user_id)
        return await anyio.to_thread.run_sync(act, self._folder / f"risks-{self._kind}{name}.list")

    def _write(self, listed: CachedList, path: Path) -> None:
        head = {
            "format": FORMAT,
            "digest": _digest(listed.body),
            "read_at": listed.read_at.isoformat(),
            "mark": listed.mark.hex() if listed.mark is not None else None,
        }
        with suppress(OSError):
            if self._may_keep():
                replace_private(path, (json.dumps(head).encode(), b"\n", listed.body))


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
            return await anyio.to_thread.run_sync(_entries_of, file.body, now) if file else {}
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


def _read(path: Path) -> CachedList | None:
    try:
        head, _, body = path.read_bytes().partition(b"\n")
        header = cast("dict[str, Any]", json.loads(head))
        if header["format"] != FORMAT or header["digest"] != _digest(body):
            return None
        read_at = datetime.fromisoformat(header["read_at"])
        mark = bytes.fromhex(header["mark"]) if header["mark"] is not None else None
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return CachedList(body, read_at, mark) if read_at.tzinfo else None


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _entries_of(body: bytes, now: float) -> dict[str, Entry]:
    """What a file holds; nothing of another version."""
    entries: dict[str, Entry] = {}
    with suppress(msgspec.DecodeError, ValueError):
        stored: Any = msgspec.msgpack.decode(body, type=_Stored)
        for root, (revisions, packed) in stored.items():
            entries[root] = Entry(revisions, packed, columns_of(unpacked(packed)), now)
    return entries
