"""The engines of these tests: each is started when the first test asks for it."""

import secrets
from base64 import b64encode
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import anyio
import pytest
from pydantic import SecretStr

from team.engines import Engine, make_tables, postgresql, redis
from team.firm import Firm, firm_with
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.team.configuration import PREFIX
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.keys import KeyFile
from whitespace_mcp.team.person import Person


@pytest.fixture(scope="package")
def database() -> Generator[tuple[Engine, str]]:
    with postgresql() as started:
        yield started


@pytest.fixture(scope="package")
def cache() -> Generator[tuple[Engine, str]]:
    with redis() as started:
        yield started


@pytest.fixture(scope="package")
def migrated(database: tuple[Engine, str]) -> str:
    """The address of the database, with its tables."""
    anyio.run(make_tables, database[1])
    return database[1]


@pytest.fixture
async def pool(migrated: str) -> AsyncGenerator[Database]:
    """Connections to the database with its tables."""
    async with Database(SecretStr(migrated)) as opened:
        yield opened


@pytest.fixture(scope="package")
def platform_of_the_firm() -> Generator[Running]:
    with serve(Platform(documents=(60, 30))) as served:
        yield served


@pytest.fixture(scope="package")
def firm(
    platform_of_the_firm: Running,
    migrated: str,
    cache: tuple[Engine, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Generator[Firm]:
    """Two replicas with everything; whoever stops a part starts it again."""
    folder = tmp_path_factory.mktemp("firm")
    changes = {"WHITESPACE_AUDIT": str(folder / "trail"), "WHITESPACE_TEAM_DRAIN": "4"}
    with firm_with(platform_of_the_firm, migrated, cache[1], folder, changes) as started:
        yield started


@pytest.fixture
def refresh_token(platform_of_the_firm: Running) -> str:
    """The demo person's, with two organisations."""
    return platform_of_the_firm.platform.login.refresh_token or ""


@pytest.fixture
def keys() -> KeyFile:
    return KeyFile({"k1": secrets.token_bytes(32)})


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    """Variables that are enough."""
    keys = tmp_path / "keys"
    keys.write_text(f"k1 {b64encode(secrets.token_bytes(32)).decode()}\n")
    return {
        f"{PREFIX}_URL": "https://mcp.firm.example/mcp",
        f"{PREFIX}_ISSUER": "https://id.firm.example",
        f"{PREFIX}_CLIENT_ID": "connect",
        f"{PREFIX}_CLIENT_SECRET": "a client secret",
        f"{PREFIX}_DATABASE": "postgresql://team:a-password@db/team",
        f"{PREFIX}_KEYS": str(keys),
    }


@pytest.fixture
def person() -> Person:
    """Somebody whom no other test knows."""
    return Person("https://id.example", secrets.token_hex(8), "sandbox")
