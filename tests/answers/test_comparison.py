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


def compared(one: Any, other: Any) -> list[Difference]:
    """All differences."""
    clauses = compare_clauses(read_wording(one).clauses, read_wording(other).clauses)
    return differences_of(differing_values(read_contract(one), read_contract(other), str.upper), clauses, str.upper)


def told(found: list[Difference]) -> list[Any]:
    """The differences as answers show them."""
    return [one.entry.plain() | {"kind": one.kind} for one in found]


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
    lambda one: st.permutations(range(len(one["MRCContract"]["lineItems"]))).map(
        lambda places: {
            **one, "MRCContract": {"lineItems": [
                each | {"index": place} for each, place in zip(one["MRCContract"]["lineItems"], places, strict=True)
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
def test_a_contract_against_itself_differs_in_nothing(one: Any) -> None:
    assert compared(one, copy.deepcopy(one)) == []


@settings(max_examples=30)
@given(contracts, st.data())
def test_each_planted_change_is_told_once_and_on_its_side(one: Any, data: st.DataObject) -> None:
    other = copy.deepcopy(one)
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
            (found,) = told(compared(one, other))
            (passage,) = found["passages"]
            assert found["kind"] == "changed"
            assert was in passage["risk"].split()
            assert "7,500,000" in passage["other"].split()
            assert "7,500,000" not in passage["risk"]
        case "bullet":
            paragraphs.insert(line, {"type": "text", "text": "a bullet nobody had"})
            (found,) = told(compared(one, other))
            assert found["passages"] == [{"other": "a bullet nobody had"}]
        case "gone":
            paragraphs.insert(line, {"type": "text", "text": "a bullet nobody had"})
            (found,) = told(compared(other, one))
            assert found["passages"] == [{"risk": "a bullet nobody had"}]
        case "heading":
            items.append(item(90, "Warranty", "warranted no more than that"))
            (found,) = told(compared(one, other))
            assert (found["kind"], found["heading"]) == ("only_other", "Warranty")
        case "lost heading":
            items.append(item(90, "Warranty", "warranted no more than that"))
            (found,) = told(compared(other, one))
            assert (found["kind"], found["index"]) == ("only_risk", 90)
        case "order":
            place = data.draw(st.integers(0, len(items) - 2))
            items[place]["index"] = 95
            (found,) = told(compared(one, other))
            assert found["kind"] == "moved"
            assert "text" not in found
        case _:
            items[place]["mrcSection"] = "ContractAdministration"
            (found,) = told(compared(one, other))
            assert found["kind"] == "moved"


def test_a_moved_paragraph_is_told_as_moved_and_not_as_gone_and_new() -> None:
    clause = "claims shall be notified within thirty days"
    one = contract(["acorn shipping"], ["first", clause], ["second", "third"])
    other = contract(["acorn shipping"], ["first"], ["second", clause, "third"])
    (found,) = compared(one, other)
    assert isinstance(found.entry, MovedEntry)
    assert (found.entry.text, found.entry.risk, found.entry.other) == (clause, "1 Situation", "2 Conditions")
    within = contract(["acorn shipping"], ["first", clause], [clause + " x", "second", "third"])
    back = contract(["acorn shipping"], [clause, "first"], [clause + " x", "second", "third"])
    (again,) = compared(within, back)
    assert again.kind in {"moved", "changed"}


def test_a_heading_in_another_order_is_told_with_what_it_stands_behind() -> None:
    one = contract(["acorn shipping"], ["worldwide"], ["subject to terms"], ["warranted dry"])
    other = copy.deepcopy(one)
    other["MRCContract"]["lineItems"][1]["index"] = 9
    (found,) = compared(one, other)
    assert found.entry.plain() == {"risk": "1 Situation, after Interest", "other": "9 Situation, after Warranties"}
    text_of(other, 1)[0]["text"] = "worldwide excluding war"
    assert [entry.kind for entry in compared(one, other)] == ["moved", "changed"]


def test_leaders_who_change_places_and_another_basis_of_lines_are_differences() -> None:
    def led(slip: str, bureau: str, basis: str) -> Any:
        document = contract(["acorn shipping"])
        document["MRCContract"]["lineItems"] += [
            item(5, "SlipLeader", slip), item(6, "BureauLeader", bureau), item(7, "BasisOfWrittenLines", basis)
        ]  # fmt: skip
        return document

    found = compared(led("Kestrel", "Birch", "Percentage of whole"), led("Birch", "Kestrel", "Percentage of order"))
    values = {one.entry.what: one.entry for one in found if isinstance(one.entry, ValueEntry)}
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

    (found,) = compared(with_limit("USD 50,000"), with_limit("USD 75,000"))
    assert isinstance(found.entry, ValueEntry)
    assert found.entry.what == "deductible"
    assert "75,000" in found.entry.other[0]
    assert "50,000" in found.entry.risk[0]


@settings(max_examples=30)
@given(shuffled, shuffled)
def test_the_two_directions_mirror_each_other(one: Any, other: Any) -> None:
    there, back = told(compared(one, other)), told(compared(other, one))
    assert sorted(map(in_order, map(mirrored, there))) == sorted(map(in_order, back))


def test_what_looks_the_same_is_the_same_and_a_capital_is_a_change() -> None:
    straight = contract(['the "Insured"  - and its subsidiaries'])
    assert compared(straight, contract(["the \u201cInsured\u201d \u2013 and\u00a0its subsidiaries"])) == []
    assert len(compared(straight, contract(['the "insured" - and its subsidiaries']))) == 1


def test_a_table_row_shows_the_cell_that_differs() -> None:
    one, other = passages("Vessel A | 10,000,000 | Hull", "Vessel A | 12,000,000 | Hull"), passages("same", "same")
    assert [passage.words for passage in one] == [(("10,000,000", "12,000,000"),)]
    assert other == []


def test_long_texts_that_share_nothing_are_told_as_a_whole_in_time() -> None:
    one, other = [f"a{n}" for n in range(5_000)], [f"b{n}" for n in range(5_000)]
    assert differences(one, other) == [(0, 5_000, 0, 5_000)]


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_differences_put_together_make_the_other_side(one: list[str], other: list[str]) -> None:
    made, last = list[str](), 0
    for a, b, c, d in differences(one, other):
        made += one[last:a] + other[c:d]
        last = b
    assert made + one[last:] == other
    assert [(c, d, a, b) for a, b, c, d in differences(one, other)] == differences(other, one)


def test_the_entries_of_a_heading_count_as_one() -> None:
    one = contract(["acorn shipping one two three four five six seven eight nine ten"])
    other = contract(["birch shipping one two three four five six seven eight nine eleven"])
    found = compared(one, other)
    assert len(found) == 2
    assert all(isinstance(entry.entry, ChangedEntry | HeadingEntry) for entry in found)
    assert counts_of(found) == {"changed": 1}
