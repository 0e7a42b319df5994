"""What an endorsement says about the period: the new last day, where its text leaves no doubt (platform.md 5.3, 5.4).

A tag or a heading of its own goes before the prose of the changes. Of prose two forms are read as a day: one that
names a single date in the sentence about the period, and one that extends it by days, weeks, months or years.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.json import Document, as_text, line_items
from whitespace_mcp.documents.periods import SectionDay, single_day
from whitespace_mcp.documents.periods import expiry_days as days_named
from whitespace_mcp.documents.placeholders import filled
from whitespace_mcp.terms.moments import written_day
from whitespace_mcp.terms.text import typed

TEXT: Final = 120
CHANGES: Final = "ContractChanges"
EFFECTIVE: Final = "EndorsementEffectiveDate"
_SENTENCE: Final = re.compile(r"(?<=[.;])\s+|\n+")
_PERIOD: Final = re.compile(r"\b(?:period|expiry|expiration|expires?)\b", re.IGNORECASE)
_CHANGED: Final = re.compile(
    r"\b(?:extend\w*|amend\w*|chang\w*|shorten\w*|reduc\w*|read|reads|cancel\w*|until|replace\w*)\b", re.IGNORECASE
)
_ENDS: Final = (
    r"(?:expires?|ends?|terminates?|ceases?|continues?|runs?|(?:is|be|remains?) in force)"
    r"\b[^.;\d]{0,24}\b(?:on|to|until|at)"
)
_EXPIRY: Final = re.compile(r"\b(?:expiry|expiration|expires?)\b", re.IGNORECASE)
_CLEAR: Final = re.compile(
    r"\bextended (?:by|to|until)\b"
    r"|\b(?:contract|policy|slip|cover|insurance) is (?:hereby )?cancel"
    rf"|\b(?:contract|policy|slip|cover|insurance|period)\b[^.;]{{0,40}}?\b{_ENDS}\b",
    re.IGNORECASE,
)
_NOT_THIS: Final = re.compile(r"\b(?:during the|indemnity|reporting|waiting|notice|grace) period\b", re.IGNORECASE)
_LAST_DAY: Final = re.compile(
    rf"\b(?:expir\w+|extend\w*|extension|until|period (?:end|to)\w*|{_ENDS})\b", re.IGNORECASE
)
_DATE: Final = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)? [A-Za-z]{3,9}\.?,? \d{4}\b|\b\d{4}-\d\d-\d\d\b")
_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fourteen": 14, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "sixty": 60, "ninety": 90,
}  # fmt: skip
_BY: Final = re.compile(
    rf"\bextended by (?:a further )?(\d{{1,4}}|{'|'.join(_NUMBERS)})\b[^.;\d]{{0,12}}?\b(day|week|month|year)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class PeriodChange:
    """What one endorsement says about the period, and the sentence as worded.

    `day` is the new last day where it names one; else it is extended by `days` and `months`, 0 where it does not say
    that.
    """

    day: date | None
    days: int
    months: int
    text: str

    def applied_to(self, expiry: date | None) -> date | None:
        """The last day after this change; None where it cannot be told."""
        if self.day or expiry is None or not (self.days or self.months):
            return self.day
        try:
            return _later(expiry, self.months) + timedelta(days=self.days)
        except (OverflowError, ValueError):
            return None


def items_of_changes(endorsement: Document) -> list[Document]:
    """The headings of an endorsement that say what it changes, not from when."""
    items = [item for item in line_items(endorsement) if item.get("mrcSection") == CHANGES]
    return [item for item in items if as_text(item.get("mrcHeading")) != EFFECTIVE]


def period_change(endorsement: Document) -> PeriodChange | None:
    """What an endorsement's document says about the period; None where it does not touch it."""
    changes = items_of_changes(endorsement)
    named = days_named(read_contract({"MRCContract": {"lineItems": changes}}))
    if named:
        return PeriodChange(single_day(named), 0, 0, typed("; ".join(day.text for day in named), TEXT))
    sentences = [sentence for item in changes for sentence in _SENTENCE.split(filled(item))]
    return next((_in_prose(sentence) for sentence in sentences if _is_about_the_period(sentence)), None)


def changed_expiry(
    expiry: tuple[SectionDay, ...], changes: Sequence[tuple[str, PeriodChange]]
) -> tuple[tuple[SectionDay, ...], tuple[str, ...]]:
    """The last day after completed endorsements, and which of them changed it.

    The changes are by the endorsements' names, oldest first.
    """
    changed_by: list[str] = []
    for name, change in changes:
        day = change.applied_to(single_day(expiry))
        if day is None or day != single_day(expiry):
            expiry = (SectionDay(None, day, change.text if day is None else day.isoformat()),)
            changed_by.append(name)
    return expiry, tuple(changed_by)


def _is_about_the_period(sentence: str) -> bool:
    if _NOT_THIS.search(sentence):
        return False
    dated = _EXPIRY.search(sentence) and _DATE.search(sentence)
    return bool(_CLEAR.search(sentence) or dated or (_PERIOD.search(sentence) and _CHANGED.search(sentence)))


def _in_prose(sentence: str) -> PeriodChange:
    text = typed(sentence, TEXT)
    by = _BY.search(sentence)
    days = {day for name in _DATE.findall(sentence) if (day := written_day(name))}
    if by and not days:
        amount = _NUMBERS.get(by[1].lower()) or int(by[1])
        unit = by[2].lower()
        return PeriodChange(
            None,
            {"day": amount, "week": 7 * amount}.get(unit, 0),
            {"month": amount, "year": 12 * amount}.get(unit, 0),
            text,
        )
    certain = len(days) == 1 and _LAST_DAY.search(sentence)
    return PeriodChange(days.pop() if certain else None, 0, 0, text)


def _later(day: date, months: int) -> date:
    """That day of a later month, or the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
