"""Subjectivities as an assistant reads them: how each stands, who has to act, and until when."""

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.documents.subjectivities import SubjectivityRecord

_OWN_WORDS: Final = {"answered": "answered"}
"""States that the platform has no word for: its `notYetResponded` stays beside an answer that waits."""


class SubjectivityEntry(Answer):
    """One subjectivity as the carrier typed it; `due` is a London date, overdue from the day after.

    `state` is the platform's word, or `answered` where the broker's answer waits for the carrier. `due_at` is there
    where the deadline is another hour than London midnight; `cover` is the line's mode until it is met.
    """

    text: str
    state: str | None = None
    lies_with: Literal["broker", "carrier"] | None = None
    due: str | None = None
    due_at: str | None = None
    due_unreadable: str | None = None
    overdue: Literal[True] | None = None
    cover: str | None = None
    answer: str | None = None


class SubjectivityCounts(Answer):
    """How many were not met in time, run out or not; open ones that wait for the carrier; those that are not open."""

    overdue: int | None = None
    answered: int | None = None
    expired: int | None = None
    on_lines_in_no_total: int | None = None


def subjectivity_entry(record: SubjectivityRecord, today: date) -> SubjectivityEntry:
    """A subjectivity as answers show it, on a London day."""
    return SubjectivityEntry(
        text=record.text,
        state=_OWN_WORDS.get(record.state) or record.word,
        lies_with=record.lies_with,
        due=record.due.isoformat() if record.due else None,
        due_at=record.due_at,
        due_unreadable=record.due_unreadable,
        overdue=True if record.is_overdue(today) else None,
        cover=record.cover if record.state != "accepted" else None,
        answer=record.answer,
    )


def open_count(records: Iterable[SubjectivityRecord]) -> int:
    """How many of lines in the totals still have to be met."""
    return sum(record.in_total and record.is_open for record in records)


def subjectivity_counts(records: Iterable[SubjectivityRecord], today: date) -> SubjectivityCounts | None:
    """More about them on a London day; None where there is nothing more to say."""
    counted = [record for record in records if record.state != "accepted"]
    inside = [record for record in counted if record.in_total]
    unmet = [record for record in inside if record.is_open]
    return SubjectivityCounts(
        overdue=sum(record.is_overdue(today) for record in inside) or None,
        answered=sum(record.state == "answered" for record in unmet) or None,
        expired=sum(record.state == "expired" for record in inside) or None,
        on_lines_in_no_total=len(counted) - len(inside) or None,
    ).or_none()
