"""The order of a contract and the bases of its lines, section by section (platform.md 5.5, 5.6).

A line is a percentage of the whole risk or of the order. Complete, lines of the whole make up the order, and lines of
the order make up 100. Where the order or a basis cannot be read with certainty nothing is compared.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, TypeVar

from whitespace_mcp.documents.contract import UNKNOWN, Contract, Fact, TaggedValue, section_label
from whitespace_mcp.documents.percent import Basis, basis_word, order_percentage
from whitespace_mcp.terms.text import typed

_SECTIONED: Final = ("Order", "Basis_Of_Written_Lines", "Basis_Of_Signed_Lines")
_FULL: Final = Decimal(100)
_SHOWN: Final = 60
_UNCERTAIN: Final = "cannot be read with certainty"
_PART_OF: Final = re.compile(r"[\d.]+ ?%? (?:part )?of [\d.]+ ?%?\.?", re.ASCII | re.IGNORECASE)
T = TypeVar("T")


@dataclass(frozen=True)
class Measure:
    """What the lines of one section are measured against.

    Attributes:
        order: in per cent of the whole; None where it cannot be read.
        written, signed: the bases of lines; None likewise.
        facts: the same as written, with their sources, by `order`, `written_basis` and `signed_basis`; `none` and
            `unreadable ("???")` are said too, so that none of the three is ever missing.
        problems: what could not be read, in words.
    """

    order: Decimal | None
    written: Basis | None
    signed: Basis | None
    facts: dict[str, Fact]
    problems: tuple[str, ...]

    @property
    def converts(self) -> bool:
        """Whether written and signed lines are on different bases, both of which can be read."""
        return self.written is not None and self.signed is not None and self.written != self.signed

    def full(self, basis: Basis | None) -> Decimal | None:
        """What lines on a basis make up when complete; None where the order or the basis cannot be read."""
        if self.order is None or basis is None:
            return None
        return self.order if basis == "whole" else _FULL


def measured_sections(contract: Contract) -> list[str | None]:
    """The ids of the sections that have an order or a basis of their own; None alone where none has."""
    tags = [tag for tag in (*contract.tags, *contract.unknown_tags) if tag.tag in _SECTIONED]
    return list(dict.fromkeys(section for tag in tags for section in tag.sections)) or [None]


def measure(contract: Contract, section: str | None) -> Measure:
    """Read the order and the bases for a section, or for a contract without sections."""
    order = _order(contract, section)
    written = _read(contract, section, "Basis_Of_Written_Lines", "BasisOfWrittenLines", basis_word)
    signed = _read(contract, section, "Basis_Of_Signed_Lines", "BasisOfSignedLines", basis_word)
    facts = {"order": order[1], "written_basis": written[1], "signed_basis": signed[1]}
    words = {"order": order[2], "basis of written lines": written[2], "basis of signed lines": signed[2]}
    problems = tuple(f"{name} {problem}" for name, problem in words.items() if problem)
    return Measure(order[0], written[0], signed[0], facts, problems)


def _order(contract: Contract, section: str | None) -> tuple[Decimal | None, Fact, str | None]:
    """The order, unless the sentence around its tag makes it a part of a part: the `50%` of `50% of 60%`."""
    text = contract.text("OrderHereon")
    if text and _PART_OF.fullmatch(text.value) and order_percentage(text.value) is None:
        return None, _unreadable(text), _UNCERTAIN
    return _read(contract, section, "Order", "OrderHereon", order_percentage)


def _read(
    contract: Contract, section: str | None, tag: str, heading: str, understand: Callable[[str], T | None]
) -> tuple[T | None, Fact, str | None]:
    """A value understood, as written, and why it could not be.

    Values that are about the section go before those of the whole contract, and any tag before the heading's text.
    """
    marked = contract.tagged(tag)
    own = [value for value in marked if section is not None and section in value.sections]
    said = own or [value for value in marked if not value.sections]
    texts = {typed(value.value, _SHOWN): value.source for value in said}
    blank = [
        value
        for value in contract.unknown_tags
        if value.tag == tag and (not value.sections or section in value.sections)
    ]
    if not texts and not blank:
        text = contract.text(heading)
        texts = {typed(text.value, _SHOWN): text.source} if text else {}
    if not texts:
        return _missing(contract, blank, heading)
    fact = Fact(
        value=" / ".join(sorted(texts))[:_SHOWN],
        source=next(iter(texts.values())),
        section=section_label(section) if own else None,
    )
    readings = {understand(text) for text in texts}
    if len(readings) > 1:
        return None, _unreadable(fact), "is stated in several ways"
    reading = readings.pop()
    return (reading, fact, None) if reading is not None else (None, _unreadable(fact), _UNCERTAIN)


def _missing(contract: Contract, blank: Sequence[TaggedValue], heading: str) -> tuple[None, Fact, str]:
    """What is said of a value that the contract leaves open, or does not have at all."""
    if blank:
        fact = Fact(blank[0].value or "blank", blank[0].source)
    elif heading in contract.unfilled:
        fact = Fact(UNKNOWN, f"heading {heading}")
    else:
        return None, Fact("none", "contract"), "is not in the contract"
    return None, _unreadable(fact), "is not filled in yet"


def _unreadable(fact: Fact) -> Fact:
    return replace(fact, value=f'unreadable ("{fact.value}")')
