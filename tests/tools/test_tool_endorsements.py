# ruff: noqa: E501  # the typical answer stands here as it is sent
"""`get_endorsements`: what each changes, how far it is, and whom it awaits, on both sides of the same slip."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client

from support.checks import checked
from support.raw import raw_read
from support.servers import ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.demo import Running

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
ASKED = {"leader", "agreementParty"}
COMPLETED_TOO_SOON = "IC56A5B8DE"
"""A signed slip with an endorsement that was finalised without one party's agreement."""


async def endorsed(client: Client, organisation: str) -> list[str]:
    """The slips with an endorsement that an organisation sees."""
    answer = await ask(
        client, "get_risks", organisation=organisation, unit="document", stage="endorsement", page_size=100
    )
    return list(dict.fromkeys(row["id"].partition("::")[0] for row in answer["risks"]))


def root_of(raw: list[dict[str, Any]], short: str) -> str:
    """The full root that a short id stands for."""
    return next(row["id"].partition("::")[0] for row in raw if row["id"].replace("-", "").startswith(short))


@pytest.mark.parametrize("organisation", [BROKER, CARRIER])
async def test_the_state_of_each_is_what_its_followers_say(
    client: Client, market: Running, raw: list[list[Any]], organisation: str
) -> None:
    number = [BROKER, CARRIER].index(organisation)
    for risk in (await endorsed(client, organisation))[:6]:
        root = root_of(raw[number], risk)
        documents = {row["_id"]: row for row in raw_read(market, f"/api/endorsements/{root}", number)}
        parts = raw_read(market, f"/api/risks/{root}/related/RWEndorsementFollower", number)
        answer = await checked(client, "get_endorsements", risk=risk, organisation=organisation)
        assert answer["total"] == len(documents) == sum(answer["by_state"].values())
        for entry in answer["endorsements"]:
            own_id = f"{root}::{entry['id'].partition('::')[2]}"
            status = documents[own_id]["control"]["status"]
            open_parts = [
                part
                for part in parts
                if part["endorsementDocID"] == own_id and part["followerType"] in ASKED and "agreement" not in part
            ]
            assert entry["status"] == status
            assert len(entry.get("awaiting", [])) == (len(open_parts) if status == "Endorsement" else 0)
            if status == "EndorsementInPreparation":
                assert entry["state"] == "in_preparation"
            if status.endswith(("Withdrawn", "Declined")):
                assert entry["state"] == status.removeprefix("Endorsement").lower()


async def test_a_completed_one_that_still_awaits_a_party_is_told_with_the_contradiction(client: Client) -> None:
    answer = await checked(client, "get_endorsements", organisation=BROKER, risk=COMPLETED_TOO_SOON)
    (entry,) = [endorsement for endorsement in answer["endorsements"] if "conflicts" in endorsement]
    assert entry["awaiting"]
    assert (entry["state"], entry["status"]) == ("awaiting_agreement", "EndorsementFinalised")
    assert "but 1 asked to agree have no agreement on record" in entry["conflicts"][0]


async def test_a_broker_sees_every_part_and_a_carrier_its_own(client: Client) -> None:
    both = sorted(set(await endorsed(client, BROKER)) & set(await endorsed(client, CARRIER)))
    assert both
    for risk in both:
        broker = await checked(client, "get_endorsements", risk=risk, organisation=BROKER)
        carrier = await checked(client, "get_endorsements", risk=risk, organisation=CARRIER)
        seen = {entry["id"]: entry for entry in broker["endorsements"]}
        assert not any("your_part" in entry or "unseen" in entry for entry in seen.values())
        for entry in carrier["endorsements"]:
            assert entry["your_part"]["carrier"].startswith("Marrowgate Underwriting")
            others = [name for name in entry.get("agreed", []) if not name.startswith("Marrowgate Underwriting")]
            assert others == []
            if seen[entry["id"]]["state"] == "agreed" and entry["state"] != "agreed":
                assert entry["state"] == "shown"
                assert any("unseen" in note for note in carrier["notes"])


async def test_one_is_asked_for_by_number_or_by_the_id_of_an_answer(client: Client) -> None:
    risk = (await endorsed(client, BROKER))[0]
    listed = await ask(client, "get_endorsements", risk=risk, organisation=BROKER)
    first = listed["endorsements"][0]
    for name in (first["number"], f"EN{first['number']}", first["id"], first["id"].lower()):
        answer = await checked(client, "get_endorsements", risk=risk, organisation=BROKER, endorsement=name)
        (entry,) = answer["endorsements"]
        assert entry["id"] == first["id"]
        assert entry["parties"]
        assert answer["total"] == listed["total"]


async def test_a_number_that_is_none_is_told_which_there_are(client: Client) -> None:
    risk = (await endorsed(client, BROKER))[0]
    words = await refused(client, "get_endorsements", risk=risk, organisation=BROKER, endorsement="99")
    assert words.startswith("Argument 'endorsement' is none of this risk's.")
    assert f"1 ({risk}::" in words


async def test_a_risk_without_any_has_none_and_says_so_in_numbers(client: Client) -> None:
    rows = (await ask(client, "get_risks", organisation=BROKER, stage="draft", page_size=1))["risks"]
    answer = await checked(client, "get_endorsements", risk=rows[0]["id"], organisation=BROKER)
    assert (answer["total"], answer["endorsements"]) == (0, [])
    assert "by_state" not in answer
    words = await refused(client, "get_endorsements", risk=rows[0]["id"], organisation=BROKER, endorsement="1")
    assert "The risk has none that this organisation can see." in words


async def test_an_unknown_risk_is_told_where_to_look(client: Client) -> None:
    words = await refused(client, "get_endorsements", risk="IC99999999", organisation=BROKER)
    assert "get_risks" in words
    assert "Calderfinch Partners" in words


def roots(running: Running) -> list[str]:
    """The slips of the demo person's broker."""
    return running.platform.roots(running.platform.login.memberships[0].user_id)


def many(root: str, number: int, followers: int) -> tuple[list[Any], list[Any]]:
    """So many endorsements of a slip, each with so many carriers."""
    item = {"mrcSection": "ContractChanges", "mrcHeading": "ContractChanges", "elements": [{"text": "w " * 900}]}
    documents = [
        {
            "_id": f"{root}::FO::EN{n}",
            "channels": ["calderfinch_MARINE"],
            "control": {"status": "Endorsement", "endorsementNumber": str(n), "placingBrokerChannel": "calderfinch_X"},
            "MRCContract": {"lineItems": [item]},
        }
        for n in range(number)
    ]
    parts = [
        {
            "_id": f"{document['_id']}::ENF::carrier{n}_MARINE",
            "channels": ["calderfinch_MARINE"],
            "endorsementDocID": document["_id"],
            "uwrChannel": f"carrier{n}_MARINE",
            "followerType": "leader" if n == 0 else "agreementParty",
        }
        for document in documents
        for n in range(followers)
    ]
    return documents, parts


async def test_many_of_them_come_in_pages_that_keep_the_budget(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        risk = (await endorsed(client, BROKER))[0]
        root = next(root for root in roots(running) if root.startswith(risk))
        documents, parts = many(root, 20, 24)
        running.platform.faults.add("/api/endorsements/", status=200, body=json.dumps(documents), times=None)
        running.platform.faults.add(f"/api/risks/{root}/related/", status=200, body=json.dumps(parts), times=None)
        arguments: dict[str, Any] = {"risk": risk, "organisation": BROKER}
        seen: list[str] = []
        for _ in range(100):
            answer = await checked(client, "get_endorsements", **arguments)
            assert tokens(answer) <= 1_700
            assert all(entry["awaiting"][-1] == "and 16 more" for entry in answer["endorsements"])
            seen += [entry["number"] for entry in answer["endorsements"]]
            if "next_cursor" not in answer:
                break
            arguments["cursor"] = answer["next_cursor"]
        whole = await checked(client, "get_endorsements", risk=risk, organisation=BROKER, endorsement="7")
    assert seen == [str(n) for n in range(19, -1, -1)]
    assert tokens(whole) <= 1_700
    assert whole["endorsements"][0]["parties_left_out"] == 8


async def test_what_cannot_belong_to_the_organisation_is_dropped_and_counted(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        risk = (await endorsed(client, BROKER))[0]
        root = next(root for root in roots(running) if root.startswith(risk))
        documents, _ = many(root, 2, 0)
        documents[0]["channels"] = ["oakmount_MARINE"]
        running.platform.faults.add("/api/endorsements/", status=200, body=json.dumps(documents))
        running.platform.faults.add(f"/api/risks/{root}/related/", status=200, body="[]")
        answer = await checked(client, "get_endorsements", risk=risk, organisation=BROKER)
    assert (answer["total"], answer["skipped"]) == (1, 1)


async def test_a_history_that_cannot_be_read_is_said(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        risk = (await endorsed(client, BROKER))[0]
        running.platform.faults.add("/api/activities/", status=400)
        answer = await checked(client, "get_endorsements", risk=risk, organisation=BROKER)
    assert any("history could not be read" in note for note in answer["notes"])


async def test_a_cursor_of_another_question_is_refused(client: Client) -> None:
    first, second = (await endorsed(client, BROKER))[:2]
    words = await refused(client, "get_endorsements", risk=first, organisation=BROKER, cursor="AAAAAAAAAAAAAAA")
    assert "another question" in words
    assert second


async def test_a_typical_answer(client: Client) -> None:
    risk = min(set(await endorsed(client, BROKER)) & set(await endorsed(client, CARRIER)))
    answer = await checked(client, "get_endorsements", risk=risk, organisation=CARRIER)
    assert tokens(answer) <= 450
    del answer["as_of"]
    assert answer == snapshot(
        {
            "organisation": {
                "id": "MU24F117C9-111D-CCD9-689C-B2C9C3BD1CD4",
                "company_id": "MARROWGATE",
                "name": "Marrowgate Underwriting",
            },
            "risk": "IC06BE06E8",
            "name": "青嵐 (Seiran) Stevedoring Charterers Liability 2026",
            "umr": "B9800ML2600325A",
            "total": 1,
            "by_state": {"shown": 1},
            "endorsements": [
                {
                    "id": "IC06BE06E8::SIGNED::EN1",
                    "number": "1",
                    "type": "standard",
                    "state": "shown",
                    "status": "Endorsement",
                    "effective": "10 November 2026",
                    "changes": "It is noted and agreed that the vessel sold during the period is deleted, the return premium being pro rata.",
                    "agreed": ["Marrowgate Underwriting (Marine), leader"],
                    "told": ["Tidewell (Marine)", "Westering Sound Insurance (All Classes)"],
                    "unseen": ["Tallowick Specialty (Marine), agreement party"],
                    "your_part": {
                        "carrier": "Marrowgate Underwriting (Marine)",
                        "role": "leader",
                        "agreed": True,
                        "at": "2026-10-15T12:31:12Z",
                        "by": "Orla Thistlewood (Marrowgate Underwriting)",
                    },
                    "instruction": "leaderOnly",
                    "created": "2026-10-15T04:31:12Z",
                    "shown": "2026-10-15T06:01:12Z",
                }
            ],
            "notes": [
                "'awaiting' are the leaders and agreement parties without an agreement on record; 'told' are notified, not asked. This reports the platform's record and does not confirm agreement.",
                "This organisation sees its own part; of carriers under 'unseen' neither role nor agreement is certain, so 'shown' can mean that others have agreed or not.",
            ],
        }
    )
