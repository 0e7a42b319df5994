"""What can be known of a slip beyond its list row, and where that comes from."""

from dataclasses import dataclass
from typing import Final, Literal

from whitespace_mcp.terms.stages import WITH_LINES

FactName = Literal[
    "inception", "limit", "owner", "waiting", "written", "signed", "facilities", "activity",
    "expiry", "period", "premium", "order", "leader", "placed", "subjectivities",
]  # fmt: skip
"""The first line has those that summaries tell, so that every row of a long list can have them."""
Part = Literal["summary", "terms", "lines", "endorsements"]
"""What is read: the slip's summaries; its contract; the lines behind it; its endorsements."""


@dataclass(frozen=True)
class Source:
    """Where a fact comes from.

    Attributes:
        parts: what has to be read before it is known; endorsements only of slips that have some.
        unread: SQL that is true where it was not read.
        untold: SQL for why it is not known although it was read, a text; NULL where it is known.
        applies: SQL that is true of the slips that can have it at all; others are known to have none.
    """

    parts: tuple[Part, ...]
    unread: str
    untold: str = "NULL"
    applies: str = "1"


_SUMMARY: Final = Source(("summary",), "activity IS NULL")
_TERMS: Final = Source(("terms",), "terms IS NOT 1")
LIVING: Final = f"slip_stage IN ({', '.join(map(repr, sorted(WITH_LINES)))})"
"""Stages at which carriers may have put something down, in SQL."""

SOURCES: Final[dict[FactName, Source]] = {
    "inception": Source(("summary",), "activity IS NULL", "iif(inception IS NULL, 'not told', NULL)"),
    "limit": Source(("summary",), "activity IS NULL", "iif(amount IS NULL, 'no limit is told', NULL)"),
    "owner": _SUMMARY,
    "waiting": _SUMMARY,
    "written": _SUMMARY,
    "signed": _SUMMARY,
    "facilities": _SUMMARY,
    "activity": _SUMMARY,
    "expiry": Source(
        ("terms", "endorsements"),
        "terms IS NOT 1 OR endorsements IS NOT 1",
        "iif(expiry = expiry_last, NULL, expiry_state)",
    ),
    "period": _TERMS,
    "premium": _TERMS,
    "order": _TERMS,
    "leader": _TERMS,
    "placed": Source(
        ("lines",), "lines IS NOT 1", "iif(placed IS NULL, 'not every line is visible', NULL)",
        "slip_stage = 'firm_order'",
    ),
    "subjectivities": Source(("lines",), "lines IS NOT 1", applies=LIVING),
}  # fmt: skip
