"""`get_data`: Defined Data, questionnaires and headings as each side sees them."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client

from support.checks import checked
from support.raw import raw_read
from support.servers import client_of, refused, settings_for
from support.slips import Doc, a_contract, first, has_verticals, shared_contract, short_of
from support.tokens import tokens
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


@pytest.fixture(scope="module")
def tagged(market: Running, signed: list[Doc]) -> Doc:
    """One with much data."""
    return first(signed, lambda candidate: len(raw_data(market, candidate["_id"])["definedData"]) > 60)


def raw_data(market: Running, name: str, organisation: int = 0, more: str = "") -> Any:
    return raw_read(market, f"/api/v23.09/data/{name}{more}", organisation)


async def everything(client: Client, **arguments: Any) -> list[Any]:
    """Every page of an answer."""
    pages = [await checked(client, "get_data", **arguments)]
    while "next_cursor" in pages[-1]:
        assert len(pages) < 50
        pages.append(await checked(client, "get_data", **arguments, cursor=pages[-1]["next_cursor"]))
    return pages


def values_of(groups: list[Any]) -> list[tuple[str, str]]:
    return sorted(
        (tag, value)
        for group in groups
        for tag, words in group["values"].items()
        for value in ([words] if isinstance(words, str) else words)
    )


async def test_every_value_is_told_once_in_its_fact(client: Client, market: Running, tagged: Doc) -> None:
    raw = raw_data(market, tagged["_id"])
    pages = await everything(client, organisation=BROKER, risk=tagged["_id"])
    groups = [group for page in pages for group in page["groups"]]
    facts: dict[Any, set[tuple[str, str]]] = {}
    for point in raw["definedData"]:
        vertical = json.dumps(point.get("vertical"))
        key = (point["parentID"], tuple(point.get("sectionIDs", [])), vertical)
        facts.setdefault(key, set()).add((point["tag"], " ".join(point["value"].split())))
    assert sorted(values_of([group])[0] for group in groups) == sorted(min(fact) for fact in facts.values())
    assert values_of(groups) == sorted(value for fact in facts.values() for value in fact)
    assert {page["total"] for page in pages} == {len(facts)}
    assert pages[0]["source"] == "contract data (environment demo), written by the parties"
    assert all(tokens(page) <= 1_700 for page in pages)


async def test_facts_stand_in_the_contracts_order(client: Client, tagged: Doc) -> None:
    answer = await checked(client, "get_data", organisation=BROKER, risk=tagged["_id"])
    order = [item["mrcHeading"] for item in tagged["MRCContract"]["lineItems"]]
    headings = [group["heading"] for group in answer["groups"] if not group.get("controlled")]
    assert headings == sorted(headings, key=order.index)


async def test_a_tag_comes_with_its_whole_fact(client: Client, tagged: Doc) -> None:
    answer = await checked(client, "get_data", organisation=BROKER, risk=tagged["_id"], find="premium_amount")
    assert answer["groups"]
    for group in answer["groups"]:
        assert {"Premium_Amount", "Premium_Type", "Premium_Period_Qualifier"} <= set(group["values"])
    part = await checked(client, "get_data", organisation=BROKER, risk=tagged["_id"], find=["Coverage", "Inception"])
    assert {"LimitOfLiability", "Period"} == {group["heading"] for group in part["groups"]}


async def test_a_typical_answer(client: Client, tagged: Doc) -> None:
    answer = await checked(client, "get_data", organisation=BROKER, risk=tagged["_id"], find=["Coverage", "Inception"])
    del answer["as_of"]
    assert answer == snapshot(
        {
            "organisation": {
                "id": "MU9F9B69B3-B4AC-0491-2160-2DF1F974854B",
                "company_id": "CALDERFINCH",
                "name": "Calderfinch Partners",
            },
            "risk": "IC0180A779",
            "name": "SAFFRONEL HOLDINGS D&O 2026",
            "umr": "B9800DO2600347",
            "document": "IC0180A779::SIGNED",
            "source": "contract data (environment demo), written by the parties",
            "total": 2,
            "groups": [
                {
                    "heading": "Period",
                    "values": {
                        "Inception_Date": "14 January 2027",
                        "Expiry_Date": "13 January 2028",
                        "Expiry_Time": "00.01 am",
                        "Inception_Time": "00.01 am",
                        "Time_Qualifier": "Local Standard Time",
                    },
                },
                {
                    "heading": "LimitOfLiability",
                    "values": {
                        "Coverage": "Directors and Officers",
                        "Coverage_Amount": "EUR 5,000,000",
                        "Coverage_Basis": "any one vessel",
                    },
                },
            ],
        }
    )


async def test_translated_names_are_asked_for_and_the_others_stay(client: Client, tagged: Doc) -> None:
    answer = await checked(
        client, "get_data", organisation=BROKER, risk=tagged["_id"], what="ACORDGPM", find="BrokerContractReference"
    )
    assert list(answer["groups"][0]["values"]) == ["ACORDGPM:BrokerContractReference"]
    assert any("Only names with 'ACORDGPM:' are translated" in note for note in answer["notes"])


async def test_sections_and_carriers_of_a_fact_are_named(client: Client, market: Running, signed: list[Doc]) -> None:
    sectioned = first(signed, lambda candidate: bool(raw_data(market, candidate["_id"])["multiSectionDefinition"]))
    pages = await everything(client, organisation=BROKER, risk=sectioned["_id"])
    sections = {section for page in pages for group in page["groups"] for section in group.get("sections", [])}
    assert sections
    assert sections <= set(pages[0]["sections"])
    own = first(signed, lambda entry: has_verticals(entry) and "vertical" in json.dumps(raw_data(market, entry["_id"])))
    pages = await everything(client, organisation=BROKER, risk=own["_id"])
    carriers = [group["carriers"] for page in pages for group in page["groups"] if "carriers" in group]
    assert carriers
    assert all(name != name.lower() for named in carriers for name in named)


async def test_each_side_gets_its_own_lines_only(client: Client, market: Running) -> None:
    contract = shared_contract(market)
    risk, find = short_of(contract["_id"]), "Written_Line_Percentage"
    carrier = await checked(client, "get_data", organisation=CARRIER, risk=risk, find=find)
    broker = await checked(client, "get_data", organisation=BROKER, risk=risk, find=find)
    assert carrier["total"] < broker["total"]
    assert {group["controlled"] for group in carrier["groups"]} == {True}
    assert (carrier["organisation"]["company_id"], broker["organisation"]["company_id"]) == (CARRIER, BROKER)
    assert "MARROWGATE" in carrier["document"]


async def test_a_contract_without_data_says_so(client: Client, era: str) -> None:
    with serve(Platform(documents=(3, 2))) as running:
        name = a_contract(running)["_id"]
        body = f'{{"metadata": {{"documentID": "{name}"}}, "definedData": [], "multiSectionDefinition": []}}'
        running.platform.faults.add("/api/v23.09/data/", status=200, body=body)
        async with client_of(settings_for(running), era) as client:
            answer = await checked(client, "get_data", organisation=BROKER, risk=name, find="Order")
    assert answer["total"] == 0
    assert "read its text with get_wording" in answer["notes"][0]


async def test_values_that_are_not_known_yet_are_explained(era: str) -> None:
    with serve(Platform(documents=(3, 2))) as running:
        name = a_contract(running)["_id"]
        points = [{"tag": "Expiry_Date", "value": "???", "parentID": "Page:1"}, 7]
        body = {"metadata": {"documentID": name}, "definedData": points}
        running.platform.faults.add("/api/v23.09/data/", status=200, body=body)
        async with client_of(settings_for(running), era) as client:
            answer = await checked(client, "get_data", organisation=BROKER, risk=name)
    assert answer["groups"] == [{"values": {"Expiry_Date": "???"}}]
    assert answer["skipped"] == 1
    assert "not known yet" in answer["notes"][0]


@pytest.fixture(scope="module")
def request_with_answers(market: Running, signed: list[Doc]) -> Doc:
    """A contract whose questionnaire was answered."""
    return first(signed, lambda contract: bool(raw_questions(market, contract["_id"])["questions"]))


async def test_a_questionnaires_answers_and_open_questions(
    client: Client, market: Running, request_with_answers: Doc
) -> None:
    request = request_with_answers
    raw = raw_questions(market, request["_id"])
    answer = await checked(client, "get_data", organisation=BROKER, risk=request["_id"], what="questionnaire")
    assert [entry["question"] for entry in answer["questions"]] == [question["label"] for question in raw["questions"]]
    assert answer["total"] == len(raw["questions"])
    table = first(answer["questions"], lambda candidate: "rows" in candidate)
    assert set(table["rows"][0]) == {"Revenue", "Year"}
    whole = raw_read(market, f"/api/questionnaire/{request['_id']}")["questions"]
    ids = {question["id"] for question in raw["questions"]}
    assert answer.get("unanswered", []) == [entry["text"] for entry in whole if entry["id"] not in ids]
    reply = await checked(
        client, "get_data", organisation=BROKER, risk=request["_id"], what="questionnaire", find="revenue"
    )
    assert [entry["question"] for entry in reply["questions"]] == ["What was the revenue?"]
    assert "unanswered" not in reply


def raw_questions(market: Running, name: str) -> Any:
    return raw_read(market, f"/api/v23.09/data/questionnaire/{name}")


async def test_answers_are_told_where_the_whole_questionnaire_is_not_served(
    era: str, request_with_answers: Doc
) -> None:
    with serve(Platform()) as running:
        running.platform.faults.add("/api/questionnaire/", status=400, times=None)
        async with client_of(settings_for(running), era) as client:
            answer = await checked(
                client, "get_data", organisation=BROKER, risk=request_with_answers["_id"], what="questionnaire"
            )
    assert answer["questions"]
    assert "unanswered" not in answer


async def test_a_contract_without_questions_says_so(client: Client, market: Running, signed: list[Doc]) -> None:
    silent = first(signed, lambda candidate: not raw_questions(market, candidate["_id"])["questions"])
    answer = await checked(client, "get_data", organisation=BROKER, risk=silent["_id"], what="questionnaire")
    assert answer["total"] == 0
    assert "no answered questions" in answer["notes"][0]


async def test_headings_are_looked_up_without_a_risk(client: Client, market: Running) -> None:
    raw = raw_read(market, "/api/lookup/headings")["headings"]
    answer = await checked(client, "get_data", organisation=BROKER, what="headings")
    assert answer["headings"] == list(dict.fromkeys(raw))
    assert answer["total"] == len(set(raw)) < len(raw), "the platform repeats some"
    assert not {"risk", "document", "source"} & set(answer)
    reply = await checked(client, "get_data", organisation=BROKER, what="headings", find="premium")
    assert "PremiumPaymentTerms" in reply["headings"]
    none = await checked(client, "get_data", organisation=BROKER, what="headings", find="xylophone")
    assert (none["total"], "contains that" in none["notes"][0]) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({}, ["'risk' is missing", "Pass a risk id"]),
        ({"risk": "B0000NOTHING"}, ["There is no risk 'B0000NOTHING'", "get_risks"]),
        ({"what": "tags"}, ["'what'", "data, ACORDGPM, questionnaire, headings"]),
    ],
)
async def test_bad_input_says_what_would_have_been_right(
    client: Client, arguments: dict[str, Any], says: list[str]
) -> None:
    said = await refused(client, "get_data", organisation=BROKER, **arguments)
    for part in says:
        assert part in said


async def test_a_tag_that_the_contract_does_not_have_lists_those_it_has(client: Client, tagged: Doc) -> None:
    said = await refused(client, "get_data", organisation=BROKER, risk=tagged["_id"], find="Layer_Number")
    assert "'find' is in none of this contract's tags" in said
    assert "Premium_Amount" in said


async def test_what_it_asks_of_the_platform(market: Running, client: Client, tagged: Doc) -> None:
    async def requests_of(**arguments: Any) -> list[str]:
        await checked(client, "get_data", organisation=BROKER, risk=tagged["_id"])
        before = len(market.platform.requests)
        await checked(client, "get_data", organisation=BROKER, **arguments)
        return sorted(seen.path for seen in market.platform.requests[before:])

    name = tagged["_id"]
    assert await requests_of(risk=name) == [f"/api/v23.09/data/{name}"]
    assert await requests_of(risk=name, what="ACORDGPM") == [f"/api/v23.09/data/{name}/tagset/ACORDGPM"]
    assert await requests_of(risk=name, what="questionnaire") == [
        f"/api/questionnaire/{name}", f"/api/v23.09/data/questionnaire/{name}",
    ]  # fmt: skip
    assert await requests_of(what="headings") == ["/api/lookup/headings"]
