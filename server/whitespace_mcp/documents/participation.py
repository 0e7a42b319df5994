"""Who takes part in which section with how much: sums of lines, and who was asked and has not written.

Every figure is an exact decimal of one section; nothing is ever added across sections.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from whitespace_mcp.documents.json import Document, as_text, id_of, objects_of, texts_of, type_of
from whitespace_mcp.documents.line_sets import LineSets, StampedLine, carrier_of
from whitespace_mcp.documents.percent import percentage, total, written
from whitespace_mcp.terms.ids import segments_of

Ending = Literal["declined", "withdrawn"]
Sections = dict[str, str | None]
"""Names of sections by id, in the contract's order."""

_GUIDANCE: Final = frozenset({"RWLineGuidanceSet", "RWLineGuidance"})
_DEFINITIONS: Final = _GUIDANCE | {"RWMultiSectionStorer"}
_ENDINGS: Final[dict[str, Ending]] = {"FOD": "declined", "FOW": "withdrawn"}
_NUMBERED: Final = re.compile(r"\d+$", re.ASCII)


@dataclass(frozen=True)
class CarrierRow:
    """One carrier on one section: all that it put down there."""

    carrier: str
    section: str | None
    written_entries: tuple[StampedLine, ...]
    signed_entries: tuple[StampedLine, ...]

    @property
    def entries(self) -> tuple[StampedLine, ...]:
        """What describes the line: as it was written, or where that is not visible as it was signed."""
        return self.written_entries or self.signed_entries

    @property
    def written(self) -> Decimal | None:
        """The written line; where only the signed one is visible, as that states it; None if it cannot be read."""
        if self.written_entries:
            return _added(entry.percent for entry in self.written_entries)
        return _added(
            percentage(stamp.document.get("writtenLinePercentageString"))
            for entry in self.signed_entries
            for stamp in entry.impressions
        )

    @property
    def signed(self) -> Decimal | None:
        """The signed line; None if there is none or it cannot be read."""
        return _added(entry.percent for entry in self.signed_entries)

    @property
    def stamped_at(self) -> str | None:
        """When it was last stamped, ISO 8601 in UTC; None where that is not told."""
        return max((entry.stamped_at for entry in self.entries if entry.stamped_at), default=None)

    @property
    def to_stand(self) -> bool:
        """Whether any of it may not be signed down."""
        return any(entry.to_stand for entry in (*self.written_entries, *self.signed_entries))

    @property
    def off_platform(self) -> bool:
        """Whether the broker recorded it for a carrier that is not on the platform."""
        return any(entry.off_platform for entry in self.entries)

    @property
    def accepted(self) -> bool:
        """False where some of its conditions or subjectivities still have to be accepted."""
        return all(entry.accepted for entry in self.entries)


@dataclass(frozen=True)
class LineTotal:
    """A sum of lines that can be read, how many of them are above 0, and how many cannot be read.

    A line of 0 % is no participation; where some are unread nothing may be concluded from the total.
    """

    total: Decimal
    lines: int
    unread: int


@dataclass(frozen=True)
class Guidance:
    """Line guidance for one carrier on one section, in per cent."""

    carrier: str
    section: str | None
    least: Decimal | None
    most: Decimal | None

    @property
    def range(self) -> str | None:
        """`10`, or `5 to 10`; None where it cannot be read."""
        if self.least is None or self.most is None:
            return None
        return written(self.least) if self.least == self.most else f"{written(self.least)} to {written(self.most)}"


def rows_of(sets: LineSets) -> list[CarrierRow]:
    """One row for each carrier and section, by section and carrier."""
    rows: dict[tuple[str, str | None], tuple[list[StampedLine], list[StampedLine]]] = {}
    channels: dict[str, str] = {}
    for place, entries in enumerate((sets.written, sets.signed)):
        for entry in entries:
            key = entry.carrier.lower()
            channels[key] = min(channels.get(key, entry.carrier), entry.carrier)
            for section in entry.sections or (None,):
                rows.setdefault((key, section), ([], []))[place].append(entry)
    order = sorted(rows, key=lambda key: (key[1] is not None, key[1] or "", key[0]))
    return [
        CarrierRow(channels[key], section, _sorted(rows[key, section][0]), _sorted(rows[key, section][1]))
        for key, section in order
    ]


def added(percents: Iterable[Decimal | None]) -> LineTotal:
    """Sum up lines; None stands for one that cannot be read."""
    values = list(percents)
    numbers = [value for value in values if value is not None]
    return LineTotal(total(numbers), sum(value > 0 for value in numbers), len(values) - len(numbers))


def sections_of(documents: Iterable[Document], rows: Sequence[CarrierRow]) -> Sections:
    """The sections of a slip: those that are defined, in their order, then others that lines name.

    Empty for a contract without sections. A line that names no section of a sectioned contract stands for itself.
    """
    defined: dict[str, tuple[Decimal, str]] = {}
    for document in documents:
        if type_of(document) in _DEFINITIONS:
            for stub in objects_of(document.get("sections")):
                name = as_text(stub.get("multiSectionId"))
                if name is not None:
                    place = percentage(stub.get("index")) or Decimal(0)
                    entry = (place, as_text(stub.get("multiSectionName")) or "")
                    defined[name] = max(defined.get(name, entry), entry)
    named = {
        name: title or None for name, (_, title) in sorted(defined.items(), key=lambda item: (item[1][0], item[0]))
    }
    others = sorted({row.section for row in rows if row.section is not None} - named.keys())
    return named | dict.fromkeys(others)


def section_leaders(documents: Iterable[Document]) -> list[tuple[str, str, str]]:
    """Which carrier leads which section, as (section id, channel or else name, document type), sorted; each once."""
    leaders: set[tuple[str, str, str]] = set()
    for document in documents:
        kind = type_of(document)
        if kind in _DEFINITIONS:
            for stub in objects_of(document.get("sections")):
                section = as_text(stub.get("multiSectionId"))
                leader = as_text(stub.get("leadUnderwriterChannel")) or as_text(stub.get("leadUnderwriter"))
                if section and leader:
                    leaders.add((section, leader, "section definitions" if kind not in _GUIDANCE else "line guidance"))
    return sorted(leaders)


def guidance_of(documents: Iterable[Document]) -> list[Guidance]:
    """What carriers were asked to write, by section and carrier; the largest range where one was asked twice."""
    guidance: dict[tuple[str | None, str], Guidance] = {}
    for document in documents:
        carrier = carrier_of(id_of(document)) if type_of(document) in _GUIDANCE else None
        if carrier is None:
            continue
        for entry in objects_of(document.get("contents")):
            bounds = [p for key in ("minString", "maxString") if (p := percentage(entry.get(key))) is not None]
            for section in tuple(dict.fromkeys(texts_of(entry.get("sectionIdentifiers")))) or (None,):
                key = (section, carrier.lower())
                former = guidance.get(key, Guidance(carrier, section, None, None))
                every = [*bounds, *(p for p in (former.least, former.most) if p is not None)]
                guidance[key] = Guidance(carrier, section, min(every, default=None), max(every, default=None))
    return sorted(guidance.values(), key=lambda line: (line.section is not None, line.section or "", line.carrier))


def endings_of(document_ids: Iterable[str], carriers: Iterable[str]) -> dict[str, Ending]:
    """Carriers whose firm order was declined or withdrawn and who have no other one, by channel.

    A carrier's copies of one kind may be numbered: `FOD::ACME::MARINE1` is of the team MARINE (platform.md 4.2), unless
    a team MARINE1 is known.

    Args:
        document_ids: of the slip's contract documents, the latest first: of several endings the latest counts.
        carriers: channels of teams that take part in the slip.
    """
    ids = list(dict.fromkeys(document_ids))
    live = {(carrier_of(name) or "").lower() for name in ids if segments_of(name)[:1] in (["FO"], ["SIGNED"])}
    teams = {channel.lower() for channel in carriers} | live
    endings: dict[str, Ending] = {}
    for name in ids:
        ending = _ENDINGS.get((segments_of(name) or [""])[0])
        channel = carrier_of(name) or ""
        team = channel if channel.lower() in teams else _NUMBERED.sub("", channel)
        if ending and team and team.lower() not in live:
            endings.setdefault(team, ending)
    return endings


def not_written(lines: Sequence[Guidance], sets: LineSets, endings: dict[str, Ending]) -> list[Guidance]:
    """Who was asked for a line and has put nothing down: guidance less written less declined and withdrawn.

    Whoever gave no cover, or put down 0 %, has answered and stands apart.
    """
    answered = {
        (entry.carrier.lower(), section)
        for entry in (*sets.written, *sets.signed, *(entry for entry in sets.apart if entry.kind == "no_cover"))
        for section in (entry.sections or (None,))
    }
    anywhere = {carrier for carrier, _ in answered}
    ended = {channel.lower() for channel in endings}

    def is_open(line: Guidance) -> bool:
        carrier = line.carrier.lower()
        if carrier in ended:
            return False
        if line.section is None:
            return carrier not in anywhere
        return (carrier, line.section) not in answered and (carrier, None) not in answered

    return [line for line in lines if is_open(line)]


def _added(percents: Iterable[Decimal | None]) -> Decimal | None:
    """All together; None if there is nothing, or something that cannot be read."""
    values = list(percents)
    total = added(values)
    return total.total if values and not total.unread else None


def _sorted(entries: list[StampedLine]) -> tuple[StampedLine, ...]:
    return tuple(
        sorted(entries, key=lambda entry: (as_text(entry.document.get("stampedAt")) or "", repr(entry.document)))
    )
