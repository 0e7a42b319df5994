"""Reading in depth: what is asked for is read once, kept with its revision, and what is not known is said so."""

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from support.clock import FakeClock
from support.servers import settings_for
from support.sessions import arrived, until
from whitespace_mcp.config.errors import CredentialRefused
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.portfolio.depth_facts import Wanted
from whitespace_mcp.portfolio.depth_failures import MOST_TRIES, TRY_SECONDS
from whitespace_mcp.portfolio.facts import FactName
from whitespace_mcp.portfolio.pace import AT_ONCE, HOURLY, Pace
from whitespace_mcp.portfolio.portfolio import Portfolio, Portfolios
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.reading_queue import LINGER_SECONDS
from whitespace_mcp.portfolio.selection import Selection
from whitespace_mcp.session.session import open_session

PATIENCE = 60.0
FIRM = Query({"stage": ["firm_order"]})
SIGNED = Query({"stage": ["signed"]})
PLACED: tuple[FactName, ...] = ("placed",)


@pytest.fixture
def platform() -> Platform:
    return Platform(documents=(340, 60))


@pytest.fixture
def few() -> Generator[Running]:
    """Where eight firm orders are enough."""
    with serve(Platform(documents=(160, 60))) as served:
        yield served


@asynccontextmanager
async def opened(running: Running, clock: FakeClock, **changes: Any) -> AsyncGenerator[Portfolio]:
    """The portfolio of the demo person's first organisation, with its list and summaries read."""
    user_id = running.platform.login.memberships[0].user_id
    async with open_session(settings_for(running, user_id=user_id, **changes), clock) as session:
        organisation = await session.organisations.chosen(user_id)
        yield Portfolios(session).of(organisation)


async def quietly() -> None:
    """Nobody wants to know."""


async def wanted(portfolio: Portfolio, query: Query = FIRM, facts: tuple[FactName, ...] = PLACED) -> list[Wanted]:
    """What has to be read for some facts, with the list and the summaries as they are now."""
    view = await portfolio.view(refresh=True)
    portfolio.summaries.start(refresh=True)
    await portfolio.summaries.wait(PATIENCE, quietly)
    await portfolio.summaries.update(view.book)
    return Selection(view.book, query).wanted(facts)


async def read(
    portfolio: Portfolio, seconds: float = PATIENCE, facts: tuple[FactName, ...] = PLACED, query: Query = FIRM
) -> tuple[list[Wanted], int]:
    """Read what is wanted; that, and how many requests for contracts, lines and endorsements it took."""
    slips = await wanted(portfolio, query, facts)
    before = requests(portfolio)
    book = portfolio.book
    assert book is not None
    await portfolio.depth.read(book, slips, seconds=seconds)
    return slips, requests(portfolio) - before


def facts_in(folder: Path) -> list[Path]:
    return list(folder.glob("risks-facts-*.list"))


def cut(file: Path) -> int:
    """Cut a file off by a byte; the bits of its mode that let others in."""
    file.write_bytes(file.read_bytes()[:-1])
    return file.stat().st_mode & 0o077


def requests(portfolio: Portfolio) -> int:
    """Requests in depth so far."""
    return HOURLY - portfolio.depth.pace.allowed


async def test_what_was_read_is_not_read_again_and_only_what_changed_is(few: Running) -> None:
    async with opened(few, FakeClock()) as portfolio:
        slips, took = await read(portfolio)
        assert took == 2 * len(slips) > 12
        assert set(await portfolio.depth.facts(slips)) == {slip.root for slip in slips}
        assert portfolio.depth.not_known(slips).slips == 0
        assert (await read(portfolio))[1] == 0
        few.platform.touch(slips[0].root)
        changed, took = await read(portfolio)
        assert (len(changed), took) == (len(slips), 2)
        assert portfolio.depth.not_known(changed).slips == 0


async def test_nothing_is_read_that_nobody_asked_for(few: Running) -> None:
    async with opened(few, FakeClock()) as portfolio:
        slips = await wanted(portfolio)
        assert slips
        assert not [s for s in few.platform.requests if s.path.startswith(("/api/risks/", "/api/overview"))]
        paths = {s.path for s in few.platform.requests}
        await portfolio.depth.read((await portfolio.view()).book, slips[:3], seconds=PATIENCE)
        assert len({s.path for s in few.platform.requests} - paths) == 6


async def test_an_endorsed_slip_takes_one_request_more_and_others_none(running: Running) -> None:
    async with opened(running, FakeClock()) as portfolio:
        slips, took = await read(portfolio, facts=("expiry",), query=SIGNED)
        amended = sum(slip.amended is not None for slip in slips)
        assert took == len(slips) + 2 * amended
        assert 0 < amended < len(slips)
        assert (await read(portfolio, facts=("premium", "period", "leader"), query=SIGNED))[1] == 0


async def test_at_most_eight_requests_run_at_once_and_the_call_is_answered_in_its_time(running: Running) -> None:
    hold = running.platform.faults.hold("/api/risks/", times=None)
    async with opened(running, FakeClock()) as portfolio:
        slips, _ = await read(portfolio, seconds=0.3)
        await arrived(hold, AT_ONCE)
        assert requests(portfolio) == AT_ONCE
        not_known = portfolio.depth.not_known(slips)
        assert (not_known.slips, not_known.facts) == (len(slips), {"facts": {"not read yet": len(slips)}})
        assert not_known.seconds
        hold.release()
        running.platform.faults.clear()
        await until(lambda: portfolio.depth.size == len(slips))
        assert (await read(portfolio))[1] == 0, "it went on after the call was answered"


async def test_reading_stops_two_minutes_after_the_last_question(running: Running) -> None:
    clock = FakeClock()
    hold = running.platform.faults.hold("/api/risks/", times=AT_ONCE)
    async with opened(running, clock) as portfolio:
        slips, _ = await read(portfolio, seconds=0.2)
        await arrived(hold, AT_ONCE)
        clock.advance(LINGER_SECONDS)
        hold.release()
        await until(lambda: portfolio.depth.size == AT_ONCE)
        with anyio.move_on_after(0.3):
            await anyio.sleep_forever()
        assert requests(portfolio) == 2 * AT_ONCE
        assert (await read(portfolio))[1] == 2 * (len(slips) - AT_ONCE), "the next question goes on"


async def test_a_slip_that_always_fails_is_tried_twice_an_hour_and_spoils_no_other(few: Running) -> None:
    clock = FakeClock()
    async with opened(few, clock) as portfolio:
        bad = (await wanted(portfolio))[3].root
        fault = few.platform.faults.add(f"/api/overview/{bad}", status=500, times=None)
        for n in range(1, 4):
            slips, _ = await read(portfolio)
            assert fault.hits == min(n, MOST_TRIES)
            assert set(await portfolio.depth.facts(slips)) == {slip.root for slip in slips} - {bad}
            ((why, count),) = portfolio.depth.not_known(slips).facts["facts"].items()
            assert (why, count) == ("the platform failed on this request (500)", 1)
        clock.advance(TRY_SECONDS + 1)
        few.platform.faults.clear()
        slips, _ = await read(portfolio)
        assert portfolio.depth.not_known(slips).slips == 0


async def test_a_fault_of_our_own_is_one_slips_alone_and_is_logged(
    few: Running, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(few, FakeClock()) as portfolio:
        slips = await wanted(portfolio)
        odd: Any = 7  # no id at all, which no list has
        await portfolio.depth.read((await portfolio.view()).book, [slips[0]._replace(document=odd), *slips[1:]],
                                   seconds=PATIENCE)  # fmt: skip
        assert portfolio.depth.size == len(slips) - 1
        assert portfolio.depth.not_known(slips).facts == {"facts": {"whitespace-mcp failed inside": 1}}
    assert "could not be read in depth" in caplog.text


async def test_an_outage_keeps_what_was_learnt_and_is_told_and_the_next_question_goes_on(running: Running) -> None:
    async with opened(running, FakeClock()) as portfolio:
        fault = running.platform.faults.add("/api/overview", status=503, times=None, skip=10)
        slips, _ = await read(portfolio)
        assert portfolio.depth.size == 10
        why = "the platform is not available (503)"
        assert portfolio.depth.not_known(slips).facts == {"facts": {why: len(slips) - 10}}
        trouble = portfolio.depth.trouble
        assert trouble is not None
        assert "not available (503)" in trouble.what
        assert fault.hits < len(slips) * 3
        running.platform.faults.clear()
        await read(portfolio)
        assert (portfolio.depth.size, portfolio.depth.trouble) == (len(slips), None)


async def test_a_login_that_is_refused_ends_the_reading_and_is_no_slips_fault(running: Running) -> None:
    async with opened(running, FakeClock()) as portfolio:
        slips = await wanted(portfolio)
        running.platform.revoke(running.platform.login.refresh_token or "")
        running.platform.expire_tokens()
        before = requests(portfolio)
        await portfolio.depth.read((await portfolio.view()).book, slips, seconds=PATIENCE)
        assert requests(portfolio) - before <= 2 * AT_ONCE < len(slips)
        assert isinstance(portfolio.depth.trouble, CredentialRefused)
        assert len(portfolio.depth.not_known(slips).facts["facts"]) == 1


async def test_a_platform_that_is_asked_too_often_is_asked_less(few: Running) -> None:
    few.platform.faults.add("/api/risks/", status=429, headers={"Retry-After": "1"}, times=2)
    async with opened(few, FakeClock()) as portfolio:
        slips, _ = await read(portfolio)
        assert portfolio.depth.size == len(slips)
        assert portfolio.depth.pace.at_once < AT_ONCE


def test_slow_answers_and_refusals_slow_down_and_good_ones_speed_up_again() -> None:
    clock = FakeClock()
    pace = Pace(clock)

    def answered(seconds: float, *, limited: bool = False) -> int:
        begun = pace.begin()
        clock.advance(seconds)
        pace.end(begun, limited=limited)
        return pace.at_once

    assert [answered(0.05) for _ in range(3)] == [8, 8, 8]
    assert [answered(0.2), answered(0.05)] == [7, 7]
    assert [answered(0.05, limited=True), answered(0.05, limited=True), answered(0.05, limited=True)] == [3, 1, 1]
    assert max(answered(0.05) for _ in range(200)) == AT_ONCE


def test_answers_that_were_late_together_slow_down_once() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(3):
        begun = pace.begin()
        clock.advance(0.05)
        pace.end(begun, limited=False)
    together = [pace.begin() for _ in range(AT_ONCE)]
    clock.advance(1.0)
    for begun in together:
        pace.end(begun, limited=False)
    assert pace.at_once == AT_ONCE - 1


def test_no_more_than_five_thousand_requests_are_made_in_an_hour() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(HOURLY):
        pace.end(pace.begin(), limited=False)
    assert pace.allowed == 0
    assert pace.seconds_for(1) == 3_600
    clock.advance(1_800)
    assert pace.seconds_for(1) == 1_800
    clock.advance(1_801)
    assert pace.allowed == HOURLY


async def test_a_restart_loses_nothing_that_the_disk_was_asked_to_keep(few: Running, tmp_path: Path) -> None:
    cached: dict[str, Any] = {"cache_folder": tmp_path, "cache": "disk"}
    async with opened(few, FakeClock(), **cached) as portfolio:
        slips, took = await read(portfolio)
        await until(lambda: facts_in(tmp_path))
    assert took
    async with opened(few, FakeClock(), **cached) as portfolio:
        again, took = await read(portfolio)
        assert (len(again), took) == (len(slips), 0)
        assert len(await portfolio.depth.facts(again)) == len(slips)
    (file,) = facts_in(tmp_path)
    assert cut(file) == 0
    async with opened(few, FakeClock(), **cached) as portfolio:
        assert (await read(portfolio))[1] == 2 * len(slips), "a file that was cut is as good as none"


async def test_an_end_in_the_middle_of_reading_loses_nothing_either(running: Running, tmp_path: Path) -> None:
    cached: dict[str, Any] = {"cache_folder": tmp_path, "cache": "disk"}
    hold = running.platform.faults.hold("/api/risks/", times=None, skip=10)
    async with opened(running, FakeClock(), **cached) as portfolio:
        slips, _ = await read(portfolio, seconds=0.3)
        await until(lambda: portfolio.depth.size == 10)
        assert not facts_in(tmp_path), "reading goes on"
    hold.release()
    running.platform.faults.clear()
    async with opened(running, FakeClock(), **cached) as portfolio:
        assert (await read(portfolio))[1] == 2 * (len(slips) - 10)


async def test_what_is_not_shown_any_more_is_forgotten_on_the_disk_too(few: Running, tmp_path: Path) -> None:
    async with opened(few, FakeClock(), cache_folder=tmp_path, cache="disk") as portfolio:
        slips, _ = await read(portfolio)
        await until(lambda: facts_in(tmp_path))
        await portfolio.forget()
        assert portfolio.depth.size == 0
        assert await portfolio.depth.facts(slips) == {}
        assert not facts_in(tmp_path)


async def test_one_organisations_facts_are_not_anothers(running: Running) -> None:
    clock = FakeClock()
    async with open_session(settings_for(running), clock) as session:
        portfolios = Portfolios(session)
        both = [
            portfolios.of(await session.organisations.chosen(m.user_id)) for m in running.platform.login.memberships
        ]
        ours, _ = await read(both[0])
        theirs = await wanted(both[1])
        assert {our.root for our in ours} & {their.root for their in theirs}, "some slips are in both lists"
        assert both[1].depth.size == 0
        assert await both[1].depth.facts(theirs) == {}
        assert (await read(both[1]))[1] == 2 * len(theirs)
