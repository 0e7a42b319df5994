"""Pages over a list that was read in one go: as many entries as fit a budget, and a cursor for the rest."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.size import rough_tokens
from whitespace_mcp.config.errors import BadArgument
from whitespace_mcp.portfolio.pages import Place, mark_of, read_cursor, write_cursor

T = TypeVar("T")

BUDGET: Final = 3_900
"""Bytes of text of one page: about 1,300 tokens, which with the head of an answer stays below 1,700."""
USUAL: Final = 20
"""Entries of a page, if nothing else is asked."""
LONG_PAGE: Final = 18_000
"""Bytes of a page for which more entries than usual were asked."""
CUT: Final = "This page ends early for its size; next_cursor goes on."
CUT_SHORT: Final = f"{CUT} page_size above {USUAL} allows longer pages."


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
    size: Callable[[T], int] = lambda _: 0,
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


def text_size(part: Answer) -> int:
    """Bytes of a part of an answer as it is sent, or three for each token where its tokens are short."""
    text = json.dumps(part.plain(), ensure_ascii=False, separators=(",", ":"))
    return max(len(text.encode(errors="replace")), 3 * rough_tokens(text))
