"""What the assistant reads when something goes wrong: a row of the product's table each, in both eras."""

import re
from contextlib import closing
from socket import create_server
from typing import Any

import pytest
from mcp import Client

from support.clock import FakeClock
from support.servers import ask, client_of, refused, settings_for
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Options, Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
WEB_PAGE = "<!doctype html><html><body><h1>canary-of-the-platform</h1></body></html>"
NEVER = re.compile(
    r"eyJ|refresh_token=|https?://\S*\?|<[a-z!]|Traceback|pydantic|Error executing|canary|\bNone\b", re.IGNORECASE
)


@pytest.fixture
def platform() -> Platform:
    return Platform(documents=(40, 20))


async def words_of(running: Running, era: str, tool: str = "get_risks", **arguments: Any) -> str:
    """The words that a call on a server of its own ends with; nothing may be in them that must stay home."""
    changes: dict[str, Any] = arguments.pop("settings", {})
    arguments.setdefault("organisation", BROKER)
    async with client_of(settings_for(running, **changes), era, clock=FakeClock()) as client:
        return await said_by(client, running, tool, **arguments)


async def said_by(client: Client, running: Running, tool: str = "get_risks", **arguments: Any) -> str:
    """The words that a call ends with, searched for what must not be there."""
    said = await refused(client, tool, **arguments)
    assert not NEVER.search(said), said
    for login in running.platform.logins.values():
        assert not login.refresh_token or login.refresh_token not in said
        assert not login.service_token or login.service_token not in said
    assert re.search(r"[Tt]ry(ing)? again|Call again|Ask the user which", said), "whether it helps to try again"
    assert "  " not in said
    assert ".." not in said
    return said


async def test_nothing_configured(era: str) -> None:
    async with client_of(Settings(), era) as client:
        for tool in ("whoami", "list_organisations", "get_risks"):
            said = await refused(client, tool)
            assert said.startswith("No Whitespace credential is configured.")
            assert "Log in to Whitespace, open User Profile, copy the refresh token" in said
            assert "set it as WHITESPACE_REFRESH_TOKEN" in said
            assert "start the server with --demo" in said


async def test_a_configuration_that_cannot_be_used(era: str) -> None:
    settings = Settings.from_env({"WHITESPACE_ROOT": "http://elsewhere.example", "WHITESPACE_TIMEOUT": "soon"})
    async with client_of(settings, era) as client:
        said = await refused(client, "get_risks")
    assert "WHITESPACE_ROOT must begin with https://" in said
    assert "WHITESPACE_TIMEOUT must be a number from 1 to 600" in said
    assert "restarted" in said


async def test_a_refresh_token_that_is_refused(running: Running, era: str) -> None:
    running.platform.revoke(running.platform.login.refresh_token)
    said = await words_of(running, era)
    assert said.startswith(f"The refresh token does not work at {running.root.removeprefix('http://')}.")
    assert "A production token does not work on sandbox" in said
    assert "Log in to Whitespace there, copy a new token from User Profile" in said
    assert "outage" in said


async def test_a_gateway_that_is_down(running: Running, era: str) -> None:
    running.platform.faults.gateway("maintenance", times=None)
    said = await words_of(running, era)
    assert "The Whitespace login service at" in said
    assert "is not available" in said
    assert "Try again in a minute." in said


async def test_a_platform_that_is_down(running: Running, era: str) -> None:
    running.platform.faults.add("/api/risks", status=503, body=WEB_PAGE, content_type="text/html", times=None)
    said = await words_of(running, era)
    assert said.startswith("The platform is not available (503); tried for 2 seconds (Calderfinch Partners).")
    assert "Try again in a minute." in said


async def test_a_platform_that_limits_how_often_it_is_asked(running: Running, era: str) -> None:
    running.platform.faults.add("/api/risks", status=429, headers={"Retry-After": "120"}, times=None)
    said = await words_of(running, era)
    assert said.startswith("The platform limits how often it may be asked")
    assert "Try again in 120 seconds." in said


async def test_a_platform_that_cannot_be_reached(running: Running, era: str) -> None:
    with closing(create_server(("127.0.0.1", 0))) as nobody:
        port = nobody.getsockname()[1]
    said = await words_of(running, era, settings={"api_url": f"http://127.0.0.1:{port}/api"})
    assert said.startswith("No connection to the platform")
    assert "check WHITESPACE_ROOT, the network and the proxy" in said


async def test_several_organisations_and_none_chosen(running: Running, era: str) -> None:
    said = await words_of(running, era, organisation=None)
    assert said.startswith("Which organisation?")
    assert f"Calderfinch Partners (organisation={BROKER}), Marrowgate Underwriting (organisation={CARRIER})" in said


async def test_an_organisation_that_does_not_exist(running: Running, era: str) -> None:
    said = await words_of(running, era, organisation="Calderfynch Partners")
    assert "Ask the user which one is meant; never take a similar one for it. Choices:" in said
    assert f"Marrowgate Underwriting (organisation={CARRIER})" in said


async def test_a_membership_that_is_not_live(era: str) -> None:
    with serve(Platform(documents=(40, 20), options=Options(suspended_membership=True))) as running:
        said = await words_of(running, era, organisation="TALLOWICK")
    assert "is Suspended, not live" in said
    assert "Ask that organisation's administrator" in said


async def test_a_refusal_that_a_fresh_token_does_not_cure(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era, clock=FakeClock()) as client:
        await ask(client, "list_organisations")
        running.platform.suspend(running.platform.login.memberships[0].user_id)
        said = await said_by(client, running, organisation=BROKER)
    assert said.startswith("The platform refuses this login, and a fresh token is refused too (Calderfinch Partners).")
    for cause in ("may not be live", "may be read-only", "allow-list"):
        assert cause in said
    assert "ask the administrator or Whitespace Support" in said


async def test_a_web_page_in_place_of_the_api(running: Running, era: str) -> None:
    for path in ("/api/risks", "/api/summary"):
        running.platform.faults.add(path, status=200, body=WEB_PAGE, content_type="text/html", times=None)
    said = await words_of(running, era)
    assert said.startswith("The answer to /risks did not come from the platform's API (Calderfinch Partners).")
    assert "check WHITESPACE_ROOT, and WHITESPACE_API_URL if it is set" in said


async def test_a_wrong_address_of_the_api(running: Running, era: str) -> None:
    said = await words_of(running, era, settings={"api_url": f"{running.root}/wrong"})
    assert "did not come from the platform's API" in said
    assert "WHITESPACE_API_URL" in said


async def test_a_wrong_address_of_the_login_service(running: Running, era: str) -> None:
    said = await words_of(running, era, settings={"sync_url": f"{running.root}/wrong"})
    assert "is not the Whitespace login service" in said
    assert "WHITESPACE_SYNC_URL" in said


async def test_a_wrong_bucket(running: Running, era: str) -> None:
    said = await words_of(running, era, settings={"bucket": "elsewhere"})
    assert "WHITESPACE_BUCKET" in said


async def test_an_answer_that_is_too_large(era: str) -> None:
    with serve(Platform(documents=(3000, 20))) as running:
        said = await words_of(running, era, settings={"max_body": 1_000_000})
    assert said.startswith("The platform's answer is larger than 1 MB (Calderfinch Partners).")
    assert "Narrow the question, or raise WHITESPACE_MAX_BODY." in said


async def test_an_answer_that_is_cut_off_in_transit(running: Running, era: str) -> None:
    running.platform.faults.drop("/api/risks", after=1000, times=None)
    said = await words_of(running, era)
    assert said.startswith("The answer of the platform was cut off in transit")
    assert "(Calderfinch Partners)." in said
    assert "ask a narrower question" in said


async def test_an_answer_that_is_cut_off_once_is_asked_for_again(running: Running, era: str) -> None:
    running.platform.faults.drop("/api/risks", after=1000, times=1)
    async with client_of(settings_for(running), era, clock=FakeClock()) as client:
        answer = await ask(client, "get_risks", organisation=BROKER, page_size=0)
    assert answer["organisations"][0]["documents"] == 40


async def test_an_answer_that_is_no_json(running: Running, era: str) -> None:
    running.platform.faults.add("/api/risks", status=200, body='[{"canary": ')
    said = await words_of(running, era)
    assert said.startswith("The platform's answer is not valid JSON")


async def test_a_failure_of_the_platform_itself(running: Running, era: str) -> None:
    running.platform.faults.add("/api/risks", status=500, body={"reason": "canary", "error": True})
    said = await words_of(running, era)
    assert said.startswith("The platform failed on this request (500) (Calderfinch Partners).")


async def test_with_all_one_organisation_that_fails_does_not_spoil_the_other(running: Running, era: str) -> None:
    carrier = running.platform.login.memberships[1].user_id
    running.platform.faults.add("/api/risks", status=503, user_id=carrier, times=None)
    async with client_of(settings_for(running), era, clock=FakeClock()) as client:
        listed = await ask(client, "get_risks", organisation="all")
        grouped = await ask(client, "summarise_risks", organisation="all", group_by="organisation")
    for answer in (listed, grouped):
        well, failed = answer["organisations"]
        assert (well["documents"], "error" in well) == (40, False)
        assert (failed["documents"], failed["slips"], failed["matched"]) == (0, 0, 0)
        assert failed["error"].startswith("The platform is not available (503)")
        assert "(Marrowgate Underwriting)" in failed["error"]
        assert answer["matched"] == well["matched"] > 0
    assert {row["organisation"] for row in listed["risks"]} == {BROKER}
    assert failed["company_id"] == CARRIER


async def test_with_all_a_membership_that_is_not_live_is_listed_with_its_error(era: str) -> None:
    with serve(Platform(documents=(40, 20), options=Options(suspended_membership=True))) as running:
        async with client_of(settings_for(running), era) as client:
            answer = await ask(client, "get_risks", organisation="all", page_size=0)
    assert [entry.get("error", "")[:17] for entry in answer["organisations"]] == ["", "", "The membership in"]


async def test_with_all_nothing_but_failures_is_a_failure(running: Running, era: str) -> None:
    running.platform.faults.add("/api/risks", status=503, times=None)
    said = await words_of(running, era, organisation="all")
    assert said.startswith("The platform is not available (503)")


async def test_an_outage_after_a_good_answer_shows_the_former_one_as_stale(running: Running, era: str) -> None:
    clock = FakeClock()
    async with client_of(settings_for(running), era, clock=clock) as client:
        first = await ask(client, "get_risks", organisation=BROKER, page_size=0)
        running.platform.faults.add("/api/risks", status=503, times=None)
        clock.advance(61)
        later = await ask(client, "get_risks", organisation=BROKER, page_size=0)
    before, after = first["organisations"][0], later["organisations"][0]
    assert after.pop("stale") is True
    assert "The platform is not available (503)" in after.pop("stale_reason")
    assert after == before
