"""Defined data and questionnaires (platform.md 5.7)."""

import re
from collections import Counter
from typing import Any

import pytest
from demo_caller import Caller

Data = dict[str, Any]


@pytest.fixture(scope="module")
def masters(broker: Caller) -> list[str]:
    return [row["id"] for row in broker.get("/api/risks") if re.fullmatch(r"IC[0-9A-F-]+::(FO|SIGNED)", row["id"])]


@pytest.fixture(scope="module")
def data(broker: Caller, masters: list[str]) -> dict[str, Data]:
    return {name: broker.get(f"/api/v23.09/data/{name}") for name in masters[:60]}


def points(data: Data, tag: str) -> list[dict[str, Any]]:
    return [point for point in data["definedData"] if point["tag"] == tag]


def test_the_metadata_say_which_document_and_environment(data: dict[str, Data], broker: Caller) -> None:
    for name, document in data.items():
        assert set(document) == {"metadata", "multiSectionDefinition", "definedData"}
        metadata = document["metadata"]
        assert (metadata["documentID"], metadata["userID"], metadata["version"]) == (name, broker.user_id, "23.09")
        assert (metadata["env"], metadata["tagSet"]) == ("demo", "Whitespace")


def test_the_marked_values_are_those_of_the_contract(broker: Caller, data: dict[str, Data]) -> None:
    for name in list(data)[:25]:
        contract = broker.get(f"/api/risks/{name}")
        expected = Counter(
            (item["mrcHeading"], placeholder["name"], placeholder["value"], tag)
            for item in contract["MRCContract"]["lineItems"]
            for placeholder in item["placeholders"]
            for tag in placeholder.get("tags", [])[1:]
        )
        counts = Counter(
            (point["mrcHeading"], point["name"], point["value"], point["tag"])
            for point in data[name]["definedData"]
            if not point.get("controlled")
        )
        assert counts == expected


def test_values_are_text_tags_repeat_and_pages_group_them(data: dict[str, Data]) -> None:
    every = [point for document in data.values() for point in document["definedData"]]
    assert all(isinstance(point["value"], str) and point["value"] for point in every)
    several = [document for document in data.values() if len(points(document, "Coverage_Amount")) > 1]
    assert several
    for document in several:
        pages = {point["parentID"] for point in points(document, "Coverage_Amount")}
        assert len(pages) == len(points(document, "Coverage_Amount"))
        assert pages == {point["parentID"] for point in points(document, "Coverage_Basis")}
    assert all(point["parentID"].startswith("Page:") for point in every if not point.get("controlled"))


def test_some_contracts_give_little_more_than_the_platform_adds(data: dict[str, Data]) -> None:
    marked = [any(not point.get("controlled") for point in document["definedData"]) for document in data.values()]
    assert 0 < marked.count(False) < len(marked) / 3


def test_sectioned_contracts_give_a_value_for_each_section(data: dict[str, Data]) -> None:
    sectioned = [document for document in data.values() if document["multiSectionDefinition"]]
    assert sectioned
    for document in sectioned:
        ids = {section["sectionID"] for section in document["multiSectionDefinition"]}
        premiums = points(document, "Premium_Amount")
        if len(premiums) > 1:
            assert {section for point in premiums for section in point["sectionIDs"]} == ids
    assert any(section["sectionID"] == "B1" for document in sectioned for section in document["multiSectionDefinition"])


def test_the_platform_adds_lines_with_percent_signs(broker: Caller, data: dict[str, Data]) -> None:
    name = next(name for name, document in data.items() if points(document, "Signed_Line_Percentage"))
    document = data[name]
    written = points(document, "Written_Line_Percentage")
    assert all(point["controlled"] and point["value"].endswith("%") for point in written)
    assert all(point["parentID"].startswith("ST") and point["mrcHeading"] == "InsurersWrittenLine" for point in written)
    sets = broker.get(f"/api/lines/{name.partition('::')[0]}/combinedSets")
    entries = [entry for line_set in sets if line_set["_id"].endswith("::WRLS") for entry in line_set["contents"]]
    assert len(written) == len(entries)


def test_a_carriers_data_holds_its_own_line_only(broker: Caller, underwriter: Caller) -> None:
    ours = {row["id"] for row in broker.get("/api/risks")}
    shared = [row["id"] for row in underwriter.get("/api/risks") if row["id"] in ours and "::SIGNED::M" in row["id"]]
    fewer = 0
    for name in shared:
        theirs = points(underwriter.get(f"/api/v23.09/data/{name}"), "Written_Line_Percentage")
        all_lines = points(broker.get(f"/api/v23.09/data/{name}"), "Written_Line_Percentage")
        assert len({point["parentID"] for point in theirs}) == 1
        fewer += len(theirs) < len(all_lines)
    assert fewer


def test_the_other_tag_set_translates_some_names(broker: Caller, data: dict[str, Data]) -> None:
    name = max(data, key=lambda key: len(data[key]["definedData"]))
    translated = broker.get(f"/api/v23.09/data/{name}/tagset/ACORDGPM")
    tags = {point["tag"] for point in translated["definedData"]}
    assert {"ACORDGPM:InsuredName", "ACORDGPM:InceptionDate", "ACORDGPM:BrokerContractReference"} <= tags
    assert {"Premium_Amount", "Order"} <= tags, "the rest keep their names"
    assert "Insured_Name" not in tags
    assert translated["metadata"]["tagSet"] == "ACORDGPM"


def test_unknown_values_are_three_question_marks(broker: Caller) -> None:
    drafts = [row["id"] for row in broker.get("/api/risks") if row.get("Status") == "NotFinalised"]
    data = (broker.get(f"/api/v23.09/data/{name}")["definedData"] for name in drafts)
    assert any(point["value"] == "???" for points in data for point in points)


def test_questionnaires_tell_all_questions_or_the_answered_ones(broker: Caller) -> None:
    rows = [row for row in broker.get("/api/risks") if str(row.get("ContractType")).startswith("Cyber")]
    unanswered = 0
    for row in rows:
        everything = broker.get(f"/api/questionnaire/{row['id']}")
        answered = broker.get(f"/api/v23.09/data/questionnaire/{row['id']}")
        answers = {question["id"]: question["answer"] for question in everything["questions"] if "answer" in question}
        assert {
            question["id"]: question["value"] for question in answered["questions"] if "value" in question
        } == answers
        unanswered += sum("answer" not in question and "table" not in question for question in everything["questions"])
        assert all(rule["ruleID"] in everything["rules"] for rule in everything["tags"].values())
        for question in answered["questions"]:
            if "table" in question:
                assert set(question["table"]["labels"]) == set(question["table"]["rows"][0])
    assert unanswered
    assert any(broker.get(f"/api/questionnaire/{row['id']}")["questions"] for row in rows)
    marine = next(r["id"] for r in broker.get("/api/risks") if str(r.get("ContractType")).startswith("Marine"))
    assert broker.get(f"/api/questionnaire/{marine}")["questions"] == []
