"""A slip's lines, read: what carriers put down, who was asked, and what signing down would come to.

Nothing here is put into words; sums and comparisons are exact decimals of one section.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from whitespace_mcp.documents.contract import Contract
from whitespace_mcp.documents.json import Document, as_text
from whitespace_mcp.documents.line_sets import LineSets, StampedLine, read_line_sets
from whitespace_mcp.documents.order import Measure, measure
from whitespace_mcp.documents.participation import (
    CarrierRow,
    Ending,
    Guidance,
    Sections,
    endings_of,
    guidance_of,
    not_written,
    rows_of,
    sections_of,
)
from whitespace_mcp.documents.percent import total
from whitespace_mcp.documents.signing import NoIndication, WrittenLine, sign_down
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import squeeze


@dataclass(frozen=True)
class Placing:
    """A slip's lines, read, before they are put into words.

    Attributes:
        contract: the document that states the order and the bases.
        sets: everything that carriers put down.
        rows: one for each carrier and section.
        sections: names by id, empty without sections.
        asked: line guidance that nothing was written on.
        endings: carriers whose firm order was declined or withdrawn.
        sees_all: whether the asking organisation sees every line: the placing broker, and every carrier where the
            stamp visibility shows all stamps.
        is_broker: whether it is the placing broker.
        loose: whether some lines of a sectioned contract name no section, so that no section's total is complete.
    """

    contract: Contract
    sets: LineSets
    rows: tuple[CarrierRow, ...]
    sections: Sections
    asked: tuple[Guidance, ...]
    endings: dict[str, Ending]
    sees_all: bool
    is_broker: bool
    loose: bool

    @property
    def comparable(self) -> bool:
        """Whether totals can be compared with the order at all."""
        return self.sees_all and not self.loose

    def section_ids(self) -> list[str | None]:
        """The sections, in order; `None` first for what names no section."""
        loose = not self.sections or any(row.section is None for row in (*self.rows, *self.asked))
        return [*([None] if loose else []), *self.sections]

    def rows_in(self, section: str | None) -> list[CarrierRow]:
        """The lines on one section."""
        return [row for row in self.rows if row.section == section]

    def measures(self) -> dict[str | None, Measure]:
        """The order and the bases of each section."""
        return {section: measure(self.contract, section) for section in self.section_ids()}


def read_placing(
    contract: Contract, documents: Sequence[Document], document_ids: Iterable[str], prefix: str
) -> Placing:
    """Read everything about the lines of a slip.

    `documents` are those behind the slip, each once; `document_ids` those of its contracts, the latest first; `prefix`
    is the asking organisation's channel prefix.
    """
    sets = read_line_sets(documents)
    rows = rows_of(sets)
    guidance = guidance_of(documents)
    endings = endings_of(document_ids, [row.carrier for row in (*guidance, *rows)])
    sections = sections_of(documents, rows)
    broker = as_text(contract.control.get("placingBrokerChannel"))
    is_broker = broker is not None and channel_company(broker) == prefix
    visibility = squeeze(as_text(contract.control.get("stampVisibility")) or "")
    return Placing(
        contract=contract,
        sets=sets,
        rows=tuple(rows),
        sections=sections,
        asked=tuple(not_written(guidance, sets, endings)),
        endings=endings,
        sees_all=is_broker or visibility == "allstamps",
        is_broker=is_broker,
        loose=bool(sections) and any(row.section is None for row in rows),
    )


def of_section(placing: Placing, section: str) -> Placing:
    """The lines of one section only."""

    def only(entries: tuple[StampedLine, ...]) -> tuple[StampedLine, ...]:
        return tuple(entry for entry in entries if section in entry.sections)

    sets = placing.sets
    return replace(
        placing,
        sets=replace(sets, written=only(sets.written), signed=only(sets.signed), apart=only(sets.apart)),
        rows=tuple(row for row in placing.rows if row.section == section),
        sections={section: placing.sections.get(section)},
        asked=tuple(line for line in placing.asked if line.section == section),
    )


def indications(placing: Placing, section: str | None, against: Measure) -> dict[str, Decimal] | NoIndication | None:
    """What each carrier's line on a section would be signed at, by channel in lower case; None without lines.

    `section` is its id; None stands for an unsectioned contract.
    """
    rows = [row for row in placing.rows_in(section) if row.written is None or row.written > 0]
    obstacle = _obstacle(placing, rows, against)
    full = against.full(against.written)
    if obstacle or full is None:
        return NoIndication(obstacle) if rows and obstacle else None
    lines = [(row.carrier.lower(), line) for row in rows for line in _written_lines(row)]
    figures = sign_down([line for _, line in lines], full, against.full(against.signed))
    if isinstance(figures, NoIndication):
        return figures
    shares: dict[str, list[Decimal]] = {}
    for (carrier, _), share in zip(lines, figures, strict=True):
        shares.setdefault(carrier, []).append(share)
    return {carrier: total(parts) for carrier, parts in shares.items()} or None


def _written_lines(row: CarrierRow) -> list[WrittenLine]:
    """A carrier's line: what of it is to stand, and what is not."""
    amounts = {
        stands: total(entry.percent or Decimal(0) for entry in row.written_entries if entry.to_stand == stands)
        for stands in (True, False)
    }
    return [WrittenLine(amount, stands) for stands, amount in amounts.items() if amount]


def _obstacle(placing: Placing, rows: Sequence[CarrierRow], against: Measure) -> str | None:
    """Why signing down cannot be indicated."""
    if not placing.sees_all:
        return "this organisation does not see every line"
    if placing.loose:
        return "some lines name no section"
    if against.full(against.written) is None or against.signed is None:
        return "the order or a basis of lines cannot be read"
    if against.converts and not against.order:
        return "the order is 0 % and lines are on different bases"
    if any(row.signed_entries for row in rows):
        return "lines are signed already"
    return "a written line cannot be read" if any(row.written is None for row in rows) else None
