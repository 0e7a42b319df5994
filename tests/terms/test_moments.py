"""Moments and days: read from every style that the platform and contracts write, told in UTC, counted in London."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import json_values
from whitespace_mcp.config.errors import BadArgument, explain
from whitespace_mcp.terms.moments import (
    LONDON,
    asked_instant,
    deadline_of,
    epoch_moment,
    instant,
    iso,
    london_day,
    written_day,
)

NAMES = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "expected"),
    {
        "2021-12-29 16:04:30": "2021-12-29T16:04:30Z",
        "2022-05-09T11:44:41.000Z": "2022-05-09T11:44:41Z",
        "2022-06-17T13:26:00": "2022-06-17T13:26:00Z",
        "2026-07-03@12:42:50": "2026-07-03T12:42:50Z",
    }.items(),
)
def test_the_four_styles_of_edits_are_read_as_utc(written: str, expected: str) -> None:
    assert instant(written) == expected


@pytest.mark.parametrize(
    "written",
    ["05 Sep 2022", "1708560000.0", 1_561_939_200, 1_640_793_869_000, "", None, True, "41 August 2022",
     "2022-13-45 10:00:00", "2022-02-30 10:00:00", "2022-05-09 11:44", "2022-05-09 11:44:41 onwards", {"a": 1}],
)  # fmt: skip
def test_what_is_no_moment_of_an_edit_is_none(written: Any) -> None:
    assert instant(written) is None


@given(st.one_of(st.text(max_size=30), st.from_regex(r"\d{4}-\d\d-\d\d[ T@]\d\d:\d\d:\d\d", fullmatch=True)))
def test_reading_a_moment_never_raises_and_gives_one_form(written: str) -> None:
    result = instant(written)
    assert result is None or datetime.fromisoformat(result).tzinfo == UTC


@pytest.mark.parametrize(
    ("wish", "expected"),
    {
        "2026-01-31": "2026-01-31T00:00:00Z",
        "2026-01-31T12:30:00": "2026-01-31T12:30:00Z",
        "2026-01-31 12:30": "2026-01-31T12:30:00Z",
        "2026-01-31T12:30:00Z": "2026-01-31T12:30:00Z",
        "2026-07-01T00:30:00+01:00": "2026-06-30T23:30:00Z",
        "0900-01-01T00:00:00": "0900-01-01T00:00:00Z",
    }.items(),
)
def test_a_caller_may_give_a_date_or_a_moment_with_or_without_offset(wish: str, expected: str) -> None:
    assert asked_instant("updated_since", wish) == expected


@pytest.mark.parametrize(
    "wish", ["yesterday", "31/01/2026", "2026-02-30", "2026-01-31T25:00", "0001-01-01T00:00+05:00"]
)
def test_anything_else_is_refused_with_an_example_and_without_the_value(wish: str) -> None:
    with pytest.raises(BadArgument) as refusal:
        asked_instant("updated_since", wish)
    said = explain(refusal.value)
    assert "'updated_since' is not a date" in said
    assert "Example: updated_since=2026-01-31." in said
    assert wish not in said


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=2))
def test_comparing_two_results_as_text_compares_the_moments(pair: list[datetime]) -> None:
    entry, other = (moment.replace(microsecond=0) for moment in pair)
    assert (iso(entry) < iso(other)) == (entry < other)


def test_iso_is_utc_to_the_second() -> None:
    assert iso(datetime(2026, 7, 1, 0, 30, 5, 999, timezone(timedelta(hours=1)))) == "2026-06-30T23:30:05Z"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
    ],
)
def test_a_moment_belongs_to_the_day_that_it_is_in_london(moment: datetime, day: date) -> None:
    assert london_day(moment) == day


@given(st.datetimes(min_value=datetime(1975, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001  # made aware below
def test_london_is_on_utc_or_an_hour_ahead(moment: datetime) -> None:
    aware = moment.replace(tzinfo=UTC)
    assert london_day(aware) in {aware.date(), (aware + timedelta(hours=1)).date()}


@pytest.mark.parametrize("value", [1_708_560_000, "1708560000.0", "1708560000", 1_708_560_000.0, " 1708560000.5 "])
def test_an_epoch_is_a_moment_however_it_is_written(value: Any) -> None:
    assert epoch_moment(value) == datetime(2024, 2, 22, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "0", 0, "soon", "-5", "1e9", "9" * 40, "999999999999", True, None, [], "NaN"])
def test_what_is_no_epoch_is_none(value: Any) -> None:
    assert epoch_moment(value) is None


@given(json_values)
def test_any_value_is_a_moment_or_none(value: Any) -> None:
    result = epoch_moment(value)
    assert result is None or result.tzinfo is UTC


@given(
    st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31)),
    st.sampled_from(["short", "long", "iso", "th", "dash", "month"]),
)
def test_a_day_is_read_back_as_contracts_write_it(day: date, style: str) -> None:
    month = NAMES[day.month - 1][: 3 if style == "short" else None]
    texts = {
        "short": f"{day.day:02} {month} {day.year}",
        "long": f" {day.day}  {month} {day.year}",
        "iso": day.isoformat(),
        "th": f"{day.day}th {month}, {day.year}",
        "dash": f"{day.day:02}-{month[:3]}-{day.year}",
        "month": f"{month} {day.day}, {day.year}",
    }
    assert written_day(texts[style]) == day


@pytest.mark.parametrize(
    "text",
    ["41 August 2022", "31 April 2026", "5 Smarch 2026", "2026-02-30", "5 March", "on 5 March 2026", "", "05/03/26"],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert written_day(text) is None


def test_a_deadline_at_london_midnight_is_its_date_and_any_other_hour_is_told() -> None:
    winter, summer = datetime(2026, 1, 16, 0, 0, tzinfo=UTC), datetime(2026, 7, 15, 23, 0, tzinfo=UTC)
    assert deadline_of(winter) == (date(2026, 1, 16), None)
    assert deadline_of(summer) == (date(2026, 7, 16), None)
    assert deadline_of(summer + timedelta(hours=1)) == (date(2026, 7, 16), "2026-07-16T00:00:00Z")
    assert deadline_of(winter - timedelta(hours=1)) == (date(2026, 1, 15), "2026-01-15T23:00:00Z")


@given(st.dates(min_value=date(1975, 1, 1), max_value=date(2099, 1, 1)), st.integers(0, 86_399))
def test_a_deadline_is_of_the_london_day_on_which_it_ends(day: date, second: int) -> None:
    midnight = datetime(day.year, day.month, day.day, tzinfo=LONDON)
    due, _ = deadline_of((midnight + timedelta(seconds=second)).astimezone(UTC))
    assert abs((due - day).days) <= 1  # the day on which the clocks go back has 25 hours
    assert deadline_of(midnight.astimezone(UTC)) == (day, None)
