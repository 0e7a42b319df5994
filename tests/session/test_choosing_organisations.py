"""Which organisation a call is about: names, the default, and switching it."""

import json

import pytest

from support.clock import FakeClock
from support.sessions import BOTH_LOOPS, error_of, requests_to, session_of
from whitespace_mcp.api.reads import CORPORATE
from whitespace_mcp.config.errors import OrganisationError, Unavailable, UserIdRefused, explain
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.documents.identity import Team
from whitespace_mcp.session.organisation import Organisation, find, needed
from whitespace_mcp.session.organisations import exactly

MU_ACORN = "MU11111111-0000-4000-8000-000000000001"
ACORN = Organisation(MU_ACORN, "ACORN", "Acorn Shipping", teams=(Team("HULL", "Hull and Machinery", "acorn_HULL"),))
BIRCH = Organisation("MU2", "BIRCH", "Birch Underwriting")
BIRCHES = Organisation("MU3", "BIRCHES", "Birches (Bermuda)")
TWIN = Organisation("MU4", "TWIN", "acorn shipping", state="Suspended")
ALL = (ACORN, BIRCH, BIRCHES)


@pytest.mark.parametrize(
    ("wish", "company_id"),
    [
        (MU_ACORN, "ACORN"),
        ("ACORN", "ACORN"),
        ("acorn", "ACORN"),
        ("Acorn Shipping", "ACORN"),
        ("  acorn   SHIPPING ", "ACORN"),
        ("aco", "ACORN"),
        ("birch", "BIRCH"),
        ("Birch U", "BIRCH"),
        ("birches", "BIRCHES"),
    ],
)
def test_a_name_matches_exactly_then_in_any_case_then_as_a_unique_prefix(wish: str, company_id: str) -> None:
    assert find(ALL, wish).company_id == company_id


def test_the_exact_name_wins_over_the_same_in_another_case() -> None:
    assert find((TWIN, ACORN), "Acorn Shipping") is ACORN
    assert find((TWIN, ACORN), "acorn shipping") is TWIN


def test_of_two_organisations_of_one_name_none_is_taken() -> None:
    other = Organisation("MU5", "ACORN2", ACORN.name)
    assert exactly((ACORN, other), "ACORN") is ACORN
    assert exactly((ACORN, other), ACORN.name) is None
    assert "could be any of several" in refusal(ACORN.name, ACORN, other)


def test_mu_ids_are_compared_as_they_are() -> None:
    """Two that differ in case only are two memberships; one in another case is none."""
    upper, lower = Organisation("MU0000000A", "UPPER", "Upper"), Organisation("MU0000000a", "LOWER", "Lower")
    for organisations in ((upper, lower), (lower, upper)):
        assert find(organisations, "MU0000000A") is upper
        assert find(organisations, "MU0000000a") is lower
    with pytest.raises(OrganisationError):
        find((upper,), "MU0000000a")


def refusal(wish: str, *organisations: Organisation) -> str:
    with pytest.raises(OrganisationError) as caught:
        find(organisations or ALL, wish)
    return explain(caught.value)


def test_an_ambiguous_prefix_lists_those_that_match() -> None:
    words = refusal("bir")
    assert "'bir' could be any of several organisations" in words
    assert "Birch Underwriting (organisation=BIRCH, or MU2)" in words
    assert "Birches (Bermuda) (organisation=BIRCHES, or MU3)" in words
    assert "Acorn" not in words


@pytest.mark.parametrize("near", ["acron", "Accorn Shipping", "acornshipping"])
def test_a_near_miss_is_never_chosen_and_the_user_is_to_be_asked(near: str) -> None:
    words = refusal(near)
    assert "Ask the user which one is meant; never take a similar one for it. Choices: Acorn Shipping" in words
    assert "Choices: Acorn Shipping (organisation=ACORN), Birch Underwriting (organisation=BIRCH)" in words


def test_an_unknown_name_is_told_with_the_choices_and_no_suggestion() -> None:
    words = refusal("zzz")
    assert words.startswith("This login has no organisation 'zzz'. Call again with what the user says. Ask the user")


@pytest.mark.parametrize("blank", ["", "   ", "\u200b"])
def test_a_blank_name_is_nobodys(blank: str) -> None:
    assert "has no organisation" in refusal(blank)


def test_a_long_or_odd_name_is_repeated_shortened_and_cleaned() -> None:
    words = refusal("x\u202ey\n" + "z" * 500)
    assert "\u202e" not in words
    assert "\n" not in words
    assert len(words) < 400


@pytest.mark.parametrize("team", ["hull", "Hull and  machinery"])
def test_the_name_of_a_team_is_answered_with_the_filter(team: str) -> None:
    words = refusal(team)
    assert "is a team of Acorn Shipping" in words
    assert "Filter by team: organisation=ACORN, team=HULL." in words


def user_ids(running: Running) -> list[str]:
    return [membership.user_id for membership in running.platform.login.memberships]


async def test_several_organisations_and_none_named_is_refused_with_the_choices(
    running: Running, clock: FakeClock
) -> None:
    async with session_of(running, clock) as session:
        assert await session.organisations.default() is None
        words = explain(await error_of(lambda: session.organisations.chosen(None)))
    assert words == (
        "Which organisation? Choices: Calderfinch Partners (organisation=CALDERFINCH), Marrowgate Underwriting"
        " (organisation=MARROWGATE). Call again with 'organisation'. If the user has not said which, ask the user."
    )


@BOTH_LOOPS
async def test_a_switch_sets_the_default_for_the_life_of_the_process(running: Running, clock: FakeClock) -> None:
    first, second = user_ids(running)
    async with session_of(running, clock, user_id=first) as session:
        active, previous = await session.organisations.switch("marrowgate")
        assert active.id == second
        assert previous is not None
        assert previous.id == first
        await session.organisations.all(refresh=True)
        assert (await session.organisations.chosen(None)).id == second
    async with session_of(running, clock, user_id=first) as another:
        assert (await another.organisations.chosen(None)).id == first


async def test_a_switch_is_checked_with_the_platform_first(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock) as session:
        await session.organisations.all()
        before = requests_to(running.platform, "/api/user/myDetails")
        await session.organisations.switch("CALDERFINCH")
    assert requests_to(running.platform, "/api/user/myDetails") == before + 1
    assert running.platform.requests[-1].user_id == user_ids(running)[0]


@pytest.mark.parametrize("had", [True, False])
async def test_a_switch_that_fails_keeps_the_default_and_lists_the_choices(
    running: Running,
    clock: FakeClock,
    had: bool,  # noqa: FBT001  # a parameter
) -> None:
    first, second = user_ids(running)
    async with session_of(running, clock, user_id=first if had else None) as session:
        await session.organisations.all()
        running.platform.faults.add("/api/user/myDetails", status=503, times=None)
        down = await error_of(lambda: session.organisations.switch("MARROWGATE"))
        assert isinstance(down, Unavailable)
        running.platform.faults.clear()
        running.platform.suspend(second)
        suspended = await error_of(lambda: session.organisations.switch("MARROWGATE"))
        unknown = await error_of(lambda: session.organisations.switch("Nowhere"))
        default = await session.organisations.default()
    assert (default.id if default else None) == (first if had else None)
    ending = "The default stays Calderfinch Partners." if had else "There is still no default."
    for error in (down, suspended, unknown):
        words = explain(error)
        assert ending in words
        assert words.count("Calderfinch Partners (organisation=CALDERFINCH)") == 1
    assert "(Marrowgate Underwriting)" in explain(down)
    assert "(Marrowgate Underwriting)" in explain(suspended)


async def test_a_membership_that_is_listed_as_suspended_cannot_be_switched_to(clock: FakeClock) -> None:
    with serve(Platform(documents=(1, 1), options=Options(suspended_membership=True))) as running:
        async with session_of(running, clock) as session:
            words = explain(await error_of(lambda: session.organisations.switch("TALLOWICK")))
        assert running.platform.renewals == 1
    assert "is Suspended, not live" in words
    assert "Choices: Calderfinch Partners (organisation=CALDERFINCH), Marrowgate" in words


async def test_an_answer_about_somebody_else_is_no_confirmation(running: Running, clock: FakeClock) -> None:
    first, second = user_ids(running)
    async with session_of(running, clock, user_id=first) as session:
        await session.organisations.all()
        body = {"uniqueID": first, "companyId": "CALDERFINCH"}
        running.platform.faults.add("/api/user/myDetails", status=200, body=body, user_id=second)
        assert isinstance(await error_of(lambda: session.organisations.switch("MARROWGATE")), UserIdRefused)


async def test_where_every_call_must_name_its_organisation_there_is_no_default(
    running: Running, clock: FakeClock
) -> None:
    async with session_of(running, clock, require_organisation=True, user_id=user_ids(running)[0]) as session:
        assert await session.organisations.default() is None
        assert isinstance(await error_of(lambda: session.organisations.chosen(None)), OrganisationError)
        assert (await session.organisations.chosen("CALDERFINCH")).company_id == "CALDERFINCH"


@pytest.mark.parametrize("by", ["company id", "mu id"])
async def test_only_the_organisations_that_are_allowed_exist(running: Running, clock: FakeClock, by: str) -> None:
    allowed = "marrowgate" if by == "company id" else user_ids(running)[1]
    async with session_of(running, clock, organisations=(allowed, "NOBODY")) as session:
        assert [o.company_id for o in await session.organisations.all()] == ["MARROWGATE"]
        assert (await session.organisations.chosen(None)).company_id == "MARROWGATE"
        words = explain(await error_of(lambda: session.organisations.chosen("CALDERFINCH")))
        switching = explain(await error_of(lambda: session.organisations.switch(user_ids(running)[0])))
    assert "Calderfinch" not in words + switching
    assert "Marrowgate Underwriting (organisation=MARROWGATE)" in words


async def test_an_mu_id_is_allowed_as_it_is_written_only(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, organisations=(user_ids(running)[1].lower(),)) as session:
        assert "allows none" in explain(await error_of(session.organisations.all))


async def test_a_default_outside_of_what_is_allowed_is_named(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, organisations=("MARROWGATE",), user_id=user_ids(running)[0]) as session:
        words = explain(await error_of(lambda: session.organisations.chosen(None)))
    assert words.startswith("The call names no organisation. Choices: Marrowgate")
    assert words.endswith("WHITESPACE_USER_ID is none of these.")


async def test_another_company_of_the_market_is_told_as_one_however_similar(running: Running, clock: FakeClock) -> None:
    """A name that is only the beginning of an organisation's own, and in full the name of somebody else."""
    async with session_of(running, clock) as session:
        companies = json.loads(await session.api.fetch(CORPORATE, user_id=None))
        body = json.dumps([*companies, {"companyId": "MRW", "name": "Marrow", "channelPrefix": "mrw"}])
        running.platform.faults.add("/api/shared/corporate", status=200, body=body, times=None)
        assert (await session.organisations.chosen("Marrowg")).company_id == "MARROWGATE"
        for ask in (session.organisations.chosen, session.organisations.switch):
            words = explain(await error_of(lambda ask=ask: ask("marrow")))
            assert words.startswith(
                "Marrow is another company of the market; this login has no membership there. Call again with what the"
                " user says. Ask the user which one is meant; never take a similar one for it. Choices: Calderfinch"
            )


async def test_if_none_is_allowed_the_setting_is_named(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, organisations=("NOBODY",)) as session:
        words = explain(await error_of(session.organisations.all))
    assert "WHITESPACE_ORGANISATIONS allows none" in words
    assert "Calderfinch" not in words


async def test_a_search_can_be_repeated_on_request(clock: FakeClock) -> None:
    with serve(Platform(documents=(1, 1))) as running:
        async with session_of(running, clock) as session:
            assert [o.live for o in await session.organisations.all()] == [True, True]
            running.platform.suspend(user_ids(running)[1])
            assert [o.live for o in await session.organisations.all()] == [True, True]
            assert [o.state for o in await session.organisations.all(refresh=True)] == ["Live", "Suspended"]
            running.platform.restore(user_ids(running)[1])
            assert [o.live for o in await session.organisations.all(refresh=True)] == [True, True]


@pytest.mark.parametrize("team", ["HULL", "hull and machinery", "acorn_HULL"])
def test_a_team_is_told_from_an_organisation_by_id_name_and_channel(team: str) -> None:
    assert "is a team of Acorn Shipping" in refusal(team)


def test_the_choices_say_which_membership_is_not_live() -> None:
    words = refusal("nonesuch", ACORN, TWIN)
    assert "Choices: Acorn Shipping (organisation=ACORN), acorn shipping (organisation=TWIN, Suspended)." in words


def test_several_organisations_are_spoken_of_only_where_there_are_several() -> None:
    assert explain(needed(ALL)).startswith("Which organisation? Choices: Acorn")
    assert explain(needed([ACORN])).startswith("The call names no organisation. Choices: Acorn")
