"""`get_risk`: the card from both sides, its sources, its cost in requests and tokens, and bad input."""

import json
import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from mcp import Client

from support.checks import assert_nothing_empty, checked
from support.clock import FakeClock
from support.raw import raw_list, raw_read
from support.servers import ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.demo import Running

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
REVIEWED = ("IC1B321E5A", "IC9F360654")
"""A slip with an internal review on each side."""
Doc = dict[str, Any]


def roots(rows: list[Doc], segment: str) -> list[str]:
    """Slips with such a document, in the order of the list."""
    return list(dict.fromkeys(row["id"].partition("::")[0] for row in rows if f"::{segment}" in row["id"]))


def tagged(points: list[Doc], tag: str) -> list[str]:
    """The values that the platform's own data has under a tag, outside vertical terms."""
    return [point["value"] for point in points if point["tag"] == tag and "vertical" not in point]


async def test_a_signed_slips_card_says_what_the_contract_says(
    client: Client, market: Running, raw: list[list[Doc]]
) -> None:
    sources: set[str] = set()
    reckoned = 0
    for root in roots(raw[0], "SIGNED")[:6]:
        answer = await checked(client, "get_risk", organisation=BROKER, risk=root)
        assert answer["root"] == root
        assert answer["risk"] == root[:10]
        assert answer["stage"] == "signed"
        assert answer["documents"][0] == {"id": f"{root[:10]}::SIGNED", "stage": "signed", "current": True}
        contract = answer["contract"]
        points = raw_read(market, f"/api/v23.09/data/{root}::SIGNED")["definedData"]
        for key, tag in (("insured", "Insured_Name"), ("brokerage", "Brokerage_%"), ("order", "Order")):
            values = tagged(points, tag)
            if values:
                assert contract[key][0] == {"value": values[0], "source": f"tag {tag}"}
        sources |= {
            fact["source"].partition(" ")[0]
            for part in contract.values()
            if isinstance(part, list)
            for fact in _facts(part)
        }
        premiums = tagged(points, "Premium_Amount")
        if premiums:
            assert all(fact["value"].partition(" (100%)")[0] in premiums for fact in contract["premium"])
        rates = tagged(points, "Brokerage_%")
        if len(premiums) == 1 and rates and "brokerage" in contract.get("reckoned", {}):
            reckoned += 1
            currency, amount = premiums[0].split(" ")
            commission = Decimal(amount.replace(",", "")) * Decimal(rates[0].rstrip("%")) / 100
            said = contract["reckoned"]["brokerage"].split(" ")
            assert (said[0], Decimal(said[1].replace(",", ""))) == (currency, commission)
            assert "reckoned" in answer["meaning"]
    assert sources == {"list", "control", "heading", "tag"}
    assert reckoned


def _facts(part: Any) -> list[dict[str, str]]:
    return part


async def test_the_expiry_is_the_one_of_the_list(client: Client) -> None:
    question: dict[str, Any] = {"organisation": BROKER, "stage": "signed", "team": "Energy", "show": "expiry"}
    rows = (await ask(client, "get_risks", **question, unknown=True, page_size=6))["risks"]
    rows += (await ask(client, "get_risks", **question, expiry_from="2026-11-28", page_size=6))["risks"]
    for row in rows:
        contract = (await checked(client, "get_risk", organisation=BROKER, risk=row["id"]))["contract"]
        assert contract["expiry"] == row["expiry"]
        assert contract.get("expiry_changed_by") == row.get("expiry_changed_by")
    assert len({row["expiry"] for row in rows}) > 6
    assert any("expiry_changed_by" in row for row in rows)


async def test_days_to_inception_are_counted_in_london(small: Running, era: str) -> None:
    clock = FakeClock()
    async with client_of(settings_for(small), era, clock=clock) as client:
        answer = await ask(client, "get_risk", organisation=BROKER, risk=roots(raw_list(small), "SIGNED")[0])
    inception = answer["contract"]["inception"]
    assert inception["today"] == clock.now().astimezone(UTC).date().isoformat()  # winter, when London is on UTC
    assert inception["days"] == (date.fromisoformat(inception["date"]) - date.fromisoformat(inception["today"])).days


async def test_line_totals_are_those_of_get_lines(client: Client, raw: list[list[Doc]]) -> None:
    for organisation, rows in ((BROKER, raw[0]), (CARRIER, raw[1])):
        for root in roots(rows, "FO")[:6]:
            card = await ask(client, "get_risk", organisation=organisation, risk=root)
            lines = await ask(client, "get_lines", organisation=organisation, risk=root)
            shown = card.get("lines", [])
            assert shown == lines.get("sections", [])[: len(shown)]
            assert len(shown) + card.get("left_out", {}).get("lines", 0) == len(lines.get("sections", []))


async def test_endorsements_are_counted_as_get_endorsements_tells_them(client: Client, raw: list[list[Doc]]) -> None:
    several: set[str] = set()
    for organisation, rows in ((BROKER, raw[0]), (CARRIER, raw[1])):
        with_some = list(
            dict.fromkeys(row["id"].partition("::")[0] for row in rows if re.search(r"::EN\d+$", row["id"]))
        )
        assert with_some
        for root in with_some[:5]:
            card = await ask(client, "get_risk", organisation=organisation, risk=root)
            endorsements = await ask(client, "get_endorsements", organisation=organisation, risk=root)
            assert card["progress"]["endorsements"] == endorsements["by_state"]
            several |= set(endorsements["by_state"])
    assert len(several) >= 3


async def test_both_sides_of_one_slip_have_their_own_card(client: Client, raw: list[list[Doc]]) -> None:
    both = [root for root in roots(raw[0], "SIGNED") if root in roots(raw[1], "SIGNED")]
    assert both
    for root in both[:5]:
        broker = await checked(client, "get_risk", organisation=BROKER, risk=root)
        carrier = await checked(client, "get_risk", organisation=CARRIER, risk=root)
        assert broker["organisation"]["company_id"] == BROKER
        assert carrier["organisation"]["company_id"] == CARRIER
        assert broker["parties"]["broker"] == carrier["parties"]["broker"]
        assert "carriers_owners" not in carrier["parties"]
        assert carrier["documents"][0]["id"].startswith(f"{root[:10]}::SIGNED::{CARRIER}")
        partial = "against" not in carrier["lines"][0]["written"]
        assert any("may not be the whole risk's" in note for note in carrier["notes"]) is partial
        assert not any("may not be the whole risk's" in note for note in broker["notes"])
        if partial:
            assert "against" not in json.dumps(carrier["lines"])


async def test_owners_labels_and_actions_are_those_of_the_platform(
    client: Client, market: Running, raw: list[list[Doc]]
) -> None:
    owned = labelled = wish = 0
    for root in roots(raw[1], "FO")[14:23]:
        answer = await ask(client, "get_risk", organisation=CARRIER, risk=root)
        owners = [
            entry
            for entry in raw_read(market, f"/api/owner/{root}", 1)
            if entry["ownerChannel"].startswith("marrowgate_")
        ]
        assert (answer["parties"]["owner"] == "nobody on this side") == (not owners)
        titles = {entry["title"] for entry in raw_read(market, f"/api/labels/{root}", 1)}
        assert set(answer.get("marks", {}).get("labels", [])) == titles
        actions = {open_action["action"] for open_action in answer.get("progress", {}).get("open_actions", [])}
        summaries = raw_read(market, f"/api/documents/RWRiskSummary::{root}::{_team(raw[1], root)}", 1)
        assert {action.partition(":")[0] for action in summaries["actions"]} <= actions
        owned += bool(owners)
        labelled += bool(titles)
        wish += bool(actions)
    assert owned
    assert labelled
    assert wish


def _team(rows: list[Doc], root: str) -> str:
    channels = [channel for row in rows if row["id"].startswith(root) for channel in row.get("channels", [])]
    return next(channel for channel in channels if channel.startswith("marrowgate_"))


@pytest.mark.parametrize("number", [0, 1])
async def test_an_internal_review_is_the_organisations_own_and_its_words_come_on_request_only(
    client: Client, market: Running, raw: list[list[Doc]], number: int
) -> None:
    side = (BROKER, CARRIER)[number]
    name = next(row["id"].partition("::")[0] for row in raw[number] if row["id"].startswith(REVIEWED[number]))
    review: Doc = raw_read(market, f"/api/risks/{name}/related/RWRiskAuthorisationState", number)[-1]
    request: Doc = review["currentAuthRequest"]
    risk: Doc = {"organisation": side, "risk": review["_id"].partition("::")[0]}
    card = await ask(client, "get_risk", **risk)
    day: str = request["updatedAt"][:10]
    assert card["progress"]["internal_review"] == f"{request['status']} since {day}, internal to this organisation"
    assert request["requesterNotes"] not in json.dumps(card)
    assert request["requesterNotes"] not in json.dumps(await ask(client, "get_messages", **risk))
    answer = await ask(client, "get_messages", **risk, internal=True)
    [requests] = [message for message in answer["messages"] if message["kind"] == "review_request"]
    assert (requests["text"], requests["internal_to"]) == (request["requesterNotes"], card["organisation"]["name"])
    other = await client.call_tool("get_messages", risk | {"organisation": (CARRIER, BROKER)[number], "internal": True})
    assert "review_request" not in json.dumps(other.structured_content)


async def test_a_full_card_still_says_what_its_percentages_come_to(client: Client, raw: list[list[Doc]]) -> None:
    full = 0
    for root in roots(raw[0], "SIGNED")[:40]:
        card = await ask(client, "get_risk", organisation=BROKER, risk=root)
        premiums = [fact["value"] for fact in card["contract"].get("premium", [])]
        rates = [fact["value"] for fact in card["contract"].get("brokerage", []) if " of which " not in fact["value"]]
        plain = len(premiums) == 1 and re.fullmatch(r"[A-Z]{3} [\d,]+ \(100%\), Flat.*", premiums[0])
        if "left_out" in card and plain and len(rates) == 1:
            full += 1
            assert "brokerage" in "".join(card["contract"]["reckoned"]), (root, card["contract"])
        facts = [fact["value"] for name in ("limit", "premium", "insured") for fact in card["contract"].get(name, [])]
        if any(fact.endswith("…") and len(fact) < 90 for fact in facts):
            assert len(card["documents"]) <= 2, "documents are left out before what the contract says is cut"
    assert full > 3


async def test_a_declaration_is_linked_to_its_facility(client: Client, raw: list[list[Doc]]) -> None:
    for root in roots(raw[0], "FO"):
        answer = await ask(client, "get_risk", organisation=BROKER, risk=root)
        for facility in answer.get("marks", {}).get("facilities", []):
            short = facility.partition(" ")[0]
            linked = await ask(client, "get_risk", organisation=BROKER, risk=short)
            assert linked["marks"]["facility"] is True
            assert linked["name"].startswith(facility.partition("(")[2].rstrip(")")[:40])
            return
    raise AssertionError("no declaration in the book")


@pytest.mark.parametrize("organisation", [0, 1])
async def test_cards_keep_their_budget_and_hold_nothing_empty(
    client: Client, raw: list[list[Doc]], organisation: int
) -> None:
    documents = Counter(row["id"].partition("::")[0] for row in raw[organisation])
    documents["IC54EB9B18"] += 20 * (organisation == 0)  # three sections that end on days of their own
    largest_and_some = dict.fromkeys([root for root, _ in documents.most_common(8)] + list(documents)[::40])
    for number, root in enumerate(largest_and_some):
        look = ask if number % 20 else checked
        answer = await look(client, "get_risk", organisation=(BROKER, CARRIER)[organisation], risk=root)
        assert tokens(answer) <= 800, root
        assert {"insured", "period", "limit", "premium", "order"} <= set(answer["contract"]), "however little else fits"
        assert answer["parties"]["leaders"], "somebody, or that nobody is named"
        assert answer["stage"] not in ("firm_order", "signed") or answer["open_subjectivities"] >= 0
        assert "@" not in json.dumps(answer)
        assert answer["notes"][0].endswith("typed by other parties.")
        assert "does not confirm cover, agreement, premium or signing" in answer["notes"][0]


async def test_ids_of_a_card_are_accepted_as_they_are(client: Client, raw: list[list[Doc]]) -> None:
    card = await ask(client, "get_risk", organisation=BROKER, risk=roots(raw[0], "SIGNED")[0])
    umr = card["umr"]
    for wish in (card["risk"], card["root"].lower(), *(document["id"] for document in card["documents"])):
        again = await ask(client, "get_risk", organisation=BROKER, risk=wish)
        assert again["root"] == card["root"]
    by_umr = await client.call_tool("get_risk", {"organisation": BROKER, "risk": umr.removeprefix("B")})
    assert by_umr.is_error == bool(card.get("marks", {}).get("umr_shared"))


async def test_a_document_behind_a_slip_is_answered_with_the_contracts_that_there_are(
    client: Client, raw: list[list[Doc]]
) -> None:
    root = roots(raw[0], "SIGNED")[0]
    said = await refused(client, "get_risk", organisation=BROKER, risk=f"{root}::FO::ACME::MARINE::WRLS")
    assert "has no such contract document" in said
    assert f"Its documents: {root[:10]}::SIGNED" in said


async def test_a_document_that_is_not_current_is_read_and_named(client: Client, raw: list[list[Doc]]) -> None:
    root = roots(raw[0], "SIGNED")[0]
    answer = await ask(client, "get_risk", organisation=BROKER, risk=f"{root[:10]}::FO")
    assert answer["contract"]["document"] == f"{root[:10]}::FO"
    assert answer["stage"] == "signed"


async def test_an_endorsement_is_answered_with_the_card_of_its_slip(client: Client, raw: list[list[Doc]]) -> None:
    name = next(row["id"] for row in raw[0] if row["id"].endswith("::SIGNED::EN1"))
    answer = await ask(client, "get_risk", organisation=BROKER, risk=name)
    assert "document" not in answer["contract"]
    assert answer["contract"]["insured"]


async def test_a_card_costs_five_requests(small: Running, small_client: Client) -> None:
    first, second, *_ = roots(raw_list(small), "SIGNED")
    await ask(small_client, "get_risks", organisation=BROKER, page_size=0)
    await ask(small_client, "get_risk", organisation=BROKER, risk=first)
    small.platform.requests.clear()
    await ask(small_client, "get_risk", organisation=BROKER, risk=second)
    assert len(small.platform.requests) == 5


async def test_a_slip_that_is_younger_than_the_list_has_a_card(running: Running, era: str) -> None:
    rows = raw_list(running)
    root = roots(rows, "SIGNED")[0]
    others = [row for row in rows if not row["id"].startswith(root)]
    running.platform.faults.add("/api/risks", status=200, body=json.dumps(others))
    async with client_of(settings_for(running), era) as client:
        answer = await ask(client, "get_risk", organisation=BROKER, risk=root)
    assert answer["root"] == root
    assert answer["stage"] == "signed"
    assert answer["documents"][0]["id"].endswith("::SIGNED")
    assert answer["contract"]["insured"]
    assert any("inbox" in note for note in answer["notes"])


async def test_a_card_without_its_comforts_says_what_is_missing(running: Running, era: str) -> None:
    root = roots(raw_list(running), "SIGNED")[0]
    for path in ("/api/owner/", "/api/labels/", "/api/documents/", "/api/shared/corporate"):
        running.platform.faults.add(path, status=400, times=None)
    settings = settings_for(running, user_id=running.platform.login.memberships[0].user_id)
    async with client_of(settings, era) as client:
        answer = await ask(client, "get_risk", risk=root)
    assert "owner" not in answer["parties"]
    assert any("inbox" in note for note in answer["notes"])
    assert_nothing_empty(answer)


async def test_a_contract_of_nonsense_has_a_card_all_the_same(running: Running, era: str) -> None:
    root = roots(raw_list(running), "SIGNED")[0]
    async with client_of(settings_for(running), era) as client:
        for body in (
            "{}", '{"MRCContract": 7, "control": []}', '{"MRCContract": {"lineItems": [null, 7, {"placeholders": {}}]}}'
        ):  # fmt: skip
            running.platform.faults.clear()
            running.platform.faults.add(f"/api/risks/{root}", status=200, body=body, times=None)
            answer = await ask(client, "get_risk", organisation=BROKER, risk=root)
            assert answer["root"] == root, body
            assert "insured" not in answer["contract"], body
            assert_nothing_empty(answer)


async def test_a_contract_of_another_organisation_is_not_shown(running: Running, era: str) -> None:
    root = roots(raw_list(running), "SIGNED")[0]
    secret = json.dumps({"_id": f"{root}::SIGNED", "channels": ["elsewhere_ALL"], "control": {"insuredName": "Secret"}})
    running.platform.faults.add(f"/api/risks/{root}", status=200, body=secret, times=None)
    async with client_of(settings_for(running), era) as client:
        said = await refused(client, "get_risk", organisation=BROKER, risk=root)
    assert "was not shown" in said
    assert "Secret" not in said


async def test_what_belongs_to_others_is_dropped_and_counted(running: Running, era: str) -> None:
    root = roots(raw_list(running), "SIGNED")[0]
    foreign = [{"_id": f"{root}::OWN::X::Y", "channels": ["x_Y"], "ownerChannel": "x_Y", "ownerUserID": "MU1"}]
    running.platform.faults.add("/api/owner/", status=200, body=json.dumps(foreign), times=None)
    async with client_of(settings_for(running), era) as client:
        answer = await ask(client, "get_risk", organisation=BROKER, risk=root)
    assert answer["skipped"] == 1
    assert answer["parties"]["owner"] == "nobody on this side"


async def test_a_slip_that_vanished_is_an_error_that_says_what_to_do(running: Running, era: str) -> None:
    root = roots(raw_list(running), "SIGNED")[0]
    running.platform.faults.add(f"/api/risks/{root}", status=400, times=None)
    async with client_of(settings_for(running), era) as client:
        said = await refused(client, "get_risk", organisation=BROKER, risk=root)
    assert "Not found, or not visible to this organisation (Calderfinch Partners)" in said
    assert "get_risks" in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"risk": "ICFFFFFFFF"}, "There is no risk 'ICFFFFFFFF'"),
        ({"risk": "MU9F9B69B3-B4AC-0491-2160-2DF1F974854B"}, "'risk' is the id of a person or organisation"),
        ({"risk": "A-D0861C3D-45A0-4787-9482-2115C432035D"}, "'risk' is the id of an attachment"),
        ({"risk": "marrowgate_MARINE"}, "'risk' is the id of a team (its channel)"),
        ({"risk": ""}, "Argument 'risk'"),
        ({}, "Argument 'risk' is missing"),
        ({"risk": "IC1", "organisation": "all"}, "must name exactly one organisation"),
        ({"risk": "IC1", "lines": True}, "Argument 'lines' does not exist"),
    ],
)
async def test_bad_input_says_what_would_have_been_right(client: Client, arguments: Doc, words: str) -> None:
    assert words in await refused(client, "get_risk", **({"organisation": BROKER} | arguments))


def test_the_clock_of_these_tests_stands_in_winter() -> None:
    assert FakeClock().now() == datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
