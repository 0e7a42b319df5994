"""Facts of a contract, read out of tagged data and headings, each with where it stands (platform.md 5.4, 5.5).

A tag is trusted before the text of a heading, and that before the control block. Wording for certain carriers only
(vertical terms) says nothing about the contract as a whole and is not read here. `???` is the platform's word for a
value that is not known yet: it is no fact.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.documents.json import Document, as_list, as_object, as_text
from whitespace_mcp.documents.placeholders import filled, shown_values
from whitespace_mcp.terms.text import fold, shortened, typed

FACT_TEXT: Final = 160
"""Characters of one fact at most; a heading can hold pages."""

SECTION_TEXT: Final = 40

UNKNOWN: Final = "???"
"""How the platform's users write a value that is not known yet."""

_PAGE: Final = "Page:"
_PREMIUM: Final = "Premium_Amount"
_UNKNOWN: Final = re.compile(r"(?:\[\[[^\[\]]*\]\]|[?\s])*")


@dataclass(frozen=True)
class Fact:
    """One fact as written, where it stands, and the section that it is about; none means the whole contract."""

    value: str
    source: str
    section: str | None = None


@dataclass(frozen=True)
class Tagged:
    """One marked value of a contract.

    Attributes:
        tag: what it is; `value`: as written, trimmed.
        page: values of the same page belong to one fact; empty where none is told.
        sections: ids of the sections that it is about; none means the whole contract.
        heading: the MRC heading under which it stands.
        sentence: of an amount of premium, the paragraph that it stands in, filled.
    """

    tag: str
    value: str
    page: str
    sections: tuple[str, ...]
    heading: str
    sentence: str

    @property
    def source(self) -> str:
        """Where it stands, as answers name it."""
        return f"tag {self.tag}"


@dataclass(frozen=True)
class Contract:
    """What can be read of one contract document.

    Attributes:
        id: its document id; empty where the platform does not tell.
        control: its control block.
        tags: marked values in the contract's order, those that are known.
        unknown_tags: the same of those that are not: `???`, or nothing at all.
        headings: the filled text under each MRC heading.
        unfilled: headings of which some shown value is not known.
        has_verticals: whether some of the wording is for certain carriers only.
    """

    id: str
    control: Document
    tags: tuple[Tagged, ...]
    unknown_tags: tuple[Tagged, ...]
    headings: dict[str, str]
    unfilled: frozenset[str]
    has_verticals: bool

    def tagged(self, *names: str) -> list[Tagged]:
        """The values with one of these tags."""
        return [entry for entry in self.tags if entry.tag in names]

    def text(self, *headings: str) -> Fact | None:
        """The text of the first of these headings that holds something known."""
        for heading in headings:
            text = shortened(self.headings.get(heading, ""), FACT_TEXT)
            if is_known(text):
                return Fact(value=text, source=f"heading {heading}")
        return None

    def name_under(self, *headings: str) -> Fact | None:
        """The text of the first of these headings that can be a name: nothing in it waits to be filled in."""
        for heading in headings:
            text = self.text(heading)
            if text and heading not in self.unfilled and UNKNOWN not in text.value:
                return text
        return None

    def word(self, key: str) -> str | None:
        """A text of the control block."""
        text = as_text(self.control.get(key))
        return typed(text, FACT_TEXT) or None if text and is_known(text) else None


def read_contract(document: Document) -> Contract:
    """Read a contract document, whatever it holds."""
    items = [as_object(item) for item in as_list(as_object(document.get("MRCContract")).get("lineItems"))]
    common = [item for item in items if not item.get("vertical")]
    headings: dict[str, list[str]] = {}
    unfilled: set[str] = set()
    for item in common:
        heading = as_text(item.get("mrcHeading"))
        text = filled(item).strip() if heading else ""
        if heading and text:
            headings.setdefault(heading, []).append(text)
        if heading and not all(map(is_known, shown_values(item))):
            unfilled.add(heading)
    tags = [tag for item in common for tag in _tagged(item)]
    return Contract(
        id=as_text(document.get("_id")) or as_text(as_object(document.get("platformReferences")).get("RiskID")) or "",
        control=as_object(document.get("control")),
        tags=tuple(tag for tag in tags if is_known(tag.value)),
        unknown_tags=tuple(tag for tag in tags if not is_known(tag.value)),
        headings={heading: "\n".join(texts) for heading, texts in headings.items()},
        unfilled=frozenset(unfilled),
        has_verticals=len(common) < len(items),
    )


def is_known(text: str) -> bool:
    """Whether a text says anything: neither empty, nor `???`, nor only markers that nothing fills."""
    return not _UNKNOWN.fullmatch(text)


def section_label(section: str) -> str:
    """A section's id as answers show it."""
    return typed(section, SECTION_TEXT) or "(no name)"


def tag_facts(contract: Contract, *names: str) -> list[Fact]:
    """The values with one of these tags as facts, one for each section that a value is about."""
    return distinct(
        Fact(value=typed(entry.value, FACT_TEXT), source=entry.source, section=_label(section))
        for entry in contract.tagged(*names)
        for section in entry.sections or (None,)
    )


def insured(contract: Contract) -> list[Fact]:
    """The insured as the contract names it; never the contract's display name."""
    return tag_facts(contract, "Insured_Name") or _found(contract.name_under("Insured", "OriginalInsured"))


def reinsured(contract: Contract) -> list[Fact]:
    """The ceding insurer of a reinsurance."""
    return tag_facts(contract, "Reinsured_Name") or _found(contract.name_under("Reinsured"))


def limits(contract: Contract) -> list[Fact]:
    """Each limit with what it is for and its basis, from one page of tags; else the heading; else one figure."""
    amounts = contract.tagged("Coverage_Amount")
    if amounts:
        return distinct(
            _limit(contract, amount, section) for amount in amounts for section in amount.sections or (None,)
        )
    text = contract.text("LimitOfLiability", "AggregateLimit", "Sublimits")
    summary = contract.word("limitSummary")
    return _found(text) or ([Fact(value=summary, source="control limitSummary")] if summary else [])


def deductibles(contract: Contract) -> list[Fact]:
    """Each deductible or excess with its basis: the sentence in which the contract states the amount."""
    amounts = contract.tagged("Deductible_Amount", "Excess_Amount")
    return _in_sentences(amounts) or _found(contract.text("Deductibles", "Excess"))


def premiums(contract: Contract) -> list[Fact]:
    """Each premium with its basis: the sentence in which the contract states the amount."""
    return _in_sentences(contract.tagged(_PREMIUM)) or _found(contract.text("Premium"))


def _in_sentences(amounts: Iterable[Tagged]) -> list[Fact]:
    return distinct(
        Fact(value=_in_its_sentence(amount), source=amount.source, section=_label(section))
        for amount in amounts
        for section in amount.sections or (None,)
    )


def brokerage(contract: Contract) -> list[Fact]:
    """The total brokerage; where none is told, parts of it, which say so."""
    marked = contract.tagged("Brokerage_%")
    whole = [entry for entry in marked if entry.heading == "TotalBrokerage"]
    facts = distinct(
        Fact(value=typed(entry.value, FACT_TEXT), source=_brokerage_source(entry), section=_label(section))
        for entry in whole or marked
        for section in entry.sections or (None,)
    )
    return facts or _found(contract.text("TotalBrokerage"))


def _brokerage_source(entry: Tagged) -> str:
    part = typed(entry.heading, 60) if entry.heading != "TotalBrokerage" else ""
    return f"{entry.source} under {part}" if part else entry.source


def settlement_due(contract: Contract) -> list[Fact]:
    """The settlement due date."""
    return tag_facts(contract, "Settlement_Due_Date") or _found(contract.text("SettlementDueDate"))


def kinds(contract: Contract, listed: str | None) -> list[Fact]:
    """Type and class, which mean four things in four places (platform.md 9): equal words once, with all their places.

    Args:
        contract: the contract.
        listed: the contract type of the platform's list of risks.
    """
    said = [
        (listed, "list ContractType"),
        (contract.word("contractType"), "control contractType"),
        (contract.word("insuranceType"), "control insuranceType"),
    ]
    said += [(fact.value, fact.source) for fact in tag_facts(contract, "Class_Of_Business")]
    if not contract.tagged("Class_Of_Business"):
        said += [(fact.value, fact.source) for fact in _found(contract.text("ContractType"))]
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


def sections_first(facts: Sequence[Fact], order: Callable[[str], int]) -> list[Fact]:
    """Facts of the whole contract, then those of each section in the sections' order."""
    return sorted(facts, key=lambda fact: -1 if fact.section is None else order(fact.section))


def _label(section: str | None) -> str | None:
    return None if section is None else section_label(section)


def _found(fact: Fact | None) -> list[Fact]:
    return [fact] if fact else []


def _limit(contract: Contract, amount: Tagged, section: str | None) -> Fact:
    same = [entry for entry in contract.tags if entry.page == amount.page] if amount.page else []
    coverage, basis = (_only(same, tag) for tag in ("Coverage", "Coverage_Basis"))
    text = " ".join(filter(None, [f"{coverage}:" if coverage else "", amount.value, basis]))
    return Fact(value=typed(text, FACT_TEXT), source=amount.source, section=_label(section))


def _only(same: Sequence[Tagged], tag: str) -> str:
    """The value of a tag on a page; empty where several leave open which of them an amount is for."""
    values = {entry.value for entry in same if entry.tag == tag}
    return values.pop() if len(values) == 1 else ""


def _in_its_sentence(entry: Tagged) -> str:
    return typed(entry.sentence if entry.value in entry.sentence else entry.value, FACT_TEXT)


def _tagged(item: Document) -> Iterable[Tagged]:
    """The marked values of one line item."""
    pages = [as_object(page) for page in as_list(item.get("tagPages"))]
    sections = {
        (as_text(page.get("pageID")) or "").removeprefix(_PAGE): _texts(page.get("sectionIDs")) for page in pages
    }
    heading = as_text(item.get("mrcHeading")) or ""
    for placeholder in map(as_object, as_list(item.get("placeholders"))):
        value, words = as_text(placeholder.get("value")) or "", _texts(placeholder.get("tags"))
        page = next((word.removeprefix(_PAGE) for word in words if word.startswith(_PAGE)), "")
        sentence = _sentence(item, as_text(placeholder.get("name"))) if _PREMIUM in words else ""
        for tag in dict.fromkeys(words):
            if not tag.startswith(_PAGE):
                yield Tagged(tag, value, page, sections.get(page, ()), heading, sentence)


def _sentence(item: Document, name: str | None) -> str:
    """The paragraph of a line item that holds a placeholder, filled."""
    marker = f"[[{name}]]"
    for element in map(as_object, as_list(item.get("elements"))):
        if name and marker in (as_text(element.get("text")) or ""):
            return filled({"elements": [element], "placeholders": item.get("placeholders")})
    return ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for part in as_list(value) if (text := as_text(part)))
