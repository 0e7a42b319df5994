"""The handle for the next page: short, opaque, and only good for the question that it was given for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.config.errors import BadArgument, explain
from whitespace_mcp.mcp_layer.paging import Place, mark_of, read_cursor, write_cursor

QUESTION = {"environment": "https://sandbox.example", "organisations": ["MU1"], "query": {"unit": "slip"}}

places = st.builds(
    Place, st.integers(1, 2**32 - 1), st.tuples(st.text(max_size=5), st.text(max_size=60)).map(lambda p: mark_of(*p))
)


@given(places)
def test_a_cursor_holds_its_place_in_at_most_thirty_characters(place: Place) -> None:
    cursor = write_cursor(QUESTION, place)
    assert len(cursor) <= 30
    assert cursor.isascii()
    assert read_cursor(QUESTION, cursor) == place


@given(places, st.sampled_from(["environment", "organisations", "query"]))
def test_a_cursor_is_refused_for_any_other_question(place: Place, key: str) -> None:
    cursor = write_cursor(QUESTION, place)
    with pytest.raises(BadArgument) as refusal:
        read_cursor({**QUESTION, key: "another"}, cursor)
    assert "belongs to another question" in explain(refusal.value)
    assert "only page_size may differ" in explain(refusal.value)


@given(st.text(max_size=64))
def test_what_is_no_cursor_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadArgument) as refusal:
        read_cursor(QUESTION, text)
    assert "is not a cursor of this server" in explain(refusal.value) or "another question" in explain(refusal.value)


@given(places, st.integers(0, 18), st.characters(codec="ascii"))
def test_a_cursor_that_was_altered_is_refused_or_means_a_place(place: Place, at: int, letter: Any) -> None:
    cursor = write_cursor(QUESTION, place)
    altered = cursor[:at] + letter + cursor[at + 1 :]
    try:
        assert read_cursor(QUESTION, altered).offset >= 0
    except BadArgument:
        assert altered != cursor
