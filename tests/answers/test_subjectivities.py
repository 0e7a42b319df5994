"""Subjectivities: their words, their state, until when in London, and with whom they lie."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import BROKER, ROOT, json_values, mangled
from support.lines import Doc, entry, line_set
from whitespace_mcp.answers.lines.subjectivities import (
    SubjectivityEntry,
    open_count,
    subjectivity_counts,
    subjectivity_entry,
)
from whitespace_mcp.documents.json import as_object
from whitespace_mcp.documents.line_sets import read_line_sets
from whitespace_mcp.documents.subjectivities import SubjectivityRecord, all_subjectivities, responses_of
from whitespace_mcp.terms.moments import london_day

NOW = datetime(2026, 7, 15, 12, tzinfo=UTC)
MIDNIGHT_IN_LONDON = "1784156400.0"  # 2026-07-15 23:00 UTC, which in London is the beginning of the 16th


def subjectivity(status: Any = "notYetResponded", deadline: Any = MIDNIGHT_IN_LONDON, **more: Any) -> Doc:
    return {"identifier": "S1", "text": "Survey report", "approvedStatus": status, "deadline": deadline} | more


def response(status: str, *, at: str = "2026-07-01 10:00:00", carrier: str = "BIRCH::MARINE", **more: Any) -> Doc:
    return {
        "_id": f"{ROOT}::FO::{carrier}::WRLS::SUBJR::{at}",
        "type": "RWSubjectivityResponse",
        "channels": [BROKER],
        "associatedSetDocID": f"{ROOT}::FO::{carrier}::WRLS",
        "subjectivity": {"identifier": "S1"},
        "status": status,
        "isValid": True,
        "updatedAt": at,
    } | more


def read(*subjectivities: Doc, responses: tuple[Doc, ...] = ()) -> list[SubjectivityEntry]:
    return [subjectivity_entry(record, london_day(NOW)) for record in records(*subjectivities, responses=responses)]


def records(*subjectivities: Doc, responses: tuple[Doc, ...] = ()) -> list[SubjectivityRecord]:
    sets = read_line_sets([line_set("birch_MARINE", entry("10", subjectivities=list(subjectivities)))])
    return all_subjectivities(sets, responses_of(responses))


def test_a_deadline_is_the_london_date_and_the_instant_only_where_it_is_another_hour() -> None:
    [text] = read(subjectivity())
    rows = {"text": "Survey report", "state": "notYetResponded", "lies_with": "broker", "due": "2026-07-16"}
    assert text.plain() == rows
    [at_one] = read(subjectivity(deadline="1784160000.0"))
    assert at_one.plain() == rows | {"due_at": "2026-07-16T00:00:00Z"}


@pytest.mark.parametrize("deadline", ["", None, "soon", "0", "0.0", []])
def test_without_a_deadline_none_is_told(deadline: Any) -> None:
    [text] = read(subjectivity(deadline=deadline))
    assert (text.due, text.due_at, text.overdue) == (None, None, None)
    assert text.due_unreadable == ("soon" if deadline == "soon" else None)


@pytest.mark.parametrize(
    ("deadline", "due", "at"),
    [
        ("2026-07-15 23:00:00", "2026-07-16", None),
        ("2026-07-16T11:00:00.000Z", "2026-07-16", "2026-07-16T11:00:00Z"),
        ("16 Jul 2026", "2026-07-16", None),
        (1784156400, "2026-07-16", None),
    ],
)
def test_a_deadline_in_another_style_of_the_platform_is_one_too(deadline: Any, due: str, at: str | None) -> None:
    [text] = read(subjectivity(deadline=deadline))
    assert (text.due, text.due_at, text.due_unreadable) == (due, at, None)


def test_a_deadline_is_overdue_from_the_day_after_unless_it_is_met() -> None:
    def overdue(deadline: str, status: str = "notYetResponded") -> list[Any]:
        return [item.overdue for item in read(subjectivity(status, deadline))]

    assert overdue("1784070000.0") == [None]  # the 15th, on the very day
    assert overdue("1783983600.0") == [True]  # the 14th
    assert overdue("1783983600.0", "accepted") == [None]
    assert overdue("1783983600.0", "deadlineExpired") == [True], "as lists, filters and open items count it"


@pytest.mark.parametrize(
    ("status", "responses", "whose"),
    [
        ("notYetResponded", (), "broker"),
        ("notYetResponded", (response("awaiting"),), "carrier"),
        ("notYetResponded", (response("awaiting", isValid=False),), "broker"),
        ("notYetResponded", (response("awaiting", carrier="CEDAR::CARGO"),), "broker"),
        ("notYetResponded", (response("awaiting"), response("rejected", at="2026-07-02 10:00:00")), "broker"),
        ("rejected", (response("rejected"),), "broker"),
        ("accepted", (response("accepted"),), None),
        ("deadlineExpired", (), "broker"),
        ("deadlineExpired", (response("awaiting"),), "carrier"),
        ("rejected", (response("awaiting", at="2026-07-02 10:00:00"),), "carrier"),
        ("somethingNew", (), None),
        (None, (), None),
    ],
)
def test_with_whom_it_lies_is_what_the_record_tells(status: Any, responses: tuple[Doc, ...], whose: str | None) -> None:
    for words in (responses, responses[::-1]):
        assert [item.lies_with for item in read(subjectivity(status), responses=words)] == [whose]


def test_an_answer_that_waits_is_told_with_its_text_and_is_not_called_unanswered() -> None:
    [text] = read(subjectivity(), responses=(response("awaiting", message="Survey of 1 May attached"),))
    assert (text.state, text.lies_with, text.answer) == ("answered", "carrier", "Survey of 1 May attached")


def test_what_has_expired_or_is_on_a_line_in_no_total_is_not_counted_as_open() -> None:
    states = ["notYetResponded", "accepted", "rejected", "deadlineExpired"]
    counted = records(*(subjectivity(state, identifier=state) for state in states))
    assert open_count(counted) == 2
    counts = subjectivity_counts(counted, london_day(NOW))
    assert counts
    assert counts.plain() == {"expired": 1}
    outside = [replace(record, in_total=False) for record in counted]
    assert open_count(outside) == 0
    elsewhere = subjectivity_counts(outside, london_day(NOW))
    assert elsewhere
    assert elsewhere.plain() == {"on_lines_in_no_total": 3}
    assert subjectivity_counts([], london_day(NOW)) is None


def test_the_same_subjectivity_of_several_sections_stands_once() -> None:
    assert len(read(subjectivity(), subjectivity(), subjectivity(identifier="S2"))) == 2


def test_the_text_is_the_carriers_and_is_made_safe() -> None:
    [text] = read(subjectivity(text="Ask a@b.example \N{RIGHT-TO-LEFT OVERRIDE} or " + "x" * 500))
    assert "@" not in text.text
    assert text.text.isprintable()
    assert len(text.text) <= 120


documents = st.lists(st.one_of(mangled(st.just(response("awaiting"))), json_values.map(as_object)), max_size=3)


@given(st.lists(st.one_of(mangled(st.just(subjectivity())), json_values), max_size=3), documents)
def test_any_json_at_all_is_read_without_a_fault(subjectivities: list[Any], responses: list[Doc]) -> None:
    for item in read(*subjectivities, responses=tuple(responses)):
        assert item.text
