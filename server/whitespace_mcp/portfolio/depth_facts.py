"""What was learnt of a slip from its contract, lines and endorsements, in the columns that questions look at."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from whitespace_mcp.documents.leaders import LeaderMention
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.portfolio.filters import Part

DEPTH_COLUMNS: Final = (
    "terms", "lines", "endorsements", "trouble", "expiry", "expiry_last", "expiry_state", "leader", "placed",
    "not_accepted", "open", "answered", "due",
)  # fmt: skip
"""The first three are 1 where that part is known, `trouble` is why not; days are ISO 8601; NULL is not known.

`expiry` is the day on which the first section ends, `expiry_last` the last; NULL both where any cannot be read.
"""
_STATES: Final = 4
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
    lines = facts.lines
    waiting = lines.open_subjectivities() if lines else []
    listed = [record for record in lines.subjectivities if record.in_total] if lines else []
    due = min((record.due for record in listed if record.due), default=None)
    return (
        first.isoformat() if first else None,
        last.isoformat() if last else None,
        _STATE_WORDS.get(facts.expiry_state, facts.expiry_state),
        leader_of(facts.terms.leaders),
        lines.placed if lines else None,
        len(lines.not_accepted) if lines else None,
        len(waiting) if lines else None,
        sum(record.state == "answered" for record in listed) if lines else None,
        due.isoformat() if due else None,
    )


def row_of(slip: Wanted, entry: Entry | None, parts: frozenset[Part], why: str | None) -> tuple[Any, ...]:
    """A row of a book's table `depth`: the slip's root, then `DEPTH_COLUMNS`.

    `why` says why it could not be read.
    """
    flags = tuple(1 if part in parts else None for part in ("terms", "lines", "endorsements"))
    rest = entry.columns if entry and parts else (None,) * (len(DEPTH_COLUMNS) - _STATES)
    return (slip.root, *flags, why, *rest)


def leader_of(mentions: tuple[LeaderMention, ...]) -> str | None:
    """The slip's leader as the record names it; a channel where it names one, several joined."""
    names = [mention.party for mention in mentions if mention.of == "slip"]
    return " / ".join(dict.fromkeys(names)) or None
