"""One page over the lists of one or several organisations, in one order."""

from collections.abc import Sequence
from dataclasses import dataclass

from whitespace_mcp.portfolio.book import Book, Record
from whitespace_mcp.portfolio.cursor import Place, mark_of
from whitespace_mcp.portfolio.selection import ORDER, Selection, Sort

Found = tuple[str, Record]
"""The MU id of the organisation that a record is from, and the record."""


@dataclass(frozen=True)
class Shelf:
    """What is asked of one organisation: its MU id, its book, and the filters in its own terms.

    Attributes:
        told: whether records have what summaries tell.
    """

    organisation_id: str
    book: Book
    selection: Selection
    told: bool = False


def read_page(shelves: Sequence[Shelf], sort: Sort, size: int, place: Place | None) -> tuple[list[Found], Place | None]:
    """A page of matching units, and the place where the next one begins.

    A list that has moved since the place was given out is continued behind the row that the place remembers; if that
    row is gone, or stands elsewhere in the order because it was edited, at the same distance from the top.
    """
    offset = place.offset if place else 0
    if place is None:
        window = _window(shelves, sort, 0, size + 1)
    else:
        window = _window(shelves, sort, offset - 1, size + 2) if offset else []
        if window and _mark(window[0], sort) == place.mark:
            window = window[1:]
        else:
            everything = _window(shelves, sort, 0, None)
            positions = [n for n, found in enumerate(everything) if _mark(found, sort) == place.mark]
            offset = positions[0] + 1 if positions else offset
            window = everything[offset : offset + size + 1]
    page = window[:size]
    more = len(window) > size
    return page, Place(offset + len(page), _mark(page[-1], sort)) if more and page else None


def _window(shelves: Sequence[Shelf], sort: Sort, offset: int, limit: int | None) -> list[Found]:
    """Rows `offset` to `offset + limit` of the merged order."""
    if len(shelves) == 1:
        only = shelves[0]
        records = only.book.page(
            only.selection, sort, limit=-1 if limit is None else limit, offset=offset, told=only.told
        )
        return [(only.organisation_id, record) for record in records]
    top = -1 if limit is None else offset + limit
    found = [
        (s.organisation_id, record)
        for s in shelves
        for record in s.book.page(s.selection, sort, limit=top, told=s.told)
    ]
    column, down = ORDER[sort]
    found.sort(key=lambda item: (item[1]["id"], item[0]))
    found.sort(key=lambda item: item[1][column] or "", reverse=down)
    found.sort(key=lambda item: item[1][column] is None)
    return found[offset : None if limit is None else offset + limit]


def _mark(found: Found, sort: Sort) -> bytes:
    organisation_id, record = found
    return mark_of(organisation_id, record["id"], record[ORDER[sort][0]] or "")
