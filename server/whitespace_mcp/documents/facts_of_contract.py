"""Facts of the depth that one contract document tells: small, frozen, the same for whoever reads it (platform.md 5.5).

Nothing here depends on the day, the directory or the asking organisation; texts are as worded, cut to size.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from whitespace_mcp.documents.contract import Contract, Fact
from whitespace_mcp.documents.contract_values import premiums
from whitespace_mcp.documents.leaders import LeaderMention, leader_mentions
from whitespace_mcp.documents.order import measure, measured_sections
from whitespace_mcp.documents.percent import Basis
from whitespace_mcp.documents.periods import SectionDay, expiry_days, inception_days, periods, settlement_days
from whitespace_mcp.terms.text import few, typed

WORDS: Final = 110
MOST_WORDED: Final = 4
"""Entries of a list of texts; a contract with more sections than that says how many more."""
MOST_SECTIONS: Final = 8


@dataclass(frozen=True)
class SectionOrder:
    """The order that lines are measured against.

    Attributes:
        section: its id; None for the whole contract.
        percent: of the whole, from 0 to 100; None where it cannot be read.
        text: as worded, `none`, or `unreadable ("???")`.
        written_basis, signed_basis: what lines are a percentage of; None where it cannot be read.
    """

    section: str | None
    percent: Decimal | None
    text: str
    written_basis: Basis | None
    signed_basis: Basis | None


@dataclass(frozen=True)
class ContractTerms:
    """What one contract says of period, premium, order and leaders.

    Attributes:
        expiry, inception, settlement: days by section; see `documents.periods.day_state` and `single_day`.
        period, premium: as worded, `section 1: ...` where it is about a section.
        order: by section.
        leaders: every place that names one.
    """

    expiry: tuple[SectionDay, ...] = ()
    inception: tuple[SectionDay, ...] = ()
    settlement: tuple[SectionDay, ...] = ()
    period: tuple[str, ...] = ()
    premium: tuple[str, ...] = ()
    order: tuple[SectionOrder, ...] = ()
    leaders: tuple[LeaderMention, ...] = ()


def contract_terms(contract: Contract) -> ContractTerms:
    """The facts of a contract, from what `documents.contract.read_contract` made of it."""
    return ContractTerms(
        expiry=expiry_days(contract)[:MOST_SECTIONS],
        inception=inception_days(contract)[:MOST_SECTIONS],
        settlement=settlement_days(contract)[:MOST_SECTIONS],
        period=_worded(periods(contract)),
        premium=_worded(premiums(contract)),
        order=_orders(contract)[:MOST_SECTIONS],
        leaders=tuple(leader_mentions(contract, [])[:MOST_SECTIONS]),
    )


def _worded(facts: list[Fact]) -> tuple[str, ...]:
    texts = [
        f"section {fact.section}: {typed(fact.value, WORDS)}" if fact.section else typed(fact.value, WORDS)
        for fact in facts
    ]
    return tuple(few(texts, MOST_WORDED))


def _orders(contract: Contract) -> tuple[SectionOrder, ...]:
    orders: list[SectionOrder] = []
    for section in measured_sections(contract):
        against = measure(contract, section)
        text = typed(against.facts["order"].value, WORDS)
        orders.append(SectionOrder(section, against.order, text, against.written, against.signed))
    return tuple(orders)
