"""What was learnt of a slip from its contract, lines and endorsements, in the columns that questions look at."""

from typing import Final, NamedTuple

from whitespace_mcp.portfolio.facts import Part

DEPTH_COLUMNS: Final = (
    "terms", "lines", "endorsements", "expiry", "expiry_state", "leader", "placed", "not_accepted", "open", "answered",
    "due",
)  # fmt: skip
"""The first three are 1 where that part was read; the days are ISO 8601; NULL is what is not known."""


class Wanted(NamedTuple):
    """A slip of which something is to be known.

    Attributes:
        root: the slip; `document`: its current contract document, and when that was `updated`; "" if not told.
        activity: the newest change to anything of it; None where its summary was not read.
        amended: the last edit of its endorsements; None where it has none.
        parts: what has to have been read.
    """

    root: str
    document: str
    updated: str
    activity: str | None
    amended: str | None
    parts: frozenset[Part]
