"""Sums that people make of a contract's premium, order and brokerage, made here so that nobody else has to.

Only where each is stated once, or premium once for each section in one currency and on one basis, and for 100 %.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from whitespace_mcp.documents.contract import PREMIUM, Contract, Fact
from whitespace_mcp.documents.contract_values import (
    BROKERAGE,
    TOTAL_BROKERAGE,
    brokerage,
    brokerage_parts,
    premium_sentences,
)
from whitespace_mcp.documents.percent import PRECISION, percentage, total

_STATED: Final = re.compile(
    r"([A-Z]{3}) ?(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,2})? ?\(100 ?%\)([^\d%]*)", re.ASCII | re.DOTALL
)
_OTHERWISE: Final = re.compile(
    r"\b(?:net|or|order|each|every|per(?!\s+annum\b)|daily|weekly|monthly|quarterly)\b", re.ASCII | re.IGNORECASE
)
"""Words by which an amount is not the whole premium, or one that brokerage is not a part of."""
_CENT: Final = Decimal("0.01")
_WHOLE: Final = Decimal(100)


@dataclass(frozen=True)
class ContractSums:
    """What premium and brokerage come to, as `USD 837,375` or `USD 230,278.13`; None where that is stated already.

    `premium` is of all sections together; of the order, where it is not 100 %, there are sums of their own.
    """

    premium: str | None = None
    premium_for_order: str | None = None
    brokerage: str | None = None
    brokerage_for_order: str | None = None


def contract_sums(contract: Contract, order: Decimal | None) -> ContractSums | None:
    """The sums of a contract; None where something is not stated, or in several ways.

    The order is in per cent of the whole; None where it cannot be read.
    """
    sentences = premium_sentences(contract)
    amounts = [match for text, _ in sentences if (match := _STATED.fullmatch(text))]
    kinds = {(match[1], match[4].strip()) for match in amounts}
    if len(amounts) != len(sentences) or len(kinds) != 1 or not _is_once([sections for _, sections in sentences]):
        return None
    if _says_more(contract) or any(_OTHERWISE.search(words) for _, words in kinds):
        return None
    ((currency, _),) = kinds
    premium = total(Decimal(match[2].replace(",", "") + (match[3] or "")) for match in amounts)
    parts = brokerage_parts(contract)
    rate = _rate(contract, [fact for fact in brokerage(contract) if fact not in parts])
    part = order if order is not None and order != _WHOLE else None
    sums = ContractSums(
        premium=_money(currency, premium) if len(amounts) > 1 else None,
        premium_for_order=_money(currency, premium, part) if part is not None else None,
        brokerage=_money(currency, premium, rate) if rate is not None and order == _WHOLE else None,
        brokerage_for_order=_money(currency, premium, rate, part) if rate is not None and part is not None else None,
    )
    return sums if sums != ContractSums() else None


def _is_once(sections: Sequence[tuple[str, ...]]) -> bool:
    """Whether there is one amount, or one for each of several sections."""
    return len(sections) == 1 or (all(len(each) == 1 for each in sections) and len(set(sections)) == len(sections))


def _says_more(contract: Contract) -> bool:
    """Whether the contract says of its premium more than its amounts: one is not known yet, or is told in words."""
    amounts = contract.tagged(PREMIUM)
    rest = contract.headings.get("Premium", "") if amounts else ""
    for amount in amounts:
        rest = rest.replace(amount.sentence or amount.value, "")
    return bool(rest.strip()) or any(entry.tag == PREMIUM for entry in contract.unknown_tags)


def _rate(contract: Contract, brokerages: Sequence[Fact]) -> Decimal | None:
    """The total brokerage in per cent, where one is stated for the whole contract."""
    if len(brokerages) != 1 or brokerages[0].section or " under " in brokerages[0].source:
        return None
    unknown = any(entry.tag == BROKERAGE and entry.heading == TOTAL_BROKERAGE for entry in contract.unknown_tags)
    if unknown or _OTHERWISE.search(contract.headings.get(TOTAL_BROKERAGE, "")):
        return None
    rate = percentage(brokerages[0].value)
    return rate if rate is not None and rate <= _WHOLE else None


def _money(currency: str, amount: Decimal, *percents: Decimal) -> str:
    """So many per cent of so many per cent of an amount, to the cent."""
    with localcontext(prec=PRECISION):
        for percent in percents:
            amount = amount * percent / _WHOLE
        return f"{currency} {amount.quantize(_CENT, ROUND_HALF_UP):,}".removesuffix(".00")
