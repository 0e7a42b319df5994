"""Defined Data, grouped into facts (platform.md 5.7).

Tags repeat: several limits, several parties, a table's rows. What belongs together has the same `parentID` and the
same sections, so that is how values are grouped; the data points come in no order, so a group stands where its first
value stands in the contract.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from whitespace_mcp.answers.data.answer import CELL, PART, VALUE, DataGroup
from whitespace_mcp.answers.size import rough_tokens
from whitespace_mcp.answers.wording.answer import named_carriers
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, objects_of
from whitespace_mcp.terms.text import clean, squeeze, without_addresses

MOST_SECTIONS: Final = 30
_DIGITS: Final = re.compile(r"(\d+)")
_LAST: Final = 1_000_000


@dataclass(frozen=True)
class Point:
    """One data point: what it is, as written, and where it stands."""

    tag: str
    value: str
    heading: str
    controlled: bool
    place: tuple[Any, ...]


@dataclass(frozen=True)
class PointGroup:
    """Data points of one fact, whose id is `parent`; `carriers` are the only ones that it applies to, None: all."""

    parent: str
    sections: tuple[str, ...]
    carriers: tuple[str, ...] | None
    points: tuple[Point, ...]

    @property
    def key(self) -> str:
        """What tells it from every other group."""
        return repr((self.parent, self.sections, self.carriers))


def groups_of(document: Document) -> tuple[list[PointGroup], int]:
    """The groups in the contract's order, and how many elements were no data points. Identical points count once."""
    by_key: dict[tuple[Any, ...], dict[tuple[str, str], Point]] = {}
    skipped = 0
    for element in as_list(document.get("definedData")):
        read = as_object(element)
        tag, value = as_text(read.get("tag")), as_text(read.get("value"))
        if tag is None or value is None:
            skipped += 1
            continue
        point = _point(read, clean(tag, 80), without_addresses(clean(value, VALUE)))
        key = (_parent(read), _texts(read.get("sectionIDs")), _carriers(read))
        same = by_key.setdefault(key, {})
        former = same.get((point.tag, point.value))
        if former is None or point.place < former.place:
            same[point.tag, point.value] = point
    groups = [
        PointGroup(*key, points=tuple(sorted(points.values(), key=lambda point: point.place)))
        for key, points in by_key.items()
    ]
    return sorted(groups, key=lambda group: (group.points[0].place, group.key)), skipped


def with_tags(groups: Iterable[PointGroup], words: Sequence[str]) -> list[PointGroup]:
    """The groups that hold one of these tags, whole: a limit says little without what it is for.

    A word that is no tag's whole name stands for the tags that contain it, and one that is in no tag for headings.
    """
    everything = list(groups)
    points = [point for group in everything for point in group.points]
    tags, headings = {point.tag for point in points}, {point.heading for point in points}
    wanted = {tag for word in words for tag in _meant(word, tags)}
    under = {heading for word in words if not _meant(word, tags) for heading in _meant(word, headings)}
    return [group for group in everything if any(p.tag in wanted or p.heading in under for p in group.points)]


def tags_of(groups: Iterable[PointGroup]) -> list[str]:
    """Every tag that occurs, once."""
    return sorted({point.tag for group in groups for point in group.points})


def group_entries(group: PointGroup, company: Callable[[str], str]) -> list[DataGroup]:
    """A group as an answer shows it, in parts if it has very many values."""
    parts: list[list[Point]] = [[]]
    room = PART
    for point in group.points:
        cost = rough_tokens(point.tag) + rough_tokens(point.value) + 4
        if cost > room and parts[-1]:
            parts.append([])
            room = PART
        room -= cost
        parts[-1].append(point)
    headings = dict.fromkeys(point.heading for point in group.points if point.heading)
    return [
        DataGroup(
            heading=clean(", ".join(headings), CELL) or None,
            sections=list(group.sections) or None,
            carriers=None if group.carriers is None else named_carriers(group.carriers, company),
            controlled=True if all(point.controlled for point in group.points) else None,
            part=f"{number} of {len(parts)}" if len(parts) > 1 else None,
            values=_by_tag(points),
        )
        for number, points in enumerate(parts, 1)
    ]


def section_names(document: Document) -> dict[str, str]:
    """The contract's own sections: names by id."""
    named = objects_of(document.get("multiSectionDefinition"))
    pairs = [(as_text(section.get("sectionID")), as_text(section.get("sectionName"))) for section in named]
    named_sections = [(clean(section, 40), clean(name or section, 60)) for section, name in pairs if section]
    return dict(named_sections[:MOST_SECTIONS])


def _meant(word: str, names: set[str]) -> set[str]:
    key = squeeze(word)
    return {name for name in names if squeeze(name) == key} or {name for name in names if key and key in squeeze(name)}


def _point(read: Document, tag: str, value: str) -> Point:
    """A data point; its place is the line item's number, then the placeholder's name with numbers as numbers."""
    index, name = read.get("lineItemIndex"), as_text(read.get("name")) or ""
    parts = tuple(
        (int(part[:18]), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(name[:120]) if part
    )
    number = index if isinstance(index, int) and not isinstance(index, bool) and index >= 0 else _LAST
    heading = clean(as_text(read.get("mrcHeading")) or "", 80)
    controlled = read.get("controlled") is True
    return Point(tag, value, heading, controlled, (number, heading, parts, tag, value, controlled))


def _by_tag(points: Iterable[Point]) -> dict[str, str | list[str]]:
    values: dict[str, list[str]] = {}
    for point in points:
        values.setdefault(point.tag, []).append(point.value)
    return {
        tag: values_of_tag[0] if len(values_of_tag) == 1 else values_of_tag for tag, values_of_tag in values.items()
    }


def _parent(read: Document) -> str:
    """The id of the fact; without one, values of the same line item are all that can be said to belong together."""
    parent = as_text(read.get("parentID"))
    return clean(parent, 120) if parent else repr((read.get("lineItemIndex"), read.get("mrcHeading")))


def _carriers(read: Document) -> tuple[str, ...] | None:
    vertical = read.get("vertical")
    if not vertical:
        return None
    return tuple(prefix.lower() for prefix in _texts(as_object(vertical).get("assignedCarrierPrefixes")))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(sorted({clean(text, 60) for part in as_list(value) if (text := as_text(part))}))
