"""Lists on disk: who may read them, when they are used, and that nothing wrong in them is ever shown."""

import stat
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from support.clock import FakeClock
from support.servers import settings_for
from support.sessions import until
from whitespace_mcp.config.errors import AccessRefused, Unavailable, WhitespaceError
from whitespace_mcp.demo import Platform, Running
from whitespace_mcp.portfolio.loading import RELOAD_SECONDS
from whitespace_mcp.portfolio.portfolio import Portfolio, Portfolios
from whitespace_mcp.session.session import open_session
from whitespace_mcp.setup.configuration import mark_in_use
from whitespace_mcp.terms.moments import iso


@pytest.fixture
def platform() -> Platform:
    return Platform(documents=(60, 40))


@asynccontextmanager
async def process(running: Running, clock: FakeClock, folder: Path, **changes: Any) -> AsyncGenerator[Portfolio]:
    """The portfolio of the demo person's first organisation, in a process of its own that keeps lists."""
    wanted: dict[str, Any] = {"cache_folder": folder, "cache": "disk"}
    settings = settings_for(running, **(wanted | changes))
    async with open_session(settings, clock) as session:
        organisation = await session.organisations.chosen(running.platform.login.memberships[0].user_id)
        yield Portfolios(session).of(organisation)


def lists_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("risks-*.list"))


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def contents(path: Path) -> bytes:
    return path.read_bytes()


def requests_of(running: Running) -> list[str]:
    """What was asked about risks."""
    return [seen.path for seen in running.platform.requests if seen.path in ("/api/risks", "/api/summary")]


async def cache_file(running: Running, clock: FakeClock, folder: Path, **changes: Any) -> Path:
    """The file that a process has left; the platform's requests so far are forgotten."""
    async with process(running, clock, folder, **changes) as portfolio:
        await portfolio.view()
        await until(lambda: lists_in(folder))
    running.platform.requests.clear()
    return lists_in(folder)[0]


async def test_nothing_is_kept_unless_it_is_wanted(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    async with process(running, clock, tmp_path, cache="memory") as portfolio:
        await portfolio.view()
        assert requests_of(running) == ["/api/risks"]
    assert not any(b"Signed" in contents(path) for path in files_in(tmp_path))


async def test_another_process_asks_only_whether_it_is_still_right(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    path = await cache_file(running, clock, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert running.platform.login.refresh_token.encode() not in path.read_bytes()
    clock.advance(300)
    async with process(running, clock, tmp_path) as portfolio:
        view = await portfolio.view()
        assert requests_of(running) == ["/api/summary"]
        assert (view.book.documents, view.as_of, view.stale) == (60, iso(clock.now()), None)
        clock.advance(RELOAD_SECONDS - 300)
        await portfolio.view()
        assert requests_of(running)[-1] == "/api/risks", "a quarter of an hour after it was read, whichever process did"


async def test_after_a_change_it_is_read_anew_and_kept_anew(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    user_id = running.platform.login.memberships[0].user_id
    path = await cache_file(running, clock, tmp_path)
    before = path.read_bytes()
    root = running.platform.add_slip(user_id)
    async with process(running, clock, tmp_path) as portfolio:
        assert (await portfolio.view()).book.slip(root)
        assert requests_of(running) == ["/api/summary", "/api/risks"]
        await until(lambda: contents(path) != before)


@pytest.mark.parametrize("seconds", [RELOAD_SECONDS, -60])
async def test_one_that_is_too_old_or_of_the_future_is_read_anew(
    running: Running, clock: FakeClock, tmp_path: Path, seconds: float
) -> None:
    await cache_file(running, clock, tmp_path)
    clock.advance(seconds)
    async with process(running, clock, tmp_path) as portfolio:
        await portfolio.view()
    assert requests_of(running) == ["/api/summary", "/api/risks"]


async def test_refresh_does_not_look_at_the_disk(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    await cache_file(running, clock, tmp_path)
    async with process(running, clock, tmp_path) as portfolio:
        await portfolio.view(refresh=True)
    assert "/api/risks" in requests_of(running)


async def test_while_the_platform_is_down_it_is_shown_as_stale(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    await cache_file(running, clock, tmp_path)
    read_at = clock.now()
    clock.advance(86_400)
    running.platform.faults.add("/api/risks", status=503, times=None)
    running.platform.faults.add("/api/summary", status=503, times=None)
    async with process(running, clock, tmp_path) as portfolio:
        view = await portfolio.view()
        assert (view.book.documents, view.as_of) == (60, iso(read_at))
        assert view.stale is not None
        running.platform.faults.clear()
        clock.advance(61)
        assert (await portfolio.view()).stale is None


SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda whole: whole[:0],
    "cut off": lambda whole: whole[:-1],
    "changed": lambda whole: whole.replace(b"Signed", b"signeD"),
    "of another version": lambda whole: whole.replace(b'"format": 1', b'"format": 0'),
    "without its head": lambda whole: whole.partition(b"\n")[2],
    "of something else": lambda whole: b'{"format": 1}\n' + whole,
    "binary": lambda whole: b"\xff\xfe" + whole,
}


@pytest.mark.parametrize("how", SPOILT)
async def test_a_file_that_is_spoilt_is_as_good_as_none_and_replaced(
    running: Running, clock: FakeClock, tmp_path: Path, how: str
) -> None:
    path = await cache_file(running, clock, tmp_path)
    whole = contents(path)
    spoilt = SPOILT[how](whole)
    path.write_bytes(spoilt)
    running.platform.faults.add("/api/risks", status=503, times=3)
    async with process(running, clock, tmp_path) as portfolio:
        with pytest.raises(Unavailable):
            await portfolio.view()
        clock.advance(61)
        assert (await portfolio.view()).book.documents == 60
        await until(lambda: contents(path) != spoilt)
    assert spoilt != whole
    assert contents(path).partition(b"\n")[2] == whole.partition(b"\n")[2]


async def test_logins_organisations_and_environments_have_files_of_their_own(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    await cache_file(running, clock, tmp_path)
    settings = settings_for(running, cache_folder=tmp_path, cache="disk")
    async with open_session(settings, clock) as session:
        other = await session.organisations.chosen(running.platform.login.memberships[1].user_id)
        assert (await Portfolios(session).of(other).view()).book.documents == 40
        await until(lambda: len(lists_in(tmp_path)) == 2)
    moved = {"root": running.root.replace("127.0.0.1", "localhost")}
    running.platform.faults.add("/api/risks", status=503, times=None)
    async with process(running, clock, tmp_path, **moved) as portfolio:
        with pytest.raises(Unavailable):
            await portfolio.view()


async def test_a_list_that_may_not_be_shown_any_more_is_removed(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    path = await cache_file(running, clock, tmp_path)
    async with process(running, clock, tmp_path) as portfolio:
        running.platform.suspend(running.platform.login.memberships[0].user_id)
        with pytest.raises(AccessRefused):
            await portfolio.view()
    assert not path.exists()


async def test_a_refusal_beside_an_outage_wins_over_the_list_that_was_kept(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    path = await cache_file(running, clock, tmp_path)
    async with process(running, clock, tmp_path) as before:
        await before.view()
        running.platform.suspend(running.platform.login.memberships[0].user_id)
        for outage in ("/api/risks", "/api/summary"):
            running.platform.faults.add(outage, status=503, times=None)
        async with process(running, clock, tmp_path) as after:
            with pytest.raises(WhitespaceError):
                await after.view()
            assert not path.exists()
        clock.advance(61)
        with pytest.raises(AccessRefused):
            await before.view()


async def test_what_was_kept_of_a_membership_that_is_withdrawn_goes_without_a_question_about_it(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    path = await cache_file(running, clock, tmp_path)
    running.platform.suspend(running.platform.login.memberships[0].user_id)
    async with open_session(settings_for(running, cache_folder=tmp_path, cache="disk"), clock) as session:
        portfolios = Portfolios(session)
        await session.organisations.all(refresh=True)
    assert portfolios
    assert not path.exists()


async def test_nothing_is_kept_any_more_after_a_logout_while_the_server_runs(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    settings = settings_for(running, cache_folder=tmp_path, cache="disk")
    mark_in_use(settings)
    async with open_session(settings, clock) as session:
        organisation = await session.organisations.chosen(running.platform.login.memberships[0].user_id)
        portfolio = Portfolios(session).of(organisation)
        await portfolio.view()
        await until(lambda: lists_in(tmp_path))
        for path in files_in(tmp_path):  # as logout does
            path.unlink()
        running.platform.add_slip(organisation.id)
        await portfolio.view(refresh=True)
        await session.organisations.all(refresh=True)
        await anyio.wait_all_tasks_blocked()
    assert files_in(tmp_path) == []


async def test_a_folder_that_cannot_be_used_is_not_used(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with process(running, clock, tmp_path / "file") as portfolio:
        assert (await portfolio.view()).book.documents == 60
