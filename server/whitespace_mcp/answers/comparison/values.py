"""The values of two contracts that differ: as tags and headings have them, both sides."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.documents.contract import Contract, Fact, section_label
from whitespace_mcp.documents.contract_values import (
    brokerage,
    deductibles,
    insured,
    limits,
    premiums,
    reinsured,
    settlement_due,
)
from whitespace_mcp.documents.leaders import leader_label, leader_mentions
from whitespace_mcp.documents.order import measure, measured_sections
from whitespace_mcp.documents.periods import periods
from whitespace_mcp.terms.text import plain, typed


class ValueEntry(Answer):
    """A value that differs, as written on each side; a side that has none says so."""

    what: str
    risk: list[str]
    other: list[str]


NOTHING: Final = "(none)"
NONE: Final = "none"
"""As the order and the bases say it."""
VALUE_TEXT: Final = 300
"""Characters of a value; what is behind them is compared as wording."""


_Reader = Callable[[Contract], Sequence[Fact]]


def differing_values(risk: Contract, other: Contract, party: Callable[[str], str]) -> list[ValueEntry]:
    """The values that differ, in the order in which people ask for them.

    `party` names a channel.
    """
    entries: list[ValueEntry] = []
    readers: dict[str, _Reader] = _READERS | {"leaders": partial(_leaders, party=party)}
    for what, read in readers.items():
        mine, theirs = (list(dict.fromkeys(map(_shown, read(contract)))) for contract in (risk, other))
        if sorted(map(plain, mine)) != sorted(map(plain, theirs)):
            common = set(map(plain, mine)) & set(map(plain, theirs))
            sides = [[text for text in side if plain(text) not in common] or [NOTHING] for side in (mine, theirs)]
            entries.append(ValueEntry(what=what, risk=sides[0], other=sides[1]))
    return entries


def _shown(fact: Fact) -> str:
    value = typed(fact.value, VALUE_TEXT)
    return f"{value} ({fact.section})" if fact.section else value


def _text(*headings: str) -> Callable[[Contract], list[Fact]]:
    def read(contract: Contract) -> list[Fact]:
        text = contract.text(*headings)
        return [text] if text else []

    return read


def _leaders(contract: Contract, party: Callable[[str], str]) -> list[Fact]:
    """Every leader with what it leads, so that two who change places are a difference: `slip: Kestrel Syndicate`."""
    return [
        Fact(f"{leader_label(leader)}: {party(leader.party) if leader.is_channel else leader.party}", leader.source)
        for leader in leader_mentions(contract, [])
    ]


def _measured(name: str) -> Callable[[Contract], list[Fact]]:
    """The order or a basis, once where all sections share it, else section by section."""

    def read(contract: Contract) -> list[Fact]:
        sections = measured_sections(contract)
        facts = {section: measure(contract, section).facts[name] for section in sections}
        if len({plain(fact.value) for fact in facts.values()}) == 1:
            return [replace(facts[sections[0]], section=None)]
        return [replace(fact, section=section_label(section)) for section, fact in facts.items()]

    return read


_READERS: Final[dict[str, _Reader]] = {
    "insured": insured,
    "reinsured": reinsured,
    "period": periods,
    "limit": limits,
    "premium": premiums,
    "brokerage": brokerage,
    "deductible": deductibles,
    "order": _measured("order"),
    "written_basis": _measured("written_basis"),
    "signed_basis": _measured("signed_basis"),
    "leaders": lambda _: [],
    "settlement_due": settlement_due,
    "law": _text("ChoiceOfLawAndJurisdiction"),
}
