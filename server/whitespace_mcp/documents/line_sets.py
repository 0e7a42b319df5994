"""Lines out of line sets: each carrier's line on each section once, whatever order or copies they came in.

A carrier's written lines stand in one `WRLS` document and in copies `WRLS-<channel>` for those who may see them
(platform.md 5.6): the plain one counts, or where that is not visible the latest copy. What carriers quoted, and lines
that give no cover, are kept apart from lines.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from whitespace_mcp.documents.json import (
    Document,
    as_list,
    as_object,
    as_text,
    id_of,
    is_yes,
    objects_of,
    texts_of,
    type_of,
)
from whitespace_mcp.documents.percent import percentage, total
from whitespace_mcp.documents.visibility import revision_number
from whitespace_mcp.terms.ids import segments_of
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import fold, squeeze

EntryKind = Literal["line", "no_cover", "quoted"]

_WRITTEN: Final = "RWWrittenLineSet"
_SIGNED: Final = "RWSignedLineSet"
_NO_COVER: Final = "RWNoCoverGivenLinesStorer"
_NO_COVER_TOO: Final = "RWNoCoverGivenLine"  # as the platform's own prose has it
_QUOTED: Final = "RWQuotedLine"
_ENDED: Final = frozenset({"FOD", "FOW"})
_TO_STAND: Final = frozenset({"line to stand", "to stand"})


@dataclass(frozen=True)
class Impression:
    """One stamp that was put down, with its percentage; None where that cannot be read."""

    percent: Decimal | None
    document: Document = field(hash=False)


@dataclass(frozen=True)
class StampedLine:
    """One entry of a line set: what a carrier put down on some sections, in one go.

    Attributes:
        carrier: its team's channel.
        stage: the first segment of the document's id, such as `FO` or `BQ1`.
        sections: ids; none means a contract without sections.
        kind: a line, no cover given, or a quote.
        impressions: the stamps, with the written or signed percentage of each.
        off_platform: recorded by the broker for a carrier that is not on the platform.
        accepted: False where conditions or subjectivities still have to be accepted, or were rejected.
        document: the entry itself.
    """

    carrier: str
    stage: str
    sections: tuple[str, ...]
    kind: EntryKind
    impressions: tuple[Impression, ...]
    off_platform: bool
    accepted: bool
    document: Document = field(hash=False)

    @property
    def percent(self) -> Decimal | None:
        """The line: all stamps together; None where one of them cannot be read, or there is none."""
        percents = [impression.percent for impression in self.impressions if impression.percent is not None]
        return total(percents) if percents and len(percents) == len(self.impressions) else None

    @property
    def stamped_at(self) -> str | None:
        """When, ISO 8601 in UTC; None where that is not told."""
        return instant(self.document.get("stampedAt"))

    @property
    def to_stand(self) -> bool:
        """Whether it may not be signed down: by its mark, or by a condition that says just that."""
        marked = is_yes(self.document.get("toStand"))
        return marked or any(fold(text) in _TO_STAND for text in texts_of(self.document.get("lineConditions")))


@dataclass(frozen=True)
class LineSets:
    """Everything that carriers put down on a slip.

    Attributes:
        written, signed: entries of line sets.
        apart: no cover given, and quoted lines.
        ended: line sets below a declined or withdrawn firm order; they count nowhere.
        differing: carriers of whose line only copies are visible, and those differ.
    """

    written: tuple[StampedLine, ...]
    signed: tuple[StampedLine, ...]
    apart: tuple[StampedLine, ...]
    ended: int
    differing: tuple[str, ...]


def read_line_sets(documents: Iterable[Document]) -> LineSets:
    """Read the line sets among a slip's documents, which are of any types and each there once."""
    by_type: dict[str, list[Document]] = {_WRITTEN: [], _SIGNED: [], _NO_COVER: [], _QUOTED: []}
    ended = 0
    for document in documents:
        kind = type_of(document)
        same_type = by_type.get(_NO_COVER if kind == _NO_COVER_TOO else kind)
        if same_type is None:
            continue
        if _ENDED.intersection(segments_of(id_of(document))[:1]):
            ended += 1
        else:
            same_type.append(document)
    written, differing = _once(by_type[_WRITTEN])
    signed, differing_signed = _once(by_type[_SIGNED])
    entries = [entry for document in written for entry in _entries(document, "contents", "written")]
    apart = [entry for document in by_type[_NO_COVER] for entry in _entries(document, "line", "written", "no_cover")]
    apart += [entry for document in by_type[_QUOTED] for entry in _entries(document, "line", "written", "quoted")]
    return LineSets(
        written=tuple(entry for entry in entries if entry.kind == "line"),
        signed=tuple(
            entry for document in signed for entry in _entries(document, "contents", "signed") if entry.kind == "line"
        ),
        apart=tuple(_without_repeats([*apart, *(entry for entry in entries if entry.kind != "line")])),
        ended=ended,
        differing=tuple(sorted({*differing, *differing_signed})),
    )


def carrier_of(document_id: str) -> str | None:
    """The channel of the carrier whose document it is: `acme_MARINE` of `IC..::FO::ACME::MARINE::WRLS`."""
    segments = segments_of(document_id)[1:]
    return f"{segments[0].lower()}_{segments[1]}" if len(segments) > 1 and segments[0] and segments[1] else None


def _is_copy(document: Document) -> bool:
    """Whether it is what another carrier is shown: its last segment is `WRLS-<channel>`."""
    return "-" in (segments_of(id_of(document)) or [""])[-1]


def _once(documents: list[Document]) -> tuple[list[Document], list[str]]:
    """One line set for each carrier, and the carriers of whom only copies that differ are visible."""
    by_carrier: dict[str, list[Document]] = {}
    for document in documents:
        by_carrier.setdefault((carrier_of(id_of(document)) or id_of(document)).lower(), []).append(document)
    chosen: list[Document] = []
    differing: list[str] = []
    for carrier in sorted(by_carrier):
        own = [document for document in by_carrier[carrier] if not _is_copy(document)]
        candidates = own or by_carrier[carrier]
        chosen.append(max(candidates, key=_lateness))
        if len({repr(_figures(document)) for document in candidates}) > 1:
            differing.append(_carrier(chosen[-1], {}))
    return chosen, differing


def _lateness(document: Document) -> tuple[str, int, str]:
    return instant(document.get("updatedAt")) or "", revision_number(document), id_of(document)


def _figures(document: Document) -> list[object]:
    """What two copies of one line set must agree in."""
    figures = [
        [
            sorted(texts_of(entry.get("sectionIdentifiers"))),
            *([impression.percent for impression in _impressions(entry, key)] for key in ("written", "signed")),
        ]
        for entry in objects_of(document.get("contents"))
    ]
    return sorted(figures, key=repr)


def _impressions(entry: Document, which: str) -> tuple[Impression, ...]:
    return tuple(
        Impression(percentage(impression.get(f"{which}LinePercentageString")), impression)
        for impression in objects_of(entry.get("impressions"))
    )


def _carrier(document: Document, entry: Document) -> str:
    return carrier_of(id_of(document)) or as_text(entry.get("stamperChannel")) or ""


def _entries(
    document: Document, key: str, which: Literal["written", "signed"], kind: EntryKind = "line"
) -> Iterator[StampedLine]:
    waiting = is_yes(document.get("needsApproving")) or document.get("isValid") is False
    for entry in (element for part in as_list(document.get(key)) if (element := as_object(part))):
        carrier = _carrier(document, entry)
        yield StampedLine(
            carrier=carrier,
            stage=(segments_of(id_of(document)) or [""])[0],
            sections=tuple(dict.fromkeys(texts_of(entry.get("sectionIdentifiers")))),
            kind=kind if kind != "line" else _kind(entry),
            impressions=_impressions(entry, which),
            off_platform=is_yes(document.get("isOffline")) or carrier.lower().startswith("offline"),
            accepted=not waiting and not _has_open_terms(entry),
            document=entry,
        )


def _kind(entry: Document) -> EntryKind:
    if squeeze(as_text(entry.get("subjectivityMode")) or "") == "nocovergiven":
        return "no_cover"
    return "quoted" if squeeze(as_text(entry.get("mode")) or "") == "quoted" else "line"


def _has_open_terms(entry: Document) -> bool:
    """Whether the broker has still to accept conditions or subjectivities: only lines with such wait for it."""
    terms = texts_of(entry.get("lineConditions")) or as_list(entry.get("subjectivities"))
    return bool(terms) and entry.get("conditionsApproved") is False


def _without_repeats(entries: list[StampedLine]) -> list[StampedLine]:
    """What stands apart, once: a line without cover is in its carrier's line set and in a document of its own."""
    ordered = sorted(entries, key=_detail)
    lines = {
        (entry.carrier.lower(), tuple(sorted(entry.sections)), entry.kind, entry.stage): entry for entry in ordered
    }
    return [lines[key] for key in sorted(lines)]


def _detail(entry: StampedLine) -> tuple[bool, str, str]:
    return not entry.accepted, entry.stamped_at or "", repr(entry.document)
