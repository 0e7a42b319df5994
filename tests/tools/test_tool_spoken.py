"""Questions in the words in which people put them, and what an answer may not leave open."""

from typing import Any

import pytest
from mcp import Client

from support.checks import checked
from support.servers import ask, client_of, refused, settings_for
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


@pytest.mark.parametrize(
    ("spoken", "filters"),
    [
        ({"owner": "me"}, {"owner": "mine"}),
        ({"owner": "nobody"}, {"owner": "unassigned"}),
        ({"limit_over": "USD 50m"}, {"limit_over": "USD 50,000,000"}),
        ({"limit_over": "USD 2.5 million"}, {"limit_over": "USD 2,500,000"}),
        ({"inception_to": "31 December 2026"}, {"inception_to": "2026-12-31"}),
        ({"stage": "firm order, signed"}, {"stage": ["firm_order", "signed"]}),
        ({"contract_type": ["Cyber Insurance"]}, {"contract_type": "Cyber Insurance"}),
        ({"facility": "yes"}, {"facility": "only"}),
        ({"placed": "short, nothing", "team": "Marine"}, {"placed": ["nothing", "short"], "team": "Marine"}),
        (
            {"leader": "us", "stage": ["firm_order"], "team": "Marine"},
            {"leader": "Marrowgate Underwriting", "stage": "firm_order", "team": "Marine"},
        ),
    ],
)
async def test_what_is_said_otherwise_means_the_same(
    client: Client, spoken: dict[str, Any], filters: dict[str, Any]
) -> None:
    said, meant = [
        (await checked(client, "get_risks", organisation=CARRIER, page_size=0, **each))["matched"]
        for each in (spoken, filters)
    ]
    assert said == meant > 0


@pytest.mark.parametrize(
    ("tool", "wish", "way"),
    [
        ("get_risks", {"stage": "bound"}, "stage=signed"),
        ("get_risks", {"stage": "expired"}, "expiry_to"),
        ("get_risks", {"stage": "outstanding"}, "get_open_items"),
        ("get_risk", {"risk": "acorn shipping"}, "With that in the title: IC"),
        ("get_wording", {"heading": "sanctions and such"}, "with search"),
        ("get_risks", {"owner": "Rosalind Quenby"}, "pass mine"),
        ("get_risks", {"carrier": "Tidewell"}, "Did you mean 'leader'? That is who leads, not who follows"),
        ("get_risks", {"limit": 5}, "Did you mean 'page_size'?"),
        ("get_endorsements", {}, "get_open_items"),
        ("get_risks", {"sort": "shortest"}, "Did you mean shortfall?"),
        ("summarise_risks", {"group_by": ["class"]}, "Did you mean contract_type?"),
        ("get_open_items", {"kind": "subjectivities"}, "Did you mean subjectivity?"),
        ("get_open_items", {"organisation": "all"}, "CALDERFINCH, MARROWGATE"),
    ],
)
async def test_an_error_leads_to_the_answer(client: Client, tool: str, wish: dict[str, Any], way: str) -> None:
    if tool == "get_wording":
        rows = await ask(client, "get_risks", organisation=BROKER, stage="signed", page_size=1)
        wish = {**wish, "risk": rows["risks"][0]["id"]}
    assert way in await refused(client, tool, **{"organisation": BROKER, **wish})


async def test_a_part_of_a_umr_is_answered_with_those_that_hold_it(client: Client) -> None:
    row = (await checked(client, "get_risks", organisation=BROKER, stage="signed", umr_form="well_formed"))["risks"][0]
    answer = await checked(client, "get_risks", organisation=BROKER, umr=row["umr"][-7:])
    assert (answer["matched"], row["umr"] in answer["near"]["umr"]) == (0, True)
    sums = await checked(client, "summarise_risks", organisation=BROKER, group_by="stage, team")
    assert {"stage", "team"} <= set(sums["groups"][0])


async def test_a_title_is_looked_for_where_no_organisation_is_named(market: Running) -> None:
    async with client_of(settings_for(market)) as client:
        said = await refused(client, "get_risk", risk="acorn shipping")
    assert said.startswith("'acorn shipping' is neither an id nor a UMR")
    assert "organisation=CALDERFINCH" in said


async def test_an_organisation_is_known_by_how_messages_call_it(client: Client) -> None:
    for words in ("Calderfinch Partners (CALDERFINCH)", "Calderfinch Partners (organisation=CALDERFINCH)"):
        answer = await checked(client, "get_risks", organisation=words, page_size=0)
        assert answer["organisations"][0]["company_id"] == BROKER


async def test_both_organisations_are_all_of_them(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation="Both", page_size=0)
    assert [entry["company_id"] for entry in answer["organisations"]] == [BROKER, CARRIER]


async def test_namesakes_are_told_apart_in_rows_and_groups_alike(client: Client) -> None:
    groups = (await checked(client, "summarise_risks", organisation=BROKER, group_by="owner"))["groups"]
    people = [group["owner"] for group in groups if "Rosalind Quenby" in group.get("owner", "")]
    assert "Rosalind Quenby (you)" in people
    alone = await checked(client, "summarise_risks", organisation=BROKER, group_by="owner", owner="mine")
    assert {group["owner"].partition(",")[0] for group in alone["groups"]} == {"Rosalind Quenby (you)"}
    rows = (await checked(client, "get_risks", organisation=BROKER, owner="mine", show="owner"))["risks"]
    for row in rows:
        assert "Rosalind Quenby (you)" in row["owner"], "there are two of that name"
        assert (await checked(client, "get_risks", organisation=BROKER, owner=row["owner"], page_size=0))["matched"] > 0


async def test_a_line_says_of_what_it_is_a_percentage(small_client: Client) -> None:
    answer = await checked(small_client, "get_open_items", organisation=BROKER, kind="line", page_size=100)
    texts = [item["text"] for item in answer["items"] if "%" in item.get("text", "")]
    assert len(texts) > 10
    based = [text for text in texts if text.endswith(("% of order", "% of whole"))]
    assert len(based) > 0.8 * len(texts), "all but those whose basis cannot be read"
    rows = (await checked(small_client, "get_risks", organisation=BROKER, placed="nothing", show="placed"))["risks"]
    assert any(row["placed"] == "nothing, written 0 of 100 (% of order)" for row in rows)


async def test_expiries_of_a_drawn_book_come_in_the_order_of_their_months(small_client: Client) -> None:
    months: list[str] = []
    for organisation in (BROKER, CARRIER):
        answer = await checked(small_client, "show_book", organisation=organisation)
        own = [month for month in answer["organisations"][0]["expiring"] if month[:1] == "2"]
        assert own == sorted(own)
        months += own
    assert len(months) > 10


async def test_a_period_that_is_only_proposed_is_not_taken_for_cover(small_client: Client) -> None:
    period = {"organisation": BROKER, "expiry_from": "2026-12", "expiry_to": "2027-02"}
    every = await checked(small_client, "get_risks", **period, page_size=0)
    assert set(every["organisations"][0]["by_stage"]) > {"signed"}
    assert any("proposed" in note for note in every["notes"])
    signed = await checked(small_client, "get_risks", **period, stage="signed", page_size=0)
    assert signed["matched"] < every["matched"]
    assert not any("proposed" in note for note in signed.get("notes", []))
    groups = await checked(small_client, "summarise_risks", organisation=BROKER, group_by="expiry_month")
    assert any("proposed" in note for note in groups["notes"])


async def test_several_teams_say_that_all_of_them_are_meant(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation=BROKER, team="Marine, Cyber", page_size=0)
    assert any("'team' names several" in note for note in answer["notes"])
    answer = await checked(client, "get_risks", organisation=BROKER, team="Marine", page_size=0)
    assert "notes" not in answer


async def test_we_are_a_broker_too_and_an_edit_has_a_day_in_words(client: Client) -> None:
    answer = await checked(client, "get_risks", organisation="all", broker="us", page_size=0)
    whole = await checked(client, "get_risks", organisation=BROKER, broker=BROKER, page_size=0)
    assert answer["organisations"][0]["matched"] == whole["matched"] > 0
    spoken = await checked(client, "get_risks", organisation=BROKER, updated_since="1 November 2026", page_size=0)
    plain = await checked(client, "get_risks", organisation=BROKER, updated_since="2026-11-01", page_size=0)
    assert spoken["matched"] == plain["matched"] > 0
    assert "unknown" not in await refused(client, "get_open_items", organisation=BROKER, due_to="soon")


async def test_a_team_that_the_login_is_not_in_is_no_empty_book() -> None:
    platform = Platform(documents=(60, 20))
    login = platform.add_person("Solo Person", "solo@solo.example", {BROKER: ["calderfinch_MARINE"]})
    with serve(platform) as running:
        async with client_of(settings_for(running, login)) as client:
            cyber = await checked(client, "get_risks", team="Cyber", page_size=0)
            marine = await checked(client, "get_risks", team="Marine", page_size=0)
    assert cyber["notes"] == [
        "The login is not in that team of Calderfinch Partners, and sees what is with its own: Marine."
    ]
    assert (cyber["matched"], "notes" in marine) == (0, False)
