"""When the platform is asked, and what is shown when it cannot be."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import anyio
import anyio.to_thread
import pytest

from support.clock import FakeClock, passing
from support.servers import settings_for
from support.sessions import requests_to, until
from whitespace_mcp.config.errors import AccessRefused, BadAnswer, Unavailable, WhitespaceError, WrongAddress, explain
from whitespace_mcp.demo import Options, Platform, Running, serve
from whitespace_mcp.portfolio.filters import Scope
from whitespace_mcp.portfolio.loading import RELOAD_SECONDS
from whitespace_mcp.portfolio.portfolio import Portfolio, Portfolios
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.selection import Selection, View
from whitespace_mcp.session.directory import KEEP_SECONDS
from whitespace_mcp.session.session import Session, open_session
from whitespace_mcp.terms.moments import iso

SMALL = (40, 20)


BOTH_LOOPS = pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])


@pytest.fixture
def platform() -> Platform:
    return Platform(documents=SMALL)


@asynccontextmanager
async def opened(running: Running, clock: FakeClock, **changes: Any) -> AsyncGenerator[tuple[Session, Portfolio]]:
    """A session, and the portfolio of the demo person's first organisation."""
    user_id = running.platform.login.memberships[0].user_id
    async with open_session(settings_for(running, user_id=user_id, **changes), clock) as session:
        organisation = await session.organisations.chosen(user_id)
        yield session, Portfolios(session).of(organisation)


def lists_asked_for(platform: Platform) -> int:
    return sum(seen.path == "/api/risks" for seen in platform.requests)


async def test_the_markets_names_are_read_again_with_the_first_list_after_six_hours(
    running: Running, clock: FakeClock
) -> None:
    async with opened(running, clock) as (session, portfolio):
        await portfolio.view()
        await session.directory.names()
        clock.advance(KEEP_SECONDS + 1)
        await portfolio.view()
        await until(lambda: requests_to(running.platform, "/api/shared/corporate") == 2)


async def test_a_list_is_read_once_while_it_is_fresh(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as (_, portfolio):
        first = await portfolio.view()
        clock.advance(59)
        requests = len(running.platform.requests)
        assert await portfolio.view() is first
        assert len(running.platform.requests) == requests
        clock.advance(2)
        second = await portfolio.view()
    assert len(running.platform.requests) > requests
    assert (datetime.fromisoformat(second.as_of) - datetime.fromisoformat(first.as_of)).total_seconds() == 61


async def test_refresh_asks_again_and_shows_what_was_added(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as (_, portfolio):
        before = (await portfolio.view()).book.slips
        running.platform.add_slip(running.platform.login.memberships[0].user_id, carriers=["MARROWGATE"])
        assert (await portfolio.view()).book.slips == before
        assert (await portfolio.view(refresh=True)).book.slips == before + 1


@pytest.mark.parametrize("answer", [{"status": 500}, {"status": 403}, {"status": 400}, {"status": 200, "body": "{}"}])
async def test_summaries_that_cannot_be_read_do_not_keep_the_list_from_being_read(
    running: Running, clock: FakeClock, answer: dict[str, Any]
) -> None:
    running.platform.faults.add("/api/summary", times=None, **answer)
    async with opened(running, clock) as (_, portfolio):
        await portfolio.view()
        clock.advance(61)
        assert (await portfolio.view()).stale is None
    assert lists_asked_for(running.platform) == 2


@pytest.mark.parametrize("status", [502, 503, 504, 429])
async def test_a_former_list_is_shown_as_stale_while_the_platform_is_down(
    running: Running, clock: FakeClock, status: int
) -> None:
    async with opened(running, clock) as (_, portfolio):
        first = await portfolio.view()
        fault = running.platform.faults.add("/api/risks", status=status, times=None)
        later = await portfolio.view(refresh=True)
        assert fault.hits == 3
        assert (later.book, later.as_of) == (first.book, first.as_of)
        assert later.stale is not None
        assert "tried for" in later.stale
        running.platform.faults.clear()
        assert (await portfolio.view(refresh=True)).stale is None


async def test_a_former_list_is_shown_as_stale_while_the_platform_is_slow(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as (_, portfolio):
        first = await portfolio.view()
        hold = running.platform.faults.hold("/api/risks")
        async with passing(55, at=lambda: hold.hits):
            with anyio.fail_after(60):
                later = await portfolio.view(refresh=True)
        assert later.book is first.book
        assert later.stale is not None
        assert "did not answer within 5" in later.stale


async def test_without_a_former_list_a_slow_platform_is_told_before_the_call_ends(
    running: Running, clock: FakeClock
) -> None:
    async with opened(running, clock) as (_, portfolio):
        hold = running.platform.faults.hold("/api/risks")
        async with passing(at=lambda: hold.hits):
            with anyio.fail_after(60), pytest.raises(Unavailable) as failure:
                await portfolio.view()
    assert "did not answer within 5" in explain(failure.value)


async def test_a_list_is_not_read_again_while_the_summaries_say_that_nothing_changed(
    running: Running, clock: FakeClock
) -> None:
    platform, user_id = running.platform, running.platform.login.memberships[0].user_id
    async with opened(running, clock) as (_, portfolio):
        await portfolio.view()
        clock.advance(61)
        read = lists_asked_for(platform)
        same = await portfolio.view()
        assert lists_asked_for(platform) == read
        assert same.as_of == iso(clock.now())
        newest = same.book.newest
        platform.touch(platform.roots(user_id)[0], user_id)
        clock.advance(61)
        assert (await portfolio.view()).book.newest > newest
        assert lists_asked_for(platform) == read
        clock.advance(RELOAD_SECONDS + 1)
        await portfolio.view()
        assert lists_asked_for(platform) == read + 1, "now and then it is read whatever they say"


async def test_where_there_are_no_summaries_the_list_is_read_each_time(clock: FakeClock) -> None:
    with serve(Platform(documents=SMALL, options=Options(serves_summary=False))) as running:
        async with opened(running, clock) as (_, portfolio):
            for _ in range(4):
                await portfolio.view()
                clock.advance(61)
        assert lists_asked_for(running.platform) == 4


async def test_a_load_ends_by_itself_when_nobody_hurries_it(running: Running, clock: FakeClock) -> None:
    async with opened(running, clock) as (_, portfolio):
        hold = running.platform.faults.hold("/api/risks", times=None)
        async with passing(at=lambda: hold.hits):
            with pytest.raises(Unavailable) as failure:
                await portfolio.view()
    assert "did not answer in time" in explain(failure.value)


async def test_without_a_former_list_an_outage_is_an_error_and_not_an_empty_list(
    running: Running, clock: FakeClock
) -> None:
    running.platform.faults.add("/api/risks", status=503, times=None)
    async with opened(running, clock) as (_, portfolio):
        with pytest.raises(Unavailable):
            await portfolio.view()


async def test_a_list_of_a_membership_suspended_meanwhile_is_not_shown_any_more(
    running: Running, clock: FakeClock
) -> None:
    user_id = running.platform.login.memberships[0].user_id
    async with opened(running, clock) as (_, portfolio):
        await portfolio.view()
        running.platform.suspend(user_id)
        clock.advance(61)
        with pytest.raises(AccessRefused):
            await portfolio.view()
        running.platform.faults.add("/api/", status=503, times=None)
        with pytest.raises(WhitespaceError):  # nor during an outage that follows
            await portfolio.view()
        running.platform.faults.clear()
        running.platform.restore(user_id)
        clock.advance(61)
        assert (await portfolio.view()).stale is None


@BOTH_LOOPS
async def test_callers_at_the_same_time_share_one_load(running: Running, clock: FakeClock) -> None:
    views: list[View] = []
    async with opened(running, clock) as (_, portfolio):
        hold = running.platform.faults.hold("/api/risks")

        async def look() -> None:
            views.append(await portfolio.view())

        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                for _ in range(30):
                    tasks.start_soon(look)
                await anyio.to_thread.run_sync(hold.wait_arrived)
                hold.release()
    assert lists_asked_for(running.platform) == 1
    assert len({id(view.book) for view in views}) == 1
    assert len(views) == 30


async def test_a_question_after_a_cancelled_one_does_not_wait_for_its_dead_read(
    running: Running, clock: FakeClock
) -> None:
    async with opened(running, clock) as (_, portfolio):
        hold = running.platform.faults.hold("/api/risks", times=1)
        with anyio.fail_after(60):
            async with anyio.create_task_group() as leaving:
                leaving.start_soon(portfolio.view)
                await anyio.to_thread.run_sync(hold.wait_arrived)
                leaving.cancel_scope.cancel()
            assert (await portfolio.view()).book.documents
    assert lists_asked_for(running.platform) == 2


async def test_a_refresh_is_not_answered_by_a_load_that_began_before_it(running: Running, clock: FakeClock) -> None:
    views, root = list[View](), ""
    async with opened(running, clock) as (_, portfolio):
        hold = running.platform.faults.hold("/api/risks", times=1)

        async def look() -> None:
            views.append(await portfolio.view())

        with anyio.fail_after(60):
            async with anyio.create_task_group() as others:
                others.start_soon(look)
                await anyio.to_thread.run_sync(hold.wait_arrived)
                root = running.platform.add_slip(running.platform.login.memberships[0].user_id)
                views.append(await portfolio.view(refresh=True))
    assert [view.book.slip(root) != [] for view in views] == [True, True], "who was waiting gets the newer one too"
    assert lists_asked_for(running.platform) == 2


@BOTH_LOOPS
async def test_a_caller_who_goes_away_does_not_take_the_load_along(running: Running, clock: FakeClock) -> None:
    views: list[View] = []
    async with opened(running, clock) as (_, portfolio):
        hold = running.platform.faults.hold("/api/risks")

        async def look() -> None:
            views.append(await portfolio.view())

        with anyio.fail_after(60):
            async with anyio.create_task_group() as others:
                async with anyio.create_task_group() as leaving:
                    leaving.start_soon(portfolio.view)
                    await anyio.to_thread.run_sync(hold.wait_arrived)
                    others.start_soon(look)
                    await anyio.wait_all_tasks_blocked()
                    leaving.cancel_scope.cancel()
                hold.release()
    assert len(views) == 1
    assert lists_asked_for(running.platform) == 1


@pytest.mark.parametrize("served", ["404", "html"])
async def test_where_the_list_is_not_served_the_summaries_are_walked(clock: FakeClock, served: Any) -> None:
    with serve(Platform(documents=(300, 60), options=Options(serves_risk_list=served))) as running:
        async with opened(running, clock) as (_, portfolio):
            book = (await portfolio.view()).book
        pages = [seen for seen in running.platform.requests if seen.path == "/api/summary"]
    assert book.source == "summaries"
    assert book.documents == 300
    assert book.slips == len(running.platform.roots(running.platform.login.memberships[0].user_id))
    assert len(pages) >= 2
    assert set(pages[1].query) == {"last", "from"}
    assert {record["type"] for record in Selection(book, Query(scope=Scope("document"))).page()} == {None}


async def test_the_same_document_in_two_summaries_is_one_row(clock: FakeClock) -> None:
    options = Options(serves_risk_list="404", summary_per_team=True)
    with serve(Platform(documents=(300, 60), options=options)) as running:
        async with opened(running, clock) as (_, portfolio):
            assert (await portfolio.view()).book.documents == 300


@pytest.mark.parametrize("served", ["404", "html"])
async def test_where_neither_is_served_the_address_is_in_doubt(clock: FakeClock, served: Any) -> None:
    with serve(Platform(documents=SMALL, options=Options(serves_risk_list=served, serves_summary=False))) as running:
        async with opened(running, clock) as (_, portfolio):
            with pytest.raises(WrongAddress) as failure:
                await portfolio.view()
    assert "check WHITESPACE_ROOT, and WHITESPACE_API_URL" in explain(failure.value)


@pytest.mark.parametrize(
    "body",
    ['{"a": 1}', "[1, 2, 3]", '[{"Status": "Signed"}]', '[{"id": "IC1", "channels": ["other_MARINE"]}]', "[{", "null"],
)
async def test_a_list_without_one_usable_row_is_an_error(running: Running, clock: FakeClock, body: str) -> None:
    running.platform.faults.add("/api/risks", status=200, body=body)
    async with opened(running, clock) as (_, portfolio):
        with pytest.raises(BadAnswer):
            await portfolio.view()


async def test_an_empty_list_is_an_answer(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/api/risks", status=200, body="[]")
    async with opened(running, clock) as (_, portfolio):
        book = (await portfolio.view()).book
    assert (book.documents, book.slips, book.skipped) == (0, 0, 0)


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [(400, BadAnswer, "refuses to give its list of risks (400)"), (302, WrongAddress, "check WHITESPACE_ROOT")],
)
async def test_what_does_not_say_that_the_list_is_not_served_is_an_error_and_not_made_up_from_summaries(
    running: Running, clock: FakeClock, status: int, error: type[WhitespaceError], words: str
) -> None:
    running.platform.faults.add("/api/risks", status=status, headers={"Location": "https://elsewhere.example/"})
    async with opened(running, clock) as (_, portfolio):
        with pytest.raises(error) as failure:
            await portfolio.view()
    assert words in explain(failure.value)
    assert not any(seen.path == "/api/summary" for seen in running.platform.requests)


async def test_lists_of_many_organisations_make_room_for_each_other_the_longest_unused_first(
    running: Running, clock: FakeClock
) -> None:
    async with open_session(settings_for(running), clock) as session:
        portfolios = Portfolios(session)
        members = [await session.organisations.chosen(m.user_id) for m in running.platform.login.memberships]
        first, second = map(portfolios.of, members)
        await first.view()
        clock.advance(1)
        await second.view()
        assert first.book is not None
        portfolios.most_bytes = 1
        clock.advance(1)
        await first.view(refresh=True)
        assert (first.book is not None, second.book) == (True, None), "the one that was just read stays"
        assert (await second.view()).book.slips == len(running.platform.roots(members[1].user_id or ""))
        assert first.book is None
