"""Defined Data in groups: nothing lost, order irrelevant, duplicates harmless."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from support.depth import json_values, mangled
from whitespace_mcp.answers.data.answer import PART, matching
from whitespace_mcp.answers.data.groups import group_entries, groups_of, section_names, tags_of, with_tags
from whitespace_mcp.answers.data.questions import answered, unanswered
from whitespace_mcp.answers.size import answer_tokens, rough_tokens


def point(tag: str, value: str, parent: str = "Page:1", index: int = 3, name: str = "DefinedData0", **more: Any) -> Any:
    results = {
        "tag": tag, "value": value, "parentID": parent, "lineItemIndex": index, "name": name, "mrcHeading": "Limit",
    }  # fmt: skip
    return results | more


def entries(*points: Any) -> list[dict[str, Any]]:
    groups, _ = groups_of({"definedData": list(points)})
    return [entry.plain() for group in groups for entry in group_entries(group, str.title)]


def test_values_of_one_fact_stand_together_and_facts_in_the_contracts_order() -> None:
    assert entries(
        point("Coverage_Amount", "USD 5", "Page:2", name="DefinedData10"),
        point("Coverage_Basis", "any one event", "Page:1", name="DefinedData2"),
        point("Coverage_Amount", "USD 1", "Page:1", name="DefinedData1"),
        point("Insured_Name", "Acorn", "Page:9", index=1, mrcHeading="Insured"),
    ) == [
        {"heading": "Insured", "values": {"Insured_Name": "Acorn"}},
        {"heading": "Limit", "values": {"Coverage_Amount": "USD 1", "Coverage_Basis": "any one event"}},
        {"heading": "Limit", "values": {"Coverage_Amount": "USD 5"}},
    ]


def test_a_tag_that_repeats_has_all_its_values() -> None:
    assert entries(point("Party", "A"), point("Party", "B", name="DefinedData1")) == [
        {"heading": "Limit", "values": {"Party": ["A", "B"]}}
    ]


def test_the_same_page_for_two_sections_is_two_facts() -> None:
    result = entries(point("Order", "100%", sectionIDs=["1"]), point("Order", "50%", sectionIDs=["2"]))
    assert [entry["sections"] for entry in result] == [["1"], ["2"]]


def test_wording_for_certain_carriers_is_a_fact_of_its_own() -> None:
    own = point("Excess", "USD 2", vertical={"id": "V1", "assignedCarrierPrefixes": ["birch"]})
    assert entries(point("Excess", "USD 1"), own) == [
        {"heading": "Limit", "values": {"Excess": "USD 1"}},
        {"heading": "Limit", "carriers": ["Birch"], "values": {"Excess": "USD 2"}},
    ]


def test_what_the_platform_made_itself_is_marked() -> None:
    stamp = {"tag": "Written_Line_Percentage", "value": "100%", "parentID": "ST1::0", "controlled": True}
    assert entries(stamp) == [{"controlled": True, "values": {"Written_Line_Percentage": "100%"}}]


def test_values_are_values_even_if_they_say_little() -> None:
    assert entries(point("A", "0"), point("B", "???")) == [{"heading": "Limit", "values": {"A": "0", "B": "???"}}]
    assert groups_of({"definedData": [point("A", ""), {"tag": "A"}, 7, None, {"value": "x"}]}) == ([], 5)


def test_without_a_parent_only_values_of_one_heading_stand_together() -> None:
    loose = [point(tag, tag, parent="", index=index) for tag, index in (("A", 1), ("B", 1), ("C", 2))]
    assert [list(entry["values"]) for entry in entries(*loose)] == [["A", "B"], ["C"]]


def test_addresses_are_left_out_of_values() -> None:
    assert entries(point("Contact", "jo@acorn.example"))[0]["values"] == {"Contact": "(e-mail address left out)"}


def test_a_tag_is_found_by_its_name_or_a_part_of_it_with_the_whole_fact() -> None:
    groups, _ = groups_of(
        {"definedData": [point("Order", "80%", "Page:1"), point("Order_Basis", "x", "Page:2"), point("Limit", "1")]}
    )
    exact = [tags_of([group]) for group in with_tags(groups, ["order"])]
    assert exact == [["Limit", "Order"]], "a whole name means that tag alone"
    assert [tags_of([group]) for group in with_tags(groups, ["basis"])] == [["Order_Basis"]]
    assert with_tags(groups, ["nothing like it"]) == []
    groups, _ = groups_of(
        {"definedData": [point("Coverage_Amount", "1", mrcHeading="LimitOfLiability"), point("A", "2", "P:2")]}
    )
    assert [tags_of([group]) for group in with_tags(groups, ["liability"])] == [["Coverage_Amount"]], "by its heading"


points = st.builds(
    point,
    st.sampled_from(["Coverage", "Order", "Premium_Amount"]),
    st.sampled_from(["38.9982", "100%", "???", "0", "USD 5"]),
    st.sampled_from(["Page:1", "Page:2", ""]),
    st.integers(0, 3),
    st.sampled_from(["DefinedData0", "DefinedData2", "DefinedData10", "DefinedDataTable0:12"]),
    sectionIDs=st.sampled_from([[], ["1"], ["2"]]),
)


@given(st.lists(points, max_size=20), st.randoms())
def test_order_is_irrelevant_duplicates_are_harmless_and_nothing_is_lost(points: list[Any], random: Any) -> None:
    groups, skipped = groups_of({"definedData": points})
    shuffled = points + random.sample(points, len(points) // 2)
    random.shuffle(shuffled)
    assert groups_of({"definedData": shuffled}) == (groups, 0)
    assert skipped == 0
    shown = {(point.tag, point.value) for group in groups for point in group.points}
    assert shown == {(entry["tag"], entry["value"]) for entry in points}
    keys = {(entry["parentID"] or (entry["lineItemIndex"], "Limit"), tuple(entry["sectionIDs"])) for entry in points}
    assert len(groups) == len(keys)


@given(st.lists(st.tuples(st.text(max_size=60), st.text(min_size=1, max_size=60), st.integers(1, 9)), max_size=40))
def test_a_fact_of_very_many_values_comes_in_parts_that_lose_none(told_values: list[tuple[str, str, int]]) -> None:
    values = [(tag, value * times) for tag, value, times in [*told_values, *[("Tag", "value of a fact ", 9)] * 60]]
    rows = [point(f"T{n}{tag}", f"{n}{value}", name=f"D{n}") for n, (tag, value) in enumerate(values)]
    groups, _ = groups_of({"definedData": rows})
    parts = group_entries(groups[0], str.title)
    assert sum(len(part.values) for part in parts) == len({point.tag for point in groups[0].points})
    assert all(answer_tokens(part) < 1_200 for part in parts)


def test_each_part_of_a_fact_counts_its_first_value_too() -> None:
    rows = [point(f"T{n}", f"{n} " + "a-b-c-d " * 60, name=f"D{n}") for n in range(8)]
    [group], _ = groups_of({"definedData": rows})
    costs = {entry.tag: rough_tokens(entry.tag) + rough_tokens(entry.value) for entry in group.points}
    parts = group_entries(group, str.title)
    assert len(parts) > 2
    assert all(sum(costs[tag] for tag in part.values) <= PART for part in parts)
    assert max(costs.values()) < PART, "one value alone fits"


def test_sections_are_named() -> None:
    rows = {"multiSectionDefinition": [{"sectionID": "B1", "sectionName": "Hull"}, {"sectionID": 2}, None, {}]}
    assert section_names(rows) == {"B1": "Hull", "2": "2"}


ANSWERED = {
    "questions": [
        {"id": "Q 1", "tag": "Staff", "label": "How many?", "value": "0"},
        {
            "id": "Q 2",
            "label": "Revenue?",
            "table": {
                "rows": [{"Year": 2025, "Amount": {"value": "GBP 1,000", "phType": "Amount"}}, {"Odd": True}, {}],
                "labels": {"Amount": "Revenue", "Year": "Year"},
            },
        },
        {"id": "Q 3", "label": "Empty?", "value": ""},
    ]
}


def test_answers_are_texts_or_rows_by_their_labels() -> None:
    result, skipped = answered(ANSWERED)
    assert [entry.plain() for entry in result] == [
        {"question": "How many?", "tag": "Staff", "answer": "0"},
        {"question": "Revenue?", "rows": [{"Revenue": "GBP 1,000", "Year": "2025"}, {"Odd": "true"}]},
    ]
    assert skipped == 1


def test_a_long_table_is_cut_and_says_how_much_is_missing() -> None:
    rows = [{"Year": str(year), "Losses": "USD 1,234,567"} for year in range(1000)]
    (entry,), _ = answered({"questions": [{"id": "Q", "label": "Losses?", "table": {"rows": rows}}]})
    assert entry.rows is not None
    assert len(entry.rows) + (entry.rows_left_out or 0) == 1000
    assert answer_tokens(entry) < 900


def test_questions_without_an_answer_are_named() -> None:
    arguments = {"questions": [{"id": "Q 1", "text": "How many?"}, {"id": "Q 4", "text": "Who?"}, {"id": "Q 5"}, {}, 1]}
    assert unanswered(arguments, ANSWERED) == ["Who?", "Q 5"]
    assert unanswered({"questions": [{"id": "Q 4", "text": "Who?", "answer": "Jo"}]}, {}) == []


def test_names_are_found_by_a_part_in_their_order() -> None:
    names = ["PremiumPaymentTerms", "Period", "Premium"]
    assert matching(names, ["premium"]) == ["PremiumPaymentTerms", "Premium"]
    assert matching(names, []) == names


documents = st.one_of(
    st.dictionaries(st.sampled_from(["definedData", "questions", "multiSectionDefinition"]), json_values),
    st.fixed_dictionaries({"definedData": st.lists(mangled(points), max_size=8)}),
    st.fixed_dictionaries({"questions": st.lists(mangled(st.sampled_from(ANSWERED["questions"])), max_size=4)}),
)


@given(documents, documents)
def test_any_document_at_all_is_read(document: Any, other: Any) -> None:
    groups, _ = groups_of(document)
    for group in groups:
        for entry in group_entries(group, str.title):
            assert answer_tokens(entry) < 1_500
    result, _ = answered(document)
    assert all(answer_tokens(entry) < 2_000 for entry in result)
    unanswered(document, other)
    section_names(document)
