"""Searching a contract's wording: what is quoted stands there word for word."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.lines import contract, item
from whitespace_mcp.answers.wording.clauses import Clause, read_wording
from whitespace_mcp.answers.wording.passages import AROUND, NEAR, search

CUT = "\N{HORIZONTAL ELLIPSIS}"


def clause(text: str, heading: str = "Conditions") -> Clause:
    wording = read_wording(contract(item(heading, "") | {"elements": [{"text": line} for line in text.split("\n")]}))
    return wording.clauses[0]


def quotes(text: str, wish: str) -> list[str]:
    return [passage.quote for passage in search([clause(text)], wish).passages]


def test_a_phrase_is_found_in_any_case_and_across_a_line() -> None:
    assert quotes("Claims are agreed by the\nslip leader for all.", "BY THE  slip") == [
        "Claims are agreed by the\nslip leader for all."
    ]


def test_words_that_only_the_headings_name_holds_find_it() -> None:
    match = search([clause("Singapore, and its courts.", "ChoiceOfLawAndJurisdiction")], "law  Jurisdiction")
    assert [passage.quote for passage in match.passages] == ["Singapore, and its courts."]
    assert search([clause("Singapore.", "ChoiceOfLawAndJurisdiction")], "choice of law").passages
    assert not search([clause("Singapore.", "ChoiceOfLawAndJurisdiction")], "law tax").passages


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("the insurer\N{RIGHT SINGLE QUOTATION MARK}s share", "insurer's share"),
        ("an \N{LEFT DOUBLE QUOTATION MARK}event\N{RIGHT DOUBLE QUOTATION MARK}", '"event"'),
        ("2026\N{EN DASH}2027", "2026-2027"),
        ("2026\N{MINUS SIGN}2027", "2026\N{NON-BREAKING HYPHEN}\N{ZERO WIDTH SPACE}2027"),
        ("caf\N{LATIN SMALL LETTER E WITH ACUTE} clause", "CAFE\N{COMBINING ACUTE ACCENT} clause"),
        ("limit (100%) [[x]]", "(100%) [[x]]"),
        ("a.b*c+d?", "b*c+d?"),
    ],
)
def test_signs_are_found_however_they_were_typed(text: str, wish: str) -> None:
    assert quotes(text, wish) == [text]


def test_a_part_of_a_word_is_found() -> None:
    assert quotes("Cancellation clause", "cancel") == ["Cancellation clause"]


def test_a_long_text_is_quoted_around_what_was_found_between_words() -> None:
    text = "before " * 100 + "needle " + "after " * 100
    (quote,) = quotes(text, "needle")
    assert quote.startswith(f"{CUT}before ")
    assert quote.endswith(f"after{CUT}")
    assert len(quote) <= 2 * AROUND + len("needle") + 2


def test_what_stands_close_together_is_quoted_once_and_what_stands_apart_each() -> None:
    assert len(quotes("war and war and war", "war")) == 1
    apart = " x".join(["war"] + ["filler " * 60 + "war"] * 3)
    assert len(quotes(apart, "war")) == 4


def test_words_that_are_no_phrase_are_found_where_they_stand_together() -> None:
    text = "The leader agrees. " + "filler " * 80 + "Notice of cancellation: the insurer gives thirty days."
    match = search([clause(text), clause("thirty days")], "days cancellation notice")
    assert match.near
    (passage,) = match.passages
    assert "Notice of cancellation: the insurer gives thirty days." in passage.quote


def test_words_that_stand_too_far_apart_are_not_found() -> None:
    text = "leader " + "filler " * (NEAR // 7 + 1) + "notice"
    assert search([clause(text)], "notice leader").passages == ()


def test_a_heading_that_is_named_so_is_quoted_with_its_beginning() -> None:
    match = search([clause("Thirty days from inception.", heading="PremiumPaymentTerms")], "premiumpayment")
    assert [passage.quote for passage in match.passages] == ["Thirty days from inception."]
    empty = search([clause("", heading="PremiumPaymentTerms")], "premium")
    assert [passage.quote for passage in empty.passages] == ["(no text)"]


@pytest.mark.parametrize("wish", ["", "  ", "\n"])
def test_nothing_asked_is_nothing_found(wish: str) -> None:
    assert search([clause("text")], wish).passages == ()


words = st.sampled_from(
    ["war", "peace", "notice", "(of)", "Ω", "insurer\N{RIGHT SINGLE QUOTATION MARK}s", "12.5%", "\n"]
)


@given(st.lists(words, max_size=300), st.lists(words, min_size=1, max_size=4))
def test_every_quotation_stands_in_the_text_and_every_occurrence_is_quoted(text: list[str], wish: list[str]) -> None:
    entry = clause(" ".join(text))
    phrase = " ".join(" ".join(wish).split())
    match = search([entry], phrase)
    for passage in match.passages:
        assert passage.quote.strip(CUT) in entry.text
        assert len(passage.quote) <= 2 * AROUND + max(NEAR, len(phrase) * 2) + 2
    if phrase and phrase in " ".join(entry.text.split()):
        assert match.passages
        assert not match.near
        assert sum(" ".join(p.quote.split()).count(phrase) for p in match.passages) >= 1


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_can_be_searched_for_any_words(text: str, wish: str) -> None:
    entry = clause(text)
    for passage in search([entry], wish).passages:
        assert passage.quote.strip(CUT) in normalize("NFC", entry.text) or passage.quote == "(no text)"


def test_a_phrase_that_runs_over_the_end_of_a_quotation_is_quoted_too() -> None:
    text = "a b " * (AROUND // 4) + "needle in hay " * 12
    result = " ".join(quotes(text, "needle in hay needle in hay"))
    assert result.count("needle in hay") >= 12
