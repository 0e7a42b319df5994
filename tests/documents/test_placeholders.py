"""The text of a line item: markers filled, bullets and tables readable."""

from typing import Any

from hypothesis import given

from support.depth import json_values
from whitespace_mcp.documents.placeholders import filled


def item(elements: list[Any], **placeholders: str) -> dict[str, Any]:
    """A line item with these elements and values."""
    values = [{"name": name, "value": value, "originalValue": "another"} for name, value in placeholders.items()]
    return {"elements": elements, "placeholders": values}


def test_each_marker_is_filled_from_its_own_line_item() -> None:
    line_item = item([{"text": "From [[Date1]] to [[Date2]]"}], Date1="1 May 2026", Date2="1 May 2027")
    assert filled(line_item) == "From 1 May 2026 to 1 May 2027"


def test_a_marker_without_a_value_stays_visible() -> None:
    assert filled(item([{"text": "Limit [[Amount1]]"}], Amount2="USD 1")) == "Limit [[Amount1]]"


def test_a_value_that_looks_like_a_marker_is_not_filled_again() -> None:
    assert filled(item([{"text": "[[A]]"}], A="[[B]]", B="no")) == "[[B]]"


def test_elements_are_ordered_by_index_only_if_all_have_one() -> None:
    both = [{"index": 2, "text": "two"}, {"index": 1, "text": "one"}]
    assert filled(item(both)) == "one\ntwo"
    assert filled(item([{"index": 2, "text": "two"}, {"text": "one"}])) == "two\none"


def test_bullets_keep_their_sign_and_tables_their_rows() -> None:
    elements = [
        {"text": "first", "bulletValue": "(a)"},
        {"textArray": ["second", "and more"], "bulletValue": "(b)"},
        {"table": {"rows": [{"values": ["Limit", "[[A]]"]}, {"values": ["Excess", 5]}]}},
        {"text": "plain", "bulletValue": ""},
    ]
    assert filled(item(elements, A="USD 1")) == "(a) first\n(b) second\nand more\nLimit | USD 1\nExcess | 5\nplain"


@given(json_values, json_values, json_values)
def test_any_json_at_all_is_read(elements: Any, placeholders: Any, element: Any) -> None:
    assert isinstance(filled({"elements": elements, "placeholders": placeholders}), str)
    assert isinstance(filled({"elements": [element, {"table": element, "textArray": elements}]}), str)
