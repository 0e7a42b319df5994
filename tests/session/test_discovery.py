"""Finding the organisations of a login, by every path (platform.md 3)."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support.clock import FakeClock
from support.sessions import BOTH_LOOPS, error_of, requests_to, session_of, together
from whitespace_mcp.config.errors import AccessRefused, BadAnswer, OrganisationError, Unavailable, explain
from whitespace_mcp.demo import Options, Platform, Running, serve

DETAILS = "/api/user/myDetails"
BOTH = ["CALDERFINCH", "MARROWGATE"]
STRANGER = "MU00000000-0000-4000-8000-000000000000"


@contextmanager
def platform_with(**options: Any) -> Generator[Running]:
    with serve(Platform(documents=(1, 1), options=Options(**options))) as running:
        yield running


async def names_of(running: Running, clock: FakeClock, login: str = "demo", **changes: Any) -> list[str]:
    """The company ids that a session of its own finds."""
    async with session_of(running, clock, running.platform.logins[login], **changes) as session:
        return [organisation.company_id for organisation in await session.organisations.all()]


def asked_as(running: Running) -> list[str | None]:
    """Under which MU ids `myDetails` was asked for, in order."""
    return [seen.user_id for seen in running.platform.requests if seen.path == DETAILS]


def ids_of(running: Running, login: str = "demo") -> list[str]:
    return [membership.user_id for membership in running.platform.logins[login].memberships]


@BOTH_LOOPS
async def test_a_person_with_two_organisations_is_found_among_fifteen_hundred(
    running: Running, clock: FakeClock
) -> None:
    """By the e-mail, whose look-up needs a header that the name suggested by the e-mail finds."""
    async with session_of(running, clock) as session:
        organisations = await session.organisations.all()
        market = await session.directory.market()
        assert len(market.companies) == 60
        assert sum(len(company.members) for company in market.companies.values()) >= 1500
        assert [(o.id, o.company_id, o.name, o.role, o.state) for o in organisations] == [
            (m.user_id, m.company_id, m.company_name, m.role, m.state) for m in running.platform.login.memberships
        ]
        assert all(o.sends_user_id and o.teams for o in organisations)
        assert session.organisations.user == "Rosalind Quenby"
    assert asked_as(running)[0] is None
    assert running.platform.renewals == 1


async def test_the_namesake_is_asked_about_and_never_shown(running: Running, clock: FakeClock) -> None:
    assert await names_of(running, clock) == BOTH
    others = set(asked_as(running)) - {None, *ids_of(running)}
    assert len(others) == 3, "the namesakes: one in each of the two companies, and one elsewhere"


async def test_the_configured_mu_id_saves_the_search(running: Running, clock: FakeClock) -> None:
    first, second = ids_of(running)
    async with session_of(running, clock, user_id=second) as session:
        assert sorted(o.company_id for o in await session.organisations.all()) == BOTH
        default = await session.organisations.default()
        assert default is not None
        assert default.id == second
    assert asked_as(running) == [second, first]


async def test_a_wrong_configured_mu_id_is_told(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, user_id=STRANGER) as session:
        error = await error_of(session.organisations.all)
        again = await error_of(session.organisations.all)
    assert isinstance(error, OrganisationError)
    assert "does not accept the MU id in WHITESPACE_USER_ID" in explain(error)
    assert explain(again) == explain(error)
    assert asked_as(running) == [STRANGER]
    assert running.platform.renewals == 1


@pytest.mark.parametrize("header", ["ignored", "refused", "checked"])
async def test_a_strangers_mu_id_is_no_way_into_a_single_organisation(clock: FakeClock, header: str) -> None:
    with platform_with(user_id_for_single=header) as running:
        login = running.platform.logins["single"]
        async with session_of(running, clock, login, user_id=STRANGER) as session:
            assert "WHITESPACE_USER_ID" in explain(await error_of(session.organisations.all))


async def test_a_configured_membership_that_is_suspended_does_not_hide_the_others(clock: FakeClock) -> None:
    with platform_with() as running:
        first, _ = ids_of(running)
        running.platform.suspend(first)
        async with session_of(running, clock, user_id=first) as session:
            organisations = await session.organisations.all()
            assert [(o.company_id, o.live) for o in organisations] == [("CALDERFINCH", False), ("MARROWGATE", True)]
            error = await error_of(lambda: session.organisations.chosen(None))
    assert "Suspended, not live" in explain(error)
    assert "Marrowgate Underwriting (organisation=MARROWGATE)" in explain(error)


async def test_a_login_with_one_organisation_is_found_without_a_header(running: Running, clock: FakeClock) -> None:
    login = running.platform.logins["single"]
    async with session_of(running, clock, login) as session:
        (only,) = await session.organisations.all()
        assert (only.company_id, only.role, only.state) == (
            "TIDEWELL", login.memberships[0].role, "Live",
        )  # fmt: skip
        assert only.user_id is None, "no header is sent for it"
        assert session.organisations.user == "Hamish Corrigall"
        assert await session.organisations.chosen(None) is only
    assert asked_as(running) == [None]
    assert not any(seen.user_id for seen in running.platform.requests)


async def test_a_service_token_has_its_one_organisation(running: Running, clock: FakeClock) -> None:
    assert await names_of(running, clock, "service") == ["CALDERFINCH"]
    assert running.platform.renewals == 0


async def test_names_are_a_comfort_where_the_directory_cannot_be_read(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/api/shared/corporate", status=404, times=None)
    assert await names_of(running, clock, "service") == ["CALDERFINCH"]
    assert await names_of(running, clock, user_id=ids_of(running)[0]) == BOTH


async def test_the_email_is_enough_where_its_look_up_needs_no_header(clock: FakeClock) -> None:
    with platform_with(person_lookup_needs_user_id=False) as running:
        assert await names_of(running, clock) == BOTH
        assert asked_as(running)[0] is None
        assert sorted(filter(None, asked_as(running))) == sorted(ids_of(running)), "no namesake is tried"


async def test_the_name_claim_is_looked_up_where_there_is_no_email(clock: FakeClock) -> None:
    with platform_with(email_claim=False, name_claim=True) as running:
        assert await names_of(running, clock) == BOTH


async def test_the_configured_name_is_looked_up_in_any_case(clock: FakeClock) -> None:
    with platform_with(email_claim=False) as running:
        assert await names_of(running, clock, user_name="  rosalind   QUENBY ") == BOTH


async def test_the_configured_name_helps_where_the_email_suggests_another(running: Running, clock: FakeClock) -> None:
    """p.drumlanrick is not the name in the directory; a read-only membership is as good as a live one."""
    assert await names_of(running, clock, "readonly", user_name="Philippa Drumlanrick") == ["WRENLOCK", "AMBERLOCK"]


@pytest.mark.parametrize("way", ["email", "name claim", "configured"])
async def test_a_suspended_membership_is_listed_and_not_asked(clock: FakeClock, way: str) -> None:
    """Also where no claim tells the e-mail: the first confirmed membership does."""
    options = {"email_claim": way == "email", "name_claim": way == "name claim", "suspended_membership": True}
    with platform_with(**options) as running:
        name = "Rosalind Quenby" if way == "configured" else None
        async with session_of(running, clock, user_name=name) as session:
            organisations = await session.organisations.all()
            assert [(o.company_id, o.state, o.live) for o in organisations] == [
                ("CALDERFINCH", "Live", True), ("MARROWGATE", "Live", True), ("TALLOWICK", "Suspended", False),
            ]  # fmt: skip
            assert organisations[2].name == running.platform.login.memberships[2].company_name
            assert "not live" in explain(await error_of(lambda: session.organisations.chosen("TALLOWICK")))
        assert ids_of(running)[2] not in {seen.user_id for seen in running.platform.requests}
        assert running.platform.renewals == 1


async def test_nothing_found_asks_for_the_settings_that_help_and_is_not_repeated(clock: FakeClock) -> None:
    with platform_with(email_claim=False) as running:
        async with session_of(running, clock) as session:
            outcomes = await together(50, session.organisations.all)
            assert {type(outcome) for outcome in outcomes} == {OrganisationError}
            assert "WHITESPACE_USER_NAME" in explain(outcomes[0])
            assert "WHITESPACE_USER_ID" in explain(outcomes[0])
            count = requests_to(running.platform, "/")
            clock.advance(59.9)
            again = await error_of(session.organisations.all)
            assert explain(again) == explain(outcomes[0])
            assert requests_to(running.platform, "/") == count
            clock.advance(0.2)
            await error_of(session.organisations.all)
            assert requests_to(running.platform, "/") > count


def directory_of(user_ids: list[str], name: str = "Rosalind Quenby", **member: Any) -> str:
    """A directory of one company in which everybody has the same name."""
    members = [{"name": name, "uniqueID": user_id, "currentState": "Live", **member} for user_id in user_ids]
    return json.dumps([{"companyId": "ACORN", "members": members}, {"companyId": None}, 7])


async def test_at_most_twelve_namesakes_are_tried(clock: FakeClock) -> None:
    with platform_with() as running:
        crowd = [f"MU00000000-0000-4000-8000-0000000000{n:02}" for n in range(20)]
        running.platform.faults.add("/api/shared/corporate", status=200, body=directory_of(crowd), times=None)
        async with session_of(running, clock) as session:
            assert isinstance(await error_of(session.organisations.all), OrganisationError)
        user_ids = asked_as(running)
        assert user_ids[0] is None
        assert sorted(map(str, user_ids[1:])) == crowd[:12]


async def test_namesakes_that_are_not_live_are_not_tried(clock: FakeClock) -> None:
    with platform_with() as running:
        body = directory_of([STRANGER], currentState="Suspended")
        running.platform.faults.add("/api/shared/corporate", status=200, body=body, times=None)
        async with session_of(running, clock) as session:
            await error_of(session.organisations.all)
        assert asked_as(running) == [None]


async def test_members_that_are_somebody_elses_are_left_and_the_name_still_tried(clock: FakeClock) -> None:
    with platform_with(person_lookup_needs_user_id=False) as running:
        members = {"count": 1, "members": [{"uniqueID": STRANGER, "name": "X"}, {"name": "no id"}, 5]}
        running.platform.faults.add("/api/lookup/person/", status=200, body=members)
        assert await names_of(running, clock) == BOTH


@pytest.mark.parametrize("status", [404, 403, 200])
async def test_a_platform_without_the_look_up_is_searched_by_name(clock: FakeClock, status: int) -> None:
    with platform_with() as running:
        running.platform.faults.add(
            "/api/lookup/person/", status=status, body="<html>", content_type="text/html", times=None
        )
        assert await names_of(running, clock) == BOTH


@pytest.mark.parametrize("path", ["/api/shared/corporate", "/api/lookup/person/", DETAILS])
async def test_a_platform_that_is_down_is_not_a_login_without_organisations(clock: FakeClock, path: str) -> None:
    with platform_with() as running:
        running.platform.faults.add(path, status=503, times=None)
        async with session_of(running, clock) as session:
            assert isinstance(await error_of(session.organisations.all), Unavailable)
            running.platform.faults.clear()
            assert len(await session.organisations.all()) == 2, "and is asked again by the next call"


async def test_a_membership_that_cannot_be_asked_about_is_no_shorter_list(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add(DETAILS, status=503, user_id=ids_of(running)[1], times=None)
    async with session_of(running, clock) as session:
        assert isinstance(await error_of(session.organisations.all), Unavailable)


async def test_a_login_that_the_platform_refuses_is_told_as_refused(running: Running, clock: FakeClock) -> None:
    refusal = {"error": True, "reason": "Invalid WSAUTH"}
    running.platform.faults.add("/api/", status=401, body=refusal, times=None)
    async with session_of(running, clock) as session:
        assert type(await error_of(session.organisations.all)) is AccessRefused
        assert type(await error_of(session.organisations.all)) is AccessRefused
    assert running.platform.renewals == 2


async def test_a_refused_namesake_does_not_hide_the_refused_login(clock: FakeClock) -> None:
    with platform_with() as running:
        refusal = {"error": True, "reason": "Invalid WSAUTH"}
        running.platform.faults.add(DETAILS, status=401, body=refusal, times=None, skip=1)
        async with session_of(running, clock) as session:
            assert type(await error_of(session.organisations.all)) is AccessRefused


async def test_details_of_another_shape_are_told(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add(DETAILS, status=200, body={"uniqueID": "MU1"}, times=None)
    async with session_of(running, clock) as session:
        assert isinstance(await error_of(session.organisations.all), BadAnswer)


async def test_a_look_up_that_fails_without_the_header_is_made_up_for(running: Running, clock: FakeClock) -> None:
    """Nobody knows how the platform answers it there (platform.md 8)."""
    running.platform.faults.add("/api/lookup/", status=500)
    assert await names_of(running, clock) == BOTH


def kept_in(folder: Path) -> int:
    return len(list(folder.iterdir()))


async def test_a_look_up_that_always_fails_leaves_the_directory_but_nothing_is_kept_on_disk(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    running.platform.faults.add("/api/lookup/", status=500, times=None)
    assert await names_of(running, clock, cache_folder=tmp_path) == BOTH
    assert kept_in(tmp_path) == 0
    running.platform.faults.clear()
    assert await names_of(running, clock, cache_folder=tmp_path) == BOTH
    assert kept_in(tmp_path) == 1
