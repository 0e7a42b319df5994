"""What a server asks before the first question: nothing until a host lists the tools, then a token and who we are."""

import anyio
import pytest

from support.servers import BOTH_ERAS, ask, client_of, refused, settings_for
from support.sessions import arrived, requests_to, until
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, Running


@pytest.fixture
def platform() -> Platform:
    return Platform(documents=(4, 4))


async def test_a_server_that_is_started_and_left_alone_asks_nothing(running: Running, era: str) -> None:
    async with client_of(settings_for(running), era):
        await anyio.sleep(0.01)
    assert running.platform.requests == []


@BOTH_ERAS
async def test_listing_the_tools_looks_up_the_login_and_does_not_wait_for_it(running: Running, era: str) -> None:
    hold = running.platform.faults.hold("/sync/")
    async with client_of(settings_for(running), era) as client:
        with anyio.fail_after(60):
            assert (await client.list_tools()).tools
            await arrived(hold)
            hold.release()
            await until(lambda: requests_to(running.platform, "/api/lookup/person"))
        await ask(client, "list_organisations")
        await client.list_tools()
        await ask(client, "get_risks", organisation="all")
    assert running.platform.renewals == 1


async def test_two_copies_renew_once_each(running: Running, era: str) -> None:
    settings = settings_for(running)
    async with client_of(settings, era) as entry, client_of(settings, era) as other:
        for client in (entry, other, entry, other):
            await client.list_tools()
        for client in (entry, other):
            await ask(client, "whoami")
    assert running.platform.renewals == 2


async def test_a_login_that_does_not_work_is_told_by_the_first_call(running: Running, era: str) -> None:
    running.platform.revoke(running.platform.login.refresh_token)
    async with client_of(settings_for(running), era) as client:
        assert (await client.list_tools()).tools
        await until(lambda: running.platform.renewals)
        assert "refresh token" in await refused(client, "get_risks", organisation="all")
        assert (await client.list_tools()).tools


async def test_without_a_login_nothing_is_asked(running: Running, era: str) -> None:
    async with client_of(Settings(environment=Environment.at(running.root)), era) as client:
        assert (await client.list_tools()).tools
        await anyio.sleep(0.01)
    assert running.platform.requests == []
