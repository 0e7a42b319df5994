"""The server, wired: what it says of itself, and that it asks nothing before it is asked."""

from base64 import b64decode
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import pytest
from mcp import Client

from support.servers import ask, client_of, settings_for
from whitespace_mcp.app import INSTRUCTIONS, build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Running

FIRST = ("whoami", "list_organisations", "get_risks", "summarise_risks", "switch_org")


async def test_where_every_call_names_its_organisation_nothing_else_is_said() -> None:
    async with Client(build_server(Settings(require_organisation=True))) as client:
        assert client.instructions is not None
        assert "needs no organisation" not in client.instructions
        assert "'distinct' once.\nIf it is still unclear which, ask the user" in client.instructions


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_the_server_introduces_itself(mode: Any) -> None:
    async with Client(build_server(Settings()), mode=mode) as client:
        server_info = client.server_info
        assert server_info is not None
        assert (server_info.name, server_info.title, server_info.version) == (
            "whitespace",
            "Whitespace",
            version("whitespace-mcp"),
        )
        assert client.instructions == INSTRUCTIONS
        assert "needs no organisation" in INSTRUCTIONS
        assert set(FIRST) <= {tool.name for tool in (await client.list_tools()).tools}


async def test_nothing_is_asked_of_the_platform_before_a_tool_is_called(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era) as client:
        await client.list_tools()
        assert running.platform.requests == []
        await ask(client, "whoami")
    assert running.platform.renewals == 1


async def test_two_servers_know_nothing_of_each_other(running: Running) -> None:
    async with client_of(settings_for(running)) as item, client_of(settings_for(running)) as other:
        await ask(item, "switch_org", organisation="CALDERFINCH")
        await ask(other, "switch_org", organisation="MARROWGATE")
        counts = [(await ask(client, "get_risks", page_size=0))["organisations"][0] for client in (item, other)]
    assert [entry["documents"] for entry in counts] == [1528, 439]


async def test_requests_name_the_organisation_and_carry_no_cookies(running: Running) -> None:
    async with client_of(settings_for(running)) as client:
        await ask(client, "get_risks", organisation="all", page_size=0)
    seens = [seen for seen in running.platform.requests if seen.path == "/api/risks"]
    assert {seen.user_id for seen in seens} == {m.user_id for m in running.platform.login.memberships}
    assert not any(seen.has_cookie for seen in running.platform.requests)
    assert {seen.method for seen in running.platform.requests} == {"GET"}
    assert not any(seen.has_bearer for seen in running.platform.requests if seen.path.startswith("/sync/"))


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_no_change_is_promised_that_nobody_will_tell(mode: Any) -> None:
    async with Client(build_server(Settings()), mode=mode) as client:
        can = client.server_capabilities
    assert can is not None
    assert can.tools is not None
    assert can.prompts is not None
    assert can.resources is not None
    assert can.completions is not None
    assert not any(
        [can.tools.list_changed, can.prompts.list_changed, can.resources.list_changed, can.resources.subscribe]
    )


async def test_hosts_may_keep_the_lists_for_minutes_and_nothing_that_a_resource_holds() -> None:
    async with Client(build_server(Settings()), mode="2026-07-28") as client:
        lists = [
            await client.list_tools(),
            await client.list_prompts(),
            await client.list_resources(),
            await client.list_resource_templates(),
        ]
    assert {(result.ttl_ms, result.cache_scope) for result in lists} == {(300_000, "public")}


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_the_icon_is_the_servers_and_not_repeated_for_each_tool(mode: Any) -> None:
    async with Client(build_server(Settings()), mode=mode) as client:
        server_info = client.server_info
        tools = (await client.list_tools()).tools
    assert server_info is not None
    (icon,) = server_info.icons or []
    assert (
        b64decode(icon.src.removeprefix("data:image/png;base64,"))
        == files("whitespace_mcp").joinpath("icon.png").read_bytes()
    )
    assert len(icon.src) < 400  # every answer of the 2026 protocol carries it
    assert all(tool.icons is None for tool in tools)


@pytest.mark.parametrize("require", [True, False])
async def test_switching_is_offered_where_there_is_a_default_to_switch(require: bool, era: str) -> None:  # noqa: FBT001  # a parameter of the test
    async with Client(build_server(Settings(require_organisation=require)), mode=era) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
    assert ("switch_org" in names) is not require
