"""A list as a question sees it."""

from dataclasses import dataclass
from datetime import datetime

from whitespace_mcp.portfolio.book import Book


@dataclass(frozen=True)
class View:
    """A book, when it was read, and why it is not newer if it should be."""

    book: Book
    as_of: datetime
    stale: str | None = None
