"""A list that is kept because the newest page of the summaries says that nothing changed."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from support.clock import FakeClock
from support.servers import settings_for
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.portfolio.loading import RELOAD_SECONDS
from whitespace_mcp.portfolio.portfolio import Portfolio, Portfolios
from whitespace_mcp.session.session import open_session
from whitespace_mcp.terms.moments import iso


@pytest.fixture
def platform() -> Platform:
    return Platform(documents=(40, 20))


@asynccontextmanager
async def opened(running: Running, clock: FakeClock) -> AsyncGenerator[Portfolio]:
    """The portfolio of the demo person's first organisation, read twice: from then on it knows what is newest."""
    user_id = running.platform.login.memberships[0].user_id
    async with open_session(settings_for(running, user_id=user_id), clock) as session:
        organisation = await session.organisations.chosen(user_id)
        portfolio = Portfolios(session).of(organisation)
        await portfolio.view()
        clock.advance(61)
        await portfolio.view()
        running.platform.requests.clear()
        clock.advance(61)
        yield portfolio


def requests_of(platform: Platform) -> list[str]:
    return [seen.path for seen in platform.requests]


async def test_a_list_that_did_not_change_costs_one_page_of_summaries(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as portfolio:
        view = await portfolio.view()
        assert requests_of(running.platform) == ["/api/summary"]
        assert view.as_of == iso(clock.now())
        assert view.stale is None
        assert await portfolio.view() is view


async def test_a_change_is_seen_and_what_changed_is_asked_for(running: Running, clock: FakeClock) -> None:
    user_id = running.platform.login.memberships[0].user_id
    async with opened(running, clock) as portfolio:
        running.platform.add_slip(user_id, name="Newcomer Shipping Hull 2026")
        slips = (await portfolio.view()).book.slips
        paths = requests_of(running.platform)
        assert (paths[0], "/api/risks" in paths, len(paths) < 5) == ("/api/summary", False, True)
        assert slips == len(running.platform.roots(user_id))


async def test_a_change_that_could_not_be_loaded_is_not_forgotten(running: Running, clock: FakeClock) -> None:
    user_id = running.platform.login.memberships[0].user_id
    async with opened(running, clock) as portfolio:
        running.platform.add_slip(user_id)
        running.platform.faults.add("/api/risks", status=503, times=None)
        assert (await portfolio.view()).stale is not None
        running.platform.faults.clear()
        view = await portfolio.view()
        assert view.stale is None
        assert view.book.slips == len(running.platform.roots(user_id))


async def test_a_deletion_shows_after_a_quarter_of_an_hour_at_the_latest(running: Running, clock: FakeClock) -> None:
    user_id = running.platform.login.memberships[0].user_id
    async with opened(running, clock) as portfolio:
        clock.advance(RELOAD_SECONDS)
        await portfolio.view()
        assert "/api/risks" in requests_of(running.platform)
        oldest = running.platform.roots(user_id)[0]
        running.platform.remove_slip(oldest)
        clock.advance(RELOAD_SECONDS)
        assert (await portfolio.view()).book.slips == len(running.platform.roots(user_id))


async def test_refresh_loads_the_list_whatever_the_summaries_say(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as portfolio:
        await portfolio.view(refresh=True)
        assert "/api/risks" in requests_of(running.platform)


async def test_without_summaries_the_list_is_loaded_each_time(clock: FakeClock) -> None:
    platform = Platform(documents=(40, 20), options=Options(serves_summary=False))
    with serve(platform) as running:
        async with opened(running, clock) as portfolio:
            await portfolio.view()
            assert "/api/risks" in requests_of(platform)


@pytest.mark.parametrize(
    "page",
    ["[]", '[{"_id": "RWRiskSummary::IC1::x", "rootID": "IC1", "updatedAt": "2021-12-29 16:04:30", "docs": []}]'],
    ids=["empty", "of another time"],
)
async def test_summaries_that_do_not_reach_as_far_as_the_list_are_not_trusted(
    running: Running, clock: FakeClock, page: str
) -> None:
    running.platform.faults.add("/api/summary", status=200, body=page, times=None)
    async with opened(running, clock) as portfolio:
        await portfolio.view()
        assert requests_of(running.platform) == ["/api/summary", "/api/risks"]


async def test_a_status_that_changes_without_a_newer_date_is_seen_on_the_newest_page(clock: FakeClock) -> None:
    stub = {"type": "RWPlacing", "id": "IC1::FO", "status": "FirmOrder"}
    summary = {"_id": "x", "rootID": "IC1", "updatedAt": "2026-12-29 16:04:30", "docs": [stub]}
    row = {"id": "IC1::FO", "status": "FirmOrder", "updatedAt": "2026-12-29 16:04:30"}
    with serve(Platform(documents=(1, 1))) as running:
        faults = running.platform.faults
        faults.add("/api/summary", status=200, body=json.dumps([summary]), times=2)
        faults.add("/api/risks", status=200, body=json.dumps([row]), times=3)
        async with opened(running, clock) as portfolio:
            assert (await portfolio.view()).selection.counts() == {"firm_order": 1}
            assert requests_of(running.platform) == ["/api/summary"], "nothing changed so far"
            clock.advance(61)
            stub["status"] = row["status"] = "Signed"
            faults.add("/api/summary", status=200, body=json.dumps([summary]))
            faults.add("/api/risks", status=200, body=json.dumps([row]), times=2)
            assert (await portfolio.view()).selection.counts() == {"signed": 1}
