"""How far a slip is written and signed: its lines against the order, section by section."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.contract import Contract, Fact, section_label
from whitespace_mcp.answers.linesets import Sets, StampedLine, read_sets
from whitespace_mcp.answers.order import Measure, measure
from whitespace_mcp.answers.participation import (
    Added,
    Asked,
    Ending,
    Row,
    Sections,
    added,
    endings_of,
    guidance_of,
    not_written,
    rows_of,
    sections_of,
)
from whitespace_mcp.answers.percent import Basis, total, written
from whitespace_mcp.answers.signing import Refused, Stake, sign_down
from whitespace_mcp.documents.json import Document, as_text
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import typed

MOST_SECTIONS: Final = 12


class LineSum(Answer):
    """A sum of lines of one section; `lines` counts those above 0 %, `unread` those that cannot be read.

    `against` is what complete lines make up on the same basis; the total is `short` of that or `over` it.
    """

    total: str
    lines: int
    unread: int | None = None
    against: str | None = None
    short: str | None = None
    over: str | None = None


class AskedSum(Answer):
    """Carriers that were asked for a line and have put nothing down, and what they were asked for in all."""

    carriers: int
    least: str | None = None
    most: str | None = None


class SigningIndication(Answer):
    """What signing down would come to in one section, or why that is not indicated."""

    total: str | None = None
    refused: str | None = None


class SectionLines(Answer):
    """The sums of one section; without `section` the contract has none, or the lines name none."""

    section: str | None = None
    name: str | None = None
    written: LineSum | None = None
    signed: LineSum | None = None
    asked_not_written: AskedSum | None = None
    signing_indication: SigningIndication | None = None


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
        sees_all: whether the asking organisation is the placing broker, who sees every line.
        loose: whether some lines of a sectioned contract name no section, so that no section's total is complete.
    """

    contract: Contract
    sets: Sets
    rows: tuple[Row, ...]
    sections: Sections
    asked: tuple[Asked, ...]
    endings: dict[str, Ending]
    sees_all: bool
    loose: bool

    @property
    def comparable(self) -> bool:
        """Whether totals can be compared with the order at all."""
        return self.sees_all and not self.loose

    def section_ids(self) -> list[str | None]:
        """The sections, in order; `None` first for what names no section."""
        loose = not self.sections or any(one.section is None for one in (*self.rows, *self.asked))
        return [*([None] if loose else []), *self.sections]

    def rows_in(self, section: str | None) -> list[Row]:
        """The lines on one section."""
        return [row for row in self.rows if row.section == section]

    def measures(self) -> dict[str | None, Measure]:
        """The order and the bases of each section."""
        return {section: measure(self.contract, section) for section in self.section_ids()}


def read_placing(
    contract: Contract, documents: Sequence[Document], document_ids: Iterable[str], prefix: str
) -> Placing:
    """Read everything about the lines of a slip.

    Args:
        contract: the document that states the order.
        documents: the documents behind the slip, each id once.
        document_ids: of the slip's contract documents, the latest first.
        prefix: the asking organisation's channel prefix.
    """
    sets = read_sets(documents)
    rows = rows_of(sets)
    asked = guidance_of(documents)
    endings = endings_of(document_ids, [one.carrier for one in (*asked, *rows)])
    sections = sections_of(documents, rows)
    broker = as_text(contract.control.get("placingBrokerChannel"))
    return Placing(
        contract=contract,
        sets=sets,
        rows=tuple(rows),
        sections=sections,
        asked=tuple(not_written(asked, sets, endings)),
        endings=endings,
        sees_all=broker is not None and channel_company(broker) == prefix,
        loose=bool(sections) and any(row.section is None for row in rows),
    )


def of_section(placing: Placing, section: str) -> Placing:
    """The same, of one section only."""

    def only(entries: tuple[StampedLine, ...]) -> tuple[StampedLine, ...]:
        return tuple(entry for entry in entries if section in entry.sections)

    sets = placing.sets
    return replace(
        placing,
        sets=replace(sets, written=only(sets.written), signed=only(sets.signed), apart=only(sets.apart)),
        rows=tuple(row for row in placing.rows if row.section == section),
        sections={section: placing.sections.get(section)},
        asked=tuple(one for one in placing.asked if one.section == section),
    )


def section_sums(placing: Placing, *, indicate: bool = False) -> list[SectionLines]:
    """The sums of every section, at most `MOST_SECTIONS`.

    Nothing is compared with the order unless the organisation sees every line and order and basis can be read.

    Args:
        placing: the lines.
        indicate: with an indication of signing down.
    """
    measures = placing.measures()
    return [
        _section(placing, section, measures[section], indicate=indicate)
        for section in placing.section_ids()[:MOST_SECTIONS]
    ]


def indications(placing: Placing, section: str | None, against: Measure) -> dict[str, Decimal] | Refused | None:
    """What each carrier's line on a section would be signed at, by channel in lower case; None without lines."""
    rows = [row for row in placing.rows_in(section) if row.written is None or row.written > 0]
    full = against.full(against.written)
    obstacle = _obstacle(placing, rows, against)
    if obstacle or full is None:
        return Refused(obstacle) if rows and obstacle else None
    stakes = [(row.carrier.lower(), stake) for row in rows for stake in _stakes(row)]
    found = sign_down([stake for _, stake in stakes], full)
    if isinstance(found, Refused):
        return found
    shares: dict[str, list[Decimal]] = {}
    for (carrier, _), line in zip(stakes, found, strict=True):
        shares.setdefault(carrier, []).append(line)
    return {carrier: total(lines) for carrier, lines in shares.items()} or None


def _stakes(row: Row) -> list[Stake]:
    """A carrier's line: what of it is to stand, and what is not."""
    if not row.written_entries:
        return [Stake(row.written or Decimal(0), row.to_stand)]
    amounts = {
        stands: total(entry.percent or Decimal(0) for entry in row.written_entries if entry.to_stand == stands)
        for stands in (True, False)
    }
    return [Stake(amount, stands) for stands, amount in amounts.items() if amount]


def _obstacle(placing: Placing, rows: Sequence[Row], against: Measure) -> str | None:
    """Why signing down cannot be indicated."""
    if not placing.sees_all:
        return "this organisation does not see every line"
    if placing.loose:
        return "some lines name no section"
    if against.full(against.written) is None or against.signed is None:
        return "the order or a basis of lines cannot be read"
    if against.signed != against.written:
        return "written and signed lines are on different bases"
    if any(row.signed_entries for row in rows):
        return "lines are signed already"
    return "a written line cannot be read" if any(row.written is None for row in rows) else None


def measure_facts(placing: Placing) -> dict[str, list[Fact]]:
    """The order and the bases as written, with their sources, by `order`, `written_basis` and `signed_basis`."""
    found: dict[str, dict[str, Fact]] = {}
    for against in placing.measures().values():
        for key, fact in against.facts.items():
            found.setdefault(key, {})[repr(fact)] = fact
    return {key: list(facts.values())[:MOST_SECTIONS] for key, facts in found.items()}


def measure_problems(placing: Placing) -> list[str]:
    """What of the order and the bases cannot be read, so that lines are not compared with it, in words."""
    by_problem: dict[str, list[str]] = {}
    for section, against in placing.measures().items():
        for problem in against.problems:
            by_problem.setdefault(problem, []).append(section or "")
    everywhere = len(placing.section_ids())
    told = [
        problem if len(sections) == everywhere else f"{problem} for section {', '.join(sections[:6])}"
        for problem, sections in by_problem.items()
    ]
    if placing.loose:
        told.append("some lines name no section of this sectioned contract")
    return [f"Only sums where this would be needed: {typed('; '.join(told), 300)}."] if told else []


def _section(placing: Placing, section: str | None, against: Measure, *, indicate: bool) -> SectionLines:
    rows = placing.rows_in(section)
    signed = [row for row in rows if row.signed_entries]
    title = placing.sections.get(section) if section is not None else None
    return SectionLines(
        section=section_label(section) if section is not None else None,
        name=(typed(title, 60) or None) if title else None,
        written=_sum(placing, added(row.written for row in rows), against, against.written) if rows else None,
        signed=_sum(placing, added(row.signed for row in signed), against, against.signed) if signed else None,
        asked_not_written=_asked([one for one in placing.asked if one.section == section]),
        signing_indication=_indication(indications(placing, section, against)) if indicate else None,
    )


def _sum(placing: Placing, found: Added, against: Measure, basis: Basis | None) -> LineSum:
    full = against.full(basis) if placing.comparable and not found.unread else None
    gap = full - found.total if full is not None else None
    return LineSum(
        total=written(found.total),
        lines=found.lines,
        unread=found.unread or None,
        against=f"{written(full)} of {basis}" if full is not None else None,
        short=written(gap) if gap is not None and gap >= 0 else None,
        over=written(-gap) if gap is not None and gap < 0 else None,
    )


def _asked(asked: Sequence[Asked]) -> AskedSum | None:
    least = [one.least for one in asked if one.least is not None]
    most = [one.most for one in asked if one.most is not None]
    whole = bool(asked) and len(least) == len(asked)
    return (
        AskedSum(
            carriers=len({one.carrier.lower() for one in asked}),
            least=written(total(least)) if whole else None,
            most=written(total(most)) if whole else None,
        )
        if asked
        else None
    )


def _indication(found: dict[str, Decimal] | Refused | None) -> SigningIndication | None:
    if found is None:
        return None
    if isinstance(found, Refused):
        return SigningIndication(refused=found.reason)
    return SigningIndication(total=written(total(found.values())))
