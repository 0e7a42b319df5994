"""The facts of a contract on a risk's card: few, each as written and with where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.card.budget import CardBudget
from whitespace_mcp.documents.contract import Contract, Fact
from whitespace_mcp.documents.contract_values import (
    brokerage,
    deductibles,
    insured,
    kinds,
    limits,
    premiums,
    reinsured,
    settlement_due,
)
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.period_changes import changed_expiry
from whitespace_mcp.documents.periods import expiry_days, periods, single_day
from whitespace_mcp.documents.slip_facts import EndorsementFact
from whitespace_mcp.terms.moments import epoch_moment, written_day
from whitespace_mcp.terms.text import shortened

WHOLE_PERIOD: Final = 70
"""Characters of a period at least: two days written out, which are worth nothing when one is cut."""


class Inception(Answer):
    """The day on which cover begins; `days` from the London day `today`, below 0 when it has begun.

    `differs` lists what other places say.
    """

    date: str
    days: int
    today: str
    source: str
    differs: list[str] | None = None


class PeriodChanged(Answer):
    """What an endorsement says of the period; `expiry` is the last day after it, where that is certain.

    `contradicted`: recorded as completed, yet somebody who is asked has not agreed.
    """

    endorsement: str
    state: Literal["completed", "contradicted"]
    text: str
    expiry: str | None = None


class ReckonedEntry(Answer):
    """Sums made of premium, brokerage and order as the contract states them."""

    premium: str | None = None
    premium_for_order: str | None = None
    brokerage: str | None = None
    brokerage_for_order: str | None = None


class ContractFacts(Answer):
    """Facts of one contract document, as written. Texts are the parties'.

    `expiry` is the day on which cover ends after completed endorsements, or why there is no such day.
    """

    document: str | None = None
    type: list[Fact] | None = None
    insured: list[Fact] | None = None
    reinsured: list[Fact] | None = None
    period: list[Fact] | None = None
    expiry: str | None = None
    expiry_changed_by: str | None = None
    period_changed: list[PeriodChanged] | None = None
    inception: Inception | None = None
    limit: list[Fact] | None = None
    deductible: list[Fact] | None = None
    premium: list[Fact] | None = None
    brokerage: list[Fact] | None = None
    reckoned: ReckonedEntry | None = None
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
        limit = max(room.text, WHOLE_PERIOD) if name == "period" else room.text
        short = [replace(fact, value=shortened(fact.value, limit)) for fact in facts]
        return room.few(name, short, room.facts)

    return ContractFacts(
        type=few("type", kinds(contract, listed_type)),
        insured=few("insured", insured(contract)),
        reinsured=few("reinsured", reinsured(contract)),
        period=few("period", periods(contract)),
        limit=few("limit", limits(contract)),
        deductible=few("deductible", deductibles(contract)),
        premium=few("premium", premiums(contract)),
        brokerage=few("brokerage", brokerage(contract)),
        settlement_due=few("settlement_due", settlement_due(contract)),
        order=few("order", order),
        vertical_terms=True if contract.has_verticals else None,
    )


def period_changes(contract: Contract, endorsements: Sequence[EndorsementFact]) -> list[PeriodChanged]:
    """Which endorsements in force, or contradicted, change the period, oldest first.

    Args:
        contract: the contract that they change.
        endorsements: of the slip, newest first.
    """
    expiry = expiry_days(contract)
    entries: list[PeriodChanged] = []
    for endorsement in reversed(endorsements):
        if endorsement.change and endorsement.contradicted:
            entries.append(
                PeriodChanged(
                    endorsement=endorsement.name,
                    state="contradicted",
                    text=shortened(endorsement.change.text, WHOLE_PERIOD),
                )
            )
        elif endorsement.change and endorsement.state == "completed":
            before = single_day(expiry)
            expiry, changed_by = changed_expiry(expiry, [(endorsement.name, endorsement.change)])
            day = single_day(expiry)
            if (changed_by and day != before) or day is None:
                text = shortened(endorsement.change.text, WHOLE_PERIOD)
                entries.append(
                    PeriodChanged(
                        endorsement=endorsement.name,
                        state="completed",
                        text=text,
                        expiry=day.isoformat() if day else None,
                    )
                )
    return entries


def inception(contract: Contract, stubs: Sequence[Document], today: date) -> Inception | None:
    """The inception: the earliest that the contract's tags name, else the summary's.

    Args:
        contract: the contract.
        stubs: the slip's contract documents as summaries list them.
        today: the day that it is in London.
    """
    days = [Day(day, tag.source) for tag in contract.tagged("Inception_Date") if (day := written_day(tag.value))]
    if not days:
        text = contract.text("PeriodFromDate")
        day = written_day(text.value) if text else None
        days = [Day(day, text.source)] if text and day else []
    moments = [moment for stub in stubs if (moment := epoch_moment(stub.get("inceptionDate")))]
    days = sorted(days, key=lambda day: day.day)
    days += sorted({Day(moment.date(), "summary inceptionDate") for moment in moments}, key=lambda day: day.day)
    if not days:
        return None
    first = days[0]
    others = dict.fromkeys(f"{day.day.isoformat()} ({day.source})" for day in days if day.day != first.day)
    return Inception(
        date=first.day.isoformat(),
        days=(first.day - today).days,
        today=today.isoformat(),
        source=first.source,
        differs=list(others)[:4] or None,
    )
