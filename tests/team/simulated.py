"""The parts of a simulated firm, as tests start them: engines, replicas, the platform, and everybody's logins."""

import json
import secrets
import subprocess
import sys
from base64 import b64encode
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import anyio
import httpx2
from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pydantic import SecretStr

from support.web import TLS
from team.engines import ROOT, Engine, balancer, free_port, make_tables, postgresql, program, redis
from team.firm import Firm, replica, wait_until_ready
from team.key_server import KeyServer, key_server
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.demo import Running
from whitespace_mcp.runtime.clock import SystemClock
from whitespace_mcp.session.credential import RefreshToken
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.keys import KeyFile, read_keys
from whitespace_mcp.team.person import Person as Subject
from whitespace_mcp.team.vault import Vault

TOKEN_SECONDS: Final = 900
"""How long an id token lasts, in the firm's time; `FRESH_SECONDS`: a list."""
FRESH_SECONDS: Final = 60


@dataclass(frozen=True)
class Person:
    """Somebody of the firm: their login at Whitespace, and what they may see."""

    name: str
    subject: str
    refresh_token: str
    organisations: dict[str, str]
    desk: int


class Parts:
    """Everything that runs.

    Attributes:
        people: all of them; `numbers`: of the replicas.
    """

    def __init__(
        self,
        firm: Firm,
        provider: KeyServer,
        platform: "subprocess.Popen[str]",
        words: dict[str, Any],
        variables: dict[str, str],
        balancing: Engine,
    ) -> None:
        self.people = [Person(**each) for each in words["people"]]
        self.numbers = range(len(firm.replicas))
        self._firm = firm
        self._provider = provider
        self._platform = platform
        self._variables = variables
        self._balancing = balancing
        self._root, self._bucket = words["root"], words["bucket"]
        self._given: list[str] = []
        self._key = Path(variables["WHITESPACE_TEAM_KEYS"]).read_text().split()[1]

    async def store_everybody(self) -> None:
        """Store each person's refresh token, as `/connect` does."""
        keys = read_keys(Path(self._variables["WHITESPACE_TEAM_KEYS"]))
        environment = Environment.at(self._root, self._bucket).key()
        async with Database(SecretStr(self._variables["WHITESPACE_TEAM_DATABASE"])) as pool:
            vault = Vault(pool, KeyFile(keys))
            limiter = anyio.CapacityLimiter(6)

            async def put(person: Person) -> None:
                async with limiter:
                    subject = Subject(self._provider.issuer, person.subject, environment)
                    await vault.put(subject, SecretStr(person.refresh_token))

            async with anyio.create_task_group() as tasks:
                for person in self.people:
                    tasks.start_soon(put, person)

    async def expected(self) -> dict[tuple[int, str], int]:
        """How many documents each desk sees in each organisation, as the platform itself says."""
        results: dict[tuple[int, str], int] = {}
        async with httpx2.AsyncClient(timeout=60, verify=TLS) as http:
            for person in self.people:
                if any((person.desk, company) in results for company in person.organisations.values()):
                    continue
                secret = AddressedSecret(Environment.at(self._root, self._bucket), SecretStr(person.refresh_token))
                login = RefreshToken(secret, SystemClock(), timeout=60)
                token = (await login.obtain()).value.get_secret_value()
                await login.aclose()
                for user_id, company in person.organisations.items():
                    headers = {"Authorization": f"Bearer {token}", "UserID": user_id}
                    listed = await http.get(f"{self._root}/api/risks", headers=headers)
                    results[person.desk, company] = len(listed.json())
        return results

    @asynccontextmanager
    async def host(self, person: Person) -> AsyncGenerator[Client]:
        """A person's assistant, logged in."""
        token = self._provider.token(sub=person.subject, aud=self._firm.url)
        self._given.append(token)
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=90, verify=TLS) as http,
            Client(streamable_http_client(self._firm.url, http_client=http), mode="2026-07-28") as client,
        ):
            yield client

    async def memory(self, http: httpx2.AsyncClient, number: int) -> tuple[int, int]:
        """Resident bytes of a replica, and what its people take by its own figures."""
        engine = self._firm.replicas[number]
        assert engine.process is not None
        return resident(engine.process.pid), int(_figure(await self._figures(http, engine), "whitespace_people_bytes"))

    async def _figures(self, http: httpx2.AsyncClient, engine: Engine) -> str:
        return (await http.get(f"http://127.0.0.1:{engine.port}/metrics")).text

    async def written(self) -> tuple[int, dict[str, str], list[str]]:
        """How many renewals there were; whatever was written down, by place; and every secret."""
        async with httpx2.AsyncClient(timeout=60, verify=TLS) as http:
            figures = [await self._figures(http, engine) for engine in self._firm.replicas]
        assert self._platform.stdin is not None
        assert self._platform.stdout is not None
        self._platform.stdin.write("tokens\n")
        self._platform.stdin.flush()
        id_tokens: list[str] = json.loads(self._platform.stdout.readline())
        database = self._variables["WHITESPACE_TEAM_DATABASE"]
        line = [program("redis-cli"), "-u", self._variables["WHITESPACE_TEAM_REDIS"], "--raw"]
        names = _said(*line, "KEYS", "*")
        texts = {
            "logs": self._firm.written(),
            "addresses": self._balancing.log.read_text(),
            "figures": "".join(figures),
            "database": _said(program("pg_dump"), database),
            "Redis": names + (_said(*line, "MGET", *names.split()) if names.strip() else ""),
            "audit trail": "".join(path.read_text() for path in self._trail()),
        }
        signatures = [token.rpartition(".")[2] for token in (*self._given, *id_tokens)]
        password = database.split(":")[2].split("@")[0]
        secrets = [self._variables["WHITESPACE_TEAM_CLIENT_SECRET"], self._key, password]
        everybodys = [person.refresh_token for person in self.people]
        renewed = sum(_figure(text, 'whitespace_renewals_total{outcome="renewed"}') for text in figures)
        return int(renewed), texts, [*secrets, *everybodys, *signatures]

    def audited(self) -> int:
        """How many calls are in the audit trail."""
        return sum(line.count('"tool":') for path in self._trail() for line in path.read_text().splitlines())

    def _trail(self) -> list[Path]:
        return sorted((self._firm.folder / "trail").rglob("*.jsonl"))


@contextmanager
def parts(
    people: int, documents: tuple[int, int], replicas: int, memory: int, speed: float, folder: Path
) -> Generator[Parts]:
    """Start everything, and stop it at the end."""
    with ExitStack() as stack:
        numbers = (people, *documents, TOKEN_SECONDS / speed)
        platform = stack.enter_context(_platform([*map(str, numbers)]))
        assert platform.stdout is not None
        document: dict[str, Any] = json.loads(platform.stdout.readline())
        _, database = stack.enter_context(postgresql())
        with start_blocking_portal() as portal:
            portal.call(make_tables, database)
        _, cache = stack.enter_context(redis())
        provider = stack.enter_context(key_server())
        ports = [free_port() for _ in range(replicas)]
        balancing, port = stack.enter_context(balancer(ports, logging=True))
        (folder / "keys").write_text(f"k1 {b64encode(secrets.token_bytes(32)).decode()}\n")
        url = f"http://127.0.0.1:{port}/mcp"
        variables = {
            "WHITESPACE_TEAM": "on",
            "WHITESPACE_TEAM_URL": url,
            "WHITESPACE_TEAM_ISSUER": provider.issuer,
            "WHITESPACE_TEAM_CLIENT_ID": "connect",
            "WHITESPACE_TEAM_CLIENT_SECRET": secrets.token_hex(16),
            "WHITESPACE_TEAM_DATABASE": database,
            "WHITESPACE_TEAM_REDIS": cache,
            "WHITESPACE_TEAM_KEYS": str(folder / "keys"),
            "WHITESPACE_TEAM_MEMORY": str(memory),
            "WHITESPACE_ROOT": document["root"],
            "WHITESPACE_BUCKET": document["bucket"],
            "WHITESPACE_FRESH_SECONDS": str(FRESH_SECONDS / speed),
            "WHITESPACE_LOG_LEVEL": "DEBUG",
            "WHITESPACE_AUDIT": str(folder / "trail"),
        }
        firm = Firm(url, cast("Any", None), cast("Running", None), folder)
        firm.replicas.extend(replica(firm, f"r{number}", at, variables) for number, at in enumerate(ports))
        for engine in firm.replicas:
            engine.start()
            stack.callback(engine.stop)
        wait_until_ready(firm)
        yield Parts(firm, provider, platform, document, variables, balancing)


def resident(process: int) -> int:
    """Bytes of memory of a process; 0 where that is not to be seen."""
    status = Path(f"/proc/{process}/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


@contextmanager
def _platform(arguments: Sequence[str]) -> Generator["subprocess.Popen[str]"]:
    line = [sys.executable, "-m", "team.crowded_platform", *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, cwd=ROOT / "tests", stdin=pipe, stdout=pipe, text=True) as process:  # noqa: S603  # ours
        try:
            yield process
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=30)


def _figure(figures: str, name: str) -> float:
    lines = [line for line in figures.splitlines() if line.startswith(f"{name} ")]
    return float(lines[0].rpartition(" ")[2]) if lines else 0.0


def _said(*line: str) -> str:
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout  # noqa: S603  # programs of engines
