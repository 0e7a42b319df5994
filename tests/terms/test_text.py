"""Text of other parties: one visible line, whatever they typed."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.terms.text import clean, fold, shortened, squeeze

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


def test_names_that_look_the_same_are_the_same() -> None:
    for written, typed in {
        " Acorn\t SHIPPING ": "acorn shipping",
        "STRASSE": "stra\N{LATIN SMALL LETTER SHARP S}e",
        "Lloyd\N{RIGHT SINGLE QUOTATION MARK}s Register": "lloyd's register",
        "Lloyd`s Register": "LLOYD\N{MODIFIER LETTER APOSTROPHE}S REGISTER",
        "\N{LEFT DOUBLE QUOTATION MARK}Acorn\N{RIGHT DOUBLE QUOTATION MARK}": '"Acorn"',
        "Caf\N{LATIN SMALL LETTER E WITH ACUTE}": "CAFE\N{COMBINING ACUTE ACCENT}",
        "Ekstr\N{LATIN SMALL LETTER O WITH DIAERESIS}m": "Ekstro\N{COMBINING DIAERESIS}m",
        "D\N{NON-BREAKING HYPHEN}O \N{EM DASH} excess": "d-o - excess",
        "D\N{MINUS SIGN}O \N{EN DASH} excess": "D\N{FULLWIDTH HYPHEN-MINUS}O - excess",
        "Ac\N{ZERO WIDTH SPACE}orn\N{NO-BREAK SPACE}Ship\N{SOFT HYPHEN}ping\N{VARIATION SELECTOR-16}": "Acorn Shipping",
        "e\N{ZERO WIDTH JOINER}\N{COMBINING ACUTE ACCENT}": "\N{LATIN SMALL LETTER E WITH ACUTE}",
        "\N{FULLWIDTH LATIN CAPITAL LETTER A}\N{LATIN SMALL LIGATURE FI} No\N{NARROW NO-BREAK SPACE}1": "afi no 1",
    }.items():
        assert fold(written) == fold(typed), written


def test_names_that_look_different_are_different() -> None:
    for entry, other in (
        ("Caf\N{LATIN SMALL LETTER E WITH ACUTE}", "Cafe"),
        ("it's", 'it"s'),
        ("A-B", "AB"),
        ("A B", "AB"),
    ):
        assert fold(entry) != fold(other)


@given(any_text)
def test_folding_is_final_and_sees_what_a_reader_sees(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(clean(text, 10_000)) == folded or re.search(
        "[\u0300-\u036f\u0483-\u0489]{3}", unicodedata.normalize("NFD", text)
    )
    assert folded == folded.strip()
    assert "  " not in folded
    assert folded.isprintable()


@given(any_text, st.sampled_from("\u200b\u200d\u00ad\u2060\ufeff\u200e"), st.integers(0, 300))
def test_what_nobody_sees_does_not_count(text: str, unseen: str, place: int) -> None:
    assert fold(text[:place] + unseen + text[place:]) == fold(text)


def test_status_words_are_the_same_without_spaces_underscores_and_hyphens() -> None:
    assert squeeze("Firm Order") == squeeze("firm_order") == squeeze("Firm-Order ") == "firmorder"


def test_accents_are_kept_and_piles_of_them_are_not() -> None:
    assert clean("Nguye\u0302\u0303n Ł\u0105kowa") == "Nguye\u0302\u0303n Ł\u0105kowa"
    assert clean("Z" + "\u0301" * 500 + "a") == "Z" + "\u0301" * 3 + "a"


@given(st.text(alphabet="ab 1,", max_size=40), st.integers(12, 60), st.sampled_from(["05 Sep 2026", "USD 1,000,000"]))
def test_a_cut_text_holds_dates_and_amounts_whole_or_not_at_all(words: str, limit: int, part: str) -> None:
    result = shortened(f"{words} to {part} and so on", limit)
    assert len(result) <= limit
    assert part in result or part[-4:] not in result
    assert not result.endswith(("05 Sep\N{HORIZONTAL ELLIPSIS}", "USD\N{HORIZONTAL ELLIPSIS}"))
