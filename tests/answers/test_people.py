"""The directory: found by part of a name, and never with an e-mail address."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whitespace_mcp.answers.people import Names, PeopleSearch, company_entry, person_entry, search, suggestions
from whitespace_mcp.documents.identity import Company, MarketDirectory, Member, Team, person_name
from whitespace_mcp.terms.text import without_addresses

MARINE = Team("MARINE", "Marine", "birch_MARINE")
CARGO = Team("CARGO", "Marine Cargo", "birch_CARGO")
BIRCH = Company(
    id="BIRCH",
    name="Birch Syndicate 1887",
    role="underwriter",
    channel_prefix="birch",
    teams=(MARINE, CARGO),
    members=(
        Member("MU00000001-0000-4000-8000-00000000000A", "Jo Bright", "Live", teams=("birch_MARINE",)),
        Member("MU00000002-0000-4000-8000-00000000000A", "Sam Jobson", "Suspended", teams=("BIRCH_cargo", "other_X")),
        Member("MU00000003-0000-4000-8000-00000000000A", "wssvc_BIRCH_feeds@birch.example", "Live"),
    ),
)
ACORN = Company("ACORN", "Acorn Broking", "broker", "acorn", (Team("ALL", "All", "acorn_ALL"),), (), offline=True)
BIRCHWOOD = Company("BW", "Birchwood Re", None, "bw", (), (Member("MU5", "Jo Bright", None),))
MARKET = (BIRCH, ACORN, BIRCHWOOD)


def names_for(wanted: PeopleSearch) -> dict[str, list[str]]:
    """Whom a search finds, by company id."""
    return {entry.company.id: [member.name for member in entry.people] for entry in search(MARKET, wanted)}


@pytest.mark.parametrize(
    ("wanted", "companies"),
    [
        (PeopleSearch(company="birch"), ["BIRCH", "BW"]),
        (PeopleSearch(company="BW"), ["BW"]),
        (PeopleSearch(company="SYNDICATE 18"), ["BIRCH"]),
        (PeopleSearch(role="Broker"), ["ACORN"]),
        (PeopleSearch(team="marine"), ["BIRCH"]),
        (PeopleSearch(team="nothing"), []),
        (PeopleSearch(person="jo"), ["BIRCH", "BW"]),
        (PeopleSearch(company="birch", person="bright jo", role="underwriter"), ["BIRCH"]),
    ],
)
def test_a_part_of_a_name_or_an_id_is_enough(wanted: PeopleSearch, companies: list[str]) -> None:
    assert list(names_for(wanted)) == companies


def test_a_teams_people_are_those_who_are_in_it() -> None:
    assert names_for(PeopleSearch(team="CARGO")) == {"BIRCH": ["Sam Jobson"]}
    (exact,) = search(MARKET, PeopleSearch(team="Marine"))
    assert [team.name for team in exact.teams] == ["Marine"]


def test_a_person_can_be_named_by_the_id_that_answers_show() -> None:
    assert names_for(PeopleSearch(person="MU00000002")) == {"BIRCH": ["Sam Jobson"]}
    assert names_for(PeopleSearch(person="MU0")) == {}


def test_a_company_is_shown_with_its_headcount_by_state() -> None:
    (match,) = search(MARKET, PeopleSearch(company="syndicate"))
    assert company_entry(match, "birch").plain() == {
        "company_id": "BIRCH",
        "name": "Birch Syndicate 1887",
        "role": "underwriter",
        "own": True,
        "teams": ["Marine", "Marine Cargo"],
        "people": {"Live": 2, "Suspended": 1},
    }
    (acorn,) = search(MARKET, PeopleSearch(company="acorn"))
    assert company_entry(acorn, "birch").plain()["off_platform"] is True


def test_a_person_is_shown_with_teams_by_name_and_no_address() -> None:
    assert [person_entry(member, BIRCH).plain() for member in BIRCH.members] == [
        {"name": "Jo Bright", "company": "Birch Syndicate 1887", "teams": ["Marine"], "state": "Live"},
        {"name": "Sam Jobson", "company": "Birch Syndicate 1887", "teams": ["Marine Cargo", "other_X"],
         "state": "Suspended"},
        {"name": "service login", "company": "Birch Syndicate 1887", "state": "Live"},
    ]  # fmt: skip


def test_somebody_in_more_teams_than_are_shown_is_in_so_many_more() -> None:
    busy = replace(BIRCH.members[0], teams=tuple(f"birch_T{n}" for n in range(15)))
    assert (person_entry(busy, BIRCH).teams or [])[-2:] == ["birch_T11", "and 3 more"]


def test_a_name_that_holds_an_address_is_shown_without_it() -> None:
    jo = Member("MU1", "Jo <jo@birch.example>", "Live")
    names = Names(MarketDirectory([replace(BIRCH, name="Birch", members=(jo,))]))
    assert names.person("MU1") == "Jo <(e-mail address left out)> (Birch)"
    assert names.person("wssvc_X_jo@birch.example") == "(e-mail ad"
    assert person_name("WSSVC_X_jo@birch.example") == "service login"


def test_what_resembles_is_suggested_from_the_kind_that_was_asked() -> None:
    assert suggestions(MARKET, PeopleSearch(person="Jo Brite")) == ["Jo Bright"]
    assert suggestions(MARKET, PeopleSearch(team="Marine Carg")) == ["Marine Cargo", "Marine"]
    assert suggestions(MARKET, PeopleSearch(company="Acron Broking")) == ["Acorn Broking"]
    assert suggestions(MARKET, PeopleSearch(company="zzz")) == []


@given(st.text(max_size=20), st.emails(), st.text(max_size=20))
def test_no_address_survives_among_any_words(before: str, address: str, after: str) -> None:
    text = without_addresses(f"{before} {address} {after}")
    assert address not in text


words = st.none() | st.text(max_size=12) | st.sampled_from(["birch", "Jo", "marine", "MU00000001", "ALL"])


@given(words, words, words, st.sampled_from([None, "broker", "underwriter"]))
def test_any_words_at_all_can_be_looked_for(company: str, team: str, person: str, role: str) -> None:
    wanted = PeopleSearch(company, team, person, role)
    for entry in search(MARKET, wanted):
        assert "@" not in company_entry(entry, "acorn").model_dump_json()
        assert all("@" not in person_entry(member, entry.company).model_dump_json() for member in entry.people)
    assert len(suggestions(MARKET, wanted)) <= 3
