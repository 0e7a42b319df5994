"""Contracts: which exist, what stands in them, and how they are marked (platform.md 5.3, 5.4, 9)."""

import re
from collections import Counter, defaultdict
from typing import Any

import pytest
from demo_caller import Caller

Contract = dict[str, Any]
MARKER = re.compile(r"\[\[([^\]]+)\]\]")
SECTIONS = {
    "RiskDetails", "Information", "SecurityDetails", "SubscriptionAgreement", "FiscalAndRegulatory",
    "BrokerRemunerationAndDeductions",
}  # fmt: skip


@pytest.fixture(scope="module")
def rows(broker: Caller) -> list[dict[str, Any]]:
    return broker.get("/api/risks")


@pytest.fixture(scope="module")
def contracts(broker: Caller, rows: list[dict[str, Any]]) -> dict[str, Contract]:
    """The broker's own contracts: enough of them that everything rare is among them."""
    own = [row["id"] for row in rows if re.fullmatch(r"IC[0-9A-F-]+(::(DR1|FO|BQ1))?", row["id"])][:120]
    own += [row["id"] for row in rows if row["id"].endswith("::SIGNED")][:5]
    return {name: broker.get(f"/api/risks/{name}") for name in own}


def items_of(contract: Contract) -> list[dict[str, Any]]:
    return contract["MRCContract"]["lineItems"]


def texts_of(item: dict[str, Any]) -> list[str]:
    texts: list[str] = []
    for element in item["elements"]:
        texts += [element[key] for key in ("text", "html") if key in element]
        texts += element.get("textArray", [])
        texts += [cell for row in element.get("table", {}).get("rows", []) for cell in row["values"]]
    return texts


def test_the_instances_of_a_root_are_those_of_the_list(broker: Caller, underwriter: Caller) -> None:
    for caller in (broker, underwriter):
        listed: defaultdict[str, set[str]] = defaultdict(set)
        for row in caller.get("/api/risks"):
            listed[row["id"].partition("::")[0]].add(row["id"])
        for root in list(listed)[:40]:
            instances = caller.get(f"/api/risks/root/{root}")
            assert {instance["id"] for instance in instances} == listed[root]
            assert all(
                set(instance) == {"id", "type", "channels"} and instance["type"] == "RWPlacing"
                for instance in instances
            )


def test_a_contract_agrees_with_its_row(contracts: dict[str, Contract], rows: list[dict[str, Any]]) -> None:
    by_id = {row["id"]: {key[0].lower() + key[1:]: value for key, value in row.items()} for row in rows}
    for name, contract in contracts.items():
        row, control = by_id[name], contract["control"]
        assert (contract["_id"], contract["_rev"], contract["type"]) == (name, row["rev"], "RWPlacing")
        assert contract["accountDocID"] is None
        for key in ("status", "umr", "insuredName", "contractType", "isFacility"):
            assert control.get(key, "nothing") == row.get(key, "nothing"), key
        assert {"dataHash", "provHash", "system", "userID", "version", "writtenAt"} == set(contract["provenance"])


def test_every_marker_has_its_value_within_the_same_line_item(contracts: dict[str, Contract]) -> None:
    for contract in contracts.values():
        for item in items_of(contract):
            names = [placeholder["name"] for placeholder in item["placeholders"]]
            assert len(names) == len(set(names)), item
            markers = {name for text in texts_of(item) for name in MARKER.findall(text)}
            assert markers == set(names), item
            assert all(
                placeholder["value"] == placeholder["originalValue"] != "" for placeholder in item["placeholders"]
            )
            assert not any("{" in text for text in texts_of(item))


def test_the_same_placeholder_name_recurs_from_item_to_item(contracts: dict[str, Contract]) -> None:
    tagged = max(contracts.values(), key=lambda contract: sum(len(item["placeholders"]) for item in items_of(contract)))
    names = Counter(placeholder["name"] for item in items_of(tagged) for placeholder in item["placeholders"])
    assert names["DefinedData0"] > 10


def test_contracts_are_as_long_as_real_ones_and_numbered_from_nought(contracts: dict[str, Contract]) -> None:
    lengths = [len(items_of(contract)) for contract in contracts.values()]
    assert (min(lengths) >= 20, max(lengths) <= 50) == (True, True)
    for contract in contracts.values():
        assert [item["index"] for item in items_of(contract)] == list(range(len(items_of(contract))))


def test_every_section_of_a_contract_begins_with_its_title(contracts: dict[str, Contract]) -> None:
    for contract in contracts.values():
        items = items_of(contract)
        titles = [item["mrcSection"] for item in items if item["originalSection"] == "self"]
        assert titles == list(dict.fromkeys(item["mrcSection"] for item in items))
        assert set(titles) <= SECTIONS
        title_rows = [item for item in items if item["originalSection"] == "self"]
        assert all(not item["elements"] and item["mrcHeading"] == "NonMRCHeading" for item in title_rows)
    assert any({item["mrcSection"] for item in items_of(contract)} == SECTIONS for contract in contracts.values())


def test_the_elements_come_in_every_shape(contracts: dict[str, Contract]) -> None:
    elements = [e for contract in contracts.values() for item in items_of(contract) for e in item["elements"]]
    shapes = {frozenset(element) for element in elements}
    for shape in (
        {"text", "index"}, {"text"}, {"text", "html", "index"}, {"table", "index"},
        {"text", "bulletValue", "indent", "index"}, {"textArray", "bulletValue", "indent", "index"},
    ):  # fmt: skip
        assert frozenset(shape) in shapes, shape
    assert "" in {element.get("bulletValue") for element in elements}
    assert "" in {element.get("text") for element in elements}
    assert any("<red-note>" in element.get("html", "") for element in elements)
    mixed = [
        item
        for contract in contracts.values()
        for item in items_of(contract)
        if {"index" in element for element in item["elements"]} == {True, False}
    ]
    assert mixed, "a table that has its number among text that has none"


def test_headings_and_values_are_untidy(contracts: dict[str, Contract]) -> None:
    items = [item for contract in contracts.values() for item in items_of(contract)]
    assert any(item["originalHeading"].endswith(" ") and item["originalSection"] == "" for item in items)
    assert any("tagPages" not in item for item in items)
    assert any("tags" not in p for item in items for p in item["placeholders"])
    assert any(p["value"] == "???" for item in items for p in item["placeholders"])
    assert {"Situation": "Territory", "OrderHereon": "Order", "PrincipalAddress": "Address"}.items() <= {
        item["mrcHeading"]: item["nameVariation"] for item in items
    }.items()
    kinds = {p["phType"] for item in items for p in item["placeholders"]}
    assert {"Amount", "Date", "Percentage", "Clause", "TimeDuration", "DefinedData"} <= kinds
    assert any(item["mrcHeading"] == "NonMRCHeading" and item["elements"] for item in items)
    assert any(item["mrcHeading"] == "CustomMRCHeading" and "attachment" in item for item in items)
    assert {c["control"]["insuranceType"] for c in contracts.values()} == {"Insurance", "ReInsurance", "Reinsurance"}
    assert any(not contract["control"]["limitSummary"] for contract in contracts.values())


def test_a_value_can_be_two_things_at_once(contracts: dict[str, Contract]) -> None:
    tags = {
        tuple(p["tags"][1:]) for c in contracts.values() for i in items_of(c) for p in i["placeholders"] if "tags" in p
    }
    assert ("Expiry_Time", "Inception_Time") in tags


def test_some_contracts_are_not_marked_at_all(contracts: dict[str, Contract]) -> None:
    marked = [any(item["placeholders"] for item in items_of(contract)) for contract in contracts.values()]
    assert 0 < marked.count(False) < len(marked) / 3


def test_the_order_and_its_bases_stand_in_the_contract(contracts: dict[str, Contract]) -> None:
    values: defaultdict[str, set[str]] = defaultdict(set)
    for contract in contracts.values():
        for item in items_of(contract):
            for placeholder in item["placeholders"]:
                for tag in placeholder.get("tags", [])[1:]:
                    values[tag].add(placeholder["value"])
    assert {"100%", "75%"} <= values["Order"]
    for tag in ("Basis_Of_Written_Lines", "Basis_Of_Signed_Lines"):
        assert values[tag] == {"Percentage of Order", "Percentage of Whole"}


def test_sections_repeat_a_tag_each_with_its_own_value(contracts: dict[str, Contract], broker: Caller) -> None:
    many = 0
    for name, contract in contracts.items():
        limits = next(item for item in items_of(contract) if item["mrcHeading"] == "LimitOfLiability")
        sections = [page["sectionIDs"] for page in limits.get("tagPages", []) if page["sectionIDs"]]
        if sections:
            many += 1
            storer = broker.get(f"/api/documents/{name.partition('::')[0]}::MS")
            assert [[section["multiSectionId"]] for section in storer["sections"]] == sections
            amounts = [p["value"] for p in limits["placeholders"] if "Coverage_Amount" in p["tags"]]
            assert len(amounts) == len(sections) == len(set(amounts))
    assert many > 3


def test_wording_for_one_carrier_is_shown_to_it_and_the_broker(
    contracts: dict[str, Contract], broker: Caller, rows: list[dict[str, Any]]
) -> None:
    seen: Counter[bool] = Counter()
    for name, contract in contracts.items():
        own = [item for item in items_of(contract) if "vertical" in item]
        if not own or not name.endswith("::FO"):
            continue
        assert [item["mrcHeading"] for item in own] == ["Conditions", "Deductibles"]
        assert Counter(item["mrcHeading"] for item in items_of(contract))["Conditions"] == 2
        prefix = own[0]["vertical"]["assignedCarrierPrefixes"][0]
        visibility = contract["control"]["verticalVisibility"]
        for row in rows:
            if row["id"].startswith(f"{name}::") and "::EN" not in row["id"]:
                copy = broker.get(f"/api/risks/{row['id']}")
                is_own = f"::{prefix.upper()}::" in row["id"]
                shown = any("vertical" in item for item in items_of(copy))
                assert shown == (is_own or visibility == "AllStamps")
                seen[shown] += 1
    assert seen[True] > 2
    assert seen[False] > 2


def test_line_items_can_be_asked_for_one_by_one(broker: Caller, contracts: dict[str, Contract]) -> None:
    name, contract = next(iter(contracts.items()))
    items = items_of(contract)
    assert broker.get(f"/api/risks/{name}/lineitem/Period") == [i for i in items if i["mrcHeading"] == "Period"]
    assert broker.get(f"/api/risks/{name}/lineitem/7") == [items[7]]
    assert broker.get(f"/api/risks/{name}/lineitem/CashLossLimit") == []
    assert len(broker.get(f"/api/risks/{name}/lineitem/NonMRCHeading")) > 1


def test_the_extended_contract_has_lines_but_no_id_of_its_own(broker: Caller, contracts: dict[str, Contract]) -> None:
    name = next(name for name in contracts if name.endswith("::SIGNED"))
    extended, plain = broker.get(f"/api/risks/{name}/getExtendedMRC"), contracts[name]
    assert {"_id", "_rev"}.isdisjoint(extended)
    assert extended["platformReferences"] == {"RiskID": name, "Revision": plain["_rev"]}
    assert extended["MRCContract"] == plain["MRCContract"]
    lines = broker.get(f"/api/lines/{name.partition('::')[0]}/combinedSets")
    assert extended["writtenLineSets"] == [line_set for line_set in lines if line_set["type"] == "RWWrittenLineSet"]
    assert extended["signedLineSets"] == [line_set for line_set in lines if line_set["type"] == "RWSignedLineSet"]
    assert set(extended["questionnaire"]) == {"questionnaire"}


def test_the_questionnaire_of_the_extended_contract_is_wrapped_twice(
    broker: Caller, rows: list[dict[str, Any]]
) -> None:
    for row in rows:
        if str(row.get("ContractType", "")).startswith("Cyber"):
            questions = broker.get(f"/api/risks/{row['id']}/getExtendedMRC")["questionnaire"]["questionnaire"][
                "questions"
            ]
            if questions:
                assert {"id", "text", "hidden"} <= set(questions[0])
                return
    pytest.fail("no questionnaire")


def test_the_two_views_of_one_slip_differ(broker: Caller, underwriter: Caller) -> None:
    ours = {row["id"].partition("::")[0] for row in broker.get("/api/risks")}
    shared = [row["id"] for row in underwriter.get("/api/risks") if row["id"].partition("::")[0] in ours]
    name = next(name for name in shared if "::FO::" in name)
    root = name.partition("::")[0]
    assert broker.get(f"/api/risks/{root}::FO")["_id"] == f"{root}::FO"
    reply = underwriter.ask(f"/api/risks/{root}::FO")
    assert (reply.status, reply.body) == (400, b"")
    assert underwriter.get(f"/api/risks/{name}") == broker.get(f"/api/risks/{name}")
    overviews = [{doc["_id"] for doc in caller.get(f"/api/overview/{root}")} for caller in (broker, underwriter)]
    assert overviews[1] < overviews[0]


WRONG = (
    "/api/risks/root/IC0", "/api/risks/root/{document}", "/api/risks/IC0", "/api/risks/{signed}",
    "/api/risks/{document}::X", "/api/risks/{signed}/related/RWComment::x",
    "/api/risks/{document}/related/RWComment",
    "/api/risks/{root}/related/Comments", "/api/overview/{document}", "/api/lines/{document}/combinedSets",
    "/api/endorsements/{document}", "/api/owner/{document}", "/api/labels/{document}", "/api/documents/nothing",
    "/api/documents/{root}::nothing", "/api/documents/Corporate-NOBODY", "/api/documents/RWRiskSummary::x",
    "/api/documents/getLineGuidanceForRoot/{document}", "/api/risks/{document}/endorsementFollowers",
    "/api/risks/{document}/getQuoteDetails", "/api/risks/{signed}/getExtendedMRC", "/api/risks/x/lineitem/Period",
    "/api/v23.09/data/x", "/api/v23.09/data/{document}/tagset/OTHER", "/api/v23.09/data/questionnaire/x",
    "/api/questionnaire/x", "/api/activities/x", "/api/activities/{document}/full", "/api/attachments/{document}",
    "/api/attachments/array/x", "/api/attachments/{root}::ATCH/nothing.pdf", "/api/attachments/x/y",
    "/api/attachments/Corporate-NOBODY/logobw", "/api/attachments/Corporate-TIDEWELL/banner", "/export/pdf/x",
    "/api/lookup/headingsInSection/Nothing", "/api/lookup/endorsementHeadingsInSection/RiskDetails",
)  # fmt: skip
"""Paths that name nothing, or not what is asked of it."""


def test_a_wrong_id_is_refused_without_a_word(broker: Caller, rows: list[dict[str, Any]]) -> None:
    document = next(row["id"] for row in rows if row["id"].endswith("::FO"))
    root = document.partition("::")[0]
    signed = {row["id"].partition("::")[0] for row in rows if row["id"].endswith("::SIGNED")}
    unsigned = next(row["id"] for row in rows if row["id"].partition("::")[0] not in signed).partition("::")[0]
    for path in WRONG:
        reply = broker.ask(path.format(document=document, root=root, signed=f"{unsigned}::SIGNED"))
        assert (reply.status, reply.body, reply.content_type) == (400, b"", ""), path


def test_endorsements_are_contracts_of_their_own(broker: Caller, rows: list[dict[str, Any]]) -> None:
    numbers: list[str] = []
    for root in {row["id"].partition("::")[0] for row in rows if "::EN" in row["id"]}:
        for contract in broker.get(f"/api/endorsements/{root}"):
            control = contract["control"]
            numbers.append(control["endorsementNumber"])
            assert contract["_id"].endswith(f"::EN{control['endorsementNumber']}")
            assert control["originalDocID"] == contract["_id"].rpartition("::")[0]
            sections = [item["mrcSection"] for item in items_of(contract)]
            assert list(dict.fromkeys(sections)) == [
                "RiskAndEndorsementIdentificationDetails", "ContractChanges", "Agreement",
            ]  # fmt: skip
            text = [i for i in items_of(contract) if i["mrcHeading"] == "ContractChanges" and i["elements"]]
            assert len(text) == 1
            followers = broker.get(f"/api/risks/{contract['_id']}/endorsementFollowers")
            assert {follower["uwrChannel"] for follower in followers} == set(contract["proposedEndorsementFollowers"])
    assert {"1", "2"} <= set(numbers)


def test_followers_have_roles_and_some_have_agreed(underwriter: Caller, broker: Caller) -> None:
    followers = [
        (caller, follower)
        for caller in (broker, underwriter)
        for row in caller.get("/api/risks")
        if re.search(r"::EN\d+$", row["id"])
        for follower in caller.get(f"/api/risks/{row['id']}/endorsementFollowers")
    ]
    assert {follower["followerType"] for _, follower in followers} >= {
        "leader",
        "agreementParty",
        "notifyParty",
        "unchosen",
    }
    agreed = [follower["agreement"] for _, follower in followers if "agreement" in follower]
    assert agreed
    assert all(isinstance(agreement["numberOfDaysToNotifyFollowers"], str) for agreement in agreed)
    assert {agreement["leader"] for agreement in agreed} == {"Yes", "No"}
    assert all(
        follower["uwrChannel"].startswith("marrowgate_") for caller, follower in followers if caller is underwriter
    )


def test_quote_details_may_be_blank(broker: Caller, rows: list[dict[str, Any]]) -> None:
    quotes = [broker.get(f"/api/risks/{row['id']}/getQuoteDetails") for row in rows if row["id"].endswith("::UQ1")]
    assert any(quote["quotedLineSize"] == "" and "validityPeriod" not in quote for quote in quotes)
    whole = [quote for quote in quotes if quote["quotedLineSize"]]
    assert whole
    assert all(isinstance(quote["validityPeriod"], int) and quote["indicatedStamps"] for quote in whole)
    indicative = {
        broker.get(f"/api/risks/{r['id']}")["control"]["isIndicative"] for r in rows if r["id"].endswith("::UQ1")
    }
    assert indicative == {True, False}


def test_a_facility_and_its_declarations_name_each_other(broker: Caller, rows: list[dict[str, Any]]) -> None:
    declared = 0
    for row in rows:
        if row["id"].endswith("::FO"):
            control = broker.get(f"/api/risks/{row['id']}")["control"]
            for facility in control.get("associatedFacilityIDs", []):
                declared += 1
                instances = broker.get(f"/api/risks/root/{facility}")
                assert broker.get(f"/api/risks/{instances[0]['id']}")["control"]["isFacility"] is not False
    assert declared > 3
