"""What was learnt of a slip from its contract, lines and endorsements, in the columns that questions look at."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from whitespace_mcp.documents.facts_of_lines import LineFacts
from whitespace_mcp.documents.leaders import LeaderMention, party_is_channel
from whitespace_mcp.documents.periods import day_state
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.portfolio.facts import Part
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import fold

DEPTH_COLUMNS: Final = (
    "terms", "lines", "endorsements", "trouble", "expiry", "expiry_last", "expiry_state", "begins", "leader",
    "leader_key", "placed", "lacking", "not_accepted", "open", "answered", "due",
)  # fmt: skip
"""The first three are 1 where that part is known, `trouble` is why not; days are ISO 8601; NULL is not known.

`expiry` is the day on which the first section ends, `expiry_last` the last; NULL both where any cannot be read.
`begins` is the day on which the first section begins, where the end is not known. `leader_key` holds the leaders as
they are compared, each between bars; `lacking` is how much of its order the worst section lacks, as a text that sorts.
"""
_STATES: Final = 4
_LOWEST: Final = Decimal(-10_000)
_STATE_WORDS: Final = {"several": "several, by section", "none": "not in the contract"}


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


@dataclass(frozen=True)
class Entry:
    """What is known of a slip.

    Attributes:
        revisions: for each part that was read, what stands for the state in which it was.
        packed: the facts, as `slip_facts.packed` makes them.
        columns: those of `DEPTH_COLUMNS` behind the first four.
        read_at: monotonic seconds.
    """

    revisions: dict[Part, str]
    packed: bytes
    columns: tuple[Any, ...]
    read_at: float


def columns_of(facts: SlipFacts) -> tuple[Any, ...]:
    """The columns behind the first four; those of parts that were not read say nothing."""
    first, last = facts.expiry_span
    inception, lines = facts.terms.inception, facts.lines
    begins = [] if first or day_state(inception) == "unreadable" else [start.day for start in inception if start.day]
    waiting = lines.open_subjectivities() if lines else []
    listed = [record for record in lines.subjectivities if record.in_total] if lines else []
    due = min((record.due for record in listed if record.due), default=None)
    return (
        _day(first),
        _day(last),
        _STATE_WORDS.get(facts.expiry_state, facts.expiry_state),
        _day(min(begins, default=None)),
        *_leader_columns(leaders_of(facts.terms.leaders)),
        lines.placed if lines else None,
        _lacking(lines) if lines else None,
        len(lines.not_accepted) if lines else None,
        len(waiting) if lines else None,
        sum(record.state == "answered" for record in listed) if lines else None,
        _day(due),
    )


def row_of(slip: Wanted, entry: Entry | None, parts: frozenset[Part], why: str | None) -> tuple[Any, ...]:
    """A row of a book's table `depth`: the slip's root, then `DEPTH_COLUMNS`.

    `why` says why it could not be read.
    """
    flags = tuple(1 if part in parts else None for part in ("terms", "lines", "endorsements"))
    rest = entry.columns if entry and parts else (None,) * (len(DEPTH_COLUMNS) - _STATES)
    return (slip.root, *flags, why, *rest)


def leaders_of(mentions: tuple[LeaderMention, ...]) -> tuple[str, ...]:
    """The slip's leaders as the record names them, a channel where it names one; else those of its sections."""
    of_slip = [mention.party for mention in mentions if mention.of == "slip"]
    return tuple(dict.fromkeys(of_slip or [mention.party for mention in mentions if mention.of == "section"]))


@lru_cache(4_096)
def _leader_columns(leaders: tuple[str, ...]) -> tuple[str | None, str]:
    """The leaders as they are told, and as they are compared: `|kestrel|`, or `|@kestrel|@kestrel_marine|`."""
    keys = [
        f"@{channel_company(fold(party))}|@{fold(party)}" if party_is_channel(party) else fold(party)
        for party in leaders
    ]
    return " / ".join(leaders) or None, f"|{'|'.join(keys)}|"


@lru_cache(4_096)
def _day(day: date | None) -> str | None:
    """ISO 8601; many slips have the same days, and share the text."""
    return day.isoformat() if day else None


def _lacking(lines: LineFacts) -> str | None:
    """How much of the order the worst section lacks, in per cent of the order; a text, so that 40 comes before 100."""
    lacking = [section.lacking for section in lines.sections if section.lacking is not None]
    return f"{max(_LOWEST, *lacking) - _LOWEST:010.4f}" if lacking else None
