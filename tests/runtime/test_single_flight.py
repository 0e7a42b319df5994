"""One attempt at a time, one outcome for everybody; and the clock of the real server."""

from datetime import UTC, datetime, timedelta
from functools import partial

import anyio
import anyio.lowlevel
import pytest

from support.sessions import BOTH_LOOPS, until
from whitespace_mcp.config.errors import Unavailable, WhitespaceError, explain
from whitespace_mcp.runtime.clock import SystemClock
from whitespace_mcp.runtime.single_flight import PatienceLost, SingleFlight

pytestmark = BOTH_LOOPS


class Work:
    """Counts its runs, and ends each when it is told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.may_end = anyio.Event()
        self.error: BaseException | None = None

    async def __call__(self) -> int:
        self.runs += 1
        run = self.runs
        await self.may_end.wait()
        if self.error is not None:
            raise self.error
        return run


async def test_who_joins_meanwhile_gets_the_same_outcome_and_who_comes_later_a_new_one() -> None:
    work, outcomes = Work(), list[int]()

    async def join() -> None:
        outcomes.append(await flight.join())

    async with anyio.create_task_group() as tasks:
        flight = SingleFlight(tasks, work)
        async with anyio.create_task_group() as callers:
            for _ in range(5):
                callers.start_soon(join)
            await until(lambda: work.runs)
            callers.start_soon(join)
            flight.start()
            await anyio.lowlevel.checkpoint()
            assert outcomes == []
            work.may_end.set()
        assert outcomes == [1] * 6
        assert await flight.join() == 2


async def test_every_caller_raises_an_error_of_its_own() -> None:
    work, errors = Work(), list[BaseException]()
    work.error = Unavailable("The platform rests", organisation="Acorn")
    work.error.__cause__ = ValueError("why")

    async def join() -> None:
        with pytest.raises(Unavailable) as caught:
            await flight.join()
        errors.append(caught.value)

    async with anyio.create_task_group() as tasks:
        flight = SingleFlight(tasks, work)
        work.may_end.set()
        async with anyio.create_task_group() as callers:
            for _ in range(5):
                callers.start_soon(join)
    assert work.runs == 1
    assert len({id(error) for error in errors}) == 5
    assert work.error not in errors
    assert {str(error) for error in errors} == {"The platform rests"}
    assert all(error.__cause__ is work.error.__cause__ for error in errors)


async def test_what_runs_behind_may_fail_without_ending_the_server() -> None:
    work = Work()
    work.error = RuntimeError("a fault of ours")
    work.may_end.set()
    async with anyio.create_task_group() as tasks:
        flight = SingleFlight(tasks, work)
        flight.start()
        with pytest.raises(RuntimeError, match="a fault of ours"):
            await flight.join()
        work.error = None
        assert await flight.join() == 2


async def test_a_caller_that_leaves_does_not_end_the_work() -> None:
    work = Work()
    async with anyio.create_task_group() as tasks:
        flight = SingleFlight(tasks, work)
        with anyio.move_on_after(0) as leaving:
            await flight.join()
        assert leaving.cancelled_caught
        work.may_end.set()
        assert await flight.join() in (1, 2)
    assert work.runs <= 2


async def test_what_nobody_wants_any_more_is_ended_and_what_somebody_will_come_back_for_is_not() -> None:
    async def run(*, cancelled: bool, lasting: bool) -> int:
        work = Work()
        async with anyio.create_task_group() as tasks:
            flight = SingleFlight(tasks, work, lasting=lasting)
            if cancelled:
                async with anyio.create_task_group() as leaving:
                    leaving.start_soon(flight.join)
                    await until(lambda: work.runs)
                    leaving.cancel_scope.cancel()
            else:
                with pytest.raises(PatienceLost):
                    await flight.join(patience=0.001)
                await until(lambda: work.runs)
            work.may_end.set()
            await flight.join()
        return work.runs

    assert await run(cancelled=True, lasting=False) == 2
    assert await run(cancelled=False, lasting=False) == 1
    assert await run(cancelled=True, lasting=True) == 1


async def test_who_wants_it_anew_gets_an_attempt_that_began_later_and_so_do_the_others() -> None:
    work, outcomes = Work(), list[int]()

    async def join(*, anew: bool) -> None:
        outcomes.append(await flight.join(anew=anew))

    async with anyio.create_task_group() as tasks:
        flight = SingleFlight(tasks, work)
        async with anyio.create_task_group() as callers:
            callers.start_soon(partial(join, anew=False))
            await until(lambda: work.runs)
            for _ in range(3):
                callers.start_soon(partial(join, anew=True))
                await anyio.wait_all_tasks_blocked()
            work.may_end.set()
    assert sorted(outcomes) == [2, 2, 3, 3], "the second and third refresh share the attempt after the first one's"


async def test_who_waits_when_the_tasks_are_cancelled_is_told() -> None:
    work, errors = Work(), list[WhitespaceError]()

    async def join() -> None:
        with pytest.raises(Unavailable) as caught:
            await flight.join()
        errors.append(caught.value)

    async with anyio.create_task_group() as callers, anyio.create_task_group() as tasks:
        flight = SingleFlight(tasks, work)
        callers.start_soon(join)
        await until(lambda: work.runs)
        tasks.cancel_scope.cancel()
    assert [explain(error) for error in errors] == ["The server is shutting down."]


async def test_the_system_clock_goes_forward_and_tells_utc() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= before
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
