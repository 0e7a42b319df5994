"""The confirmed organisations, kept on disk: what is in the file, when it is used, and when it is not."""

import json
import stat
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from support.clock import FakeClock
from support.sessions import BOTH_LOOPS, error_of, requests_to, session_of, until
from whitespace_mcp.api.reads import RISKS
from whitespace_mcp.config.errors import UserIdRefused
from whitespace_mcp.demo import Running
from whitespace_mcp.session import organisation_cache

STRANGER = "MU00000000-0000-4000-8000-000000000000"
DETAILS = "/api/user/myDetails"


async def names_of(running: Running, clock: FakeClock, folder: Path, **changes: Any) -> list[str]:
    async with session_of(running, clock, cache_folder=folder, **changes) as session:
        return [organisation.company_id for organisation in await session.organisations.all()]


async def keep(running: Running, clock: FakeClock, folder: Path) -> Path:
    """The file that a first session wrote; the platform's requests so far are forgotten."""
    assert await names_of(running, clock, folder / "cache") == ["CALDERFINCH", "MARROWGATE"]
    (path,) = files_in(folder / "cache")
    running.platform.requests.clear()
    return path


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def allow(folder: Path, mode: int) -> None:
    folder.chmod(mode)


def change(path: Path, index: int, **changes: str) -> None:
    """Change an organisation in the file."""
    document = json.loads(path.read_text())
    document["login"]["organisations"][index] |= changes
    path.write_text(json.dumps(document))


@BOTH_LOOPS
async def test_a_new_session_knows_them_without_searching(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    assert await names_of(running, clock, tmp_path) == ["CALDERFINCH", "MARROWGATE"]
    count = requests_to(running.platform, "/api/")
    async with session_of(running, clock, cache_folder=tmp_path) as session:
        organisations = await session.organisations.all()
        assert [o.company_id for o in organisations] == ["CALDERFINCH", "MARROWGATE"]
        assert all(o.teams and o.role and o.sends_user_id for o in organisations)
        assert session.organisations.user == "Rosalind Quenby"
    assert requests_to(running.platform, "/api/") == count
    assert running.platform.renewals == 2


async def test_the_file_is_its_owners_only_and_holds_no_secret(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    file = await keep(running, clock, tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    text = file.read_text() + file.name
    login = running.platform.login
    for private in (login.refresh_token, login.email, login.subject, "eyJ", "@", running.root):
        assert private not in text
    assert file.name.startswith("organisations-")
    assert len(file.stem) == len("organisations-") + 64


async def test_another_login_or_environment_has_another_file(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    file = await keep(running, clock, tmp_path)
    for part, address in {"root": "https://other.example", "api_url": "/./api", "sync_url": "/./sync"}.items():
        moved = {part: address if "//" in address else running.root + address}
        assert await names_of(running, clock, file.parent, **moved)
    async with session_of(running, clock, running.platform.logins["single"], cache_folder=file.parent) as session:
        assert [o.company_id for o in await session.organisations.all()] == ["TIDEWELL"]
    assert len(files_in(file.parent)) == 5


async def test_what_is_known_from_disk_is_checked_once_on_use(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    file = await keep(running, clock, tmp_path)
    async with session_of(running, clock, cache_folder=file.parent) as session:
        for _ in range(3):
            assert (await session.organisations.chosen("MARROWGATE")).company_id == "MARROWGATE"
        await until(lambda: any(seen.status for seen in running.platform.requests if seen.path == DETAILS))
        await session.organisations.chosen("MARROWGATE")
        assert requests_to(running.platform, DETAILS) == 1
        await session.organisations.switch("CALDERFINCH")
        await session.organisations.chosen("CALDERFINCH")
        assert requests_to(running.platform, DETAILS) == 2, "a switch is a check"


@pytest.mark.parametrize("wrong", [{"id": STRANGER}, {"company_id": "ACORN"}])
async def test_a_membership_that_turns_out_wrong_is_forgotten_and_searched_again(
    running: Running, clock: FakeClock, tmp_path: Path, wrong: dict[str, str]
) -> None:
    file = await keep(running, clock, tmp_path)
    change(file, 1, **wrong)
    async with session_of(running, clock, cache_folder=file.parent) as session:
        organisation = await session.organisations.chosen("Marrowgate Underwriting")
        if "id" in wrong:
            ask = session.api.fetch
            error = await error_of(lambda: ask(RISKS, user_id=organisation.user_id))
            assert isinstance(error, UserIdRefused)
        await until(lambda: not file.exists())
        again = await session.organisations.chosen("Marrowgate Underwriting")
        assert (again.id, again.company_id) == (running.platform.login.memberships[1].user_id, "MARROWGATE")
        await until(file.exists)
    assert STRANGER not in file.read_text()
    assert running.platform.renewals == 1


async def test_a_check_that_could_not_be_made_is_made_later(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    file = await keep(running, clock, tmp_path)
    fault = running.platform.faults.add(DETAILS, status=503, times=3)
    async with session_of(running, clock, cache_folder=file.parent) as session:
        await session.organisations.chosen("MARROWGATE")
        await until(lambda: fault.hits == 3)
        with anyio.fail_after(60):
            while requests_to(running.platform, DETAILS) < 4:
                await session.organisations.chosen("MARROWGATE")
                await anyio.lowlevel.checkpoint()
    assert file.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"\xff\xfe", b'{"format":2,"login":{"user":null,"organisations":[]}}',
        b'{"format":1,"login":{"user":null,"organisations":[]}}', b'{"format":1,"login":{"user":7}}',
    ],
)  # fmt: skip
async def test_a_broken_file_is_not_used_and_is_replaced(
    running: Running, clock: FakeClock, tmp_path: Path, content: bytes
) -> None:
    file = await keep(running, clock, tmp_path)
    file.write_bytes(content)
    assert await names_of(running, clock, file.parent) == ["CALDERFINCH", "MARROWGATE"]
    assert json.loads(file.read_bytes())["login"]["organisations"]


async def test_a_file_of_another_format_is_not_used(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    file = await keep(running, clock, tmp_path)
    document = json.loads(file.read_text()) | {"format": 99}
    document["login"]["user"] = "Somebody Else"
    file.write_text(json.dumps(document))
    async with session_of(running, clock, cache_folder=file.parent) as session:
        await session.organisations.all()
        assert session.organisations.user == "Rosalind Quenby"


async def test_a_configured_organisation_that_is_not_in_the_file_is_searched_for(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    file = await keep(running, clock, tmp_path)
    change(file, 1, id=STRANGER)
    mine = running.platform.login.memberships[1].user_id
    async with session_of(running, clock, cache_folder=file.parent, user_id=mine) as session:
        assert (await session.organisations.chosen(None)).id == mine


async def test_a_folder_that_cannot_be_used_is_not_used(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    assert await names_of(running, clock, in_the_way / "cache") == ["CALDERFINCH", "MARROWGATE"]
    assert await names_of(running, clock, in_the_way) == ["CALDERFINCH", "MARROWGATE"]
    assert in_the_way.read_text() == "not a folder"


async def test_a_write_that_fails_half_way_leaves_nothing_behind(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    file = await keep(running, clock, tmp_path)
    file.unlink()
    file.mkdir()  # a file cannot replace it
    assert await names_of(running, clock, file.parent) == ["CALDERFINCH", "MARROWGATE"]
    assert files_in(file.parent) == [file]


async def test_what_cannot_be_removed_is_still_forgotten(running: Running, clock: FakeClock, tmp_path: Path) -> None:
    file = await keep(running, clock, tmp_path)
    change(file, 1, id=STRANGER)
    async with session_of(running, clock, cache_folder=file.parent) as session:
        await session.organisations.chosen("MARROWGATE")
        file.unlink()
        file.mkdir()
        with anyio.fail_after(60):
            while (await session.organisations.chosen("MARROWGATE")).id == STRANGER:
                await anyio.lowlevel.checkpoint()


async def test_a_token_that_names_nobody_leaves_nothing_on_disk(
    running: Running, clock: FakeClock, tmp_path: Path
) -> None:
    running.platform.faults.add("/sync/", status=200, body={"id_token": "opaque"}, times=1)
    async with session_of(running, clock, cache_folder=tmp_path, user_name="Rosalind Quenby") as session:
        token = await session.token_cache.current()
        cache = organisation_cache.OrganisationCache(tmp_path, session.environment, session.may_keep)
        assert cache.recall(token) is None
        cache.forget(token)
        # The platform refuses the opaque token; its successor is a real one.
        assert len(await session.organisations.all()) == 2
    assert len(files_in(tmp_path)) == 1
