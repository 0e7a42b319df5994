"""A 401 of the platform: what is renewed, what is repeated, and what is left alone (platform.md 2.5)."""

from typing import Any

import anyio
import pytest

from support.clock import FakeClock
from support.sessions import arrived, error_of, everything_in, requests_to, session_of, together
from whitespace_mcp.api.identity import my_details
from whitespace_mcp.api.reads import RISKS
from whitespace_mcp.config.errors import AccessRefused, CredentialRefused, Unavailable, UserIdRefused, explain
from whitespace_mcp.demo import Running

WSAUTH = {"error": True, "reason": "Invalid WSAUTH"}
DETAILS = "/api/user/myDetails"


def user_ids(running: Running) -> list[str]:
    return [membership.user_id for membership in running.platform.login.memberships]


async def test_an_expired_token_is_renewed_once_and_the_call_repeated_once(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock) as session:
        await my_details(session.api, user_id=user_ids(running)[0])
        running.platform.expire_tokens()
        assert (await my_details(session.api, user_id=user_ids(running)[0])).company_id == "CALDERFINCH"
    assert running.platform.renewals == 2
    assert requests_to(running.platform, DETAILS) == 3
    assert clock.slept == []


async def test_two_hundred_calls_on_an_expired_token_cause_one_renewal(running: Running, clock: FakeClock) -> None:
    first, second = user_ids(running)
    async with session_of(running, clock) as session:
        await my_details(session.api, user_id=first)
        running.platform.expire_tokens()
        companies = {first: "CALDERFINCH", second: "MARROWGATE"}
        ids = iter([first, second] * 100)

        async def call() -> bool:
            user_id = next(ids)
            return (await my_details(session.api, user_id=user_id)).company_id == companies[user_id]

        assert await together(200, call) == [True] * 200
    assert running.platform.renewals == 2


async def test_two_hundred_calls_share_the_failure_of_the_renewal(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock) as session:
        await session.token_cache.current()
        running.platform.expire_tokens()
        running.platform.revoke(running.platform.login.refresh_token)
        outcomes = await together(200, lambda: my_details(session.api, user_id=user_ids(running)[0]))
    assert [type(outcome) for outcome in outcomes] == [CredentialRefused] * 200
    assert running.platform.renewals == 1 + 2


async def test_a_late_401_that_names_an_older_token_does_not_renew_again(running: Running, clock: FakeClock) -> None:
    user_id = user_ids(running)[0]
    async with session_of(running, clock) as session:
        await session.token_cache.current()
        running.platform.expire_tokens()
        late = running.platform.faults.hold(DETAILS)
        outcomes: list[Any] = []

        async def call() -> None:
            outcomes.append(await my_details(session.api, user_id=user_id))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(call)  # sent with the old token, and parked
            await arrived(late)
            await call()  # is refused, and renews
            assert running.platform.renewals == 2
            running.platform.expire_tokens()
            await call()
            assert running.platform.renewals == 3
            late.release()  # refused now; a newer token is here
        assert len(outcomes) == 3
    assert running.platform.renewals == 3


async def test_a_fresh_token_that_is_refused_too_ends_it_for_a_minute(running: Running, clock: FakeClock) -> None:
    first, second = user_ids(running)
    running.platform.suspend(first)
    async with session_of(running, clock) as session:
        error = await error_of(lambda: my_details(session.api, user_id=first))
        assert running.platform.renewals == 2
        assert requests_to(running.platform, DETAILS) == 2, "one call and one repeat"
        for _ in range(5):
            clock.advance(11.9)
            assert isinstance(await error_of(lambda: my_details(session.api, user_id=first)), AccessRefused)
        assert (await my_details(session.api, user_id=second)).company_id == "MARROWGATE"
        assert running.platform.renewals == 2, "by no call, whatever organisation it is about"
        clock.advance(1)
        await error_of(lambda: my_details(session.api, user_id=first))
        assert running.platform.renewals == 3
    assert isinstance(error, AccessRefused)
    assert not isinstance(error, UserIdRefused)
    for cause in ("may not be live", "read-only", "allow-list", "ask the administrator"):
        assert cause in explain(error)


async def test_what_follows_the_renewal_counts_too(running: Running, clock: FakeClock) -> None:
    """Refused, renewed, and then the platform is down: three more attempts, and no second renewal."""
    async with session_of(running, clock) as session:
        await session.token_cache.current()
        running.platform.expire_tokens()
        running.platform.faults.add(DETAILS, status=503, times=None, skip=1)
        assert isinstance(await error_of(lambda: my_details(session.api, user_id=user_ids(running)[0])), Unavailable)
    assert running.platform.renewals == 2
    assert requests_to(running.platform, DETAILS) == 1 + 3


async def test_waiting_is_counted_across_the_renewal(running: Running, clock: FakeClock) -> None:
    patient = {"Retry-After": "5"}
    running.platform.faults.add(DETAILS, status=503, headers=patient)
    running.platform.faults.add(DETAILS, status=401, body=WSAUTH)
    running.platform.faults.add(DETAILS, status=503, headers=patient)
    async with session_of(running, clock) as session:
        error = await error_of(lambda: my_details(session.api, user_id=user_ids(running)[0]))
    assert isinstance(error, Unavailable)
    assert clock.slept == [5], "another five seconds would be more than eight in all"


@pytest.mark.parametrize("user_id", [None, "MU00000000-0000-4000-8000-000000000000"])
@pytest.mark.parametrize("status", [401, 400])
async def test_a_401_about_the_user_id_never_renews(
    running: Running, clock: FakeClock, user_id: str | None, status: int
) -> None:
    body = {"reason": "Invalid WSAUTH: Valid UserID must be supplied", "error": True}
    running.platform.faults.add(DETAILS, status=status, body=body)
    async with session_of(running, clock) as session:
        error = await error_of(lambda: my_details(session.api, user_id=user_id))
        assert session.token_cache.state == "fresh"
    assert isinstance(error, UserIdRefused)
    assert running.platform.renewals == 1
    assert requests_to(running.platform, DETAILS) == 1


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"reason":7}', {"error": True}])
async def test_a_401_without_a_usable_reason_is_about_the_token(running: Running, clock: FakeClock, body: Any) -> None:
    running.platform.faults.add(DETAILS, status=401, body=body)
    async with session_of(running, clock) as session:
        assert await my_details(session.api, user_id=user_ids(running)[0])
    assert running.platform.renewals == 2


async def test_a_403_renews_nothing(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/api/risks", status=403, body={"error": True}, times=None)
    async with session_of(running, clock) as session:
        error = await error_of(lambda: session.api.fetch(RISKS, user_id=user_ids(running)[0]))
    assert isinstance(error, AccessRefused)
    assert explain(error).startswith("The platform refuses this login (403). Trying again will not help.")
    assert running.platform.renewals == 1
    assert requests_to(running.platform, "/api/") == 1


async def test_a_refusal_gives_no_token_away(running: Running, clock: FakeClock) -> None:
    running.platform.suspend(user_ids(running)[0])
    async with session_of(running, clock) as session:
        error = await error_of(lambda: my_details(session.api, user_id=user_ids(running)[0]))
        token = (await session.token_cache.current()).value.get_secret_value()
    assert token not in everything_in(error)
    assert running.root not in everything_in(error)
