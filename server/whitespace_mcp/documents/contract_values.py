"""Values of a contract out of its tags and headings, each with where it stands (platform.md 5.4, 5.5).

A tag is trusted before the text of a heading, and that before the control block.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Final

from whitespace_mcp.documents.contract import FACT_TEXT, PREMIUM, Contract, Fact, TaggedValue, is_known, section_label
from whitespace_mcp.terms.text import fold, typed

BROKERAGE: Final = "Brokerage_%"
"""The tag of a brokerage, total or part."""
TOTAL_BROKERAGE: Final = "TotalBrokerage"
"""The heading of the total."""


def tag_facts(contract: Contract, *names: str) -> list[Fact]:
    """The values with one of these tags as facts, one for each section that a value is about."""
    return _each(contract.tagged(*names), lambda entry: entry.value)


def insured(contract: Contract) -> list[Fact]:
    """The insured as the contract names it; never the contract's display name."""
    return tag_facts(contract, "Insured_Name") or _list_of(contract.name_under("Insured", "OriginalInsured"))


def reinsured(contract: Contract) -> list[Fact]:
    """The ceding insurer of a reinsurance."""
    return tag_facts(contract, "Reinsured_Name") or _list_of(contract.name_under("Reinsured"))


def limits(contract: Contract) -> list[Fact]:
    """Each limit with what it is for and its basis, from one page of tags; else the heading; else one figure."""
    amounts = contract.tagged("Coverage_Amount")
    if amounts:
        return distinct(
            _limit(contract, amount, section) for amount in amounts for section in amount.sections or (None,)
        )
    text = contract.text("LimitOfLiability", "AggregateLimit", "Sublimits")
    summary = contract.word("limitSummary")
    return _list_of(text) or ([Fact(value=summary, source="control limitSummary")] if summary else [])


def deductibles(contract: Contract) -> list[Fact]:
    """Each deductible or excess with its basis: the sentence in which the contract states the amount."""
    amounts = contract.tagged("Deductible_Amount", "Excess_Amount")
    return _each(amounts, _in_its_sentence) or _list_of(contract.text("Deductibles", "Excess"))


def premiums(contract: Contract) -> list[Fact]:
    """Each premium with its basis: the sentence in which the contract states the amount."""
    return _each(contract.tagged(PREMIUM), _in_its_sentence) or _list_of(contract.text("Premium"))


def premium_sentences(contract: Contract) -> list[tuple[str, tuple[str, ...]]]:
    """The sentence of each amount of premium, or the heading's text, and the sections that it is for, each once."""
    amounts = contract.tagged(PREMIUM)
    if amounts:
        return list(dict.fromkeys((_in_its_sentence(amount), amount.sections) for amount in amounts))
    return [(fact.value, ()) for fact in _list_of(contract.text("Premium"))]


def _each(
    entries: Iterable[TaggedValue],
    value: Callable[[TaggedValue], str],
    source: Callable[[TaggedValue], str] = attrgetter("source"),
) -> list[Fact]:
    """A fact of each marked value, one for each section that it is about."""
    return distinct(
        Fact(value=typed(value(entry), FACT_TEXT), source=source(entry), section=section_label(section))
        for entry in entries
        for section in entry.sections or (None,)
    )


def brokerage(contract: Contract) -> list[Fact]:
    """The total brokerage, then its parts as their headings have them; without a total, tagged parts, which say so."""
    marked = contract.tagged(BROKERAGE)
    whole = [entry for entry in marked if entry.heading == TOTAL_BROKERAGE]
    facts = _each(whole or marked, lambda entry: entry.value, _brokerage_source)
    if facts and not whole:
        return facts
    return [*(facts or _list_of(contract.text(TOTAL_BROKERAGE))), *brokerage_parts(contract)]


def brokerage_parts(contract: Contract) -> list[Fact]:
    """What of the brokerage is the retail or the wholesale broker's, in the words of those headings."""
    return [fact for name in ("RetailBrokerage", "WholesaleBrokerage") if (fact := contract.text(name))]


def _brokerage_source(entry: TaggedValue) -> str:
    part = typed(entry.heading, 60) if entry.heading != TOTAL_BROKERAGE else ""
    return f"{entry.source} under {part}" if part else entry.source


def settlement_due(contract: Contract) -> list[Fact]:
    """The settlement due date."""
    return tag_facts(contract, "Settlement_Due_Date") or _list_of(contract.text("SettlementDueDate"))


def kinds(contract: Contract, listed: str | None) -> list[Fact]:
    """Type and class, which mean four things in four places (platform.md 9): equal words once, with all their places.

    `listed` is the contract type of the list of risks.
    """
    said = [
        (listed, "list ContractType"),
        (contract.word("contractType"), "control contractType"),
        (contract.word("insuranceType"), "control insuranceType"),
    ]
    said += [(fact.value, fact.source) for fact in tag_facts(contract, "Class_Of_Business")]
    if not contract.tagged("Class_Of_Business"):
        said += [(fact.value, fact.source) for fact in _list_of(contract.text("ContractType"))]
    return merged((typed(value, FACT_TEXT), source) for value, source in said if value)


def merged(said: Iterable[tuple[str, str]]) -> list[Fact]:
    """Values with their sources; a value that several sources give stands once, with all of them."""
    sources: dict[str, tuple[str, list[str]]] = {}
    for value, source in said:
        places = sources.setdefault(fold(value), (value, []))[1]
        if source not in places:
            places.append(source)
    return [Fact(value=value, source=", ".join(places)) for value, places in sources.values() if value]


def distinct(facts: Iterable[Fact]) -> list[Fact]:
    """The facts in their order, each once, without those that say nothing."""
    return list({repr(fact): fact for fact in facts if is_known(fact.value)}.values())


def _list_of(fact: Fact | None) -> list[Fact]:
    return [fact] if fact else []


def _limit(contract: Contract, amount: TaggedValue, section: str | None) -> Fact:
    same = [entry for entry in contract.tags if entry.page == amount.page] if amount.page else []
    coverage, basis = (_only(same, tag) for tag in ("Coverage", "Coverage_Basis"))
    text = " ".join(filter(None, [f"{coverage}:" if coverage else "", amount.value, basis]))
    return Fact(value=typed(text, FACT_TEXT), source=amount.source, section=section_label(section))


def _only(same: Sequence[TaggedValue], tag: str) -> str:
    """The value of a tag on a page; empty where several leave open which of them an amount is for."""
    values = {entry.value for entry in same if entry.tag == tag}
    return values.pop() if len(values) == 1 else ""


def _in_its_sentence(entry: TaggedValue) -> str:
    return typed(entry.sentence if entry.value in entry.sentence else entry.value, FACT_TEXT)
