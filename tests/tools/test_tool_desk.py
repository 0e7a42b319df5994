# the typical answer stands here as it is sent
"""`my_desk`: what is open and since when, what is pinned, and whose risks are."""

from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client

from support.checks import checked, every_page
from support.raw import raw_read
from support.servers import ask, client_of, refused, settings_for
from whitespace_mcp.demo import Options, Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


def summaries(market: Running, number: int) -> list[dict[str, Any]]:
    """Every summary that the demo person has in an organisation."""
    raw = page = raw_read(market, "/api/summary", number)
    while len(page) == 60:
        last = page[-1]
        moment = last["updatedAt"].replace(" ", "%20")
        page = raw_read(market, f"/api/summary?last={last['rootID']}&from={moment}", number)
        raw = raw + page
    return raw


@pytest.fixture(scope="module")
def inboxes(market: Running) -> dict[str, list[dict[str, Any]]]:
    """The summaries by organisation."""
    return {BROKER: summaries(market, 0), CARRIER: summaries(market, 1)}


async def every(client: Client, **arguments: Any) -> list[dict[str, Any]]:
    """All rows of a question."""
    return [row async for page in every_page(client, "my_desk", "risks", **arguments) for row in page]


def owners(summary: dict[str, Any], organisation: str) -> set[str]:
    """Who owns a risk on an organisation's side."""
    return {
        stub["ownerUserID"]
        for stub in summary["docs"]
        if stub["type"] == "RWRiskOwner" and stub["ownerChannel"].startswith(f"{organisation.lower()}_")
    }


@pytest.mark.parametrize("organisation", [BROKER, CARRIER])
async def test_every_open_action_is_there_with_its_count(
    client: Client, inboxes: dict[str, list[Any]], organisation: str
) -> None:
    waiting = [summary for summary in inboxes[organisation] if summary["actions"]]
    answer = await checked(client, "my_desk", organisation=organisation)
    assert answer["slips"] == len(waiting)
    assert "at_least" not in answer
    names = [action.partition(":")[0] for summary in waiting for action in summary["actions"]]
    assert {name: entry["slips"] for name, entry in answer["by_action"].items()} == {
        name: names.count(name) for name in set(names)
    }
    assert set(answer["meaning"]) == set(names)
    assert not any(
        "updated" in row for row in answer["risks"]
    )  # of a row of get_risks that is the contract's last edit
    rows = await every(client, organisation=organisation)
    assert len(rows) == len({row["risk"] for row in rows}) == len(waiting)
    newest = [max(row["asked"].values()) for row in rows]
    assert newest == sorted(newest, reverse=True)


async def test_oldest_first_on_request(client: Client) -> None:
    rows = await every(client, organisation=CARRIER, sort="oldest")
    oldest = [min(row["asked"].values()) for row in rows]
    assert oldest == sorted(oldest)
    assert sorted(row["risk"] for row in rows) == sorted(
        row["risk"] for row in await every(client, organisation=CARRIER)
    )


@pytest.mark.parametrize("organisation", [BROKER, CARRIER])
async def test_you_is_said_of_owned_risks_only_and_else_your_team(
    client: Client, market: Running, inboxes: dict[str, list[Any]], organisation: str
) -> None:
    number = [BROKER, CARRIER].index(organisation)
    me = market.platform.login.memberships[number].user_id
    mine = {s["rootID"][:10] for s in inboxes[organisation] if s["actions"] and me in owners(s, organisation)}
    answer = await checked(client, "my_desk", organisation=organisation)
    rows = await every(client, organisation=organisation)
    assert {row["risk"][:10] for row in rows if row["whose"] == "you"} == mine
    assert {row["whose"] for row in rows} == {"you", "your team"}
    assert answer["yours"] == len(mine)
    assert all(row["team"] for row in rows)
    assert not any("owner" in row for row in rows if row["whose"] == "you")
    assert "say 'your team'" in answer["notes"][0]


async def test_mine_unassigned_and_others_are_every_risk_once() -> None:
    with serve(Platform(documents=(420, 160))) as running:  # each inbox is two pages of the platform's, and of ours
        async with client_of(settings_for(running)) as client:
            for number, organisation in enumerate([BROKER, CARRIER]):
                me = running.platform.login.memberships[number].user_id
                inbox = summaries(running, number)
                assert len(inbox) > 60
                for show, wanted in (
                    ("mine", [s for s in inbox if me in owners(s, organisation)]),
                    ("unassigned", [s for s in inbox if not owners(s, organisation)]),
                    ("others", [s for s in inbox if owners(s, organisation) - {me}]),
                ):
                    rows = await every(client, organisation=organisation, show=show)
                    assert len(rows) == len({row["risk"] for row in rows}), (organisation, show)
                    assert sorted(row["risk"][:10] for row in rows) == sorted(s["rootID"][:10] for s in wanted)
                    assert wanted, (organisation, show)
                    assert all(("owner" in row) == (show == "others") for row in rows), (organisation, show)


async def test_a_first_page_by_owner_reads_no_more_than_it_needs_and_says_so(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        answer = await checked(client, "my_desk", organisation=BROKER, show="others")
    assert answer["at_least"] is True
    assert sum(seen.path == "/api/summary" for seen in running.platform.requests) == 1


async def test_counts_only_are_of_all_and_a_small_page_goes_on(small_client: Client) -> None:
    for show in ("actions", "mine", "others"):
        rows = await every(small_client, organisation=BROKER, show=show)
        counts = await checked(small_client, "my_desk", organisation=BROKER, show=show, page_size=0)
        assert (counts["slips"], counts["risks"]) == (len(rows), []), show
        assert not {"next_cursor", "at_least"} & set(counts)
        page = await checked(small_client, "my_desk", organisation=BROKER, show=show, page_size=3)
        more = await checked(
            small_client, "my_desk", organisation=BROKER, show=show, page_size=2, cursor=page["next_cursor"]
        )
        assert page["risks"] + more["risks"] == rows[:5]


async def test_pinned_risks_are_those_that_the_platform_has(client: Client, market: Running) -> None:
    for number, organisation in enumerate([BROKER, CARRIER]):
        pins = raw_read(market, "/api/summary/pinned", number)
        answer = await checked(client, "my_desk", organisation=organisation, show="pinned")
        assert sorted(row["risk"][:10] for row in answer["risks"]) == sorted(pin["rootID"][:10] for pin in pins)
        assert answer["slips"] == len(pins)


async def test_a_slip_of_several_teams_is_one_risk(era: str) -> None:
    with serve(Platform(documents=(200, 80), options=Options(summary_per_team=True))) as running:
        async with client_of(settings_for(running), era) as client:
            rows = await every(client, organisation=CARRIER)
    assert len(rows) == len({row["risk"] for row in rows})


async def test_a_read_only_membership_is_answered_by_pages_and_told_so(running: Running, era: str) -> None:
    login = running.platform.logins["readonly"]
    settings = settings_for(running, login, user_id=login.memberships[0].user_id)
    async with client_of(settings, era) as client:
        answer = await checked(client, "my_desk", organisation="AMBERLOCK")
        assert any("may not filter on the platform" in note for note in answer["notes"])
        filtered = await ask(client, "my_desk", organisation="WRENLOCK")
    assert not any("may not filter" in note for note in filtered.get("notes", []))
    posts = [seen for seen in running.platform.requests if seen.path == "/api/summary" and seen.method == "POST"]
    assert {seen.status for seen in posts} == {200}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"show": "everything"}, "of: actions, pinned, mine, unassigned, others"),
        ({"sort": "name"}, "of: newest, oldest"),
        ({"cursor": "zzz"}, "is not a cursor of this server"),
        ({"owner": "me"}, "Argument 'owner' does not exist"),
    ],
)
async def test_bad_input_is_told_what_would_be_right(client: Client, arguments: dict[str, str], words: str) -> None:
    assert words in await refused(client, "my_desk", organisation=BROKER, **arguments)


async def test_a_typical_answer(client: Client) -> None:
    answer = await checked(client, "my_desk", organisation=CARRIER, show="pinned")
    del answer["as_of"]
    assert answer == snapshot(
        {
            "organisation": {
                "id": "MU24F117C9-111D-CCD9-689C-B2C9C3BD1CD4",
                "company_id": "MARROWGATE",
                "name": "Marrowgate Underwriting",
            },
            "show": "pinned",
            "slips": 2,
            "risks": [
                {
                    "risk": "IC123007DC",
                    "name": "Rookwood Stevedoring Terminal Operators Liability 2025/26",
                    "umr": "B9805ML2500435",
                    "stage": "withdrawn",
                    "team": "Marine",
                    "owner": "Edith Jarrowby (Marrowgate Underwriting)",
                    "activity": "2026-10-18T17:00:00Z",
                },
                {
                    "risk": "IC2BE1A8CF",
                    "name": "Umbralis Stevedoring Marine Liabilities 2025",
                    "umr": "B9814ML2500482",
                    "stage": "firm_order",
                    "team": "Marine",
                    "owner": "Padraig Brightwell (Marrowgate Underwriting)",
                    "activity": "2025-12-28T19:37:05Z",
                },
            ],
        }
    )
