"""The facts of a contract on a risk's card: few, each as written and with where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.card.budget import CardBudget
from whitespace_mcp.documents.contract import (
    Contract,
    Fact,
    Tagged,
    brokerage,
    distinct,
    insured,
    kinds,
    limits,
    premiums,
    reinsured,
    section_label,
    settlement_due,
)
from whitespace_mcp.documents.json import Document
from whitespace_mcp.terms.london import epoch_moment, written_day
from whitespace_mcp.terms.text import typed

_DATES: Final = ("Inception_Date", "Expiry_Date")
_HOURS: Final = ("Inception_Time", "Expiry_Time", "Time_Qualifier")


class Inception(Answer):
    """The day on which cover begins; `days` from the London day `today`, below 0 when it has begun.

    `differs` lists what other places say.
    """

    date: str
    days: int
    today: str
    source: str
    differs: list[str] | None = None


class ContractFacts(Answer):
    """Facts of one contract document, as written. Texts are the parties'."""

    document: str | None = None
    type: list[Fact] | None = None
    insured: list[Fact] | None = None
    reinsured: list[Fact] | None = None
    period: list[Fact] | None = None
    inception: Inception | None = None
    limit: list[Fact] | None = None
    premium: list[Fact] | None = None
    brokerage: list[Fact] | None = None
    settlement_due: list[Fact] | None = None
    order: list[Fact] | None = None
    vertical_terms: bool | None = None


@dataclass(frozen=True)
class Day:
    """A day, and who says so."""

    day: date
    source: str


def contract_facts(
    contract: Contract, listed_type: str | None, order: Sequence[Fact], room: CardBudget
) -> ContractFacts:
    """The facts of a contract that fit.

    Args:
        contract: the contract.
        listed_type: the contract type of the list of risks.
        order: the order as written.
        room: how much may be said.
    """

    def few(name: str, facts: Sequence[Fact]) -> list[Fact] | None:
        short = [replace(fact, value=typed(fact.value, room.text)) for fact in facts]
        return room.few(name, short, room.facts)

    return ContractFacts(
        type=few("type", kinds(contract, listed_type)),
        insured=few("insured", insured(contract)),
        reinsured=few("reinsured", reinsured(contract)),
        period=few("period", periods(contract)),
        limit=few("limit", limits(contract)),
        premium=few("premium", premiums(contract)),
        brokerage=few("brokerage", brokerage(contract)),
        settlement_due=few("settlement_due", settlement_due(contract)),
        order=few("order", order),
        vertical_terms=True if contract.has_verticals else None,
    )


def periods(contract: Contract) -> list[Fact]:
    """The period, for the whole contract or section by section: `05 Sep 2026 to 04 Sep 2027, 00.01 am ...`."""
    dated = contract.tagged(*_DATES)
    if dated:
        sections = dict.fromkeys(section for found in dated for section in found.sections or (None,))
        return distinct(_period(contract, section) for section in sections)
    text = contract.text("Period")
    ends = [fact for heading in ("PeriodFromDate", "PeriodToDate") if (fact := contract.text(heading))]
    if text or not ends:
        return [text] if text else []
    return [Fact(value=" to ".join(fact.value for fact in ends), source=", ".join(fact.source for fact in ends))]


def inception(contract: Contract, stubs: Sequence[Document], today: date) -> Inception | None:
    """The inception: the earliest that the contract's tags name, else the summary's.

    Args:
        contract: the contract.
        stubs: the slip's contract documents as summaries list them.
        today: the day that it is in London.
    """
    days = [Day(day, found.source) for found in contract.tagged("Inception_Date") if (day := written_day(found.value))]
    if not days:
        text = contract.text("PeriodFromDate")
        day = written_day(text.value) if text else None
        days = [Day(day, text.source)] if text and day else []
    moments = [moment for stub in stubs if (moment := epoch_moment(stub.get("inceptionDate")))]
    days = sorted(days, key=lambda one: one.day)
    days += sorted({Day(moment.date(), "summary inceptionDate") for moment in moments}, key=lambda one: one.day)
    if not days:
        return None
    first = days[0]
    others = dict.fromkeys(f"{one.day.isoformat()} ({one.source})" for one in days if one.day != first.day)
    return Inception(
        date=first.day.isoformat(),
        days=(first.day - today).days,
        today=today.isoformat(),
        source=first.source,
        differs=list(others)[:4] or None,
    )


def _period(contract: Contract, section: str | None) -> Fact:
    def said(tag: str) -> Tagged | None:
        found = contract.tagged(tag)
        own = [one for one in found if (section in one.sections if section is not None else not one.sections)]
        return next(iter(own or [one for one in found if not one.sections]), None)

    start, end = (said(tag) for tag in _DATES)
    first, last, zone = (said(tag) for tag in _HOURS)
    hours = list(dict.fromkeys(found.value for found in (first, last) if found))
    days = f"{start.value if start else '(from: not known)'} to {end.value if end else '(not known)'}"
    time = " ".join([" to ".join(hours), zone.value if zone else ""]).strip()
    sources = ", ".join(found.source for found in (start, end) if found)
    return Fact(
        value=f"{days}, {time}" if time else days,
        source=sources or "tags",
        section=None if section is None else section_label(section),
    )
