"""Pages, and the handle for the next one: of lists of risks, in one order, and of lists that were read in one go.

A cursor is short, opaque, and good after a restart: it holds a digest of what was asked (organisations, filters, sort),
the position, and a mark of the entry before it, so that a list that has moved meanwhile is continued behind that entry.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.size import answer_tokens, size_of
from whitespace_mcp.config.errors import BadArgument
from whitespace_mcp.portfolio.query import ORDER, Sort
from whitespace_mcp.portfolio.selection import PagedRow, View

T = TypeVar("T")

BUDGET: Final = 3_900
"""Bytes of text of one page: about 1,300 tokens, which with the head of an answer stays below 1,700."""
USUAL: Final = 20
"""Entries of a page, if nothing else is asked."""
LONG_PAGE: Final = 18_000
"""Bytes of a page for which more entries than usual were asked."""
CUT: Final = "This page ends early for its size; next_cursor goes on."
CUT_SHORT: Final = f"{CUT} page_size above {USUAL} allows longer pages."
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


@dataclass(frozen=True)
class Page(Generic[T]):
    """Entries in order, and the cursor of the next page; None on the last.

    `cut`: it has fewer entries than were asked for, since more would be too large.
    """

    entries: list[T]
    next_cursor: str | None
    cut: bool = False

    def notes(self, page_size: int) -> list[str]:
        """Why it is shorter than asked, if it is."""
        return [CUT if page_size > USUAL else CUT_SHORT] if self.cut else []


def page_of(
    entries: Sequence[T],
    *,
    question: Any,
    cursor: str | None,
    most: int,
    name: Callable[[T], str],
    size: Callable[[T], int],
    budget: int = BUDGET,
) -> Page[T]:
    """One page, at least one entry long.

    A list that has moved since the cursor was given out is continued behind the entry that the cursor remembers, or
    if that is gone at the same distance from the top.

    Args:
        entries: the whole list, in order.
        question: what was asked, as plain data; a cursor fits no other.
        cursor: where to begin; None at the top.
        most: entries of a page at most.
        name: what tells an entry from all others.
        size: bytes that an entry takes.
        budget: bytes that the entries of a page take at most.

    Raises:
        BadArgument: the cursor is not one, belongs to another question, or the list has become shorter than that.
    """
    start = _start(entries, read_cursor(question, cursor), name) if cursor else 0
    page: list[T] = []
    left = budget
    for entry in entries[start : start + most]:
        left -= size(entry)
        if page and left < 0:
            break
        page.append(entry)
    end = start + len(page)
    more = end < len(entries)
    following = write_cursor(question, Place(end, mark_of(name(page[-1])))) if more and page else None
    return Page(page, following, cut=more and 0 < len(page) < most)


def budget_of(page_size: int) -> int:
    """How many bytes a page may have for which so many entries are asked."""
    return LONG_PAGE if page_size > USUAL else BUDGET


def text_size(part: Answer) -> int:
    """What a part of an answer takes of a page's budget, as it is sent."""
    return size_of(part.plain())


def share_of(tokens: int) -> Callable[[Answer], int]:
    """What a part takes of it where the parts of one page may have so many tokens together."""
    return lambda part: answer_tokens(part) * BUDGET // tokens + 1


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


def _start(entries: Sequence[T], place: Place, name: Callable[[T], str]) -> int:
    before = place.offset - 1
    if 0 <= before < len(entries) and mark_of(name(entries[before])) == place.mark:
        return place.offset
    index = next((n for n, entry in enumerate(entries) if mark_of(name(entry)) == place.mark), None)
    start = index + 1 if index is not None else place.offset
    if start >= len(entries) and entries:
        raise BadArgument(
            "cursor",
            "is past the end, for the list has become shorter",
            allowed=f"There are {len(entries)} entries now; leave it out to start again.",
        )
    return start


def _window(views: Sequence[View], sort: Sort, offset: int, limit: int | None) -> list[PagedRow]:
    """Rows `offset` to `offset + limit` of the merged order."""
    if len(views) == 1:
        (view,) = views
        records = view.selection.page(limit=-1 if limit is None else limit, offset=offset)
        return [(view.organisation.id, record) for record in records]
    top = -1 if limit is None else offset + limit
    rows = [(view.organisation.id, record) for view in views for record in view.selection.page(limit=top)]
    column, down = ORDER[sort]
    rows.sort(key=lambda item: (item[1]["id"], item[0]))
    rows.sort(key=lambda item: item[1].get(column) or "", reverse=down)
    rows.sort(key=lambda item: item[1].get(column) is None)
    return rows[offset : None if limit is None else offset + limit]


def _mark(row: PagedRow, sort: Sort) -> bytes:
    user_id, record = row
    return mark_of(user_id, record["id"], record.get(ORDER[sort][0]) or "")


def _digest(question: Any) -> bytes:
    text = json.dumps(question, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).digest()
