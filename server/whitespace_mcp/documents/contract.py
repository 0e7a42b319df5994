"""A contract document, read: its tagged data, its headings and its control block (platform.md 5.4, 5.5).

Wording for certain carriers only (vertical terms) says nothing about the contract as a whole and is not read here.
`???` is the platform's word for a value that is not known yet: it is no fact.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, overload

from whitespace_mcp.documents.json import Document, as_object, as_text, line_items, objects_of, texts_of
from whitespace_mcp.documents.placeholders import filled, shown_values
from whitespace_mcp.terms.text import shortened, typed

FACT_TEXT: Final = 160
"""Characters of one fact at most; a heading can hold pages."""

SECTION_TEXT: Final = 40

UNKNOWN: Final = "???"
"""How the platform's users write a value that is not known yet."""

_PAGE: Final = "Page:"
PREMIUM: Final = "Premium_Amount"
"""The tag whose amounts are read with the sentence that they stand in."""
_UNKNOWN: Final = re.compile(r"(?:\[\[[^\[\]]*\]\]|[?\s])*")


@dataclass(frozen=True)
class Fact:
    """One fact as written, where it stands, and the section that it is about; none means the whole contract."""

    value: str
    source: str
    section: str | None = None


@dataclass(frozen=True)
class TaggedValue:
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
    tags: tuple[TaggedValue, ...]
    unknown_tags: tuple[TaggedValue, ...]
    headings: dict[str, str]
    unfilled: frozenset[str]
    has_verticals: bool

    def tagged(self, *names: str) -> list[TaggedValue]:
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
    items = line_items(document)
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


@overload
def section_label(section: str) -> str: ...
@overload
def section_label(section: None) -> None: ...
def section_label(section: str | None) -> str | None:
    """A section's id as answers show it; None stays None."""
    return None if section is None else typed(section, SECTION_TEXT) or "(no name)"


def _tagged(item: Document) -> Iterable[TaggedValue]:
    """The marked values of one line item."""
    sections = {
        (as_text(page.get("pageID")) or "").removeprefix(_PAGE): tuple(texts_of(page.get("sectionIDs")))
        for page in objects_of(item.get("tagPages"))
    }
    heading = as_text(item.get("mrcHeading")) or ""
    for placeholder in objects_of(item.get("placeholders")):
        value, words = as_text(placeholder.get("value")) or "", texts_of(placeholder.get("tags"))
        page = next((word.removeprefix(_PAGE) for word in words if word.startswith(_PAGE)), "")
        sentence = _sentence(item, as_text(placeholder.get("name"))) if PREMIUM in words else ""
        for tag in dict.fromkeys(words):
            if not tag.startswith(_PAGE):
                yield TaggedValue(tag, value, page, sections.get(page, ()), heading, sentence)


def _sentence(item: Document, name: str | None) -> str:
    """The paragraph of a line item that holds a placeholder, filled."""
    marker = f"[[{name}]]"
    for element in objects_of(item.get("elements")):
        if name and marker in (as_text(element.get("text")) or ""):
            return filled({"elements": [element], "placeholders": item.get("placeholders")})
    return ""
