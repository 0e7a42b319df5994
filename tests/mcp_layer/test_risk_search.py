"""A risk without an organisation: the lists of all live memberships are looked through, and nobody guesses."""

from collections.abc import Generator

import pytest
from mcp import Client

from support.servers import ask, client_of, refused, settings_for
from whitespace_mcp.demo import Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


@pytest.fixture(scope="module")
def market() -> Generator[Running]:
    with serve(Platform(documents=(120, 80))) as running:
        yield running


async def books(client: Client) -> tuple[dict[str, str], dict[str, str]]:
    """UMRs by short id, of each organisation's slips that have one of their own."""
    results: list[dict[str, str]] = []
    for organisation in (BROKER, CARRIER):
        rows = (await ask(client, "get_risks", organisation=organisation, page_size=100))["risks"]
        results.append({row["id"]: row["umr"] for row in rows if "umr" in row and "umr_shared" not in row})
    return results[0], results[1]


async def test_the_only_list_that_has_it_says_whose_it_is(market: Running) -> None:
    async with client_of(settings_for(market)) as client:
        broker, carrier = await books(client)
        risk, umr = next((risk, umr) for risk, umr in carrier.items() if risk not in broker)
        for tool in ("get_risk", "get_lines", "get_history"):
            for name in (risk, umr):
                answer = await ask(client, tool, risk=name)
                assert (answer["organisation"]["company_id"], answer["found_in"]) == (CARRIER, 2), tool
                assert "found_in" in answer["meaning"]
        assert "found_in" not in await ask(client, "get_risk", risk=risk, organisation=CARRIER)
        assert "'no such' in the list of any of this login's 2" in await refused(client, "get_risk", risk="no such")
        assert (await refused(client, "get_history", since="2026-01-01")).startswith("Which organisation?")
        await ask(client, "switch_org", organisation=BROKER)
        assert "organisation's list" in await refused(client, "get_risk", risk=risk), "a default is not gone round"


async def test_the_wrong_organisation_says_which_list_has_it_and_not_what_it_is(market: Running) -> None:
    async with client_of(settings_for(market)) as client:
        broker, carrier = await books(client)
        risk, umr = next((risk, umr) for risk, umr in carrier.items() if risk not in broker)
        for name in (risk, umr):
            said = await refused(client, "get_lines", risk=name, organisation=BROKER)
            assert "not visible to it (Calderfinch Partners)" in said
            assert said.endswith(
                "In the list of Marrowgate Underwriting (organisation=MARROWGATE): ask the user whether that is meant."
            )
        said = await refused(client, "get_lines", risk="B0000NONE", organisation=BROKER)
        assert said.endswith("No other organisation of this login has it. Look for it with get_risks (name, umr).")
        row = (await ask(client, "get_risks", organisation=CARRIER, umr=umr))["risks"][0]
        said = await refused(client, "get_lines", risk=row["name"], organisation=BROKER)
        assert "In a title of Marrowgate Underwriting (organisation=MARROWGATE)" in said or "neither an id" in said


async def test_several_that_have_it_are_the_choices(market: Running) -> None:
    async with client_of(settings_for(market)) as client:
        broker, carrier = await books(client)
        risk = next(risk for risk in carrier if risk in broker)
        said = await refused(client, "get_risk", risk=risk)
    assert said.startswith("Several organisations have this risk: Calderfinch Partners (organisation=CALDERFINCH: ")
    assert "Marrowgate Underwriting (organisation=MARROWGATE: " in said
    assert "ask the user" in said


async def test_where_every_call_must_name_its_organisation_it_is_refused(market: Running) -> None:
    async with client_of(settings_for(market, require_organisation=True)) as client:
        broker, _ = await books(client)
        assert (await refused(client, "get_risk", risk=next(iter(broker)))).startswith("Which organisation?")


async def test_a_list_that_cannot_be_read_could_have_it_too() -> None:
    with serve(Platform(documents=(40, 20))) as running:
        async with client_of(settings_for(running)) as client:
            broker, carrier = await books(client)
            risk = next(risk for risk in broker if risk not in carrier)
        own = running.platform.login.memberships[1].user_id
        running.platform.faults.add("/api/risks", status=500, times=None, user_id=own)
        async with client_of(settings_for(running)) as client:
            said = await refused(client, "get_risk", risk=risk)
    assert said.startswith("The risk is in the list of Calderfinch Partners (organisation=CALDERFINCH: ")
    assert "the list of Marrowgate Underwriting could not be read" in said
