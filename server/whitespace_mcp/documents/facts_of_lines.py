"""Facts of the depth that line sets tell: how far each section is written and signed, and which subjectivities wait.

They need the contract too, which states the order; nothing here depends on the day (platform.md 5.6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from whitespace_mcp.documents.contract import Contract
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.order import Measure
from whitespace_mcp.documents.participation import Guidance, added
from whitespace_mcp.documents.percent import Basis
from whitespace_mcp.documents.percent import written as as_written
from whitespace_mcp.documents.placing import Placing, read_placing
from whitespace_mcp.documents.subjectivities import SubjectivityRecord, all_subjectivities, responses_of

PlacedState = Literal["nothing", "short", "unreadable", "over", "full"]

WORST_FIRST: Final[tuple[PlacedState, ...]] = ("nothing", "short", "unreadable", "over", "full")
"""A section without any line is worst; one that is certainly short is worse than one that nobody can tell."""
MOST_SECTIONS: Final = 12
_WHOLE: Final = Decimal(100)


@dataclass(frozen=True)
class PlacedSection:
    """How far one section is placed.

    Attributes:
        section: its id; None where the contract has none, or for lines that name none.
        state: None where this organisation does not see every line, so that nothing may be concluded.
        written, signed: the sum of the lines that can be read, per cent on their own bases; None without lines.
        written_full, signed_full: what complete lines make up; None where order or basis cannot be read.
        written_basis: what written lines are a percentage of; None likewise.
    """

    section: str | None
    state: PlacedState | None
    written: Decimal | None
    signed: Decimal | None
    written_full: Decimal | None
    signed_full: Decimal | None
    written_basis: Basis | None = None

    @property
    def written_of(self) -> str:
        """Its written lines in words, with what they are a percentage of: `written 40 of 75 (% of whole)`."""
        full = f" of {as_written(self.written_full)}" if self.written_full is not None else ""
        basis = f" (% of {self.written_basis})" if self.written_basis else " %"
        return f"written {as_written(self.written or Decimal(0))}{full}{basis}"

    @property
    def lacking(self) -> Decimal | None:
        """How much of the order is not written, in per cent of the order; below 0 what is too much. None: not known."""
        if self.state in (None, "unreadable") or not self.written_full:
            return None
        missing = self.written_full - (self.written or Decimal(0))
        return missing * _WHOLE / self.written_full


@dataclass(frozen=True)
class LineNotAccepted:
    """A line with conditions or subjectivities that still have to be accepted: its team's channel and section's id.

    `written` is in per cent, None where it cannot be read; `since` is when it was stamped, ISO 8601 in UTC.
    """

    carrier: str
    section: str | None
    written: Decimal | None
    since: str | None


@dataclass(frozen=True)
class LineFacts:
    """What a slip's line sets tell.

    Attributes:
        sections: each with its sums.
        not_accepted: lines that are in the sums and not accepted.
        placed: the worst section; None where nothing may be concluded, since not every line can be seen.
        subjectivities: those that are not accepted, of lines outside the sums too; see `open_subjectivities`.
        asked: who was asked for a line and has put nothing down.
        sees_all: whether the organisation sees every line of the slip.
    """

    sections: tuple[PlacedSection, ...] = ()
    placed: PlacedState | None = None
    not_accepted: tuple[LineNotAccepted, ...] = ()
    subjectivities: tuple[SubjectivityRecord, ...] = ()
    asked: tuple[Guidance, ...] = ()
    sees_all: bool = False

    def open_subjectivities(self) -> list[SubjectivityRecord]:
        """Those of lines in the sums that are neither accepted nor run out."""
        return [record for record in self.subjectivities if record.in_total and record.is_open]

    def overdue_subjectivities(self, today: date) -> list[SubjectivityRecord]:
        """Those of lines in the sums that were not accepted by their London date."""
        return [record for record in self.subjectivities if record.in_total and record.is_overdue(today)]


def line_facts(
    contract: Contract, background: Sequence[Document], document_ids: Iterable[str], prefix: str
) -> LineFacts:
    """The facts of a slip's lines.

    `background` are the documents of `/overview/{root}`, each once; `document_ids` those of the slip's contracts in the
    list; `prefix` is the asking organisation's channel prefix.
    """
    placing = read_placing(contract, background, document_ids, prefix)
    measures = placing.measures()
    sections = [_placed_section(placing, section, measures[section]) for section in placing.section_ids()]
    records = all_subjectivities(placing.sets, responses_of(background))
    return LineFacts(
        sections=tuple(sections[:MOST_SECTIONS]),
        placed=_worst_of(sections),
        not_accepted=tuple(
            LineNotAccepted(row.carrier, row.section, row.written, row.stamped_at)
            for row in placing.rows
            if not row.accepted
        ),
        subjectivities=tuple(record for record in records if record.state != "accepted"),
        asked=placing.asked,
        sees_all=placing.sees_all,
    )


def _worst_of(sections: Iterable[PlacedSection]) -> PlacedState | None:
    """The worst state of some sections; None where none has a state."""
    states = {section.state for section in sections}
    return next((state for state in WORST_FIRST if state in states), None)


def _placed_section(placing: Placing, section: str | None, against: Measure) -> PlacedSection:
    """How far a section is placed: its written lines against the order.

    `section` is its id; None stands for an unsectioned contract.
    """
    rows = placing.rows_in(section)
    signed_rows = [row for row in rows if row.signed_entries]
    written, signed = added(row.written for row in rows), added(row.signed for row in signed_rows)
    full = against.full(against.written)
    return PlacedSection(
        section=section,
        state=_state(placing, written.total if written.lines or written.unread else None, written.unread, full),
        written=written.total if rows else None,
        signed=signed.total if signed_rows else None,
        written_full=full,
        signed_full=against.full(against.signed),
        written_basis=against.written,
    )


def _state(placing: Placing, written: Decimal | None, unread: int, full: Decimal | None) -> PlacedState | None:
    if not placing.sees_all:
        return None
    if written is None:
        return "unreadable" if placing.loose else "nothing"
    if unread or placing.loose or full is None:
        return "unreadable"
    return "full" if written == full else "short" if written < full else "over"
