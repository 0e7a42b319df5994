"""Any JSON of the platform: what may not be shown is left out, fields are picked, and the rest fits."""

import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import BROKER, LEADER, ME, ROOT, comment, json_values
from whitespace_mcp.answers.raw_read import fitted, outline, picked, redact, without_noise
from whitespace_mcp.answers.size import size_of
from whitespace_mcp.documents.visibility import Side

SIDE = Side("acorn", ME)
OTHER = "IC11111111-0000-4000-8000-00000000000B"


def test_a_document_of_another_organisation_is_left_out_wherever_it_stands() -> None:
    theirs = {"_id": f"{ROOT}::X", "channels": [LEADER], "secret": 1}
    result = redact([theirs, {"a": {"inside": theirs, "b": 2}}, {"channels": [BROKER], "c": 3}], SIDE.may_see)
    assert result.data == [{"a": {"b": 2}}, {"channels": [BROKER], "c": 3}]
    assert result.others == 2


@pytest.mark.parametrize(
    "document", [{"_id": f"{OTHER}::FO"}, {"docID": OTHER}, {"metadata": {"documentID": f"{OTHER}::FO"}}]
)
def test_a_document_of_another_slip_is_left_out(document: dict[str, Any]) -> None:
    assert redact(document, SIDE.may_see, ROOT).data is None
    assert redact([document, {"_id": f"{ROOT}::FO"}], SIDE.may_see, ROOT).data == [{"_id": f"{ROOT}::FO"}]
    assert redact(document, SIDE.may_see).data == document


@pytest.mark.parametrize(
    "document",
    [
        comment("1", "ours", internal=True),
        comment("1", "ours", internal="yes"),
        {"type": "RWRiskAuthorisationState", "x": 1},
        {"type": "RWBrokerNote", "x": 1},
    ],
)
def test_what_is_internal_is_left_out_and_counted(document: dict[str, Any]) -> None:
    result = redact([document, comment("2", "hello")], SIDE.may_see)
    assert (len(result.data), result.internal) == (1, 1)
    left_out = result.left_out()
    assert left_out is not None
    assert left_out.plain() == {"internal": 1}


def test_personal_data_is_left_out_and_counted() -> None:
    line: dict[str, Any] = {
        "stamperName": "Jo Bright",
        "stamperEmail": "jo@acorn.example",
        "stampedAt": "2026",
        "admins": [],
    }
    result = redact({"contents": [line]}, SIDE.may_see)
    assert result.data == {"contents": [{"stampedAt": "2026"}]}
    assert result.personal == 2


DATA = {"control": {"status": "Signed", "umr": "B1"}, "items": [{"h": "A", "e": [{"t": 1}, {"t": 2}]}, {"h": "B"}]}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["control.status"], {"control": {"status": "Signed"}}),
        (["items.h"], {"items": [{"h": "A"}, {"h": "B"}]}),
        (["items[2].e[].t", "control"], {"items": [{"e": [{"t": 1}, {"t": 2}]}], "control": DATA["control"]}),
    ],
)
def test_fields_are_paths_that_go_through_lists(fields: list[str], expected: Any) -> None:
    assert picked(DATA, fields) == (expected, [])
    assert picked([DATA, {}], fields) == ([expected], [])


def test_a_field_that_nothing_has_is_named() -> None:
    assert picked(DATA, ["control.stage", "items.h", "", "."]) == (
        {"items": [{"h": "A"}, {"h": "B"}]},
        ["control.stage", "", "."],
    )


def test_an_outline_names_every_path_once_with_the_length_of_lists() -> None:
    assert outline(DATA) == ["control.status", "control.umr", "items[2].h", "items[2].e[2].t"]
    assert outline([DATA, {"more": {}}]) == [*outline(DATA), "more"]
    assert outline({f"k{n}": n for n in range(100)})[-1] == "and 40 more"


def test_what_fits_is_left_as_it_is_and_what_does_not_says_so() -> None:
    assert fitted(DATA, 1_000) == (DATA, False)
    small, was_cut = fitted({"texts": ["word " * 300] * 50, "n": 1}, 1_000)
    assert was_cut
    assert size_of(small) <= 1_000
    assert "more" in json.dumps(small)


def test_addresses_are_left_out_of_texts_and_of_keys() -> None:
    data = {"read by jo@acorn.example": {"note": "ask sam@birch.example", "at": 1}}
    assert "example" not in json.dumps([fitted(data, 1_000), outline(data)])


def test_keys_that_hold_nothing_are_noise() -> None:
    data: dict[str, Any] = {"_rev": "1", "a": "", "b": [{"provenance": {}}], "c": 0, "d": False}
    assert without_noise(data) == {"c": 0, "d": False, "b": [{}]}


@given(json_values, st.integers(60, 4_000))
def test_any_json_at_all_fits_and_is_json(data: Any, most: int) -> None:
    small, _ = fitted(data, most)
    assert size_of(small) <= most
    json.dumps(small, allow_nan=False)


@given(json_values)
def test_any_json_at_all_is_scrubbed_without_inventing_anything(data: Any) -> None:
    result = redact(data, SIDE.may_see, ROOT)
    again = redact(result.data, SIDE.may_see, ROOT)
    assert (again.others, again.internal, again.personal) == (0, 0, 0)
    assert size_of(result.data) <= max(size_of(data), size_of(None))


named_values = st.recursive(
    st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=10,
)


@given(named_values)
def test_every_path_of_an_outline_can_be_picked_and_all_of_them_are_everything(data: Any) -> None:
    fields, missing = picked(data, outline(data))
    assert missing == []
    assert set(outline(fields)) <= set(outline(data))
    if isinstance(data, dict) and outline(data):
        assert sorted(fields) == sorted(cast("dict[str, Any]", data))


def test_depth_is_no_trouble() -> None:
    deep: Any = 1
    for _ in range(190):
        deep = {"a": [deep]}
    small, was_cut = fitted(redact(deep, SIDE.may_see).data, 2_000)
    assert was_cut or size_of(small) <= 2_000
    assert outline(deep)
