"""`whoami`, `list_organisations` and `switch_org`."""

import os
import shutil
import subprocess
from functools import partial
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from mcp import Client

from support.checks import checked
from support.clock import FakeClock
from support.servers import ask, client_of, refused, settings_for
from support.setups import machine
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.setup.configuration import configure

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"


def keys(running: Running, place: int) -> dict[str, str]:
    """An organisation of the demo person, as every answer names it."""
    membership = running.platform.login.memberships[place]
    return {"id": membership.user_id, "company_id": membership.company_id, "name": membership.company_name}


async def test_whoami_tells_login_environment_and_credential(small: Running, era: str) -> None:
    async with client_of(settings_for(small), era) as client:
        answer = await checked(client, "whoami")
    assert set(answer) == {
        "environment", "user", "credential", "read_only", "platform_version", "server_version",
        "by_hand", "as_of",
    }  # fmt: skip
    assert answer["environment"] == small.root.removeprefix("http://")
    assert answer["user"] == small.platform.login.name
    assert answer["credential"]["kind"] == "refresh_token"
    assert answer["credential"]["state"] == "fresh"
    assert 0 < answer["credential"]["expires_in_s"] <= 900
    assert answer["read_only"] is True
    assert answer["platform_version"] == "3.7.0"


async def test_whoami_tells_where_each_setting_came_from_and_no_value(small: Running, tmp_path: Path, era: str) -> None:
    platform = small.platform
    places = machine(tmp_path, WHITESPACE_REFRESH_TOKEN=platform.login.refresh_token, WHITESPACE_BUCKET=platform.bucket)
    places.config.mkdir()
    (places.config / "work.toml").write_text(f'root = "{small.root}"\ntimeout = 20', encoding="utf-8")
    settings = configure(places, {"WHITESPACE_TIMEOUT": "30"}, "work").settings
    async with client_of(settings, era) as client:
        answer = await checked(client, "whoami")
    assert answer["configured"] == {
        "WHITESPACE_BUCKET": "environment",
        "WHITESPACE_REFRESH_TOKEN": "environment",
        "WHITESPACE_ROOT": "profile work",
        "WHITESPACE_TIMEOUT": "option --timeout",
    }
    assert platform.login.refresh_token not in str(answer)


def run(line: str, **variables: str) -> str:
    """What a shell line prints."""
    done = subprocess.run(["sh", "-c", line], env={**os.environ, **variables}, capture_output=True, check=True)  # noqa: S603, S607
    return done.stdout.decode()


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="needs curl and jq")
async def test_the_lines_of_whoami_work_as_they_stand(small: Running) -> None:
    secret = small.platform.login.refresh_token
    async with client_of(settings_for(small)) as client:
        lines = (await checked(client, "whoami"))["by_hand"]
    assert secret not in str(lines)
    assert lines["headers"] == ["Authorization: Bearer $ID_TOKEN", "UserID: $USER_ID"]
    for place, documents in ((0, 300), (1, 100)):
        line = f"{lines['renew']}; {lines['call']} | jq length"
        user_id = lines["user_ids"][keys(small, place)["company_id"]]
        output = await anyio.to_thread.run_sync(partial(run, line, REFRESH_TOKEN=secret, USER_ID=user_id))
        assert int(output) == documents
    async with client_of(settings_for(small, small.platform.logins["service"])) as client:
        lines = (await checked(client, "whoami"))["by_hand"]
    assert set(lines) == {"headers", "call"}
    output = await anyio.to_thread.run_sync(
        partial(run, f"{lines['call']} | jq length", SERVICE_TOKEN=small.platform.logins["service"].service_token)
    )
    assert int(output) > 0


async def test_whoami_names_the_default_once_there_is_one(small: Running, era: str) -> None:
    async with client_of(settings_for(small), era) as client:
        await ask(client, "switch_org", organisation=CARRIER)
        assert (await checked(client, "whoami"))["organisation"] == keys(small, 1)


async def test_whoami_tells_a_refused_credential_instead_of_failing(running: Running, era: str) -> None:
    running.platform.revoke(running.platform.login.refresh_token)
    async with client_of(settings_for(running), era, clock=FakeClock()) as client:
        answer = await checked(client, "whoami")
    assert answer["credential"]["state"] == "refused"
    assert "The refresh token does not work at" in answer["credential"]["problem"]
    assert not {"user", "organisation"} & set(answer)
    assert "expires_in_s" not in answer["credential"]


async def test_whoami_tells_that_a_credential_could_not_be_tried(running: Running, era: str) -> None:
    running.platform.faults.gateway("maintenance", times=None)
    async with client_of(settings_for(running), era, clock=FakeClock()) as client:
        answer = await checked(client, "whoami")
    assert answer["credential"]["state"] == "unverified"
    assert "not available" in answer["credential"]["problem"]


async def test_whoami_tells_a_token_that_ran_out_and_could_not_be_renewed(running: Running, era: str) -> None:
    clock = FakeClock()
    async with client_of(settings_for(running), era, clock=clock) as client:
        await ask(client, "whoami")
        running.platform.faults.gateway("maintenance", times=None)
        clock.advance(1_000)
        answer = await checked(client, "whoami")
    assert (answer["credential"]["state"], answer["credential"]["expires_in_s"]) == ("stale", 0)
    assert answer["user"] == running.platform.login.name


async def test_whoami_tells_a_service_token_and_its_one_organisation(small: Running, era: str) -> None:
    async with client_of(settings_for(small, small.platform.logins["service"]), era) as client:
        answer = await checked(client, "whoami")
    assert answer["credential"] == {"kind": "service_token", "state": "fresh"}
    assert answer["organisation"]["company_id"] == BROKER


async def test_whoami_without_the_platforms_version_is_an_answer(running: Running, era: str) -> None:
    running.platform.faults.add("/api/version", status=404, times=None)
    async with client_of(settings_for(running), era) as client:
        assert "platform_version" not in await checked(client, "whoami")


async def test_whoami_says_why_the_organisations_are_not_known(running: Running, era: str) -> None:
    async with client_of(settings_for(running, running.platform.logins["unregistered"]), era) as client:
        answer = await checked(client, "whoami")
    assert answer["credential"]["state"] != "fresh"
    assert answer["credential"]["problem"]


async def test_whoami_says_so_when_the_platform_is_down_behind_a_good_credential(running: Running, era: str) -> None:
    running.platform.faults.add("/api/user/myDetails", status=503, times=None)
    async with client_of(settings_for(running), era, clock=FakeClock()) as client:
        answer = await checked(client, "whoami")
    assert answer["credential"]["state"] == "fresh"
    assert answer["credential"]["problem"].startswith("The platform is not available (503)")
    assert "organisation" not in answer


async def test_whoami_with_nothing_configured_says_how_to_begin(era: str) -> None:
    async with client_of(Settings(), era) as client:
        said = await refused(client, "whoami")
    assert "User Profile" in said
    assert "WHITESPACE_REFRESH_TOKEN" in said
    assert "--demo" in said


async def test_the_organisations_are_listed_with_role_teams_and_state(client: Client, small: Running) -> None:
    answer = await checked(client, "list_organisations")
    assert set(answer) == {"user", "organisations", "as_of"}
    first, second = answer["organisations"]
    assert {k: first[k] for k in ("id", "company_id", "name")} == keys(small, 0)
    assert {k: second[k] for k in ("id", "company_id", "name")} == keys(small, 1)
    assert (first["role"], second["role"]) == ("broker", "underwriter")
    assert (first["state"], second["state"]) == ("Live", "Live")
    assert "Marine" in first["teams"]
    assert "default" not in first


async def test_the_default_is_marked_in_the_list(small: Running, era: str) -> None:
    user_id = small.platform.login.memberships[1].user_id
    async with client_of(settings_for(small, user_id=user_id), era) as client:
        answer = await checked(client, "list_organisations")
    assert answer["default"] == keys(small, 1)
    assert [entry.get("default") for entry in answer["organisations"]] == [None, True]


async def test_refresh_looks_again(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        await ask(client, "list_organisations")
        requests = len(running.platform.requests)
        await ask(client, "list_organisations")
        assert len(running.platform.requests) == requests
        running.platform.suspend(running.platform.login.memberships[1].user_id)
        answer = await ask(client, "list_organisations", refresh=True)
    assert [entry["state"] for entry in answer["organisations"]] == ["Live", "Suspended"]


async def test_a_suspended_membership_is_listed_and_cannot_be_used(era: str) -> None:
    with serve(Platform(documents=(40, 20), options=Options(suspended_membership=True))) as running:
        async with client_of(settings_for(running), era) as client:
            answer = await checked(client, "list_organisations")
            states = {entry["company_id"]: entry["state"] for entry in answer["organisations"]}
            assert states == {BROKER: "Live", CARRIER: "Live", "TALLOWICK": "Suspended"}
            for tool in ("get_risks", "switch_org"):
                said = await refused(client, tool, organisation="TALLOWICK")
                assert "is Suspended, not live" in said
                assert "administrator" in said


async def test_switching_takes_any_unambiguous_word_and_counts_from_then_on(small: Running, era: str) -> None:
    broker, carrier = keys(small, 0), keys(small, 1)
    async with client_of(settings_for(small), era) as client:
        before = {}
        for wish in (CARRIER, "marrowgate", "Marrowgate Underwriting", "MARROWGATE underwriting", "Marrow"):
            answer = await checked(client, "switch_org", organisation=wish)
            assert answer == {"active": carrier, "as_of": answer["as_of"]} | before, wish
            assert (await ask(client, "get_risks", page_size=0))["organisations"][0]["documents"] == 100
            answer = await checked(client, "switch_org", organisation=broker["id"])
            assert answer == {"active": broker, "previous": carrier, "as_of": answer["as_of"]}
            assert (await ask(client, "get_risks", page_size=0))["organisations"][0]["documents"] == 300
            before = {"previous": broker}


async def test_a_switch_is_checked_with_the_platform_and_changes_nothing_when_refused(
    running: Running, era: str
) -> None:
    async with client_of(settings_for(running), era) as client:
        await ask(client, "switch_org", organisation=BROKER)
        running.platform.suspend(running.platform.login.memberships[1].user_id)
        said = await refused(client, "switch_org", organisation=CARRIER)
        assert "Marrowgate Underwriting" in said
        assert "The default stays Calderfinch Partners." in said
        assert f"Choices: Calderfinch Partners (organisation={BROKER})" in said
        assert (await ask(client, "whoami"))["organisation"]["company_id"] == BROKER


@pytest.mark.parametrize("wish", ["Marrowgote", "all", "zzz", ""])
async def test_a_switch_to_something_else_lists_the_choices(client: Client, wish: str) -> None:
    said = await refused(client, "switch_org", organisation=wish)
    assert f"organisation={BROKER}" in said
    assert f"organisation={CARRIER}" in said
    assert said.index("Ask the user") < said.index(BROKER)


async def test_a_team_of_an_organisation_is_not_an_organisation(client: Client) -> None:
    said = await refused(client, "get_risks", organisation="Wrenlock Broking")
    assert "is a team of Calderfinch Partners" in said
    assert f"organisation={BROKER}, team=WRENLOCKCARGO" in said


async def test_where_each_call_must_name_its_organisation_there_is_no_switch_and_no_default(
    small: Running, era: str
) -> None:
    changes: dict[str, Any] = {"require_organisation": True, "user_id": small.platform.login.memberships[0].user_id}
    async with client_of(settings_for(small, **changes), era) as client:
        assert "switch_org" not in {tool.name for tool in (await client.list_tools()).tools}
        assert "Choices:" in await refused(client, "get_risks")
        assert "There is no such tool" in await refused(client, "switch_org", organisation=BROKER)
        assert "organisation" not in await ask(client, "whoami")
        assert (await ask(client, "get_risks", organisation=CARRIER, page_size=0))["matched"]


async def test_organisations_that_are_not_allowed_do_not_exist(small: Running, era: str) -> None:
    async with client_of(settings_for(small, organisations=(CARRIER,)), era) as client:
        assert len((await ask(client, "list_organisations"))["organisations"]) == 1
        assert (await ask(client, "get_risks", page_size=0))["organisations"][0]["company_id"] == CARRIER
        said = await refused(client, "get_risks", organisation=BROKER)
        assert said.endswith("Choices: Marrowgate Underwriting (organisation=MARROWGATE).")
        assert "Calderfinch" not in said
        everything = await ask(client, "get_risks", organisation="all", page_size=0)
        assert [entry["company_id"] for entry in everything["organisations"]] == [CARRIER]


async def test_both_credentials_at_once_are_a_configuration_to_be_corrected(small: Running, era: str) -> None:
    settings = settings_for(small, service_token="x", problems=("two credentials are set; keep one",))
    async with client_of(settings, era) as client:
        assert "The configuration cannot be used: two credentials are set; keep one." in await refused(client, "whoami")
