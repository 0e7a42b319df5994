# the typical answer stands here as it is sent
"""`find_people`: companies, teams and people, and no e-mail address anywhere."""

import json
from typing import Any

import pytest
from inline_snapshot import snapshot
from mcp import Client

from support.checks import checked, every_page
from support.raw import raw_read
from support.servers import client_of, refused, settings_for
from whitespace_mcp.demo import Running

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


@pytest.fixture(scope="module")
def directory(market: Running) -> list[dict[str, Any]]:
    """The platform's own directory."""
    return raw_read(market, "/api/shared/corporate", 0)


async def every(client: Client, part: str, **arguments: Any) -> list[dict[str, Any]]:
    """All entries of a question; none has an address."""
    pages = every_page(client, "find_people", part, organisation=BROKER, **arguments)
    entries = [entry async for page in pages for entry in page]
    assert "@" not in json.dumps(entries)
    return entries


async def test_a_company_is_shown_with_its_teams_and_headcount(client: Client, directory: list[Any]) -> None:
    (company,) = [entry for entry in directory if entry["companyId"] == CARRIER]
    answer = await checked(client, "find_people", organisation=CARRIER, company="marrowgate")
    (entry,) = answer["companies"]
    assert (entry["company_id"], entry["role"], entry["own"]) == (CARRIER, "underwriter", True)
    assert entry["teams"] == [team["name"] for team in company["teams"]]
    assert sum(entry["people"].values()) == len(company["members"]) == answer["matched"]["people"]
    assert "people" not in answer


async def test_companies_of_a_role_come_in_pages(client: Client, directory: list[Any]) -> None:
    entries = await every(client, "companies", role="underwriter")
    assert len(entries) == sum(entry["role"] == "underwriter" for entry in directory)
    names = [entry["name"].casefold() for entry in entries]
    assert names == sorted(names)


async def test_people_are_named_where_they_are_asked_for(client: Client, directory: list[Any]) -> None:
    (company,) = [entry for entry in directory if entry["companyId"] == CARRIER]
    people = await every(client, "people", company=CARRIER, who=True)
    assert sorted(person["name"] for person in people) == sorted(member["name"] for member in company["members"])
    assert {person["state"] for person in people} == {member["currentState"] for member in company["members"]}


async def test_a_person_is_found_in_every_company_that_has_them(client: Client, directory: list[Any]) -> None:
    answer = await checked(client, "find_people", organisation=BROKER, person="quenby ROSALIND")
    assert {person["company"] for person in answer["people"]} == {
        company["name"].strip()
        for company in directory
        if any(member["name"].lower() == "rosalind quenby" for member in company["members"])
    }
    assert answer["matched"] == {"companies": 3, "people": 5}
    namesakes = [person for person in answer["people"] if person["company"] == "Calderfinch Partners"]
    assert len({person["id"] for person in namesakes}) == 2
    for person in namesakes:
        await checked(client, "get_risks", organisation=BROKER, owner=person["id"], page_size=0)
    assert [person["company"] for person in answer["people"] if "id" not in person] == ["Pellmarsh"]


async def test_a_team_is_found_across_the_market(client: Client, directory: list[Any]) -> None:
    entries = await every(client, "companies", team="Marine")
    having = [c for c in directory if any("marine" in team["name"].lower() for team in c["teams"])]
    assert len(entries) == len(having)
    assert all("Marine" in team for entry in entries for team in entry["teams"])


async def test_service_logins_hide_the_address_in_their_name(client: Client) -> None:
    answer = await checked(client, "find_people", organisation=BROKER, company=BROKER, person="wssvc")
    assert [person["name"] for person in answer["people"]] == ["service login"]


async def test_nothing_found_suggests_what_resembles(client: Client) -> None:
    answer = await checked(client, "find_people", organisation=BROKER, person="Rosalnd Quenbi")
    assert answer["matched"] == {"companies": 0, "people": 0}
    assert answer["notes"] == ["Nothing matches. Did you mean: Rosalind Quenby?"]


@pytest.mark.parametrize("arguments", [{}, {"who": True}, {"who": True, "role": "broker"}])
async def test_the_whole_market_is_not_listed(client: Client, arguments: dict[str, Any]) -> None:
    words = await refused(client, "find_people", organisation=BROKER, **arguments)
    assert "does not say whom to look for" in words


async def test_without_the_directory_there_is_no_answer(running: Running, era: str) -> None:
    settings = settings_for(running, user_id=running.platform.login.memberships[0].user_id)
    running.platform.faults.add("/api/shared/corporate", status=500, times=None)
    async with client_of(settings, era) as client:
        words = await refused(client, "find_people", organisation=BROKER, company="Marrowgate")
    assert "The platform failed on this request" in words


async def test_a_typical_answer(client: Client) -> None:
    answer = await checked(client, "find_people", organisation=BROKER, company="Tidewell", team="Marine")
    del answer["as_of"]
    assert answer == snapshot(
        {
            "organisation": {
                "id": "MU9F9B69B3-B4AC-0491-2160-2DF1F974854B",
                "company_id": "CALDERFINCH",
                "name": "Calderfinch Partners",
            },
            "matched": {"companies": 1, "people": 5},
            "companies": [
                {
                    "company_id": "TIDEWELL",
                    "name": "Tidewell",
                    "role": "underwriter",
                    "teams": ["Marine"],
                    "people": {"Live": 5},
                }
            ],
        }
    )
