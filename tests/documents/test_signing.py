"""Signing down: exact sums, nobody above what was written, lines to stand untouched."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.documents.signing import NoIndication, WrittenLine, sign_down

four = st.decimals(min_value=0, max_value=100, places=4)
percents = st.one_of(four, st.decimals(min_value=0, max_value=100, places=2), st.integers(0, 100).map(Decimal))
written_lines = st.lists(st.builds(WrittenLine, percents, st.booleans()), max_size=12)
orders = st.one_of(st.just(Decimal(100)), st.decimals(min_value=1, max_value=100, places=4))


def standing(lines: list[WrittenLine]) -> Decimal:
    return sum((line.written for line in lines if line.to_stand), Decimal(0))


@st.composite
def over(draw: st.DrawFn) -> tuple[list[WrittenLine], Decimal]:
    """Lines that exceed what is full, and lines to stand among them that do not."""
    lines = [*draw(written_lines), WrittenLine(draw(st.decimals(min_value="0.01", max_value=100, places=4)))]
    total = sum(line.written for line in lines)
    space = int((total - standing(lines)) * 10_000)
    full = standing(lines) + Decimal(draw(st.integers(0, space - 1))) / 10_000
    return draw(st.permutations(lines)), full


def signed(lines: list[WrittenLine], full: Decimal) -> list[Decimal]:
    shares = sign_down(lines, full)
    assert not isinstance(shares, NoIndication)
    return shares


def test_an_oversubscribed_slip_is_signed_down_in_proportion() -> None:
    lines = [WrittenLine(Decimal(50)), WrittenLine(Decimal(40)), WrittenLine(Decimal(30), to_stand=True)]
    assert signed(lines, Decimal(100)) == [Decimal("38.8889"), Decimal("31.1111"), Decimal(30)]


def test_the_largest_remainder_gets_what_rounding_leaves() -> None:
    # Exactly 33.33333..., 33.33333..., 33.33333... of 100, and the one ten-thousandth that is left.
    assert sum(signed([WrittenLine(Decimal(40))] * 3, Decimal(100))) == Decimal(100)
    # 66.6666 6... and 33.3333 3...: the first one lost more.
    assert signed([WrittenLine(Decimal(80)), WrittenLine(Decimal(40))], Decimal(100)) == [
        Decimal("66.6667"),
        Decimal("33.3333"),
    ]


def test_lines_to_stand_above_the_order_are_refused() -> None:
    outcome = sign_down(
        [WrittenLine(Decimal(70), to_stand=True), WrittenLine(Decimal(40), to_stand=True)], Decimal(100)
    )
    assert isinstance(outcome, NoIndication)
    assert "to stand" in outcome.reason


def test_lines_to_stand_that_fill_the_order_leave_nothing_for_the_rest() -> None:
    assert signed([WrittenLine(Decimal(60), to_stand=True), WrittenLine(Decimal(5))], Decimal(60)) == [
        Decimal(60),
        Decimal(0),
    ]


def test_a_line_of_five_decimals_that_stands_still_makes_an_exact_sum() -> None:
    lines = [WrittenLine(Decimal("31.19856"), to_stand=True), WrittenLine(Decimal(50)), WrittenLine(Decimal(50))]
    shares = signed(lines, Decimal(100))
    assert shares[0] == Decimal("31.19856")
    assert sum(shares) == Decimal(100)


@given(written_lines, percents)
def test_what_is_short_stays_as_written(lines: list[WrittenLine], gap: Decimal) -> None:
    full = sum((line.written for line in lines), gap)
    assert signed(lines, full) == [line.written for line in lines]


@given(over())
def test_signed_lines_make_up_the_order_exactly(case: tuple[list[WrittenLine], Decimal]) -> None:
    lines, full = case
    assert sum(signed(lines, full)) == full


@given(over())
def test_lines_to_stand_are_never_touched_and_nobody_gets_more_than_written(
    case: tuple[list[WrittenLine], Decimal],
) -> None:
    lines, full = case
    for line, share in zip(lines, signed(lines, full), strict=True):
        assert Decimal(0) <= share <= line.written
        assert not line.to_stand or share == line.written


@given(over())
def test_each_line_is_within_a_ten_thousandth_of_its_exact_share(case: tuple[list[WrittenLine], Decimal]) -> None:
    lines, full = case
    total = sum(line.written for line in lines)
    fraction = Fraction(full - standing(lines)) / Fraction(total - standing(lines))
    for line, share in zip(lines, signed(lines, full), strict=True):
        if not line.to_stand:
            assert abs(Fraction(share) - Fraction(line.written) * fraction) < Fraction(1, 10_000)
            exponent = share.normalize().as_tuple().exponent
            assert isinstance(exponent, int)
            assert exponent >= -4


@given(over().flatmap(lambda case: st.tuples(st.just(case[0]), st.permutations(case[0]), st.just(case[1]))))
def test_the_order_of_the_lines_does_not_matter(case: tuple[list[WrittenLine], list[WrittenLine], Decimal]) -> None:
    lines, shuffled, full = case
    first, other = (
        sorted((line.written, line.to_stand, share) for line, share in zip(some, signed(some, full), strict=True))
        for some in (lines, shuffled)
    )
    assert first == other


@given(written_lines, orders)
def test_only_lines_to_stand_above_the_order_are_refused(lines: list[WrittenLine], full: Decimal) -> None:
    assert isinstance(sign_down(lines, full), NoIndication) == (standing(lines) > full)


@pytest.mark.parametrize("full", [Decimal(0), Decimal(50)])
def test_nothing_is_signed_where_nothing_was_written(full: Decimal) -> None:
    assert signed([], full) == []


@given(written_lines, orders, orders)
def test_lines_of_another_basis_keep_their_proportions_and_make_up_what_is_full_there(
    lines: list[WrittenLine], full: Decimal, other: Decimal
) -> None:
    shares = sign_down(lines, full, other)
    plain = sign_down(lines, full)
    if isinstance(shares, NoIndication):
        assert isinstance(plain, NoIndication)
        return
    assert not isinstance(plain, NoIndication)
    written = Fraction(sum(line.written for line in lines))
    expected = Fraction(other) * min(Fraction(1), written / Fraction(full))
    assert abs(Fraction(sum(shares)) - expected) <= Fraction(1, 10_000)
    if written >= Fraction(full):
        assert sum(shares) == other
    factor = Fraction(other) / Fraction(full)
    for share, same in zip(shares, plain, strict=True):
        assert abs(Fraction(share) - Fraction(same) * factor) <= (1 + factor) * Fraction(1, 10_000)
