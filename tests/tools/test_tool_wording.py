# ruff: noqa: RUF001  # the names of the market are typed as people type them
"""`get_wording`: outline, texts and passages of a contract as each side sees it."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client

from support.checks import checked
from support.servers import client_of, refused, settings_for
from support.slips import Doc, a_contract, an_endorsement, contracts, first, has_verticals, items, root_of, short_of
from support.tokens import tokens
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


@pytest.fixture(scope="module")
def plain(signed: list[Doc]) -> Doc:
    """One in which every carrier has the same terms."""
    return first(signed, lambda candidate: not has_verticals(candidate) and "[[" in json.dumps(candidate))


async def test_the_outline_lists_every_heading_once_below_its_section(client: Client, plain: Doc) -> None:
    answer = await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"])
    assert answer["organisation"]["company_id"] == BROKER
    assert answer["risk"] == short_of(plain["_id"])
    assert answer["document"] == short_of(plain["_id"]) + plain["_id"].removeprefix(root_of(plain["_id"]))
    assert (answer["status"], answer["source"]) == ("Signed", "contract text, written by the parties")
    rows = [(entry["index"], entry["heading"]) for section in answer["sections"] for entry in section["headings"]]
    assert rows == [
        (item["index"], item["mrcHeading"])
        for item in items(plain)
        if item["originalSection"] != "self" or item["elements"]
    ]
    assert answer["total"] == len(rows)
    assert [section["section"] for section in answer["sections"]] == list(
        dict.fromkeys(item["mrcSection"] for item in items(plain))
    )


async def test_typical_answers(client: Client, plain: Doc) -> None:
    texts = await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"], heading="Period")
    del texts["as_of"]
    assert texts == snapshot(
        {
            "organisation": {
                "id": "MU9F9B69B3-B4AC-0491-2160-2DF1F974854B",
                "company_id": "CALDERFINCH",
                "name": "Calderfinch Partners",
            },
            "risk": "IC007944AE",
            "name": "Grönhagen Helicopters – Hull & Liabilities 2025",
            "umr": "B9800AV2500204",
            "document": "IC007944AE::SIGNED",
            "status": "Signed",
            "source": "contract text, written by the parties",
            "total": 1,
            "texts": [
                {
                    "index": 7,
                    "section": "RiskDetails",
                    "heading": "Period",
                    "text": """\
From: 21 Jan 2026
To: 20 Jan 2027
Both days at 12.01 a.m. Local Standard Time at the place of the
interest insured.\
""",
                }
            ],
        }
    )
    answer = await checked(
        client, "get_wording", organisation=BROKER, risk=plain["_id"], search="in proportion, but for"
    )
    del answer["as_of"]
    assert answer == snapshot(
        {
            "organisation": {
                "id": "MU9F9B69B3-B4AC-0491-2160-2DF1F974854B",
                "company_id": "CALDERFINCH",
                "name": "Calderfinch Partners",
            },
            "risk": "IC007944AE",
            "name": "Grönhagen Helicopters – Hull & Liabilities 2025",
            "umr": "B9800AV2500204",
            "document": "IC007944AE::SIGNED",
            "status": "Signed",
            "source": "contract text, written by the parties",
            "total": 1,
            "passages": [
                {
                    "index": 23,
                    "heading": "SigningProvisions",
                    "quote": """\
Lines above the order are signed down in proportion, but for
those to stand; the broker may sign unequally with the insurers' leave.\
""",
                }
            ],
        }
    )


async def test_the_text_of_headings_has_its_placeholders_filled(client: Client, plain: Doc) -> None:
    answer = await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"], heading=["period", "PREMIUM"])
    assert [entry["heading"] for entry in answer["texts"]] == ["Period", "Premium"]
    for entry in answer["texts"]:
        (item,) = items(plain, index=entry["index"])
        assert item["placeholders"]
        for placeholder in item["placeholders"]:
            assert " ".join(placeholder["value"].split()) in " ".join(entry["text"].split())
        assert "[[" not in entry["text"]
        assert "<b>" not in entry["text"]


@pytest.mark.parametrize("wish", ["mrc", "title", "index", "number"])
async def test_a_heading_is_found_by_each_of_its_names(client: Client, plain: Doc, wish: str) -> None:
    (item,) = items(plain, mrcHeading="Situation")
    names = {
        "mrc": "situation", "title": item["originalHeading"].lower(), "index": str(item["index"]),
        "number": item["index"],
    }  # fmt: skip
    answer = await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"], heading=names[wish])
    assert [entry["index"] for entry in answer["texts"]] == [item["index"]]


@pytest.mark.parametrize("wish", ["SecurityDetails", "security details", "SECURITY"])
async def test_a_whole_section_can_be_read(client: Client, plain: Doc, wish: str) -> None:
    answer = await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"], section=wish)
    wanted = [item["index"] for item in items(plain, mrcSection="SecurityDetails") if item["originalSection"] != "self"]
    assert [entry["index"] for entry in answer["texts"]] == wanted
    assert answer["total"] == len(wanted)


async def test_a_search_quotes_the_contract_word_for_word(client: Client, plain: Doc) -> None:
    whole = await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"], section="SecurityDetails")
    texts = {entry["index"]: entry["text"] for entry in whole["texts"]}
    answer = await checked(
        client, "get_wording", organisation=BROKER, risk=plain["_id"], search="LINES above the order",
        section="SecurityDetails",
    )  # fmt: skip
    (passage,) = answer["passages"]
    assert passage["heading"] == "SigningProvisions"
    assert passage["quote"].strip("\N{HORIZONTAL ELLIPSIS}") in texts[passage["index"]]
    across = "down in proportion, but for those to stand"
    reply = await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"], search=across)
    assert [entry["heading"] for entry in reply["passages"]] == ["SigningProvisions"], "it goes on in the next line"
    assert "notes" not in reply


async def test_words_that_are_no_phrase_are_marked_as_such(client: Client, plain: Doc) -> None:
    answer = await checked(
        client, "get_wording", organisation=BROKER, risk=plain["_id"], search="proportion signed broker"
    )
    assert [passage["heading"] for passage in answer["passages"]] == ["SigningProvisions"]
    assert "do not stand there as a phrase" in answer["notes"][0]


async def test_nothing_found_says_what_was_searched(client: Client, plain: Doc) -> None:
    answer = await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"], search="xylophone")
    assert answer["total"] == 0
    assert "headings were searched and none holds this" in answer["notes"][0]


async def test_vertical_terms_name_the_carriers_that_they_apply_to(client: Client, signed: list[Doc]) -> None:
    contract = first(signed, has_verticals)
    answer = await checked(client, "get_wording", organisation=BROKER, risk=contract["_id"], heading="Conditions")
    common, own = answer["texts"]
    assert "carriers" not in common
    (carrier,) = own["carriers"]
    (prefix,) = first(items(contract), lambda item: "vertical" in item)["vertical"]["assignedCarrierPrefixes"]
    assert carrier.casefold() != prefix, "a name, not a channel"
    assert carrier.replace(" ", "").lower().startswith(prefix[:4])
    assert "this insurer only" in own["text"]
    assert "apply to those carriers only" in answer["notes"][0]


async def test_a_carrier_reads_its_own_copy_and_only_what_it_may_see(client: Client, market: Running) -> None:
    mine = contracts(market, 1)
    contract = first(
        mine,
        lambda candidate: candidate["_id"].endswith("::MARROWGATE::MARINE") or "::MARROWGATE::" in candidate["_id"],
    )
    answer = await checked(client, "get_wording", organisation=CARRIER, risk=short_of(contract["_id"]))
    assert answer["organisation"]["company_id"] == CARRIER
    assert "MARROWGATE" in answer["document"]
    indexes = [entry["index"] for section in answer["sections"] for entry in section["headings"]]
    assert indexes == [item["index"] for item in items(contract) if item["originalSection"] != "self"]


async def test_an_endorsement_is_read_by_its_id(client: Client, market: Running) -> None:
    endorsement = an_endorsement(market)
    answer = await checked(
        client, "get_wording", organisation=BROKER, risk=endorsement["_id"], heading="ContractChanges"
    )
    assert "::EN" in answer["document"]
    assert answer["texts"][0]["section"] == "ContractChanges"


def long_contract(name: str, channels: list[str]) -> Doc:
    rows = [f"Vessel {n} | IMO {9_900_000 + n} | USD {n * 37_251:,}" for n in range(600)]
    texts = {"Interest": "\n".join(rows), "Exclusions": "war " * 4_000, "Period": "2026"}
    return {
        "_id": name, "channels": channels, "control": {"status": "Signed"},
        "MRCContract": {
            "lineItems": [
                {"index": n, "mrcHeading": heading, "mrcSection": "RiskDetails", "originalHeading": heading,
                 "elements": [{"text": line} for line in text.split("\n")]}
                for n, (heading, text) in enumerate(texts.items())
            ]
        },
    }  # fmt: skip


async def pages(client: Client, **arguments: Any) -> list[Any]:
    """Every page of an answer."""
    results = [await checked(client, "get_wording", **arguments)]
    while "next_cursor" in results[-1]:
        assert len(results) < 100
        results.append(await checked(client, "get_wording", **arguments, cursor=results[-1]["next_cursor"]))
    return results


async def test_long_texts_come_in_pages_that_lose_nothing_and_keep_the_budget(era: str) -> None:
    with serve(Platform(documents=(3, 2))) as running:
        contract = a_contract(running)
        document = long_contract(contract["_id"], contract["channels"])
        running.platform.faults.add("/api/risks/IC", status=200, body=json.dumps(document), times=None)
        async with client_of(settings_for(running), era) as client:
            parts = await pages(client, organisation=BROKER, risk=contract["_id"], section="RiskDetails")
            searched = await pages(client, organisation=BROKER, risk=contract["_id"], search="IMO 99")
    assert len(parts) > 5
    assert all(tokens(page) <= 1_700 for page in [*parts, *searched])
    entries = [entry for page in parts for entry in page["texts"]]
    assert len({(entry["index"], entry.get("part")) for entry in entries}) == len(entries)
    for item in document["MRCContract"]["lineItems"]:
        words = "".join("".join(e["text"].split()) for e in entries if e["index"] == item["index"])
        assert words == "".join("".join(element["text"].split()) for element in item["elements"])
    passages = [passage for page in searched for passage in page["passages"]]
    assert len(passages) == searched[0]["total"]


async def test_a_contract_that_cannot_be_this_organisations_is_not_shown(era: str) -> None:
    with serve(Platform(documents=(3, 2))) as running:
        contract = a_contract(running)
        foreign = long_contract(contract["_id"], ["somebody_ELSE"])
        running.platform.faults.add("/api/risks/IC", status=200, body=json.dumps(foreign), times=None)
        async with client_of(settings_for(running), era) as client:
            said = await refused(client, "get_wording", organisation=BROKER, risk=contract["_id"])
    assert "does not belong to this organisation" in said
    assert "Vessel" not in said


async def test_hidden_characters_and_addresses_are_taken_out(era: str) -> None:
    with serve(Platform(documents=(3, 2))) as running:
        contract = a_contract(running)
        document = long_contract(contract["_id"], contract["channels"])
        text = "Notify jo@acorn.example \u202eesrever\u200b now\x00"
        document["MRCContract"]["lineItems"][2]["elements"] = [{"text": text}]
        running.platform.faults.add("/api/risks/IC", status=200, body=json.dumps(document), times=None)
        async with client_of(settings_for(running), era) as client:
            answer = await checked(client, "get_wording", organisation=BROKER, risk=contract["_id"], heading="Period")
    assert answer["texts"][0]["text"] == "Notify (e-mail address left out) esrever now"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"heading": "Sublimits"}, ["'heading' is none of this contract's headings", "It has: ", " Period,"]),
        ({"heading": "9999"}, ["'heading' is none of this contract's headings"]),
        ({"heading": "Basis"}, ["could be several headings", "Pass one of: ", "BasisOfWrittenLines"]),
        ({"section": "Nowhere"}, ["'section' is no section of this contract", "Sections: RiskDetails"]),
        ({"section": "details"}, ["could be several sections", "RiskDetails", "SecurityDetails"]),
        ({"section": "SecurityDetails", "heading": "Period"}, ["'heading' is none of", "OrderHereon"]),
        ({"cursor": "nonsense"}, ["is not a cursor of this server"]),
        ({"headings": "Period"}, ["'headings' does not exist", "Did you mean 'heading'?"]),
    ],
)
async def test_bad_input_says_what_would_have_been_right(
    client: Client, plain: Doc, arguments: dict[str, Any], says: list[str]
) -> None:
    said = await refused(client, "get_wording", organisation=BROKER, risk=plain["_id"], **arguments)
    for part in says:
        assert part in said
    assert "Call again with that corrected." in said


async def test_a_cursor_of_another_question_is_refused(era: str) -> None:
    with serve(Platform(documents=(3, 2))) as running:
        contract = a_contract(running)
        document = long_contract(contract["_id"], contract["channels"])
        running.platform.faults.add("/api/risks/IC", status=200, body=json.dumps(document), times=None)
        async with client_of(settings_for(running), era) as client:
            first_page = await checked(
                client, "get_wording", organisation=BROKER, risk=contract["_id"], heading="Interest"
            )
            said = await refused(
                client, "get_wording", organisation=BROKER, risk=contract["_id"], heading="Exclusions",
                cursor=first_page["next_cursor"],
            )  # fmt: skip
    assert "belongs to another question" in said


async def test_it_costs_one_request(market: Running, client: Client, plain: Doc) -> None:
    await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"])
    before = len(market.platform.requests)
    await checked(client, "get_wording", organisation=BROKER, risk=plain["_id"], search="order")
    assert [seen.path for seen in market.platform.requests[before:]] == [f"/api/risks/{plain['_id']}"]


async def test_usual_pages_keep_their_budget(client: Client, signed: list[Doc]) -> None:
    for contract in signed[:6]:
        for arguments in ({}, {"section": "RiskDetails"}, {"search": "the"}):
            answer = await checked(client, "get_wording", organisation=BROKER, risk=contract["_id"], **arguments)
            assert tokens(answer) <= 1_700
