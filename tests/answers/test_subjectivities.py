"""Subjectivities: their words, their state, until when in London, and with whom they lie."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import BROKER, ROOT, json_values, mangled
from support.lines import Doc, entry, line_set
from whitespace_mcp.answers.lines.subjectivities import Subjectivity, is_open, responses_of, subjectivities_of
from whitespace_mcp.documents.json import as_object
from whitespace_mcp.documents.line_sets import read_sets

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


def read(*subjectivities: Doc, responses: tuple[Doc, ...] = ()) -> list[Subjectivity]:
    sets = read_sets([line_set("birch_MARINE", entry("10", subjectivities=list(subjectivities)))])
    return subjectivities_of(sets.written, responses_of(responses), NOW)


def test_a_deadline_is_the_london_date_and_the_instant() -> None:
    [found] = read(subjectivity())
    assert found.plain() == {
        "text": "Survey report",
        "state": "notYetResponded",
        "lies_with": "broker",
        "due": "2026-07-16",
        "due_at": "2026-07-15T23:00:00Z",
    }


@pytest.mark.parametrize("deadline", ["", None, "soon", "0", []])
def test_without_a_deadline_none_is_told(deadline: Any) -> None:
    [found] = read(subjectivity(deadline=deadline))
    assert (found.due, found.due_at, found.overdue) == (None, None, None)


def test_what_is_late_and_not_answered_is_overdue() -> None:
    assert [one.overdue for one in read(subjectivity(deadline="1784000000.0"))] == [True]
    assert [one.overdue for one in read(subjectivity("accepted", "1784000000.0"))] == [None]


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
        ("deadlineExpired", (), None),
        ("somethingNew", (), None),
        (None, (), None),
    ],
)
def test_with_whom_it_lies_is_what_the_record_tells(status: Any, responses: tuple[Doc, ...], whose: str | None) -> None:
    for told in (responses, responses[::-1]):
        assert [one.lies_with for one in read(subjectivity(status), responses=told)] == [whose]


def test_only_what_is_accepted_is_closed() -> None:
    states = ["notYetResponded", "accepted", "rejected", "deadlineExpired"]
    assert [is_open(read(subjectivity(state))[0]) for state in states] == [True, False, True, True]


def test_the_same_subjectivity_of_several_sections_stands_once() -> None:
    assert len(read(subjectivity(), subjectivity(), subjectivity(identifier="S2"))) == 2


def test_the_text_is_the_carriers_and_is_made_safe() -> None:
    [found] = read(subjectivity(text="Ask a@b.example \N{RIGHT-TO-LEFT OVERRIDE} or " + "x" * 500))
    assert "@" not in found.text
    assert found.text.isprintable()
    assert len(found.text) <= 120


documents = st.lists(st.one_of(mangled(st.just(response("awaiting"))), json_values.map(as_object)), max_size=3)


@given(st.lists(st.one_of(mangled(st.just(subjectivity())), json_values), max_size=3), documents)
def test_any_json_at_all_is_read_without_a_fault(subjectivities: list[Any], responses: list[Doc]) -> None:
    for one in read(*subjectivities, responses=tuple(responses)):
        assert one.text
