"""The values of two contracts that differ: as tags and headings have them, both sides."""

from collections.abc import Callable, Sequence
from typing import Final

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.documents.contract import (
    Contract,
    Fact,
    brokerage,
    deductibles,
    insured,
    limits,
    premiums,
    reinsured,
    settlement_due,
    tag_facts,
)
from whitespace_mcp.documents.order import measure
from whitespace_mcp.documents.periods import periods
from whitespace_mcp.terms.text import plain


class ValueEntry(Answer):
    """A value that differs, as written on each side; a side that has none says so."""

    what: str
    risk: list[str]
    other: list[str]


NOTHING: Final = "(none)"


def differing_values(risk: Contract, other: Contract) -> list[ValueEntry]:
    """The values that differ, in the order in which people ask for them."""
    entries: list[ValueEntry] = []
    for what, read in _READERS.items():
        mine, theirs = ([_shown(fact) for fact in read(contract)] for contract in (risk, other))
        if sorted(map(plain, mine)) != sorted(map(plain, theirs)):
            common = set(map(plain, mine)) & set(map(plain, theirs))
            sides = [[text for text in side if plain(text) not in common] or [NOTHING] for side in (mine, theirs)]
            entries.append(ValueEntry(what=what, risk=sides[0], other=sides[1]))
    return entries


def _shown(fact: Fact) -> str:
    return f"{fact.value} ({fact.section})" if fact.section else fact.value


def _text(*headings: str) -> Callable[[Contract], list[Fact]]:
    def read(contract: Contract) -> list[Fact]:
        text = contract.text(*headings)
        return [text] if text else []

    return read


def _leaders(contract: Contract) -> list[Fact]:
    tagged = tag_facts(contract, "Contract_Leader_Name", "Bureau_Leader_Name")
    return tagged or _text("SlipLeader", "BureauLeader")(contract)


def _order(contract: Contract) -> Sequence[Fact]:
    tagged = tag_facts(contract, "Order")
    fact = measure(contract, None).facts.get("order")
    return tagged or ([fact] if fact else [])


_READERS: Final[dict[str, Callable[[Contract], Sequence[Fact]]]] = {
    "insured": insured,
    "reinsured": reinsured,
    "period": periods,
    "limit": limits,
    "premium": premiums,
    "brokerage": brokerage,
    "deductible": deductibles,
    "order": _order,
    "leaders": _leaders,
    "settlement_due": settlement_due,
    "law": _text("ChoiceOfLawAndJurisdiction"),
}
