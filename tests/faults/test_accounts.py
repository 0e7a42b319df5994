"""Tokens, clocks, accounts and the directory, changing while they are in use."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import anyio
import pytest
from mcp import Client

from faults.promises import promise
from support.clock import FakeClock
from support.raw import raw_read
from support.servers import ask, client_of, refused, settings_for
from support.sessions import requests_to, until
from whitespace_mcp.demo import Options, Platform, Running, serve

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
HOUR = 3600.0
YEAR = 365 * 24 * HOUR


@dataclass
class Desk:
    """A platform whose clock is ours, and a server that has been asked once."""

    running: Running
    client: Client
    clock: FakeClock

    @property
    def platform(self) -> Platform:
        return self.running.platform

    @property
    def user_id(self) -> str:
        return self.platform.login.memberships[0].user_id

    async def switch(self, company: str = BROKER) -> Any:
        """The shortest call that asks the platform: one `GET /user/myDetails`."""
        return await ask(self.client, "switch_org", organisation=company)

    async def expect(self, renewals: int, reads: int) -> None:
        """One call is answered, at the price of so many renewals and so many requests for the call itself."""
        before = self.platform.renewals, requests_to(self.platform, "/api/user/myDetails")
        await self.switch()
        assert self.platform.renewals - before[0] == renewals
        assert requests_to(self.platform, "/api/user/myDetails") - before[1] == reads


@asynccontextmanager
async def desk(*, ahead: float = 0, options: Options | None = None, **platform: Any) -> AsyncGenerator[Desk]:
    """A server in use, whose own clock is so many seconds ahead of the platform's."""
    clock = FakeClock()
    result = Platform(
        documents=(5, 3), now=lambda: clock.now().timestamp() - ahead, options=options or Options(), **platform
    )
    with serve(result) as running:
        async with client_of(settings_for(running), clock=clock) as client:
            await ask(client, "get_risks", organisation="all", page_size=0)
            yield Desk(running, client, clock)


@promise("A token ends on its way to the platform", "answered: one renewal, and the call is made once more")
async def test_a_token_that_ends_in_transit() -> None:
    async with desk() as at:
        at.platform.expire_tokens()
        await at.expect(renewals=1, reads=2)
        await at.expect(renewals=0, reads=1)


@promise("A token that tells no end (`exp`, `iat`)", "used until it is refused, then as above")
async def test_a_token_without_an_end() -> None:
    async with desk(options=Options(lifetime_claims=False)) as at:
        at.clock.advance(600)
        await at.expect(renewals=0, reads=1)
        at.clock.advance(600)  # the platform's own 900 s are over
        await at.expect(renewals=1, reads=2)


@promise("Tokens that live for one second", "answered: one renewal before a call, none on its way")
async def test_tokens_of_a_second() -> None:
    async with desk(token_lifetime_s=1) as at:
        for _ in range(3):
            at.clock.advance(2)
            await at.expect(renewals=1, reads=1)


@promise("A token that lives for ten years", "answered: no renewal in its first nine")
async def test_a_token_of_ten_years() -> None:
    async with desk(token_lifetime_s=10 * YEAR) as at:
        for _ in range(9):
            at.clock.advance(YEAR)
            await at.expect(renewals=0, reads=1)


@promise("Our clock is an hour ahead of the platform's, or behind", "no difference: lifetimes count from receipt")
@pytest.mark.parametrize("ahead", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_a_clock_that_is_an_hour_off(ahead: float) -> None:
    async with desk(ahead=ahead) as at:
        at.clock.advance(600)
        await at.expect(renewals=0, reads=1)
        at.clock.advance(280)  # twenty seconds before its end: it is renewed before it is used
        await at.expect(renewals=1, reads=1)
        entry = (await ask(at.client, "get_risks", organisation=BROKER, page_size=0))["organisations"][0]
        assert entry["as_of"].startswith(at.clock.now().isoformat()[:16])


@promise(
    "The refresh token is revoked in the middle",
    "answered until the id token ends; then the advice to log in again, after two requests, and for a minute none",
)
async def test_a_refresh_token_that_is_revoked() -> None:
    async with desk() as at:
        at.platform.revoke(at.platform.login.refresh_token or "")
        await at.expect(renewals=0, reads=1)
        at.platform.expire_tokens()
        before = at.platform.renewals
        for _ in range(3):
            said = await refused(at.client, "switch_org", organisation=BROKER)
            assert "it looks like one that can be used only once" in said, "it was renewed once and never again"
            assert "Log in to Whitespace, copy a new token" in said
        assert at.platform.renewals - before == 2
        assert (await ask(at.client, "whoami"))["credential"]["state"] == "refused"


@promise(
    "The login service is down while the token still works",
    "answered: the renewal that runs beside the call fails unnoticed; told once the token is over",
)
async def test_a_login_service_that_is_down_before_the_token_ends() -> None:
    async with desk() as at:
        at.platform.faults.gateway("maintenance", times=None)
        before = at.platform.renewals
        at.clock.advance(700)  # within five minutes of its end
        await at.switch()
        await until(lambda: at.platform.renewals - before == 3)
        await at.switch()
        at.clock.advance(200)
        said = await refused(at.client, "switch_org", organisation=BROKER)
        assert "The Whitespace login service at" in said
        assert "is not available" in said


@promise(
    "A UserID stops being accepted",
    "told, with the organisation's name; its list is not shown any more, no renewal is made, others are not disturbed",
)
async def test_a_user_id_that_stops_being_accepted() -> None:
    async with desk() as at:
        body = {"reason": "Invalid WSAUTH: Valid UserID must be supplied", "error": True}
        at.platform.faults.add("/api/", status=401, body=body, user_id=at.user_id, times=None)
        at.clock.advance(61)
        before = at.platform.renewals
        for _ in range(2):
            said = await refused(at.client, "get_risks", organisation=BROKER)
            assert said.startswith("The platform does not accept this organisation's MU id for this login")
            assert "(Calderfinch Partners)" in said
        assert at.platform.renewals == before
        both = await ask(at.client, "get_risks", organisation="all", page_size=0, refresh=True)
        assert ["error" in entry for entry in both["organisations"]] == [True, False]
        assert both["organisations"][1]["documents"] == 3


@promise(
    "A membership is suspended between two calls",
    "told after one renewal, and for a minute no further one; its list is not shown; others are not disturbed; when"
    " it is restored it works again",
)
async def test_a_membership_that_is_suspended() -> None:
    async with desk() as at:
        at.platform.suspend(at.user_id)
        at.clock.advance(61)
        before = at.platform.renewals
        for _ in range(3):
            said = await refused(at.client, "get_risks", organisation=BROKER)
            assert "refuses this login, and a fresh token is refused too (Calderfinch Partners)." in said
            assert "The account may not be live" in said
            answer = await ask(at.client, "get_risks", organisation=CARRIER, page_size=0, refresh=True)
            assert answer["organisations"][0]["documents"] == 3
        assert at.platform.renewals - before == 1
        listed = await ask(at.client, "list_organisations", refresh=True)
        assert [entry["state"] for entry in listed["organisations"]] == ["Suspended", "Live"]
        said = await refused(at.client, "get_risks", organisation=BROKER)
        assert said.startswith("The membership in Calderfinch Partners is Suspended")
        at.platform.restore(at.user_id)
        await ask(at.client, "list_organisations", refresh=True)
        answer = await ask(at.client, "get_risks", organisation=BROKER, page_size=0)
        assert answer["organisations"][0]["documents"] == 5


@promise(
    "The directory changes",
    "names follow within six hours, without a call that waits for it; where it cannot be read, the former names stay",
)
async def test_a_directory_that_changes() -> None:
    async with desk() as at:
        path = "/api/shared/corporate"
        entries = raw_read(at.running, path)
        for entry in entries:
            entry["name"] = f"Renamed {entry['companyId']}"

        async def brokers() -> list[Any]:
            return (await ask(at.client, "find_people", organisation=BROKER, company=CARRIER))["companies"]

        former = await brokers()
        at.platform.faults.add(path, status=200, body=json.dumps(entries), times=None)
        at.clock.advance(5 * HOUR)
        assert await brokers() == former
        at.clock.advance(2 * HOUR)
        with anyio.fail_after(60):
            while await brokers() == former:  # the first of these begins to read it, beside the call
                pass
        assert (await brokers())[0]["name"] == f"Renamed {CARRIER}"
        at.platform.faults.clear()
        page = at.platform.faults.add(path, status=200, body="<html>", content_type="text/html", times=None)
        at.clock.advance(7 * HOUR)
        await brokers()
        await until(lambda: page.hits)
        assert (await brokers())[0]["name"] == f"Renamed {CARRIER}"
