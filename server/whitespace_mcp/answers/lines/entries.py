"""The lines of a risk as an assistant reads them: sums for each section, then each carrier's line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer, RiskAnswer
from whitespace_mcp.answers.lines.quotes import Quote
from whitespace_mcp.answers.lines.stamps import Stamp, stamps_of
from whitespace_mcp.answers.lines.subjectivities import SubjectivityCounts, SubjectivityEntry, subjectivity_entry
from whitespace_mcp.answers.lines.sums import SectionLines
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import Fact, section_label
from whitespace_mcp.documents.json import Document, as_text, texts_of, typed_text
from whitespace_mcp.documents.line_sets import StampedLine
from whitespace_mcp.documents.participation import CarrierRow, Ending
from whitespace_mcp.documents.percent import written
from whitespace_mcp.documents.placing import Placing, indications
from whitespace_mcp.documents.signing import NoIndication
from whitespace_mcp.documents.subjectivities import Responses, read_subjectivities
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.moments import london_day
from whitespace_mcp.terms.text import typed

CONDITION: Final = 100
MOST_CONDITIONS: Final = 6
MOST_NAMED: Final = 8

INDICATION: Final = (
    "'indicated' is arithmetic on the written lines, an indication only: to-stand lines fixed, the rest in proportion."
    " The signing provisions and the broker may change it."
)
BROKER_VIEW: Final = "placing broker: every line"
ALL_STAMPS_VIEW: Final = "every carrier's line: the contract shows all stamps"
CARRIER_VIEW: Final = "only what this organisation may see: totals here may not be the whole risk's"

Flag = Literal["to_stand", "off_platform", "not_accepted", "no_participation", "unreadable", "copies_differ"]


class LineEntry(Answer):
    """One carrier's line in per cent; `sections` are those on which it is the same. Texts are the carrier's.

    `left_out`: how many more conditions and subjectivities it has; open ones come first.
    """

    carrier: str
    sections: list[str] | None = None
    written: str | None = None
    signed: str | None = None
    indicated: str | None = None
    own: Literal[True] | None = None
    facility_role: str | None = None
    flags: list[Flag] | None = None
    stamps: list[Stamp] | None = None
    conditions: list[str] | None = None
    subjectivities: list[SubjectivityEntry] | None = None
    left_out: dict[str, int] | None = None
    at: str | None = None
    by: str | None = None


class ApartEntry(LineEntry):
    """What is in no total: a line that gives no cover, or a quoted one."""

    kind: Literal["no_cover_given", "quoted"]
    valid_for: str | None = None


class AskedEntry(Answer):
    """Line guidance that nothing was written on, in per cent."""

    carrier: str
    section: str | None = None
    asked: str | None = None


class LineTerms(Answer):
    """What lines are measured against, as the contract has it, and whose stamps carriers see."""

    order: list[Fact] | None = None
    written_basis: list[Fact] | None = None
    signed_basis: list[Fact] | None = None
    stamp_visibility: str | None = None


class OutsideTotals(Answer):
    """What is in no total: no cover given and quoted lines, who was asked and put nothing down, ended firm orders."""

    apart: list[ApartEntry] | None = None
    asked_not_written: list[AskedEntry] | None = None
    declined: list[str] | None = None
    withdrawn: list[str] | None = None
    quotes: list[Quote] | None = None


class Lines(RiskAnswer):
    """Answer of `get_lines`; `stage` is the slip's."""

    stage: str
    view: str
    terms: LineTerms | None = None
    sections: list[SectionLines] | None = None
    open_subjectivities: int | None = None
    subjectivities: SubjectivityCounts | None = None
    lines: list[LineEntry] | None = None
    in_no_total: OutsideTotals | None = None
    meaning: dict[str, str] | None = None
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


@dataclass(frozen=True)
class LineContext:
    """How lines are put into words.

    `prefix` is the asking organisation's channel prefix, `responses` the broker's answers to subjectivities; `now`
    decides what is overdue, `who` whether stampers are named.
    """

    names: Names
    prefix: str
    responses: Responses
    now: datetime
    who: bool = False


def line_entries(placing: Placing, wording: LineContext, *, indicate: bool = False) -> list[LineEntry]:
    """Every carrier's line by section and name, lines of 0 % included; the same line on several sections once.

    `indicate` adds what signing down would come to.
    """
    indicated = _indicated(placing) if indicate else {}
    order = {section: place for place, section in enumerate(placing.section_ids())}
    merged: dict[str, tuple[int, LineEntry]] = {}
    for row in sorted(placing.rows, key=lambda row: (order[row.section], row.carrier.lower())):
        entry = _line(row, placing, wording)
        share = indicated.get((row.section, row.carrier.lower()))
        entry.indicated = written(share) if share is not None else None
        former = merged.setdefault(repr(entry), (order[row.section], entry))[1]
        if row.section is not None:
            former.sections = [*(former.sections or []), section_label(row.section)]
    return [entry for _, entry in sorted(merged.values(), key=lambda item: (item[0], item[1].carrier.casefold()))]


def apart_entries(placing: Placing, wording: LineContext) -> list[ApartEntry]:
    """Lines that give no cover, and quoted lines."""
    return [_apart(entry, wording) for entry in placing.sets.apart]


def asked_entries(placing: Placing, names: Names) -> list[AskedEntry]:
    """Who was asked for a line and has put nothing down."""
    return [
        AskedEntry(carrier=_carrier_name(line.carrier, names), section=section_label(line.section), asked=line.range)
        for line in placing.asked
    ]


def ended_carriers(endings: Mapping[str, Ending], ending: Ending, names: Names) -> list[str]:
    """Carriers whose firm order ended so, by name."""
    return sorted({_carrier_name(channel, names) for channel, each in endings.items() if each == ending})


def _carrier_name(channel: str, names: Names) -> str:
    """A carrier's team by name."""
    return typed(names.party(channel), 100) or "(carrier not told)"


def words_of(entries: Iterable[LineEntry], outside: OutsideTotals | None) -> list[str]:
    """The words of lines, and of what is in no total, that an answer explains."""
    words: list[str] = []
    for entry in [*entries, *((outside and outside.apart) or [])]:
        words += [entry.kind] if isinstance(entry, ApartEntry) else []
        words += entry.flags or []
        for subjectivity in entry.subjectivities or []:
            words += [word for word in (subjectivity.state, subjectivity.cover) if word]
    return words


def _indicated(placing: Placing) -> dict[tuple[str | None, str], Decimal]:
    by_line: dict[tuple[str | None, str], Decimal] = {}
    for section, against in placing.measures().items():
        shares = indications(placing, section, against)
        if shares is not None and not isinstance(shares, NoIndication):
            by_line.update({(section, carrier): share for carrier, share in shares.items()})
    return by_line


def _line(row: CarrierRow, placing: Placing, wording: LineContext) -> LineEntry:
    flags: list[tuple[Flag, bool]] = [
        ("to_stand", row.to_stand),
        ("off_platform", row.off_platform),
        ("not_accepted", not row.accepted),
        ("no_participation", row.written == 0),
        ("unreadable", row.written is None or (bool(row.signed_entries) and row.signed is None)),
        ("copies_differ", row.carrier in placing.sets.differing),
    ]
    entry = LineEntry(
        carrier=_carrier_name(row.carrier, wording.names),
        written=written(row.written) if row.written is not None else None,
        signed=written(row.signed) if row.signed is not None else None,
    )
    _describe(entry, row.entries, flags, wording)
    return entry


def _apart(entry: StampedLine, wording: LineContext) -> ApartEntry:
    percent = entry.percent
    apart = ApartEntry(
        carrier=_carrier_name(entry.carrier, wording.names),
        kind="quoted" if entry.kind == "quoted" else "no_cover_given",
        sections=[section_label(section) for section in entry.sections[:MOST_NAMED]] or None,
        written=written(percent) if percent is not None else None,
        valid_for=typed_text(entry.document.get("validityPeriod")),
    )
    flags: list[tuple[Flag, bool]] = [
        ("to_stand", entry.to_stand),
        ("off_platform", entry.off_platform),
        ("not_accepted", not entry.accepted),
    ]
    _describe(apart, (entry,), flags, wording)
    return apart


def _describe(
    described: LineEntry, entries: Sequence[StampedLine], flags: Sequence[tuple[Flag, bool]], wording: LineContext
) -> None:
    """Fill in what a line and what stands apart have in common."""
    last = max(entries, key=lambda entry: entry.stamped_at or "")
    typed_in = dict.fromkeys(text for entry in entries for text in texts_of(entry.document.get("lineConditions")))
    shown = [typed(text, CONDITION) for text in typed_in]
    described.own = True if channel_company(last.carrier) == wording.prefix else None
    described.facility_role = typed_text(last.document.get("role"))
    described.flags = [flag for flag, holds in flags if holds] or None
    described.stamps = stamps_of(entries) or None
    described.conditions = [text for text in shown[:MOST_CONDITIONS] if text] or None
    records = sorted(read_subjectivities(entries, wording.responses), key=lambda record: not record.is_open)
    today = london_day(wording.now)
    described.subjectivities = [subjectivity_entry(record, today) for record in records[:MOST_CONDITIONS]] or None
    left_out = {"conditions": len(shown) - MOST_CONDITIONS, "subjectivities": len(records) - MOST_CONDITIONS}
    described.left_out = {name: count for name, count in left_out.items() if count > 0} or None
    described.at = last.stamped_at
    described.by = _stamper(last.document, wording.names) if wording.who else None


def _stamper(document: Document, names: Names) -> str | None:
    """Who put a line down, by the directory's name, else as the line has it."""
    member = names.member(as_text(document.get("stamperUserID")) or "")
    return f"{member[0]} ({member[1]})" if member else typed_text(document.get("stamperName"))
