"""The wording of a contract as it is read: every value filled, nothing lost, nothing that hides."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.depth import json_values, mangled
from support.lines import contract, item
from whitespace_mcp.answers.size import rough_tokens
from whitespace_mcp.answers.wording.answer import PART, by_section, outline, parts, texts
from whitespace_mcp.answers.wording.clauses import Clause, heading_text, read_wording

HIDDEN = "\u200b\u202e\u2066\x00\x07\ufeff\u00ad"


def titled(section: str, title: str) -> dict[str, Any]:
    return item("NonMRCHeading", "", originalHeading=title, originalSection="self", mrcSection=section, index=0)


def element(**keys: Any) -> dict[str, Any]:
    return {"elements": [keys]}


def clauses(*items: dict[str, Any]) -> tuple[Clause, ...]:
    numbered = [entry | {"index": number} for number, entry in enumerate(items)]
    return read_wording(contract(*numbered)).clauses


def test_placeholders_are_filled_from_their_own_line_item_only() -> None:
    first, second = clauses(
        item("Limit", "Limit {0}", ("Amount", "USD 1")), item("Excess", "[[DefinedData0]] and more")
    )
    assert first.text == "Limit USD 1"
    assert second.text == "[[DefinedData0]] and more", "a marker without a value stays visible"


def test_elements_are_in_order_of_their_numbers_only_if_all_have_one() -> None:
    numbered = [{"index": 1, "text": "second"}, {"index": 0, "text": "first"}]
    assert heading_text({"elements": numbered}) == "first\nsecond"
    assert heading_text({"elements": [*numbered, {"text": "third"}]}) == "second\nfirst\nthird"


def test_bullets_paragraphs_and_tables_are_lines() -> None:
    table = {"rows": [{"values": ["Vessel", "Value"], "isHeaderRow": True}, {"values": ["Heron", "USD 5"]}]}
    assert heading_text(element(text="War", bulletValue="\N{BULLET}")) == "\N{BULLET} War"
    assert heading_text(element(textArray=["All other terms", "as expiring"], bulletValue="1.")) == (
        "1. All other terms\nas expiring"
    )
    assert heading_text(element(table=table)) == "Vessel | Value\nHeron | USD 5"
    assert heading_text(element(text="plain", html="<b>not this</b>")) == "plain"


def test_what_hides_in_a_text_is_taken_out_and_its_lines_stay() -> None:
    text = heading_text(element(text=f"Approve{HIDDEN} all\r\nterms \u202egnittes write to jo@acorn.example"))
    assert text == "Approve all\nterms gnittes write to (e-mail address left out)"
    assert not any(sign in text for sign in HIDDEN)


def test_section_titles_are_no_headings_unless_something_stands_below_them() -> None:
    paper = read_wording(contract(titled("RiskDetails", "RISK DETAILS "), item("Period", "2026")))
    assert paper.titles == {"RiskDetails": "RISK DETAILS"}
    assert [clause.heading for clause in paper.clauses] == ["Period"]
    odd = titled("RiskDetails", "RISK") | element(text="but this counts")
    assert [clause.text for clause in read_wording(contract(odd)).clauses] == ["but this counts"]


def test_vertical_terms_name_their_carriers_and_one_for_nobody_says_so() -> None:
    own = item("Conditions", "for them", vertical={"id": "V1", "assignedCarrierPrefixes": ["birch", "cedar"]})
    none = item("Conditions", "for nobody", vertical={"id": "V2", "assignedCarrierPrefixes": []})
    entries = texts(clauses(item("Conditions", "for all"), own, none), str.title)
    assert [entry.carriers for entry in entries] == [None, ["Birch", "Cedar"], ["no carrier"]]


def test_very_many_carriers_are_cut_and_counted() -> None:
    prefixes = [f"carrier{number}" for number in range(40)]
    entry = texts(clauses(item("Conditions", "x", vertical={"assignedCarrierPrefixes": prefixes})), str.title)[0]
    assert entry.carriers is not None
    assert entry.carriers[-1] == "and 30 more"


def test_the_outline_says_how_long_each_text_is_and_where_it_stands() -> None:
    wording = read_wording(
        contract(
            titled("RiskDetails", "RISK DETAILS "),
            item("Situation", "Anywhere", originalHeading="TERRITORIAL LIMITS", index=1),
            item("Period", "", originalHeading="PERIOD ", index=2),
            titled("Information", "WHAT INSURERS WERE TOLD") | {"index": 3},
            item("Information", "A file", mrcSection="Information", attachment={"attachmentName": "A.pdf"}, index=4),
        )
    )
    sections = by_section(outline(wording.clauses, str.title), wording)
    assert [section.plain() for section in sections] == [
        {
            "section": "RiskDetails",
            "headings": [
                {"index": 1, "heading": "Situation", "title": "TERRITORIAL LIMITS", "characters": 8},
                {"index": 2, "heading": "Period", "characters": 0},
            ],
        },
        {
            "section": "Information",
            "title": "WHAT INSURERS WERE TOLD",
            "headings": [{"index": 4, "heading": "Information", "characters": 6, "attachment": "A.pdf"}],
        },
    ]


@pytest.mark.parametrize("numbers", [[5, 5], [1, None], [0, True], [-1, 2], ["1", "2"]])
def test_numbers_that_tell_nothing_are_replaced_by_places(numbers: list[Any]) -> None:
    items = [item("Period", f"text {n}") | {"index": number} for n, number in enumerate(numbers)]
    assert [(clause.index, clause.text) for clause in read_wording(contract(*items)).clauses] == [
        (0, "text 0"), (1, "text 1"),
    ]  # fmt: skip


def test_headings_stand_in_the_order_of_their_numbers() -> None:
    items = [item("Premium", "b", index=7), item("Period", "a", index=3)]
    assert [clause.text for clause in read_wording(contract(*items)).clauses] == ["a", "b"]


pieces = st.sampled_from(["word", "USD 1,250,000 ", "\n", " ", "|", "ы", "中", "x" * 700, "12345678901234567890"])


runs = st.lists(st.tuples(pieces, st.integers(1, 900)), max_size=8)


@given(runs.map(lambda candidate: "".join(piece * count for piece, count in candidate)))
def test_parts_lose_nothing_and_stay_small(text: str) -> None:
    cut = list(parts(text))
    assert "".join(cut) == text
    assert all(cut)
    assert all(rough_tokens(part) <= PART * 1.2 for part in cut)
    assert len(cut) >= rough_tokens(text) // (PART * 1.2)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_a_long_text_comes_in_numbered_parts(lengths: list[int]) -> None:
    text = "\n".join("schedule of vessels and values " * length for length in lengths).strip()
    result = clauses(item("Interest", "") | element(text=text))
    entries = texts(result, str.title)
    assert "".join("".join(entry.text.split()) for entry in entries) == "".join(result[0].text.split())
    if len(entries) == 1:
        assert entries[0].part is None
    else:
        assert [entry.part for entry in entries] == [f"{n} of {len(entries)}" for n in range(1, len(entries) + 1)]


line_items = mangled(
    st.builds(
        item, st.sampled_from(["Period", "Premium", "NonMRCHeading"]), st.sampled_from(["", "text", "no {{0}}"]),
        vertical=st.just({"assignedCarrierPrefixes": ["birch"]}), attachment=st.just({"attachmentName": "a.pdf"}),
        originalSection=st.sampled_from(["", "self"]),
    )
)  # fmt: skip


@given(
    st.one_of(json_values.map(lambda value: {"MRCContract": value}), st.lists(line_items).map(lambda i: contract(*i)))
)
def test_any_document_at_all_is_read(document: Any) -> None:
    paper = read_wording(document)
    sections = by_section(outline(paper.clauses, str.title), paper)
    assert sum(len(section.headings) for section in sections) == len(paper.clauses)
    assert len({clause.index for clause in paper.clauses}) == len(paper.clauses)
    assert len(texts(paper.clauses, str.title)) >= len(paper.clauses)


@given(st.dictionaries(st.sampled_from(["elements", "placeholders"]), json_values))
def test_any_line_item_at_all_gives_a_text_without_hidden_characters(line_item: Any) -> None:
    text = heading_text(line_item)
    assert all(line.isprintable() for line in text.split("\n"))
    json.dumps(text).encode()
