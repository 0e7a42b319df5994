"""How far a slip is written and signed: its lines against the order, section by section."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from pydantic import SerializerFunctionWrapHandler, model_serializer

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.documents.contract import Fact, section_label
from whitespace_mcp.documents.order import Measure
from whitespace_mcp.documents.participation import CarrierRow, Guidance, LineTotal, added
from whitespace_mcp.documents.percent import Basis, total, written
from whitespace_mcp.documents.placing import Placing, indications
from whitespace_mcp.documents.signing import NoIndication
from whitespace_mcp.terms.text import typed

MOST_SECTIONS: Final = 12


class LineSum(Answer):
    """A sum of lines of one section; `lines` counts those above 0 %, `unread` those that cannot be read.

    `against` is what complete lines make up on the same basis; the total is `short` of that or `over` it. Where
    it cannot be compared, `of` says what the total is a percentage of, if the contract does.
    `not_accepted` is what of the total has conditions or subjectivities that are not accepted yet.
    """

    total: str
    lines: int
    unread: int | None = None
    against: str | None = None
    of: Basis | None = None
    short: str | None = None
    over: str | None = None
    not_accepted: str | None = None
    not_accepted_lines: int | None = None


class AskedSum(Answer):
    """Carriers that were asked for a line and have put nothing down, and what they were asked for in all."""

    carriers: int
    least: str | None = None
    most: str | None = None


class SigningIndication(Answer):
    """What signing down would come to in one section, on which basis if that is another, or why there is none."""

    total: str | None = None
    converted: str | None = None
    refused: str | None = None


class SectionLines(Answer):
    """The sums of one section; without `section` the contract has none, or the lines name none."""

    section: str | None = None
    name: str | None = None
    written: LineSum | None = None
    signed: LineSum | None = None
    asked_not_written: AskedSum | None = None
    signing_indication: SigningIndication | None = None

    @model_serializer(mode="wrap")
    def _with_none(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What is not there is said: `written: none`."""
        parts: dict[str, Any] = handler(self)
        return {"written": "none", "signed": "none"} | parts if not (self.written and self.signed) else parts


def section_sums(placing: Placing, *, indicate: bool = False) -> list[SectionLines]:
    """The sums of every section, at most `MOST_SECTIONS`.

    Nothing is compared with the order unless the organisation sees every line and order and basis can be read.

    `indicate` adds an indication of signing down.
    """
    measures = placing.measures()
    return [
        _section(placing, section, measures[section], indicate=indicate)
        for section in placing.section_ids()[:MOST_SECTIONS]
    ]


def measure_facts(placing: Placing) -> dict[str, list[Fact]]:
    """The order and the bases as written, with their sources, by `order`, `written_basis` and `signed_basis`."""
    by_measure: dict[str, dict[str, Fact]] = {}
    for against in placing.measures().values():
        for key, fact in against.facts.items():
            by_measure.setdefault(key, {})[repr(fact)] = fact
    return {key: list(facts.values())[:MOST_SECTIONS] for key, facts in by_measure.items()}


def measure_problems(placing: Placing) -> list[str]:
    """What of the order and the bases cannot be read, so that lines are not compared with it, in words."""
    by_problem: dict[str, list[str]] = {}
    for section, against in placing.measures().items():
        for problem in against.problems:
            by_problem.setdefault(problem, []).append(section or "")
    everywhere = len(placing.section_ids())
    reasons = [
        problem if len(sections) == everywhere else f"{problem} for section {', '.join(sections[:6])}"
        for problem, sections in by_problem.items()
    ]
    if placing.loose:
        reasons.append("some lines name no section of this sectioned contract")
    return [f"Only sums where this would be needed: {typed('; '.join(reasons), 300)}."] if reasons else []


def _section(placing: Placing, section: str | None, against: Measure, *, indicate: bool) -> SectionLines:
    rows = placing.rows_in(section)
    signed = [row for row in rows if row.signed_entries]
    title = placing.sections.get(section) if section is not None else None
    return SectionLines(
        section=section_label(section),
        name=(typed(title, 60) or None) if title else None,
        written=_written(placing, rows, against) if rows else None,
        signed=_sum(placing, added(row.signed for row in signed), against, against.signed) if signed else None,
        asked_not_written=_asked([line for line in placing.asked if line.section == section]),
        signing_indication=_indication(indications(placing, section, against), against) if indicate else None,
    )


def _written(placing: Placing, rows: Sequence[CarrierRow], against: Measure) -> LineSum:
    """The written lines, and how much of them is not accepted."""
    line_sum = _sum(placing, added(row.written for row in rows), against, against.written)
    waiting = [row for row in rows if not row.accepted]
    if waiting:
        line_sum.not_accepted = written(added(row.written for row in waiting).total)
        line_sum.not_accepted_lines = len(waiting)
    return line_sum


def _sum(placing: Placing, total: LineTotal, against: Measure, basis: Basis | None) -> LineSum:
    full = against.full(basis) if placing.comparable and not total.unread else None
    gap = full - total.total if full is not None else None
    return LineSum(
        total=written(total.total),
        lines=total.lines,
        unread=total.unread or None,
        against=f"{written(full)} of {basis}" if full is not None else None,
        of=basis if full is None else None,
        short=written(gap) if gap is not None and gap >= 0 else None,
        over=written(-gap) if gap is not None and gap < 0 else None,
    )


def _asked(lines: Sequence[Guidance]) -> AskedSum | None:
    if not lines:
        return None
    least = [line.least for line in lines if line.least is not None]
    most = [line.most for line in lines if line.most is not None]
    whole = len(least) == len(lines)
    return AskedSum(
        carriers=len({line.carrier.lower() for line in lines}),
        least=written(total(least)) if whole else None,
        most=written(total(most)) if whole else None,
    )


def _indication(figures: dict[str, Decimal] | NoIndication | None, against: Measure) -> SigningIndication | None:
    if figures is None:
        return None
    if isinstance(figures, NoIndication):
        return SigningIndication(refused=figures.reason)
    return SigningIndication(
        total=written(total(figures.values())),
        converted=f"from per cent of {against.written} to per cent of {against.signed}" if against.converts else None,
    )
