"""Two contracts side by side: each change found, told once, on its side; nothing else; and the same the other way."""

import copy
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from whitespace_mcp.answers.comparison.answer import (
    ChangedEntry,
    Difference,
    HeadingEntry,
    MovedEntry,
    counts_of,
    differences_of,
)
from whitespace_mcp.answers.comparison.clauses import compare_clauses
from whitespace_mcp.answers.comparison.texts import differences, passages
from whitespace_mcp.answers.comparison.values import ValueEntry, differing_values
from whitespace_mcp.answers.wording.clauses import read_wording
from whitespace_mcp.documents.contract import read_contract

HEADINGS = ("Interest", "Situation", "Conditions", "Warranties", "Notices", "Information", "NonMRCHeading")
words = st.text("abcdefgh", min_size=2, max_size=6)
lines = st.lists(words, min_size=6, max_size=14).map(" ".join)


def item(index: int, heading: str, *paragraphs: str, section: str = "RiskDetails") -> dict[str, Any]:
    """A line item whose text has those paragraphs."""
    elements = [{"type": "text", "text": text} for text in paragraphs]
    return {
        "index": index, "mrcHeading": heading, "originalHeading": heading.upper(), "mrcSection": section,
        "elements": elements,
    }  # fmt: skip


def contract(*texts: list[str]) -> dict[str, Any]:
    """A contract with a heading for each list of paragraphs."""
    items = [item(n, HEADINGS[n], *paragraphs) for n, paragraphs in enumerate(texts)]
    return {"_id": "IC1::FO", "MRCContract": {"lineItems": items}}


contracts = st.lists(st.lists(lines, min_size=1, max_size=3), min_size=3, max_size=7).map(lambda t: contract(*t))


def compared(first: Any, other: Any) -> list[Difference]:
    """All differences."""
    clauses = compare_clauses(read_wording(first).clauses, read_wording(other).clauses)
    return differences_of(differing_values(read_contract(first), read_contract(other), str.upper), clauses, str.upper)


def summary_of(differences: list[Difference]) -> list[Any]:
    """The differences as answers show them."""
    return [entry.entry.plain() | {"kind": entry.kind} for entry in differences]


def mirrored(entry: dict[str, Any]) -> dict[str, Any]:
    """The same difference seen from the other side."""
    names = {"risk": "other", "other": "risk"}
    swapped = {names.get(key, key): value for key, value in entry.items()}
    if "passages" in entry:
        swapped["passages"] = [{names[side]: text for side, text in passage.items()} for passage in entry["passages"]]
        swapped["index"] = entry["index"][::-1]
    kinds = {"only_risk": "only_other", "only_other": "only_risk"}
    return swapped | {"kind": kinds.get(entry["kind"], entry["kind"])}


shuffled = contracts.flatmap(
    lambda paper: st.permutations(range(len(paper["MRCContract"]["lineItems"]))).map(
        lambda places: {
            **paper, "MRCContract": {"lineItems": [
                each | {"index": place} for each, place in zip(paper["MRCContract"]["lineItems"], places, strict=True)
            ]},
        }
    )
)  # fmt: skip


def in_order(entry: dict[str, Any]) -> str:
    """The same for equal entries."""
    return json.dumps(entry, sort_keys=True)


def text_of(document: Any, place: int) -> list[Any]:
    """The paragraphs of one heading."""
    return document["MRCContract"]["lineItems"][place]["elements"]


def test_the_paragraphs_of_these_contracts_are_read() -> None:
    clause = read_wording(contract(["one two"], ["three"])).clauses[0]
    assert (clause.heading, clause.text) == ("Interest", "one two")


@given(contracts)
def test_a_contract_against_itself_differs_in_nothing(first: Any) -> None:
    assert compared(first, copy.deepcopy(first)) == []


@settings(max_examples=30)
@given(contracts, st.data())
def test_each_planted_change_is_told_once_and_on_its_side(first: Any, data: st.DataObject) -> None:
    other = copy.deepcopy(first)
    items = other["MRCContract"]["lineItems"]
    place = data.draw(st.integers(0, len(items) - 1))
    paragraphs = text_of(other, place)
    line = data.draw(st.integers(0, len(paragraphs) - 1))
    match data.draw(
        st.sampled_from(["word", "number", "bullet", "gone", "heading", "lost heading", "section", "order"])
    ):
        case "word" | "number":
            text = paragraphs[line]["text"].split()
            spot = data.draw(st.integers(0, len(text) - 1))
            was, text[spot] = text[spot], "7,500,000"
            paragraphs[line]["text"] = " ".join(text)
            (result,) = summary_of(compared(first, other))
            (passage,) = result["passages"]
            assert result["kind"] == "changed"
            assert was in passage["risk"].split()
            assert "7,500,000" in passage["other"].split()
            assert "7,500,000" not in passage["risk"]
        case "bullet":
            paragraphs.insert(line, {"type": "text", "text": "a bullet nobody had"})
            (result,) = summary_of(compared(first, other))
            assert result["passages"] == [{"other": "a bullet nobody had"}]
        case "gone":
            paragraphs.insert(line, {"type": "text", "text": "a bullet nobody had"})
            (result,) = summary_of(compared(other, first))
            assert result["passages"] == [{"risk": "a bullet nobody had"}]
        case "heading":
            items.append(item(90, "Warranty", "warranted no more than that"))
            (result,) = summary_of(compared(first, other))
            assert (result["kind"], result["heading"]) == ("only_other", "Warranty")
        case "lost heading":
            items.append(item(90, "Warranty", "warranted no more than that"))
            (result,) = summary_of(compared(other, first))
            assert (result["kind"], result["index"]) == ("only_risk", 90)
        case "order":
            place = data.draw(st.integers(0, len(items) - 2))
            items[place]["index"] = 95
            (result,) = summary_of(compared(first, other))
            assert result["kind"] == "moved"
            assert "text" not in result
        case _:
            items[place]["mrcSection"] = "ContractAdministration"
            (result,) = summary_of(compared(first, other))
            assert result["kind"] == "moved"


def test_a_moved_paragraph_is_told_as_moved_and_not_as_gone_and_new() -> None:
    clause = "claims shall be notified within thirty days"
    first = contract(["acorn shipping"], ["first", clause], ["second", "third"])
    other = contract(["acorn shipping"], ["first"], ["second", clause, "third"])
    (result,) = compared(first, other)
    assert isinstance(result.entry, MovedEntry)
    assert (result.entry.text, result.entry.risk, result.entry.other) == (clause, "1 Situation", "2 Conditions")
    within = contract(["acorn shipping"], ["first", clause], [clause + " x", "second", "third"])
    back = contract(["acorn shipping"], [clause, "first"], [clause + " x", "second", "third"])
    (again,) = compared(within, back)
    assert again.kind in {"moved", "changed"}


def test_a_heading_in_another_order_is_told_with_what_it_stands_behind() -> None:
    first = contract(["acorn shipping"], ["worldwide"], ["subject to terms"], ["warranted dry"])
    other = copy.deepcopy(first)
    other["MRCContract"]["lineItems"][1]["index"] = 9
    (result,) = compared(first, other)
    assert result.entry.plain() == {"risk": "1 Situation, after Interest", "other": "9 Situation, after Warranties"}
    text_of(other, 1)[0]["text"] = "worldwide excluding war"
    assert [entry.kind for entry in compared(first, other)] == ["moved", "changed"]


def test_leaders_who_change_places_and_another_basis_of_lines_are_differences() -> None:
    def led(slip: str, bureau: str, basis: str) -> Any:
        document = contract(["acorn shipping"])
        document["MRCContract"]["lineItems"] += [
            item(5, "SlipLeader", slip), item(6, "BureauLeader", bureau), item(7, "BasisOfWrittenLines", basis)
        ]  # fmt: skip
        return document

    result = compared(led("Kestrel", "Birch", "Percentage of whole"), led("Birch", "Kestrel", "Percentage of order"))
    values = {entry.entry.what: entry.entry for entry in result if isinstance(entry.entry, ValueEntry)}
    assert set(values) == {"leaders", "written_basis"}
    assert values["leaders"].risk == ["slip: Kestrel", "bureau: Birch"]
    assert values["leaders"].other == ["slip: Birch", "bureau: Kestrel"]
    assert "order" in values["written_basis"].other[0]


def test_a_change_of_a_value_is_told_as_one_and_not_again_as_a_passage() -> None:
    def with_limit(amount: str) -> Any:
        document = contract(["acorn shipping"], ["one year"])
        document["MRCContract"]["lineItems"].append(
            item(5, "Deductibles", f"Each and every loss {amount} deductible"),
        )
        return document

    (result,) = compared(with_limit("USD 50,000"), with_limit("USD 75,000"))
    assert isinstance(result.entry, ValueEntry)
    assert result.entry.what == "deductible"
    assert "75,000" in result.entry.other[0]
    assert "50,000" in result.entry.risk[0]


@settings(max_examples=30)
@given(shuffled, shuffled)
def test_the_two_directions_mirror_each_other(first: Any, other: Any) -> None:
    there, back = summary_of(compared(first, other)), summary_of(compared(other, first))
    assert sorted(map(in_order, map(mirrored, there))) == sorted(map(in_order, back))


def test_what_looks_the_same_is_the_same_and_a_capital_is_a_change() -> None:
    straight = contract(['the "Insured"  - and its subsidiaries'])
    assert compared(straight, contract(["the \u201cInsured\u201d \u2013 and\u00a0its subsidiaries"])) == []
    assert len(compared(straight, contract(['the "insured" - and its subsidiaries']))) == 1


def test_a_table_row_shows_the_cell_that_differs() -> None:
    entry, other = passages("Vessel A | 10,000,000 | Hull", "Vessel A | 12,000,000 | Hull"), passages("same", "same")
    assert [passage.words for passage in entry] == [(("10,000,000", "12,000,000"),)]
    assert other == []


def test_long_texts_that_share_nothing_are_told_as_a_whole_in_time() -> None:
    entry, other = [f"a{n}" for n in range(5_000)], [f"b{n}" for n in range(5_000)]
    assert differences(entry, other) == [(0, 5_000, 0, 5_000)]


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_differences_put_together_make_the_other_side(first: list[str], other: list[str]) -> None:
    whole, last = list[str](), 0
    for a, b, c, d in differences(first, other):
        whole += first[last:a] + other[c:d]
        last = b
    assert whole + first[last:] == other
    assert [(c, d, a, b) for a, b, c, d in differences(first, other)] == differences(other, first)


def test_the_entries_of_a_heading_count_as_one() -> None:
    first = contract(["acorn shipping one two three four five six seven eight nine ten"])
    other = contract(["birch shipping one two three four five six seven eight nine eleven"])
    result = compared(first, other)
    assert len(result) == 2
    assert all(isinstance(entry.entry, ChangedEntry | HeadingEntry) for entry in result)
    assert counts_of(result) == {"changed": 1}
