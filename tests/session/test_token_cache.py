"""Keeping an id token that works: the cases of the policy in `session/token_cache.py`, on both event loops."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import anyio
import pytest

from support.clock import FakeClock, passing
from support.sessions import BOTH_LOOPS, arrived, error_of, session_of, together
from whitespace_mcp.config.errors import CredentialRefused, Unavailable, explain
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.session.session import Session

pytestmark = BOTH_LOOPS

TEN_YEARS = 10 * 365 * 86_400
LIFETIMES = pytest.mark.parametrize(
    ("lifetime", "early", "late"), [(1, 0.25, 0.05), (60, 15, 3), (3600, 300, 30), (TEN_YEARS, 300, 30)]
)


@contextmanager
def platform_of(lifetime: float = 900, **changes: Any) -> Generator[Running]:
    with serve(Platform(documents=(1, 1), token_lifetime_s=lifetime, **changes)) as running:
        yield running


async def renewed(session: Session, old: Any) -> Any:
    """Wait for the renewal in flight, as a call would whose token was refused meanwhile."""
    return await session.token_cache.replace(old)


@LIFETIMES
async def test_a_fresh_token_is_used_as_it_is(lifetime: float, early: float, late: float, clock: FakeClock) -> None:
    assert late < early
    with platform_of(lifetime) as running:
        async with session_of(running, clock) as session:
            assert session.token_cache.state == "unverified"
            assert session.token_cache.expires_in is None
            token = await session.token_cache.current()
            assert session.token_cache.state == "fresh"
            assert session.token_cache.expires_in == lifetime
            clock.advance(lifetime - early - 0.01)
            assert await session.token_cache.current() is token
        assert running.platform.renewals == 1


@LIFETIMES
async def test_in_the_early_window_the_token_is_used_while_a_renewal_runs_behind(
    lifetime: float, early: float, late: float, clock: FakeClock
) -> None:
    with platform_of(lifetime) as running:
        async with session_of(running, clock) as session:
            token = await session.token_cache.current()
            hold = running.platform.faults.hold("/sync/")
            clock.advance(lifetime - early + 0.01)
            assert await session.token_cache.current() is token
            await arrived(hold)
            assert await session.token_cache.current() is token, "the old token serves while the renewal is parked"
            clock.advance(early - late - 0.02)
            assert await session.token_cache.current() is token, "until just before the late window"
            hold.release()
            fresh = await renewed(session, token)
            assert fresh is not token
            assert await session.token_cache.current() is fresh
        assert running.platform.renewals == 2


@LIFETIMES
async def test_in_the_late_window_the_call_waits_for_the_renewal(
    lifetime: float, early: float, late: float, clock: FakeClock
) -> None:
    assert early < lifetime
    with platform_of(lifetime) as running:
        async with session_of(running, clock) as session:
            token = await session.token_cache.current()
            clock.advance(lifetime - late + 0.01)
            fresh = await session.token_cache.current()
            assert fresh is not token
            assert session.token_cache.expires_in == lifetime
            clock.advance(lifetime + 1)
            assert session.token_cache.state == "stale"
            assert session.token_cache.expires_in == 0
            assert await session.token_cache.current() is not fresh
        assert running.platform.renewals == 3


@pytest.mark.parametrize("wall", [1_000_000.0, 4_100_000_000.0])
async def test_a_wrong_wall_clock_does_no_harm(wall: float, clock: FakeClock) -> None:
    with platform_of(900, now=lambda: wall) as running:
        async with session_of(running, clock) as session:
            token = await session.token_cache.current()
            assert session.token_cache.expires_in == 900
            clock.advance(600)
            assert await session.token_cache.current() is token
        assert running.platform.renewals == 1


async def test_a_token_that_tells_no_lifetime_is_good_until_refused(clock: FakeClock) -> None:
    with platform_of(options=Options(lifetime_claims=False)) as running:
        async with session_of(running, clock) as session:
            token = await session.token_cache.current()
            clock.advance(TEN_YEARS)
            assert await session.token_cache.current() is token
            assert session.token_cache.expires_in is None
            assert session.token_cache.state == "fresh"
        assert running.platform.renewals == 1


async def test_an_early_renewal_that_fails_leaves_the_token_in_use(clock: FakeClock) -> None:
    with platform_of(900) as running:
        async with session_of(running, clock) as session:
            token = await session.token_cache.current()
            clock.advance(900 - 200)
            running.platform.faults.gateway("maintenance", times=None)
            assert await session.token_cache.current() is token
            assert isinstance(await error_of(lambda: renewed(session, token)), Unavailable)
            assert running.platform.renewals == 1 + 3
            assert await session.token_cache.current() is token
            assert running.platform.renewals == 1 + 3, "remembered for two seconds"
            running.platform.faults.clear()
            clock.advance(2.1)
            assert await session.token_cache.current() is token, "tried again behind"
            assert await renewed(session, token) is not token
            assert running.platform.renewals == 1 + 3 + 1


async def test_an_early_renewal_that_is_refused_is_not_tried_again_for_a_minute(clock: FakeClock) -> None:
    with platform_of(3600) as running:
        async with session_of(running, clock) as session:
            token = await session.token_cache.current()
            clock.advance(3600 - 200)
            running.platform.revoke(running.platform.login.refresh_token)
            assert await session.token_cache.current() is token
            assert isinstance(await error_of(lambda: renewed(session, token)), CredentialRefused)
            assert session.token_cache.state == "refused"
            for _ in range(5):
                clock.advance(11)
                assert await session.token_cache.current() is token, "the old one lives still"
            assert running.platform.renewals == 1 + 2
            clock.advance(200 - 5 * 11 - 20)  # into the late window, after the minute
            assert isinstance(await error_of(session.token_cache.current), CredentialRefused)
            assert running.platform.renewals == 1 + 2 + 2


async def test_two_hundred_callers_share_one_renewal(clock: FakeClock) -> None:
    with platform_of() as running:
        hold = running.platform.faults.hold("/sync/")
        async with session_of(running, clock) as session:
            outcomes: list[Any] = []

            async def ask() -> None:
                outcomes.extend(await together(200, session.token_cache.current))

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask)
                await arrived(hold)
                assert outcomes == []
                hold.release()
        assert len(outcomes) == 200
        assert len(set(map(id, outcomes))) == 1
        assert running.platform.renewals == 1


async def test_two_hundred_callers_share_one_failure(clock: FakeClock) -> None:
    with platform_of() as running:
        hold = running.platform.faults.hold("/sync/")
        running.platform.faults.gateway("discovery", times=None)
        async with session_of(running, clock) as session:
            outcomes: list[Any] = []

            async def ask() -> None:
                outcomes.extend(await together(200, session.token_cache.current))

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask)
                await arrived(hold)
                hold.release()
        assert [type(outcome) for outcome in outcomes] == [Unavailable] * 200
        assert len({explain(outcome) for outcome in outcomes}) == 1
        assert len(set(map(id, outcomes))) == 200, "each raises an error of its own"
        assert running.platform.renewals == 3
        assert clock.slept == [0.5, 2.0]


async def test_a_cancelled_caller_does_not_cancel_the_renewal(clock: FakeClock) -> None:
    with platform_of() as running:
        hold = running.platform.faults.hold("/sync/")
        async with session_of(running, clock) as session:
            outcomes: list[Any] = []

            async def patient() -> None:
                outcomes.append(await session.token_cache.current())

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(patient)
                await arrived(hold)
                with anyio.move_on_after(0) as impatient:
                    await session.token_cache.current()
                assert impatient.cancelled_caught
                assert outcomes == []
                hold.release()
        assert len(outcomes) == 1
        assert running.platform.renewals == 1


async def test_the_only_caller_may_leave_and_the_next_finds_the_token(clock: FakeClock) -> None:
    with platform_of() as running:
        hold = running.platform.faults.hold("/sync/")
        async with session_of(running, clock) as session:
            async with anyio.create_task_group() as impatient:
                impatient.start_soon(session.token_cache.current)
                await arrived(hold)
                impatient.cancel_scope.cancel()
            hold.release()
            assert await session.token_cache.current() is await session.token_cache.current()
        assert running.platform.renewals == 1


async def test_a_question_after_a_cancelled_one_is_not_spoilt_by_the_dead_exchange_that_it_left(
    clock: FakeClock,
) -> None:
    with platform_of() as running:
        hold = running.platform.faults.hold("/sync/")
        running.platform.faults.gateway("discovery", times=3)
        async with session_of(running, clock) as session:
            async with anyio.create_task_group() as impatient:
                impatient.start_soon(session.token_cache.current)
                await arrived(hold)
                impatient.cancel_scope.cancel()
            outcomes: list[Any] = []

            async def ask_again() -> None:
                outcomes.append(await session.token_cache.current())

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask_again)
                await anyio.wait_all_tasks_blocked()
                assert running.platform.renewals == 1, "there is one renewal in flight"
                hold.release()
            assert outcomes == [await session.token_cache.current()]
        assert clock.slept == [0.5, 2.0, 2.0], "until what is remembered of the failure is forgotten"
        assert running.platform.renewals == 4


async def test_who_waits_when_the_server_stops_is_told(clock: FakeClock) -> None:
    with platform_of() as running:
        hold = running.platform.faults.hold("/sync/")
        outcomes: list[Any] = []
        async with anyio.create_task_group() as tasks, session_of(running, clock) as session:

            async def ask() -> None:
                outcomes.append(await error_of(session.token_cache.current))

            tasks.start_soon(ask)
            await arrived(hold)
        assert [explain(outcome) for outcome in outcomes] == ["The server is shutting down."]


async def test_a_refused_token_is_replaced_only_if_it_is_the_current_one(clock: FakeClock) -> None:
    with platform_of() as running:
        async with session_of(running, clock) as session:
            first = await session.token_cache.current()
            second = await session.token_cache.replace(first)
            assert second is not first
            assert await session.token_cache.replace(first) is second, "a late refusal of the older token"
            session.token_cache.refused_again(first)
            assert session.token_cache.state == "fresh"
            assert await session.token_cache.replace(second) not in (first, second)
        assert running.platform.renewals == 3


async def test_a_fresh_token_that_is_refused_is_settled_for_a_minute(clock: FakeClock) -> None:
    with platform_of() as running:
        async with session_of(running, clock) as session:
            token = await session.token_cache.replace(await session.token_cache.current())
            session.token_cache.refused_again(token)
            assert session.token_cache.state == "refused"
            clock.advance(59.9)
            error = await error_of(lambda: session.token_cache.replace(token))
            assert "ask the administrator" in explain(error)
            assert await session.token_cache.current() is token, "other organisations may use it"
            assert running.platform.renewals == 2
            clock.advance(0.2)
            assert await session.token_cache.replace(token) is not token
        assert running.platform.renewals == 3


async def test_a_call_that_has_little_time_learns_that_the_login_service_is_slow(clock: FakeClock) -> None:
    with platform_of() as running:
        async with session_of(running, clock, timeout=600) as session:
            hold = running.platform.faults.hold("/sync/", times=None)
            async with passing(at=lambda: hold.hits):
                with anyio.fail_after(60):
                    error = await error_of(session.token_cache.current)
            assert isinstance(error, Unavailable)
            assert explain(error).startswith("The Whitespace login service did not answer within 5")
            async with passing(each=0):
                with anyio.fail_after(60):
                    assert await session.token_cache.problem() is not None
