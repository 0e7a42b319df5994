"""Moments: the platform's eight styles, and what callers write."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.config.errors import BadArgument, explain
from whitespace_mcp.terms.moments import asked_instant, instant, iso


@pytest.mark.parametrize(
    ("written", "found"),
    {
        "2021-12-29 16:04:30": "2021-12-29T16:04:30Z",
        "2022-05-09T11:44:41.000Z": "2022-05-09T11:44:41Z",
        "2022-06-17T13:26:00": "2022-06-17T13:26:00Z",
        "2026-07-03@12:42:50": "2026-07-03T12:42:50Z",
    }.items(),
)
def test_the_four_styles_of_edits_are_read_as_utc(written: str, found: str) -> None:
    assert instant(written) == found


@pytest.mark.parametrize(
    "written",
    ["05 Sep 2022", "1708560000.0", 1_561_939_200, 1_640_793_869_000, "", None, True, "41 August 2022",
     "2022-13-45 10:00:00", "2022-02-30 10:00:00", "2022-05-09 11:44", "2022-05-09 11:44:41 onwards", {"a": 1}],
)  # fmt: skip
def test_what_is_no_moment_of_an_edit_is_none(written: Any) -> None:
    assert instant(written) is None


@given(st.one_of(st.text(max_size=30), st.from_regex(r"\d{4}-\d\d-\d\d[ T@]\d\d:\d\d:\d\d", fullmatch=True)))
def test_reading_a_moment_never_raises_and_gives_one_form(written: str) -> None:
    found = instant(written)
    assert found is None or datetime.fromisoformat(found).tzinfo == UTC


@pytest.mark.parametrize(
    ("asked", "found"),
    {
        "2026-01-31": "2026-01-31T00:00:00Z",
        "2026-01-31T12:30:00": "2026-01-31T12:30:00Z",
        "2026-01-31 12:30": "2026-01-31T12:30:00Z",
        "2026-01-31T12:30:00Z": "2026-01-31T12:30:00Z",
        "2026-07-01T00:30:00+01:00": "2026-06-30T23:30:00Z",
        "0900-01-01T00:00:00": "0900-01-01T00:00:00Z",
    }.items(),
)
def test_a_caller_may_give_a_date_or_a_moment_with_or_without_offset(asked: str, found: str) -> None:
    assert asked_instant("updated_since", asked) == found


@pytest.mark.parametrize(
    "asked", ["yesterday", "31/01/2026", "2026-02-30", "2026-01-31T25:00", "0001-01-01T00:00+05:00"]
)
def test_anything_else_is_refused_with_an_example_and_without_the_value(asked: str) -> None:
    with pytest.raises(BadArgument) as refusal:
        asked_instant("updated_since", asked)
    said = explain(refusal.value)
    assert "'updated_since' is not a date" in said
    assert "Example: updated_since=2026-01-31." in said
    assert asked not in said


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=2))
def test_comparing_two_results_as_text_compares_the_moments(pair: list[datetime]) -> None:
    one, other = (moment.replace(microsecond=0) for moment in pair)
    assert (iso(one) < iso(other)) == (one < other)


def test_iso_is_utc_to_the_second() -> None:
    assert iso(datetime(2026, 7, 1, 0, 30, 5, 999, timezone(timedelta(hours=1)))) == "2026-06-30T23:30:05Z"
