"""What stands in the way of signing a slip, as far as its record shows it; no judgement that the rest is right."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from whitespace_mcp.documents.contract import UNKNOWN, Contract, section_label
from whitespace_mcp.documents.facts_of_contract import ContractTerms
from whitespace_mcp.documents.facts_of_lines import LineFacts, PlacedSection
from whitespace_mcp.documents.percent import written
from whitespace_mcp.documents.periods import SectionDay
from whitespace_mcp.terms.text import typed

_MARKER: Final = re.compile(r"\[\[[^\[\]]{1,200}\]\]")
_UMR: Final = re.compile(r"B\d{4}[A-Z0-9]{1,12}")
_WITHOUT_B: Final = re.compile(r"\d{4}[A-Z0-9]{1,12}")
_HEADING: Final = 60


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way of signing, in few words with its figures, and where the record says so.

    `section` is a section's id as answers show it; None stands for the whole contract.
    """

    what: str
    where: str
    section: str | None = None


def obstacles(
    contract: Contract, terms: ContractTerms, lines: LineFacts, umr: str | None, *, signed: bool = False
) -> list[Obstacle]:
    """Everything that the record of one slip shows.

    `umr` is as the list of risks or the contract has it; of a slip that is `signed` the signed lines count.
    """
    waiting = len(lines.not_accepted)
    every = [
        *(_signed_short(lines) if signed else _short(lines)),
        *([Obstacle(f"lines not accepted: {waiting}", "line conditions and subjectivities")] if waiting else []),
        *_unreadable(terms),
        *_unfilled(contract),
        *_umr(umr),
        *_dates(terms),
    ]
    return [replace(obstacle, section=section_label(obstacle.section)) for obstacle in every]


def _short(lines: LineFacts) -> Iterator[Obstacle]:
    for section in lines.sections:
        if section.state == "nothing":
            yield Obstacle("no line is written", "written line sets", section.section)
        elif section.state in {"short", "over"}:
            yield Obstacle(_gap(section), "written line sets against the order", section.section)
        elif section.state == "unreadable" and section.written_full is not None:
            yield Obstacle("a line that cannot be read, or names no section", "written line sets", section.section)


def _signed_short(lines: LineFacts) -> Iterator[Obstacle]:
    for section in lines.sections:
        total, full = section.signed, section.signed_full
        if section.state is not None and total is not None and full is not None and total != full:
            gap = f"{'short' if total < full else 'over'} by {written(abs(full - total))}"
            what = f"{gap}: signed {written(total)} of {written(full)}"
            yield Obstacle(what, "signed line sets against the order", section.section)


def _gap(section: PlacedSection) -> str:
    total, full = section.written or Decimal(0), section.written_full or Decimal(0)
    return f"{section.state} by {written(abs(full - total))}: {section.written_of}"


def _unreadable(terms: ContractTerms) -> Iterator[Obstacle]:
    for order in terms.order:
        if order.percent is None:
            yield Obstacle(f"order: {order.text}", "contract, order hereon", order.section)
        for basis, name in ((order.written_basis, "written"), (order.signed_basis, "signed")):
            if basis is None:
                yield Obstacle(f"basis of {name} lines cannot be read", "contract", order.section)


def _unfilled(contract: Contract) -> Iterator[Obstacle]:
    """Headings with a value that is not known, or a marker that nothing fills."""
    shown = {name for name, text in contract.headings.items() if UNKNOWN in text or _MARKER.search(text)}
    for heading in dict.fromkeys([*contract.headings, *sorted(contract.unfilled)]):
        if heading in shown or heading in contract.unfilled:
            yield Obstacle("not filled in", f"heading {typed(heading, _HEADING)}")


def _umr(umr: str | None) -> Iterator[Obstacle]:
    text = "".join((umr or "").upper().split())
    if not text:
        yield Obstacle("no UMR", "contract, UMR")
    elif not _UMR.fullmatch(text):
        wanted = "UMR without its leading B" if _WITHOUT_B.fullmatch(text) else "malformed UMR"
        yield Obstacle(f"{wanted}: {typed(umr or '', _HEADING)}", "contract, UMR")


def _dates(terms: ContractTerms) -> Iterator[Obstacle]:
    """Dates that contradict each other, section by section."""
    for start in terms.inception:
        for end in _of(terms.expiry, start.section):
            if _before(end.day, start.day):
                yield Obstacle(f"expiry {end.text} before inception {start.text}", "contract, period", start.section)
        for due in _of(terms.settlement, start.section):
            if _before(due.day, start.day):
                what = f"settlement due {due.text} before inception {start.text}"
                yield Obstacle(what, "contract, dates", start.section)


def _of(days: Sequence[SectionDay], section: str | None) -> list[SectionDay]:
    return [day for day in days if day.section in (section, None) or section is None]


def _before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other
