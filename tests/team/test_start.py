"""Starting a replica: what is wrong is one sentence that names it, and what is not there yet is waited for."""

import base64
import secrets
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import httpx2
import psycopg
import pytest
from click.testing import CliRunner
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

from support.clock import FakeClock
from support.processes import run
from support.servers import settings_for
from team.engines import Engine, Provider, free_port
from team.firm import Firm, team_variables
from team.key_server import RESOURCE, key_server
from whitespace_mcp.cli import main
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.team.configuration import PREFIX, read_team_settings
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.keys import KeyFile, read_keys
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.provider import KEPT_SECONDS
from whitespace_mcp.team.serve import Replica
from whitespace_mcp.team.vault import Vault


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """A firm whose provider is not there."""
    url = f"http://127.0.0.1:{free_port()}/mcp"
    nobody = Provider(Engine([], 0, tmp_path / "log"), f"http://127.0.0.1:{free_port()}")
    (tmp_path / "keys").write_text(f"k1 {base64.b64encode(secrets.token_bytes(32)).decode()}\n")
    with serve(Platform(documents=(6, 3))) as platform:
        firm = Firm(url, nobody, platform, tmp_path)
        yield firm


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"WHITESPACE_TEAM_URL": ""}, "WHITESPACE_TEAM_URL is not set"),
        ({"WHITESPACE_TEAM_REDIS": "memcached://cache"}, "WHITESPACE_TEAM_REDIS must begin with redis://"),
        ({"WHITESPACE_TEAM_KEYS": "/nowhere"}, "WHITESPACE_TEAM_KEYS cannot be used: The file of keys"),
        ({"WHITESPACE_ROOT": "ftp://nowhere"}, "WHITESPACE_ROOT must be"),
    ],
)
def test_a_setting_that_is_wrong_is_named_at_the_start(
    firm: Firm, migrated: str, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], words: str
) -> None:
    for name, value in (team_variables(firm, migrated, None) | changes).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, ["serve", "--transport", "streamable-http"])
    assert done.exit_code == 2, done.output
    assert words in done.output
    assert done.output.count("WHITESPACE_") == 1
    assert "Traceback" not in done.output


def test_a_team_is_not_served_over_stdio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHITESPACE_TEAM", "on")
    done = CliRunner().invoke(main, ["serve"])
    assert done.exit_code == 2
    assert "--transport streamable-http" in done.output


class Pauses(FakeClock):
    """A clock whose sleepers wait until they are woken; it tells for how long they wanted to sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep, self._woken = anyio.Event(), anyio.Event()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.asleep.set()
        await self._woken.wait()
        self._woken = anyio.Event()

    async def wake(self) -> None:
        """Wake the sleeper, and wait until it sleeps again."""
        self.asleep = anyio.Event()
        self._woken.set()
        await self.asleep.wait()


async def test_until_provider_and_tables_are_there_it_is_not_ready_and_says_why(
    firm: Firm, migrated: str, written: list[str]
) -> None:
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute("create database start")
    database = make_conninfo(migrated, dbname="start")
    variables = team_variables(firm, database, None)
    said = f"not ready: The identity provider {firm.provider.issuer} cannot be reached"
    clock = Pauses()
    async with replica_in_memory(firm.platform, variables, clock) as http:
        assert (await http.get("/health")).status_code == 200
        await clock.asleep.wait()
        await clock.wake()
        answer = await http.get("/ready")
        assert (answer.status_code, answer.text) == (503, "not ready\n")
        assert "\n".join(written).count(said) == 1, "not again every few seconds"
        with key_server(int(firm.provider.issuer.rpartition(":")[2])):
            await clock.wake()
            assert (await http.get("/ready")).status_code == 503
            assert "team migrate" in "\n".join(written)
            command = partial(CliRunner(env=variables).invoke, main, ["team", "migrate"])
            assert (await anyio.to_thread.run_sync(command)).output == "ran 0001_grants.sql\n"
            assert (await http.get("/ready")).status_code == 200
    assert database.split("password=")[1].split()[0] not in "\n".join(written)


@asynccontextmanager
async def replica_in_memory(
    running: Running, variables: dict[str, str], clock: Clock
) -> AsyncGenerator[httpx2.AsyncClient]:
    """Asks a replica in this process."""
    app = Replica(settings_for(running, refresh_token=None), read_team_settings(variables), clock).application()
    door = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=door, base_url="https://mcp.example") as http,
    ):
        yield http


async def test_a_key_that_the_provider_withdraws_is_not_trusted_for_ever(
    good: dict[str, str], running: Running
) -> None:
    clock = Pauses()
    with key_server() as provider:
        variables = good | {f"{PREFIX}_ISSUER": provider.issuer, f"{PREFIX}_URL": RESOURCE}
        headers = {"Authorization": f"Bearer {provider.token()}"}
        async with replica_in_memory(running, variables, clock) as http:
            await clock.asleep.wait()
            assert (await http.post("/mcp", headers=headers)).status_code != 401
            provider.pages["/jwks"]["keys"].clear()
            provider.add_key("k2")
            await clock.wake()
            stolen = {"Authorization": f"Bearer {provider.token(sub='bob')}"}
            assert (await http.post("/mcp", headers=stolen)).status_code == 401
    assert clock.slept == [KEPT_SECONDS, KEPT_SECONDS]


def test_a_command_says_once_that_the_database_is_not_there(firm: Firm, migrated: str) -> None:
    nobody = make_conninfo(migrated, port=free_port())
    done = run(firm.folder, "team", "status", **team_variables(firm, nobody, None))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Error: The store of logins of this server does not answer. Try again in a minute."
    ]


def test_rotating_says_what_is_not_with_the_first_key_yet(firm: Firm, migrated: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    first, second = (f"{name} {base64.b64encode(secrets.token_bytes(32)).decode()}\n" for name in ("a", "b"))
    with psycopg.connect(migrated, autocommit=True) as connection:
        connection.execute("delete from grants")
        for number, key in enumerate((first, second)):
            keys.write_text(key)
            anyio.run(_store, migrated, keys, f"somebody {number}")
        keys.write_text(f"new {second.split()[1]}\n{second}")
        variables = team_variables(firm, migrated, None) | {"WHITESPACE_TEAM_KEYS": str(keys)}
        done = CliRunner(env=variables).invoke(main, ["team", "rotate-keys"])
        connection.execute("delete from grants")
    assert done.stdout == "1 logins wrapped with the first key\n"
    assert done.stderr == "1 are with key a still: a replica writes with it, or the file does not open them\n"
    assert done.exit_code == 1


async def _store(address: str, keys: Path, subject: str) -> None:
    async with Database(SecretStr(address)) as database:
        await Vault(database, KeyFile(read_keys(keys))).put(Person("i", subject, "e"), SecretStr("a token"))
