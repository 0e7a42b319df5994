# the typical answer stands here as it is sent
"""`get_history`: one risk, kinds of activity in a period, and what changed since."""

from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client

from support.checks import checked, every_page
from support.raw import raw_list, raw_read
from support.servers import ask, client_of, refused, settings_for
from support.tokens import tokens
from whitespace_mcp.demo import Running

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
SHARED = "IC06BE06E8"
"""A signed slip that the demo person's broker placed and whose carrier wrote a line on."""


def root_of(raw: list[dict[str, Any]], short: str) -> str:
    """The full root that a short id stands for."""
    return next(row["id"].partition("::")[0] for row in raw if row["id"].replace("-", "").startswith(short))


async def every(client: Client, **arguments: Any) -> list[dict[str, Any]]:
    """All entries of a question."""
    return [entry async for page in every_page(client, "get_history", "entries", **arguments) for entry in page]


@pytest.mark.parametrize("organisation", [BROKER, CARRIER])
async def test_a_risks_history_is_whole_and_newest_first(
    client: Client, market: Running, raw: list[list[Any]], organisation: str
) -> None:
    number = [BROKER, CARRIER].index(organisation)
    documents = raw_read(market, f"/api/activities/{root_of(raw[number], SHARED)}/full", number)
    answer = await checked(client, "get_history", risk=SHARED, organisation=organisation)
    assert (answer["shows"], answer["risk"]) == ("risk", SHARED)
    assert answer["total"] == len(documents) == sum(answer["counts"].values())
    entries = await every(client, risk=SHARED, organisation=organisation)
    assert sum(entry.get("times", 1) for entry in entries) == len(documents)
    moments = [entry["at"] for entry in entries]
    assert moments == sorted(moments, reverse=True)
    assert {entry["activity"] for entry in entries} == {row["hardcodedActivity"] for row in documents}
    assert all("(" in entry["by"] for entry in entries)


async def test_a_carrier_sees_less_of_the_same_history_than_the_broker(client: Client) -> None:
    broker = await checked(client, "get_history", risk=SHARED, organisation=BROKER)
    carrier = await checked(client, "get_history", risk=SHARED, organisation=CARRIER)
    assert carrier["total"] < broker["total"]
    assert "Changed or Added a Line item" in broker["counts"]
    assert "Changed or Added a Line item" not in carrier["counts"]


async def test_a_history_can_be_narrowed_to_kinds_and_a_period(client: Client) -> None:
    whole = await checked(client, "get_history", risk=SHARED, organisation=BROKER)
    lines = await checked(client, "get_history", risk=SHARED, organisation=BROKER, activity="lines written")
    assert lines["total"] == whole["counts"]["Line Written"]
    moment = lines["entries"][0]["at"]
    after = await checked(client, "get_history", risk=SHARED, organisation=BROKER, since=moment)
    before = await checked(client, "get_history", risk=SHARED, organisation=BROKER, before=moment)
    assert after["total"] + before["total"] == whole["total"]
    nothing = await checked(client, "get_history", risk=SHARED, organisation=BROKER, activity="Template Applied")
    assert (nothing["total"], nothing["entries"]) == (0, [])
    assert "Line Written" in nothing["notes"][0]


async def test_kinds_of_activity_are_found_on_every_risk_of_the_period(small_client: Client, small: Running) -> None:
    period = {"since": "2026-08-01", "before": "2026-09-15T12:00:00"}
    answer = await checked(
        small_client, "get_history", organisation=CARRIER, activity=["Line Written", "Signed Lines"], **period
    )
    expected = [
        row
        for root in {row["id"].partition("::")[0] for row in raw_list(small, 1)}
        for row in raw_read(small, f"/api/activities/{root}/full", 1)
        if row["hardcodedActivity"] in {"Line Written", "Signed Lines"}
        and "2026-08-01 00:00:00" <= row["createdAt"] < "2026-09-15 12:00:00"
    ]
    assert expected
    assert (answer["shows"], answer["total"]) == ("activity", len(expected))
    assert answer["risks"] == len({row["parentDocID"].partition("::")[0] for row in expected})
    assert answer["counts"] == {
        kind: sum(row["hardcodedActivity"] == kind for row in expected) for kind in answer["counts"]
    }
    assert "Off-Platform Line Written" in answer["notes"][0]
    for entry in answer["entries"]:
        assert entry["risk"].startswith("IC")
        assert entry["name"]


async def test_without_a_date_kinds_go_back_seven_days(small_client: Client) -> None:
    answer = await checked(small_client, "get_history", organisation=BROKER, activity="Line Written")
    assert answer["since"]
    assert answer["counts"] == {"Line Written": answer["total"]}


async def test_what_changed_is_counted_by_what_it_is(client: Client, market: Running) -> None:
    answer = await checked(client, "get_history", organisation=BROKER, since="2026-11-20")
    summaries = [row for row in raw_read(market, "/api/summary", 0) if row["updatedAt"] >= "2026-11-20"]
    assert 0 < len(summaries) < 60
    assert (answer["shows"], answer["total"]) == ("changes", len({row["rootID"] for row in summaries}))
    entries = await every(client, organisation=BROKER, since="2026-11-20")
    assert len(entries) == answer["total"]
    for entry in entries:
        moments = [line.partition(" ")[0] for line in entry.get("happened", [])]
        assert moments == sorted(moments, reverse=True)
        assert all(moment >= "2026-11-20" for moment in moments)
    assert any("happened" in entry for entry in entries)
    assert {kind for entry in entries for kind in entry["changed"]} == set(answer["counts"])
    assert "Deletions are not seen" in answer["notes"][0]


async def test_a_change_is_seen_as_what_it_is(running: Running, era: str) -> None:
    user_id = running.platform.login.memberships[0].user_id
    async with client_of(settings_for(running), era) as client:
        before = await ask(client, "get_history", organisation=BROKER, since="2026-11-21")
        root = running.platform.add_slip(user_id, name="Brand New Slip", at="2026-11-22 10:00:00")
        after = await checked(client, "get_history", organisation=BROKER, since="2026-11-21")
        assert after["total"] == before["total"] + 1
        entry = next(entry for entry in after["entries"] if root.startswith(entry["risk"]))
    assert "contract" in entry["changed"]
    assert entry["at"] == "2026-11-22T10:00:00Z"


async def test_what_changed_comes_in_pages_each_risk_once(client: Client) -> None:
    since = "2026-10-20"
    entries = await every(client, organisation=CARRIER, since=since)
    assert len(entries) == len({entry["risk"] for entry in entries}) > 10
    assert len(entries) == (await checked(client, "get_history", organisation=CARRIER, since=since))["total"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "risk=<id> for one risk's history"),
        ({"since": "yesterday"}, "Argument 'since' is not a date"),
        ({"since": "2026-01-01", "before": "2026-02-01"}, "Argument 'before' goes with risk or activity only"),
        ({"activity": "Line Writen"}, "Did you mean: Line Written"),
        ({"risk": "B9999XX0000000"}, "There is no risk"),
        ({"risk": SHARED, "cursor": "x"}, "is not a cursor of this server"),
        ({"activity": ["a", "b", "c", "d"]}, "Argument 'activity' is too long"),
    ],
)
async def test_a_question_that_cannot_be_answered_is_told_what_would_be(
    client: Client, arguments: dict[str, Any], words: str
) -> None:
    assert words in await refused(client, "get_history", organisation=BROKER, **arguments)


async def test_a_kind_that_is_not_published_is_searched_as_written_and_said_to_be(small_client: Client) -> None:
    answer = await checked(small_client, "get_history", organisation=BROKER, activity="Zorgled")
    assert (answer["total"], answer["counts"]) == (0, {"Zorgled": 0})
    assert "'Zorgled' is no published kind" in answer["notes"][0]


async def test_a_page_of_any_kind_keeps_the_budget(client: Client, small_client: Client) -> None:
    assert tokens(await checked(client, "get_history", organisation=BROKER, risk=SHARED)) <= 1_700
    page: dict[str, Any] = {}
    for _ in range(8):
        cursor = {"cursor": page["next_cursor"]} if page else {}
        page = await checked(client, "get_history", organisation=BROKER, since="2020-01-01", **cursor)
        assert tokens(page) <= 1_700
    kinds = ["Line Written", "Quote Requested", "Requested a Line"]
    answer = await checked(small_client, "get_history", organisation=BROKER, activity=kinds, since="2020-01-01")
    assert tokens(answer) <= 1_700
    assert "next_cursor" in answer, "there is more than a page"


async def test_a_typical_answer(client: Client) -> None:
    answer = await checked(client, "get_history", risk=SHARED, organisation=CARRIER)
    assert tokens(answer) <= 500
    del answer["as_of"]
    assert answer == snapshot(
        {
            "organisation": {
                "id": "MU24F117C9-111D-CCD9-689C-B2C9C3BD1CD4",
                "company_id": "MARROWGATE",
                "name": "Marrowgate Underwriting",
            },
            "shows": "risk",
            "risk": "IC06BE06E8",
            "name": "青嵐 (Seiran) Stevedoring Charterers Liability 2026",
            "umr": "B9800ML2600325A",
            "total": 5,
            "counts": {
                "Accepted Endorsement": 1,
                "Line Written": 1,
                "Requested a Line": 1,
                "Showed Endorsement": 1,
                "Signed Lines": 1,
            },
            "entries": [
                {
                    "at": "2026-10-15T12:31:12Z",
                    "activity": "Accepted Endorsement",
                    "by": "Orla Thistlewood (Marrowgate Underwriting)",
                    "document": "IC06BE06E8::SIGNED::EN1",
                },
                {
                    "at": "2026-10-15T06:01:12Z",
                    "activity": "Showed Endorsement",
                    "by": "Freya Underhay (Calderfinch Partners)",
                    "document": "IC06BE06E8::SIGNED::EN1",
                },
                {
                    "at": "2026-10-01T09:56:27Z",
                    "activity": "Signed Lines",
                    "by": "Freya Underhay (Calderfinch Partners)",
                    "document": "IC06BE06E8::SIGNED",
                },
                {
                    "at": "2026-09-02T20:46:57Z",
                    "activity": "Line Written",
                    "text": "Line Written by the desk",
                    "by": "Orla Thistlewood (Marrowgate Underwriting)",
                    "document": "IC06BE06E8::FO::MARROWGATE::MARINE",
                },
                {
                    "at": "2026-08-19T14:12:12Z",
                    "activity": "Requested a Line",
                    "text": "Requested a Line by the desk",
                    "by": "Freya Underhay (Calderfinch Partners)",
                    "document": "IC06BE06E8::FO",
                },
            ],
        }
    )
