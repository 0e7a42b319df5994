"""Text of other parties: one visible line, whatever they typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.terms.text import clean, fold, squeeze

any_text = st.text(st.characters(codec=None), max_size=300)


@pytest.mark.parametrize(
    ("typed", "shown"),
    {
        "  Acorn\tShipping\r\n  Ltd ": "Acorn Shipping Ltd",
        "Acorn\N{ZERO WIDTH SPACE}Shipping": "AcornShipping",
        "Acorn\N{RIGHT-TO-LEFT OVERRIDE}gnippihS": "AcorngnippihS",
        "Acorn\N{LEFT-TO-RIGHT ISOLATE} Shipping\N{POP DIRECTIONAL ISOLATE}": "Acorn Shipping",
        "Acorn\x00\x1b[31m": "Acorn[31m",
        "Acorn\N{NO-BREAK SPACE}\N{LINE SEPARATOR}Shipping": "Acorn Shipping",
        "Acorn\N{TAG LATIN SMALL LETTER A}\ue000\ud800": "Acorn",
        "Ac\N{VARIATION SELECTOR-17}\N{VARIATION SELECTOR-256}orn\N{VARIATION SELECTOR-16}": "Acorn",
        "Ac\N{HANGUL FILLER}orn \N{BRAILLE PATTERN BLANK} \N{COMBINING GRAPHEME JOINER}Ltd": "Acorn Ltd",
        "Curly \N{RIGHT SINGLE QUOTATION MARK} and \N{EN DASH} stay": "Curly \N{RIGHT SINGLE QUOTATION MARK} and"
        " \N{EN DASH} stay",
        "\N{ZERO WIDTH SPACE} \N{ZERO WIDTH SPACE}": "",
    }.items(),
)
def test_invisible_characters_are_removed_and_white_space_is_folded(typed: str, shown: str) -> None:
    assert clean(typed) == shown


def test_a_long_text_ends_in_an_ellipsis_within_the_limit() -> None:
    assert clean("abcdefghij", 10) == "abcdefghij"
    assert clean("abcdefghijk", 10) == "abcdefghi\N{HORIZONTAL ELLIPSIS}"
    assert clean("abcdefgh ijk", 10) == "abcdefgh\N{HORIZONTAL ELLIPSIS}"


@given(any_text, st.integers(1, 60))
def test_what_is_shown_is_one_visible_line_and_stays_as_it_is(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert len(shown) <= limit
    assert shown == shown.strip()
    assert "  " not in shown
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for c in shown)
    assert clean(shown, limit) == shown


def test_names_are_the_same_in_any_case_and_with_any_white_space() -> None:
    assert fold(" Acorn\t SHIPPING ") == fold("acorn shipping")
    assert fold("STRASSE") == fold("stra\N{LATIN SMALL LETTER SHARP S}e")


def test_status_words_are_the_same_without_spaces_underscores_and_hyphens() -> None:
    assert squeeze("Firm Order") == squeeze("firm_order") == squeeze("Firm-Order ") == "firmorder"


def test_accents_are_kept_and_piles_of_them_are_not() -> None:
    assert clean("Nguye\u0302\u0303n Ł\u0105kowa") == "Nguye\u0302\u0303n Ł\u0105kowa"
    assert clean("Z" + "\u0301" * 500 + "a") == "Z" + "\u0301" * 3 + "a"
