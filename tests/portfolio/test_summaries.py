"""Summaries are read when a question needs them, page by page, and kept by reading what is new."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from support.clock import FakeClock
from support.raw import raw_read
from support.servers import settings_for
from support.sessions import arrived, until
from whitespace_mcp.config.errors import Unavailable, WrongAddress
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.portfolio.portfolio import Portfolio, Portfolios
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.selection import Selection
from whitespace_mcp.portfolio.summaries import AGAIN_SECONDS, LINGER_SECONDS
from whitespace_mcp.session.session import open_session

PATIENCE = 60.0
WAITING = Query({"waiting": False})
SHOWN = Query(show=("waiting",))


@pytest.fixture
def platform() -> Platform:
    return Platform(documents=(560, 20))


@asynccontextmanager
async def opened(running: Running, clock: FakeClock, **changes: Any) -> AsyncGenerator[Portfolio]:
    """The portfolio of the demo person's first organisation, with its list read."""
    user_id = running.platform.login.memberships[0].user_id
    async with open_session(settings_for(running, user_id=user_id, **changes), clock) as session:
        organisation = await session.organisations.chosen(user_id)
        portfolio = Portfolios(session).of(organisation)
        await portfolio.view()
        running.platform.requests.clear()
        yield portfolio


async def quietly() -> None:
    """Nobody wants to know."""


async def lacking(portfolio: Portfolio, seconds: float = PATIENCE) -> int:
    """Of how many slips it is not known whether something waits, after so much patience."""
    portfolio.summaries.start()
    await portfolio.summaries.wait(seconds, quietly)
    book = (await portfolio.view()).book
    await portfolio.summaries.update(book)
    return Selection(book, WAITING).not_known().slips


def pages(platform: Platform) -> int:
    return sum(seen.path == "/api/summary" for seen in platform.requests)


def slips(running: Running) -> int:
    return len(running.platform.roots(running.platform.login.memberships[0].user_id))


async def test_nothing_is_read_before_somebody_asks_then_each_page_once(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as portfolio:
        assert pages(running.platform) == 0
        assert await lacking(portfolio) == 0
        assert portfolio.summaries.count == slips(running) > 120
        whole = slips(running) // 60 + 1
        assert pages(running.platform) == whole + 1, "and the newest once more, for what jumped there meanwhile"
        assert await lacking(portfolio) == 0
        assert pages(running.platform) == whole + 1


async def test_what_changed_is_found_on_the_newest_page(running: Running, clock: FakeClock) -> None:
    user_id = running.platform.login.memberships[0].user_id
    async with opened(running, clock) as portfolio:
        await lacking(portfolio)
        clock.advance(61)
        await portfolio.view()
        running.platform.requests.clear()
        await lacking(portfolio)
        assert pages(running.platform) == 1, "nothing changed"
        added = running.platform.add_slip(user_id)
        clock.advance(61)
        assert await lacking(portfolio) == 0
        view = await portfolio.view(refresh=True)
        await portfolio.summaries.update(view.book)
        (record,) = [r for r in Selection(view.book, SHOWN).page() if r["root"] == added]
        assert record.get("activity") == record["updated"]


async def test_many_changes_are_read_down_to_the_newest_that_was_known(running: Running, clock: FakeClock) -> None:
    platform, user_id = running.platform, running.platform.login.memberships[0].user_id
    async with opened(running, clock) as portfolio:
        await lacking(portfolio)
        before = portfolio.summaries.count
        for _ in range(130):  # more than two pages, in few different seconds
            platform.add_slip(user_id, at="2030-01-01 00:00:00")
        clock.advance(61)
        await portfolio.view()
        platform.requests.clear()
        await lacking(portfolio)
        assert portfolio.summaries.count == before + 130
        assert pages(platform) == 3


async def test_a_walk_that_failed_continues_where_it_stopped(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as portfolio:
        running.platform.faults.add("/api/summary", status=503, times=3, skip=2)
        assert await lacking(portfolio) == slips(running) - 120
        assert isinstance(portfolio.summaries.failure, Unavailable)
        running.platform.requests.clear()
        assert await lacking(portfolio) == 0
        assert portfolio.summaries.failure is None
        assert pages(running.platform) == slips(running) // 60 + 1 - 2 + 2
        assert running.platform.requests[0].query == {}, "what is new first"
        assert set(running.platform.requests[1].query) == {"last", "from"}


async def test_who_cannot_wait_is_answered_with_what_is_known_and_the_walk_goes_on(
    running: Running, clock: FakeClock
) -> None:
    async with opened(running, clock) as portfolio:
        portfolio.summaries.start()
        hold = running.platform.faults.hold("/api/summary", skip=1)
        await arrived(hold)
        assert await lacking(portfolio, 0.05) == slips(running) - 60
        hold.release()
        await until(lambda: portfolio.summaries.complete)
        assert await lacking(portfolio) == 0


async def test_nobody_asks_for_two_minutes_and_nothing_more_is_read(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as portfolio:
        portfolio.summaries.start()
        hold = running.platform.faults.hold("/api/summary", skip=1)
        await arrived(hold)
        clock.advance(LINGER_SECONDS)
        hold.release()
        await until(lambda: portfolio.summaries.count == 120)
        for _ in range(20):
            await anyio.lowlevel.checkpoint()
        assert pages(running.platform) == 2
        assert await lacking(portfolio) == 0, "and the next question has it go on"


async def test_slips_that_change_while_it_walks_are_met_at_the_front(running: Running, clock: FakeClock) -> None:
    platform, user_id = running.platform, running.platform.login.memberships[0].user_id
    async with opened(running, clock) as portfolio:
        portfolio.summaries.start()
        hold = platform.faults.hold("/api/summary", skip=1)
        await arrived(hold)
        first = Selection((await portfolio.view()).book, Query(sort="oldest")).page(limit=30)
        oldest = min(first, key=lambda r: str(r["updated"]))
        platform.touch(oldest["root"], user_id)
        platform.remove_slip((await portfolio.view()).selection.page(limit=90)[-1]["root"])
        hold.release()
        assert await lacking(portfolio) <= 1, "at most the one that is gone"
        page = Selection((await portfolio.view()).book, SHOWN).page()
        (record,) = [record for record in page if record["root"] == oldest["root"]]
        assert str(record.get("activity")) > str(oldest["updated"])


@pytest.mark.parametrize("ties", [True, False])
async def test_two_teams_summaries_of_one_slip_are_one(clock: FakeClock, ties: bool) -> None:  # noqa: FBT001
    with serve(Platform(documents=(300, 60), options=Options(summary_per_team=True))) as running:
        user_id = running.platform.login.memberships[0].user_id
        if ties:
            for root in running.platform.roots(user_id):
                running.platform.touch(root, at="2030-01-01 00:00:00")
        async with opened(running, clock) as portfolio:
            assert await lacking(portfolio) == 0
            assert portfolio.summaries.count >= slips(running)
            book = (await portfolio.view()).book
            groups = Selection(book, Query(group_by=("waiting",))).groups()
            assert sum(counted.slips for counted in groups) == book.slips


async def test_everything_is_read_again_after_a_day_and_what_is_gone_is_forgotten(
    running: Running, clock: FakeClock
) -> None:
    async with opened(running, clock) as portfolio:
        await lacking(portfolio)
        count = portfolio.summaries.count
        running.platform.remove_slip(running.platform.roots(running.platform.login.memberships[0].user_id)[0])
        clock.advance(61)
        await lacking(portfolio)
        assert portfolio.summaries.count == count
        clock.advance(AGAIN_SECONDS)
        await lacking(portfolio)
        assert portfolio.summaries.count == count - 1


async def test_where_there_are_no_summaries_the_reason_is_known(clock: FakeClock) -> None:
    with serve(Platform(documents=(40, 20), options=Options(serves_summary=False))) as running:
        async with opened(running, clock) as portfolio:
            assert await lacking(portfolio) == slips(running)
            assert isinstance(portfolio.summaries.failure, WrongAddress)
            assert portfolio.summaries.count == 0


async def test_summaries_of_another_organisation_are_left_out(running: Running, clock: FakeClock) -> None:
    foreign = '[{"_id": "RWRiskSummary::IC1::other_MARINE", "rootID": "IC1", "updatedAt": "2030-01-01 00:00:00"}]'
    async with opened(running, clock) as portfolio:
        running.platform.faults.add("/api/summary", status=200, body=foreign, times=None)
        assert await lacking(portfolio) == slips(running)
        assert (portfolio.summaries.count, portfolio.summaries.complete) == (0, True)


async def test_a_page_without_anything_of_ours_does_not_end_the_walk(running: Running, clock: FakeClock) -> None:
    page = raw_read(running, "/api/summary")
    foreign = [summary | {"_id": f"RWRiskSummary::{summary['rootID']}::other_MARINE"} for summary in page]
    async with opened(running, clock) as portfolio:
        running.platform.faults.add("/api/summary", status=200, body=json.dumps(foreign), times=1)
        running.platform.faults.add("/api/summary", status=200, body="[]", skip=slips(running) // 60, times=1)
        assert await lacking(portfolio) == 60
        assert portfolio.summaries.complete


@pytest.mark.parametrize("team", ["", "other_MARINE"], ids=["ours", "foreign"])
async def test_a_platform_that_ignores_the_cursor_does_not_keep_us_walking(
    running: Running, clock: FakeClock, team: str
) -> None:
    page = raw_read(running, "/api/summary")
    body = [summary | ({"_id": f"RWRiskSummary::{summary['rootID']}::{team}"} if team else {}) for summary in page]
    async with opened(running, clock) as portfolio:
        fault = running.platform.faults.add("/api/summary", status=200, body=json.dumps(body), times=None)
        assert await lacking(portfolio, 5) == slips(running) - (0 if team else 60)
        assert portfolio.summaries.complete
        assert fault.hits <= 4


async def test_without_any_freshness_each_question_looks_once(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock, fresh_seconds=0) as portfolio:
        await lacking(portfolio)
        running.platform.requests.clear()
        with anyio.fail_after(60):
            await lacking(portfolio)
        assert pages(running.platform) == 1 + 1, "one for the list, one for what waits"
