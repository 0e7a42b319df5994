"""Making a book of a list while its bytes come in: the body is never whole in memory, and waiting is not idle."""

from collections.abc import Iterable, Sequence
from typing import Final

from whitespace_mcp.documents.json import wrong_shape
from whitespace_mcp.documents.listing import Elements, Pieces, Values
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.portfolio.book import Book, ListSource
from whitespace_mcp.portfolio.database import connect
from whitespace_mcp.portfolio.list_reader import ListReader
from whitespace_mcp.portfolio.tables import TableWriter
from whitespace_mcp.runtime.garbage import uncollected

SLICE: Final = 65_536
"""Bytes of a body that is there already which are taken in at once."""

SHORT: Final = 5_000
"""Documents of a list up to which a thread of its own costs more than it is good for."""


class Intake:
    """Takes one list in; for one organisation.

    Args:
        side: the organisation.
        keeps: whether the bytes are kept too.
    """

    def __init__(self, side: Side, *, keeps: bool = False) -> None:
        self._writer = TableWriter(connect())
        self._reader = ListReader(side, listed=self._writer.listed)
        self._pieces = Pieces()
        self._chunks: list[bytes] | None = [] if keeps else None

    @property
    def body(self) -> bytes:
        """The bytes that came, if they are kept."""
        return b"".join(self._chunks or ())

    @property
    def is_short(self) -> bool:
        """Whether so little came that its book is made in some milliseconds."""
        return len(self._reader) <= SHORT

    def feed(self, chunk: bytes) -> None:
        """Take bytes in.

        Raises:
            BadAnswer: they cannot be those of a list.
        """
        if self._chunks is not None:
            self._chunks.append(chunk)
        self._put(self._pieces.feed(chunk))

    def book(self) -> Book:
        """What came, after the last bytes.

        Raises:
            BadAnswer: it was not JSON, or no array.
        """
        self._put(self._pieces.end())
        return self._bound(self._pieces.listed, "list")

    def book_of(self, elements: Sequence[object], source: ListSource) -> Book:
        """A book of elements that are there already."""
        self._put(Elements(elements))
        return self._bound(len(elements), source)

    def _put(self, pieces: Iterable[Values]) -> None:
        with uncollected():
            for values in pieces:
                documents = self._reader.documents(values)
                if documents is not None:
                    self._writer.add(documents, self._reader.titles())

    def _bound(self, listed: int, source: ListSource) -> Book:
        with uncollected():
            return Book(self._writer, self._reader, listed, source)


def usable(book: Book) -> Book:
    """A book in which there is something, if there is anything in the list.

    Raises:
        BadAnswer: there is not one document in it that can be used.
    """
    if book.documents and book.skipped == book.documents:
        raise wrong_shape()
    return book


def read_book(body: bytes, side: Side) -> Book:
    """A book of a list that is there already: `body`, JSON; errors as for `Intake`."""
    intake = Intake(side)
    for start in range(0, len(body), SLICE):
        intake.feed(body[start : start + SLICE])
    return intake.book()
