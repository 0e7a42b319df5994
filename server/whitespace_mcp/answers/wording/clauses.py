"""A contract's wording as data: its headings, and the text under each (platform.md 5.4).

The text was written by the parties. Control, zero-width and bidirectional characters and e-mail addresses are taken
out of it; beyond that it stands as written, a line for each paragraph, bullet or row of a table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, line_items
from whitespace_mcp.documents.placeholders import filled
from whitespace_mcp.terms.text import clean, clean_lines, squeeze, without_addresses

_WHOLE: Final = 2_000_000
"""Characters of a heading's text at most: there is no page that long, but somebody may send one."""


@dataclass(frozen=True)
class Clause:
    """One heading of a contract and its text.

    `index` is the platform's number of the line item, or its place in the contract where the numbers are no use;
    `section` and `heading` are the MRC's, `title` is as people read it, `names` are all of them squeezed, for finding
    it. It applies to the `carriers` only, by channel prefix, if there are some; `attachment` names a file that stands
    in it.
    """

    index: int
    section: str
    heading: str
    title: str
    names: frozenset[str]
    text: str
    carriers: tuple[str, ...] | None = None
    attachment: str | None = None


@dataclass(frozen=True)
class ContractWording:
    """A contract's wording: its headings in order, and the titles of its sections."""

    clauses: tuple[Clause, ...]
    titles: dict[str, str]


def heading_text(line_item: Document) -> str:
    """The text under a heading, made safe to show: placeholders filled, a line for each paragraph, bullet or row."""
    return without_addresses(clean_lines(filled(line_item), _WHOLE))


def read_wording(document: Document) -> ContractWording:
    """Read a contract or endorsement, whatever it holds."""
    items = line_items(document)
    numbers = _numbers(items)
    titles: dict[str, str] = {}
    clauses: list[Clause] = []
    for number, item in zip(numbers, items, strict=True):
        section = _word(item.get("mrcSection"))
        text = heading_text(item)
        if item.get("originalSection") == "self":
            titles.setdefault(section, _word(item.get("originalHeading")))
            if not text:
                continue
        clauses.append(_clause(number, section, item, text))
    clauses.sort(key=lambda clause: clause.index)
    return ContractWording(tuple(clauses), {section: title for section, title in titles.items() if title})


def _clause(number: int, section: str, item: Document, text: str) -> Clause:
    heading, title = _word(item.get("mrcHeading")) or "Unknown", _word(item.get("originalHeading"))
    names = (heading, title, _word(item.get("nameVariation")))
    vertical = item.get("vertical")
    attachment = as_object(item.get("attachment")) or as_object(item.get("image"))
    return Clause(
        index=number,
        section=section,
        heading=heading,
        title=title,
        names=frozenset(squeeze(name) for name in names if name),
        text=text,
        carriers=_prefixes(vertical) if vertical else None,
        attachment=_word(attachment.get("attachmentName")) or None,
    )


def _prefixes(vertical: object) -> tuple[str, ...]:
    named = [as_text(prefix) for prefix in as_list(as_object(vertical).get("assignedCarrierPrefixes"))]
    return tuple(dict.fromkeys(clean(prefix, 60).lower() for prefix in named if prefix))


def _numbers(items: Sequence[Document]) -> list[int]:
    """The platform's numbers if every item has one of its own, else places."""
    given = [item.get("index") for item in items]
    numbers = [number for number in given if isinstance(number, int) and not isinstance(number, bool) and number >= 0]
    return numbers if len(set(numbers)) == len(items) else list(range(len(items)))


def _word(value: object) -> str:
    text = as_text(value)
    return clean(text, 120) if text else ""
