"""The handle for the next page: short, opaque, and good after a restart.

It holds a digest of what was asked (environment, organisations, filters, sort), the position, and a mark of the row
before it, so that a list that has moved meanwhile is continued behind that row.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from whitespace_mcp.config.errors import BadArgument

_DIGEST = 6
_MARK = 4


@dataclass(frozen=True)
class Place:
    """Where a page begins: how many rows come before it, and the mark of the last of them."""

    offset: int
    mark: bytes


def mark_of(*parts: str) -> bytes:
    """Four bytes that stand for one row at its place in the order: organisation, document, and what is sorted by."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=_MARK).digest()


def write_cursor(question: Any, place: Place) -> str:
    """A cursor of at most 30 characters for the same question.

    Args:
        question: what was asked, as plain data.
        place: where the next page begins.
    """
    packed = _digest(question) + place.mark + place.offset.to_bytes(4, "big").lstrip(b"\0")
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def read_cursor(question: Any, cursor: str) -> Place:
    """The place that a cursor holds.

    Raises:
        BadArgument: it is no cursor, or belongs to another question.
    """
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        packed = b""
    if not _DIGEST + _MARK < len(packed) <= _DIGEST + _MARK + 4:
        raise BadArgument("cursor", "is not a cursor of this server", allowed="Pass next_cursor as it was given.")
    if packed[:_DIGEST] != _digest(question):
        raise BadArgument(
            "cursor",
            "belongs to another question",
            allowed="Repeat the same organisation, filters, unit and sort with it (only page_size may differ),"
            " or leave it out to start again.",
        )
    return Place(offset=int.from_bytes(packed[_DIGEST + _MARK :], "big"), mark=packed[_DIGEST : _DIGEST + _MARK])


def _digest(question: Any) -> bytes:
    text = json.dumps(question, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).digest()
