"""When cover begins and ends, and when premium is due, section by section (platform.md 5.5).

Only tags, headings that hold nothing but a date, and a period that begins with its two dates (`From: <date> To: <date>`
or `<date> - <date>`) and names no third are read as days. `???`, other free text and two dates for one section are no
day; they are kept as worded.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from whitespace_mcp.documents.contract import Contract, Fact, TaggedValue, section_label
from whitespace_mcp.documents.contract_values import distinct
from whitespace_mcp.terms.moments import written_day
from whitespace_mcp.terms.text import typed

DayState = Literal["date", "several", "unreadable", "none"]

TEXT: Final = 60
_DATES: Final = ("Inception_Date", "Expiry_Date")
_HOURS: Final = ("Inception_Time", "Expiry_Time", "Time_Qualifier")
_WHOLE_PERIOD: Final = "Period"
_ORDINAL: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY: Final = (
    rf"{_ORDINAL}[ -][A-Za-z]{{3,9}}\.?,?[ -]\d{{4}}|[A-Z][a-z]{{2,8}}\.? {_ORDINAL},? \d{{4}}|\d{{4}}-\d\d-\d\d"
)
_DATE: Final = re.compile(_DAY, re.ASCII)
_FROM_TO: Final = re.compile(
    rf"(?:(?:from|inception|effective):? *)?({_DAY}),? *(?:to|until|expiry|-|\u2013|\u2014):? *({_DAY})(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class SectionDay:
    """A day of the contract, or of one of its sections by id, as worded (at most `TEXT` characters).

    `day` is None where the text names no single day.
    """

    section: str | None
    day: date | None
    text: str


def expiry_days(contract: Contract) -> tuple[SectionDay, ...]:
    """When cover ends: one entry for the whole contract or for each section; nothing where no place tells."""
    return _days(contract, "Expiry_Date", "PeriodToDate") or _period_text(contract, last=True)


def inception_days(contract: Contract) -> tuple[SectionDay, ...]:
    """When cover begins: one entry for the whole contract or for each section."""
    return _days(contract, "Inception_Date", "PeriodFromDate") or _period_text(contract, last=False)


def settlement_days(contract: Contract) -> tuple[SectionDay, ...]:
    """When premium is due: one entry for the whole contract or for each section."""
    return _days(contract, "Settlement_Due_Date", "SettlementDueDate")


def day_state(days: Sequence[SectionDay]) -> DayState:
    """`date` where all sections share one day, `several` where they differ, `unreadable` where some day is no day."""
    if not days:
        return "none"
    if any(day.day is None for day in days):
        return "unreadable"
    return "date" if len({day.day for day in days}) == 1 else "several"


def single_day(days: Sequence[SectionDay]) -> date | None:
    """The one day that all sections share; None in every other state."""
    return days[0].day if day_state(days) == "date" else None


def periods(contract: Contract) -> list[Fact]:
    """The period, for the whole contract or section by section: `05 Sep 2026 to 04 Sep 2027, 00.01 am ...`."""
    dated = contract.tagged(*_DATES)
    if dated:
        sections = dict.fromkeys(section for tag in dated for section in tag.sections or (None,))
        return distinct(_period(contract, section) for section in sections)
    text = contract.text(_WHOLE_PERIOD)
    ends = [fact for heading in ("PeriodFromDate", "PeriodToDate") if (fact := contract.text(heading))]
    if text or not ends:
        return [text] if text else []
    return [Fact(value=" to ".join(fact.value for fact in ends), source=", ".join(fact.source for fact in ends))]


def _days(contract: Contract, tag: str, heading: str) -> tuple[SectionDay, ...]:
    """The days under a tag, else of a heading that holds a date and nothing else."""
    by_section: dict[str | None, dict[str, None]] = {}
    for value in (*contract.tagged(tag), *(blank for blank in contract.unknown_tags if blank.tag == tag)):
        for section in value.sections or (None,):
            by_section.setdefault(section, {})[typed(value.value, TEXT) or "blank"] = None
    if by_section:
        return tuple(_day(section, list(texts)) for section, texts in by_section.items())
    text = contract.text(heading)
    if text:
        return (_day(None, [typed(text.value, TEXT)]),)
    return (SectionDay(None, None, "blank"),) if heading in contract.unfilled else ()


def _day(section: str | None, texts: Sequence[str]) -> SectionDay:
    days = {written_day(text) for text in texts}
    day = days.pop() if len(days) == 1 else None
    return SectionDay(section, day, typed(" / ".join(texts), TEXT))


def _period_text(contract: Contract, *, last: bool) -> tuple[SectionDay, ...]:
    """The first or the last day of a period in words."""
    text = contract.text(_WHOLE_PERIOD)
    if text is None:
        return ()
    match = _FROM_TO.match(text.value)
    day = written_day(match[2 if last else 1]) if match and len(_DATE.findall(text.value)) == 2 else None
    return (SectionDay(None, day, typed(match[2 if last else 1] if match and day else text.value, TEXT)),)


def _period(contract: Contract, section: str | None) -> Fact:
    def of_tag(tag: str) -> TaggedValue | None:
        values = contract.tagged(tag)
        own = [value for value in values if (section in value.sections if section is not None else not value.sections)]
        return next(iter(own or [value for value in values if not value.sections]), None)

    start, end = (of_tag(tag) for tag in _DATES)
    first, last, zone = (of_tag(tag) for tag in _HOURS)
    hours = list(dict.fromkeys(hour.value for hour in (first, last) if hour))
    days = f"{start.value if start else '(from: not known)'} to {end.value if end else '(not known)'}"
    time = " ".join([" to ".join(hours), zone.value if zone else ""]).strip()
    sources = ", ".join(tag.source for tag in (start, end) if tag)
    return Fact(f"{days}, {time}" if time else days, sources or "tags", section_label(section))
