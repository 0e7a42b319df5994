"""What a team's server costs, against the same build without it: `make bench ARGS="--only firm"`."""

import secrets
import statistics
import sys
import time
from base64 import b64encode
from collections.abc import AsyncGenerator, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

import anyio
import httpx2
from benchmarks.bench import Bench
from benchmarks.market import Market, market
from benchmarks.measure import Figure
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from pydantic import SecretStr

from support.processes import environment, run
from team.engines import Engine, free_port, postgresql, redis
from team.firm import Firm, address_of, replica
from team.key_server import KeyServer, key_server
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.demo import Running
from whitespace_mcp.team.configuration import read_team_settings
from whitespace_mcp.team.database import Database
from whitespace_mcp.team.keys import KeyFile, read_keys
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.provider import ProviderKeys
from whitespace_mcp.team.vault import Vault
from whitespace_mcp.team.verifier import Verifier

CALLERS: Final = 64
ROUNDS: Final = 5
LEAST: Final = 0.6
"""Of the calls a second of the same build without a team."""
REMEMBERED: Final = 100
"""Microseconds that a token which was verified already may take."""
TIMES: Final = 2_000


async def figures(bench: Bench) -> list[Figure]:
    """Verifying a token, and calls a second."""
    with TemporaryDirectory(prefix="firm-") as name, ExitStack() as stack:
        folder = Path(name)
        served = stack.enter_context(market(1_528, 439))
        provider = stack.enter_context(key_server())
        variables = _variables(stack, served, provider, folder)
        return [*await verification(variables, provider), *await throughput(served, provider, variables, folder, bench)]


async def verification(variables: dict[str, str], provider: KeyServer) -> list[Figure]:
    """The first time, and when the token is remembered."""
    settings = read_team_settings(variables)
    keys = ProviderKeys(provider.issuer)
    await keys.read()
    verifier = Verifier(settings, keys)
    tokens = [provider.token(sub=f"p{number}", aud=settings.audience) for number in range(100)]
    first = [await _took(verifier, token) for token in tokens]
    again = [await _took(verifier, tokens[number % len(tokens)]) for number in range(TIMES)]
    await keys.aclose()
    return [
        Figure("team: an access token verified (RS256)", statistics.median(first), "µs", min(first), max(first)),
        Figure(
            "team: an access token remembered", statistics.median(again), "µs", min(again), max(again),
            budget=REMEMBERED,
        ),
    ]  # fmt: skip


async def _took(verifier: Verifier, token: str) -> float:
    began = time.perf_counter()
    assert await verifier.verify_token(token) is not None
    return (time.perf_counter() - began) * 1_000_000


async def throughput(
    served: Market, provider: KeyServer, variables: dict[str, str], folder: Path, bench: Bench
) -> list[Figure]:
    """Calls a second of a fresh list at 64 callers, in turn with the same build that serves one person."""
    firm = Firm(variables["WHITESPACE_TEAM_URL"], cast("Any", None), cast("Running", None), folder)
    team = replica(firm, "r0", free_port(), variables)
    plain = _plain(served, folder)
    await _store(served, provider, variables)
    token = provider.token(sub="ann", aud=firm.url)
    calls = 256 if bench.quick else 1_280
    with _running(team), _running(plain):
        async with _client(address_of(team), token) as with_team, _client(address_of(plain)) as without:
            rates = [(await _rate(without, calls), await _rate(with_team, calls)) for _ in range(ROUNDS)]
    base, ours = (statistics.median(rate[place] for rate in rates) for place in (0, 1))
    ratio = statistics.median(rate[1] / rate[0] for rate in rates)
    return [
        Figure(f"HTTP, {CALLERS} callers at once: one person's server", base, "calls a second"),
        Figure(
            f"HTTP, {CALLERS} callers at once: a team's server", ours, "calls a second", ratio=ratio,
            baseline="one person's", budget=LEAST, least=True,
        ),
    ]  # fmt: skip


async def _rate(client: Client, calls: int) -> float:
    """Calls a second, after one that does not count."""
    question = {"organisation": "all", "page_size": 0}

    async def caller() -> None:
        for _ in range(calls // CALLERS):
            result = await client.call_tool("get_risks", question)
            assert not result.is_error, result

    assert not (await client.call_tool("get_risks", question)).is_error
    began = time.perf_counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(CALLERS):
            tasks.start_soon(caller)
    return calls // CALLERS * CALLERS / (time.perf_counter() - began)


@asynccontextmanager
async def _client(address: str, token: str = "") -> AsyncGenerator[Client]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    limits = httpx2.Limits(max_connections=CALLERS, max_keepalive_connections=CALLERS)
    async with (
        httpx2.AsyncClient(headers=headers, timeout=120, limits=limits) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        yield client


async def _store(served: Market, provider: KeyServer, variables: dict[str, str]) -> None:
    environment_key = Environment.at(served.root, served.bucket).key()
    keys = KeyFile(read_keys(Path(variables["WHITESPACE_TEAM_KEYS"])))
    async with Database(SecretStr(variables["WHITESPACE_TEAM_DATABASE"])) as pool:
        ann = Person(provider.issuer, "ann", environment_key)
        await Vault(pool, keys).put(ann, SecretStr(served.refresh_token))


def _plain(served: Market, folder: Path) -> Engine:
    """One person's server of the same build."""
    port = free_port()
    clean = environment(folder, **served.environment(), WHITESPACE_FRESH_SECONDS="3600")
    line = ["env", "-i", *(f"{key}={value}" for key, value in clean.items()), sys.executable, "-m", "whitespace_mcp"]
    return Engine([*line, "serve", "--transport", "streamable-http", "--port", str(port)], port, folder / "plain.log")


@contextmanager
def _running(engine: Engine) -> Generator[None]:
    engine.start()
    try:
        yield
    finally:
        engine.stop()


def _variables(stack: ExitStack, served: Market, provider: KeyServer, folder: Path) -> dict[str, str]:
    _, database = stack.enter_context(postgresql())
    _, cache = stack.enter_context(redis())
    keys = folder / "keys"
    keys.write_text(f"k1 {b64encode(secrets.token_bytes(32)).decode()}\n")
    variables = {
        "WHITESPACE_TEAM": "on",
        "WHITESPACE_TEAM_URL": "http://127.0.0.1:1/mcp",
        "WHITESPACE_TEAM_ISSUER": provider.issuer,
        "WHITESPACE_TEAM_CLIENT_ID": "connect",
        "WHITESPACE_TEAM_CLIENT_SECRET": secrets.token_hex(16),
        "WHITESPACE_TEAM_DATABASE": database,
        "WHITESPACE_TEAM_REDIS": cache,
        "WHITESPACE_TEAM_KEYS": str(keys),
        "WHITESPACE_TEAM_CALLS_A_MINUTE": "1000000",
        "WHITESPACE_TEAM_CALLS_AT_ONCE": "1000",
        "WHITESPACE_ROOT": served.root,
        "WHITESPACE_BUCKET": served.bucket,
        "WHITESPACE_FRESH_SECONDS": "3600",
    }
    run(folder, "team", "migrate", **variables).check_returncode()
    return variables
