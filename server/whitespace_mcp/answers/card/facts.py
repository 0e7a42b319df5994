"""The facts of a contract on a risk's card: few, each as written and with where it stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from operator import itemgetter
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
from whitespace_mcp.documents.periods import expiry_days, inception_days, periods, single_day
from whitespace_mcp.documents.reckoning import ContractSums
from whitespace_mcp.documents.slip_facts import EndorsementFact
from whitespace_mcp.terms.moments import epoch_moment, written_day
from whitespace_mcp.terms.text import shortened

ESSENTIAL: Final = frozenset({"insured", "period", "limit", "premium", "order"})
"""What a card says of a contract, however little else fits."""
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
    reckoned: ContractSums | None = None
    settlement_due: list[Fact] | None = None
    order: list[Fact] | None = None
    vertical_terms: bool | None = None


def contract_facts(
    contract: Contract, listed_type: str | None, order: Sequence[Fact], budget: CardBudget
) -> ContractFacts:
    """The facts of a contract that fit.

    `listed_type` is the contract type of the list of risks, `order` the order as written.
    """

    def few(name: str, facts: Sequence[Fact]) -> list[Fact] | None:
        limit = max(budget.text, WHOLE_PERIOD) if name == "period" else budget.text
        short = [replace(fact, value=shortened(fact.value, limit)) for fact in facts]
        return budget.few(name, short, budget.facts or (budget.essential if name in ESSENTIAL else 0))

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
    """Which endorsements in force, or contradicted, change the period, oldest first."""
    expiry = expiry_days(contract)
    entries: list[PeriodChanged] = []
    for endorsement in reversed(endorsements):
        if endorsement.change is None:
            continue
        entry = PeriodChanged(
            endorsement=endorsement.name, state="contradicted", text=shortened(endorsement.change.text, WHOLE_PERIOD)
        )
        if endorsement.contradicted:
            entries.append(entry)
        elif endorsement.state == "completed":
            before = single_day(expiry)
            expiry, changed_by = changed_expiry(expiry, [(endorsement.name, endorsement.change)])
            day = single_day(expiry)
            if (changed_by and day != before) or day is None:
                entry.state, entry.expiry = "completed", day.isoformat() if day else None
                entries.append(entry)
    return entries


def inception(contract: Contract, stubs: Sequence[Document], today: date) -> Inception | None:
    """The inception: the earliest that the contract's tags name, else its period's, else the summary's.

    `stubs` are the slip's contract documents as summaries list them, `today` is the day in London.
    """
    days = [(day, tag.source) for tag in contract.tagged("Inception_Date") if (day := written_day(tag.value))]
    if not days:
        text = contract.text("PeriodFromDate")
        day = written_day(text.value) if text else None
        days = [(day, text.source)] if text and day else []
    days = days or [(start.day, "heading Period") for start in inception_days(contract) if start.day]
    moments = [moment for stub in stubs if (moment := epoch_moment(stub.get("inceptionDate")))]
    days = sorted(days, key=itemgetter(0))
    days += [(day, "summary inceptionDate") for day in sorted({moment.date() for moment in moments})]
    if not days:
        return None
    first, source = days[0]
    others = dict.fromkeys(f"{day.isoformat()} ({place})" for day, place in days if day != first)
    return Inception(
        date=first.isoformat(),
        days=(first - today).days,
        today=today.isoformat(),
        source=source,
        differs=list(others)[:4] or None,
    )
