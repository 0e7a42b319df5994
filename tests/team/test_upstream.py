"""The way to the platform for everybody: so many requests at once, and nobody stands in another's way."""

from collections.abc import Callable

import anyio
import anyio.to_thread
import pytest

from support.clock import FakeClock
from team.crowd import Crowd, crowd_of, named
from whitespace_mcp.config.errors import Unavailable


class HeldClock(FakeClock):
    """Whoever sleeps does so until it is told that time has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = anyio.Event()
        self.passed = anyio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.asleep.set()
        await self.passed.wait()
        self.advance(seconds)


async def ask(crowd: Crowd, subject: str, answered: list[str]) -> None:
    """Look at the list of one's first organisation."""
    async with crowd.people.services(named(subject)) as services:
        organisation = (await services.session.organisations.all())[0]
        view = await services.portfolios.of(organisation).view(refresh=True)
        assert view.stale is None
        answered.append(subject)


async def until(true: Callable[[], bool]) -> None:
    with anyio.fail_after(60):
        while not true():
            await anyio.lowlevel.checkpoint()


async def arrived(hold: Callable[[int], None], number: int) -> None:
    await anyio.to_thread.run_sync(hold, number)


async def test_no_more_requests_than_allowed_are_at_the_platform_and_the_others_wait_for_a_place() -> None:
    async with crowd_of(requests=2) as crowd:
        hold = crowd.platform.faults.hold("/", times=None)
        answered: list[str] = []
        async with anyio.create_task_group() as tasks:
            for subject in ("ann", "ben", "cid"):
                tasks.start_soon(ask, crowd, subject, answered)
            await arrived(hold.wait_arrived, 2)
            await until(lambda: crowd.upstream.waiting == 1)
            assert crowd.upstream.running == 2
            hold.release()
        assert sorted(answered) == ["ann", "ben", "cid"]
        assert crowd.upstream.running == 0


async def test_a_login_whose_requests_hang_leaves_the_rest_to_the_others() -> None:
    async with crowd_of(requests=4, share=2) as crowd:
        answered: list[str] = []
        await ask(crowd, "ann", answered)
        hold = crowd.platform.faults.hold("/api", user_id=crowd.platform.login.memberships[0].user_id, times=None)
        async with crowd.people.services(named("ann")) as services, anyio.create_task_group() as tasks:
            organisation = (await services.session.organisations.all())[0]
            for _ in range(6):
                tasks.start_soon(services.session.organisations.confirm, organisation)
            await arrived(hold.wait_arrived, 2)
            await ask(crowd, "cid", answered)
            assert crowd.upstream.running == 2
            hold.release()
        assert answered == ["ann", "cid"]


async def test_a_login_that_asks_too_often_waits_alone_and_has_no_place_meanwhile() -> None:
    clock = HeldClock()
    async with crowd_of(clock=clock, requests=1) as crowd:
        answered: list[str] = []
        await ask(crowd, "ann", answered)
        own = crowd.platform.login.memberships[0].user_id
        crowd.platform.faults.add("/api", status=429, headers={"Retry-After": "5"}, user_id=own, times=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, crowd, "ann", answered)
            with anyio.fail_after(60):
                await clock.asleep.wait()
            assert crowd.upstream.running == 0
            await ask(crowd, "cid", answered)
            clock.passed.set()
        assert answered == ["ann", "cid", "ann"]
        assert clock.slept == [5.0]


async def test_a_request_that_is_given_up_or_fails_gives_its_place_back() -> None:
    async with crowd_of(requests=1) as crowd:
        answered: list[str] = []
        await ask(crowd, "cid", answered)
        hold = crowd.platform.faults.hold("/api", times=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, crowd, "cid", answered)
            await arrived(hold.wait_arrived, 1)
            tasks.cancel_scope.cancel()
        crowd.platform.faults.clear()
        crowd.platform.faults.drop("/api", times=None)
        with pytest.raises(Unavailable):
            async with crowd.people.services(named("cid")) as services:
                await services.session.organisations.all(refresh=True)
        crowd.platform.faults.clear()
        await until(lambda: crowd.upstream.running == 0)
        await ask(crowd, "ann", answered)
        assert answered == ["cid", "ann"]
