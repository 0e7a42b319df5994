"""One page over the lists of one or several organisations, in one order, and the handle for the next.

That cursor is short, opaque, and good after a restart: it holds a digest of what was asked (organisations, filters,
sort), the position, and a mark of the row before it, so that a list that has moved meanwhile is continued behind that
row.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from whitespace_mcp.config.errors import BadArgument
from whitespace_mcp.portfolio.portfolio import View
from whitespace_mcp.portfolio.query import ORDER, Sort
from whitespace_mcp.portfolio.rows import Record

PagedRow = tuple[str, Record]
"""The MU id of the organisation that a record is from, and the record."""

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


def read_page(views: Sequence[View], sort: Sort, size: int, place: Place | None) -> tuple[list[PagedRow], Place | None]:
    """A page of matching units, and the place where the next one begins.

    A list that has moved since the place was given out is continued behind the row that the place remembers; if that
    row is gone, or stands elsewhere in the order because it was edited, at the same distance from the top.

    `size` is how many rows at most.
    """
    offset = place.offset if place else 0
    if place is None:
        window = _window(views, sort, 0, size + 1)
    else:
        window = _window(views, sort, offset - 1, size + 2) if offset else []
        if window and _mark(window[0], sort) == place.mark:
            window = window[1:]
        else:
            everything = _window(views, sort, 0, None)
            positions = [n for n, row in enumerate(everything) if _mark(row, sort) == place.mark]
            offset = positions[0] + 1 if positions else offset
            window = everything[offset : offset + size + 1]
    page = window[:size]
    more = len(window) > size
    return page, place_after(page, offset, sort) if more and page else None


def place_after(page: Sequence[PagedRow], offset: int, sort: Sort) -> Place:
    """The place behind a page that begins `offset` rows from the top."""
    return Place(offset + len(page), _mark(page[-1], sort))


def _window(views: Sequence[View], sort: Sort, offset: int, limit: int | None) -> list[PagedRow]:
    """Rows `offset` to `offset + limit` of the merged order."""
    if len(views) == 1:
        (view,) = views
        records = view.book.page(view.query, sort, limit=-1 if limit is None else limit, offset=offset)
        return [(view.organisation.id, record) for record in records]
    top = -1 if limit is None else offset + limit
    rows = [(view.organisation.id, record) for view in views for record in view.book.page(view.query, sort, limit=top)]
    column, down = ORDER[sort]
    rows.sort(key=lambda item: (item[1]["id"], item[0]))
    rows.sort(key=lambda item: item[1].get(column) or "", reverse=down)
    rows.sort(key=lambda item: item[1].get(column) is None)
    return rows[offset : None if limit is None else offset + limit]


def _mark(row: PagedRow, sort: Sort) -> bytes:
    organisation_id, record = row
    return mark_of(organisation_id, record["id"], record.get(ORDER[sort][0]) or "")


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
