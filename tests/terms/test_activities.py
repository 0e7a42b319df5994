"""The platform's words for what happened, and what people call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.terms.activities import ACTIVITIES, RESERVED, activities_like, activity_named


def test_there_are_as_many_as_the_published_list_has() -> None:
    assert len(ACTIVITIES) == len(set(ACTIVITIES)) == 108
    assert not set(ACTIVITIES) & set(RESERVED)
    assert not any(name != name.strip() or not name for name in ACTIVITIES)


def test_each_is_known_by_its_own_name_in_any_case() -> None:
    for name in (*ACTIVITIES, *RESERVED):
        assert activity_named(name) == activity_named(f" {name.upper()} ") == name


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("lines written", "Line Written"),
        ("signed line", "Signed Lines"),
        ("endorsement accepted", "Accepted Endorsement"),
        ("line removed", "Line Removed"),
        ("a line was removed", "A Line Was Removed"),
        ("off platform line written", "Off-Platform Line Written"),
    ],
)
def test_a_person_may_say_it_in_another_order_or_number(word: str, kind: str) -> None:
    assert activity_named(word) == kind


@pytest.mark.parametrize("word", ["line writen", "Writen Lines", "lnie written"])
def test_a_slip_of_the_pen_names_nothing_but_is_understood(word: str) -> None:
    assert activity_named(word) is None
    assert "Line Written" in activities_like(word)


def test_a_word_alone_brings_the_kinds_that_have_it_shortest_first() -> None:
    result = activities_like("endorsement")
    assert len(result) == 5
    assert all("Endorsement" in name for name in result)
    assert [len(name) for name in result] == sorted(map(len, result))


@given(st.text(max_size=60))
def test_any_word_at_all_is_answered(word: str) -> None:
    assert activity_named(word) is None or activity_named(word) in (*ACTIVITIES, *RESERVED)
    assert len(activities_like(word)) <= 5
    assert set(activities_like(word)) <= {*ACTIVITIES, *RESERVED}
