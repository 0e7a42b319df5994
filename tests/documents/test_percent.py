"""Percentages, orders and bases as contracts and lines state them."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import json_values
from whitespace_mcp.documents.percent import basis_word, order_percentage, percentage, total, written


@pytest.mark.parametrize(
    ("value", "expected"),
    [("38.9982", "38.9982"), ("100%", "100"), (" 45 % ", "45"), ("0", "0"), ("0.0", "0.0"), (".5", "0.5"),
     ("31.19856", "31.19856"), (33.33, "33.33"), (45, "45"), ("7.", "7")],
)  # fmt: skip
def test_a_percentage_is_read_as_written(value: Any, expected: str) -> None:
    assert percentage(value) == Decimal(expected)


@pytest.mark.parametrize(
    "value", ["", "???", "-5", "nil", "5%%", "1e3", "NaN", "Infinity", "5 to 10", "1,000", None, True, [], {}, "٤٥"]
)
def test_what_is_no_percentage_is_none(value: Any) -> None:
    assert percentage(value) is None


@given(json_values)
def test_any_value_is_read_or_is_none_and_never_below_nothing(value: Any) -> None:
    percent = percentage(value)
    assert percent is None or percent >= 0


@given(st.decimals(min_value=0, max_value=100, places=4))
def test_what_is_written_is_read_back(value: Decimal) -> None:
    assert percentage(written(value)) == value
    assert "E" not in written(value)
    assert percentage(f" {written(value)} %") == value


@given(st.lists(st.decimals(min_value=0, max_value=999_999, places=12), max_size=30))
def test_a_sum_is_exact(values: list[Decimal]) -> None:
    units = sum(int(value.scaleb(12)) for value in values)
    assert total(values) == Decimal(units).scaleb(-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("100%", 100), ("82.5%", "82.5"), ("75", 75), ("100% of 100%", 100), ("50% of 100 %", 50), ("60% of whole", 60),
     ("60 % part of the whole.", 60), ("0%", 0), (" 45% OF 100.00% ", 45)],
)  # fmt: skip
def test_an_order_is_read(text: str, expected: object) -> None:
    assert order_percentage(text) == Decimal(str(expected))


@pytest.mark.parametrize(
    "text",
    ["", "???", "50% of 60%", "100% of 50%", "To be agreed", "101%", "50% or 60%", "50% of 100% and 25% of 100%",
     "50% of order", "Section 1: 50%", "half"],
)  # fmt: skip
def test_an_order_that_is_not_certain_is_none(text: str) -> None:
    assert order_percentage(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Percentage of Whole", "whole"), ("Percentage of Order", "order"), ("% of order", "order"),
     ("part of whole", "whole"), ("PERCENTAGE OF THE ORDER HEREON.", "order"), ("Percentage of Order\n", "order")],
)  # fmt: skip
def test_a_basis_is_read(text: str, expected: str) -> None:
    assert basis_word(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "???", "Percentage", "Percentage of Whole or Order", "Percentage of Order unless stated otherwise",
     "not of order", "As agreed by the slip leader in order to complete the placement of this risk"],
)  # fmt: skip
def test_a_basis_that_is_not_certain_is_none(text: str) -> None:
    assert basis_word(text) is None
