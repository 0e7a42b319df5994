"""Many callers at once, memory of a large book, and requests made per question."""

import os
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, NamedTuple

import anyio
from mcp import Client, StdioServerParameters

from benchmarks.bench import Bench
from benchmarks.builds import processor_seconds
from benchmarks.market import Market, market
from benchmarks.measure import Figure
from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, serve

CALLERS = (1, 8, 64)
ROUNDS = 3
HTTP_LEAST = 0.7
TRIVIAL = """
import sys
from mcp.server import MCPServer
server = MCPServer("trivial", log_level="WARNING")
@server.tool()
def add(a: int, b: int) -> int:
    "Adds."
    return a + b
server.run("streamable-http", port=int(sys.argv[1]))
"""


async def figures(bench: Bench) -> list[Figure]:
    return [*await throughput(64 if bench.quick else 640), *await requests()]


async def throughput(calls: int) -> list[Figure]:
    """Calls per second of a fresh list, on stdio and over HTTP."""
    measured: list[Figure] = []
    with market(1_528, 439) as served:
        async with Client(_stdio(served)) as client:
            for callers in CALLERS:
                rate = await _counts(client, callers, calls)
                measured.append(Figure(f"stdio, {callers} callers at once", rate, "calls a second"))
        ours = [sys.executable, "-m", "whitespace_mcp", "serve", "--transport", "streamable-http", "--port"]
        trivial = [sys.executable, "-c", TRIVIAL]
        async with (
            _http([*ours, "18765"], 18_765, _environment(served)) as (client, pid),
            _http([*trivial, "18766"], 18_766, dict(os.environ)) as (other, other_pid),
        ):
            for callers in CALLERS:
                rates: list[tuple[_Rate, _Rate]] = []
                for _ in range(ROUNDS):
                    add = await _measured(other_pid, partial(_rate, other, "add", {"a": 1, "b": 2}, callers, calls))
                    rates.append((add, await _measured(pid, partial(_counts, client, callers, calls))))
                measured += _against(rates, callers)
    return measured


class _Rate(NamedTuple):
    """Calls a second on the clock, and in a second of the server's processor time; 0 where that is not to be seen."""

    wall: float
    cpu: float


async def _measured(pid: int, rate: Callable[[], Awaitable[float]]) -> _Rate:
    before, began = processor_seconds(pid), time.perf_counter()
    wall = await rate()
    seconds, cpu = time.perf_counter() - began, processor_seconds(pid) - before
    return _Rate(wall, wall * seconds / cpu if cpu else 0.0)


def _against(rates: list[tuple[_Rate, _Rate]], callers: int) -> list[Figure]:
    """Our calls a second against the trivial tool's, round by round."""
    base, ours = (statistics.median(rate[place].wall for rate in rates) for place in (0, 1))
    ratio = statistics.median(ours.wall / base.wall for base, ours in rates)
    seen = all(base.cpu and ours.cpu for base, ours in rates)
    cpu_ratio = statistics.median(ours.cpu / base.cpu for base, ours in rates) if seen else None
    budget = HTTP_LEAST if callers == max(CALLERS) else None
    return [
        Figure(f"HTTP, {callers} callers at once: a trivial tool on the same SDK", base, "calls a second"),
        Figure(
            f"HTTP, {callers} callers at once", ours, "calls a second", ratio=ratio, baseline="the trivial tool",
            budget=budget, least=True, cpu_ratio=cpu_ratio,
        ),
    ]  # fmt: skip


@asynccontextmanager
async def _http(command: list[str], port: int, environment: dict[str, str]) -> AsyncGenerator[tuple[Client, int]]:
    """A client of a server process that listens on a port, and the id of the process."""
    process = await anyio.open_process(command, env=environment, stdout=None, stderr=None)
    try:
        await _listening(port)
        async with Client(f"http://127.0.0.1:{port}/mcp") as client:
            yield client, process.pid
    finally:
        process.terminate()
        await process.wait()


async def requests() -> list[Figure]:
    """Requests that each kind of question makes of the platform."""
    platform = Platform()
    measured: list[Figure] = []
    with serve(platform) as running:
        settings = Settings.for_demo(running.root, platform.bucket, platform.login.refresh_token, {})
        first, second = (membership.company_id for membership in platform.login.memberships)
        questions: list[tuple[str, str, dict[str, Any]]] = [
            ("who am I (first call of a process)", "whoami", {}),
            ("first question about one organisation", "get_risks", {"organisation": first}),
            ("the same again", "get_risks", {"organisation": first}),
            ("first question about all", "get_risks", {"organisation": "all", "page_size": 0}),
            ("groups over all", "summarise_risks", {"organisation": "all", "group_by": ["stage"]}),
            ("switch", "switch_org", {"organisation": second}),
            (
                "first by month of inception",
                "summarise_risks",
                {"organisation": first, "group_by": ["inception_month"]},
            ),
            ("what waits, then", "get_risks", {"organisation": first, "waiting": True}),
            ("one risk's card", "get_risk", {"organisation": first, "risk": _any_risk(platform)}),
            ("its lines", "get_lines", {"organisation": first, "risk": _any_risk(platform)}),
        ]
        async with Client(build_server(settings)) as client:
            for name, tool, arguments in questions:
                before = len(platform.requests)
                result = await client.call_tool(tool, arguments)
                assert not result.is_error
                measured.append(Figure(f"requests: {name}", len(platform.requests) - before, ""))
    return measured


def _any_risk(platform: Platform) -> str:
    return platform.roots(platform.login.memberships[0].user_id)[0]


async def _counts(client: Client, callers: int, calls: int) -> float:
    """Calls a second of the counts of both organisations."""
    return await _rate(client, "get_risks", {"organisation": "all", "page_size": 0}, callers, calls)


async def _rate(client: Client, tool: str, arguments: dict[str, Any], callers: int, calls: int) -> float:
    """Calls a second of a tool, after one that does not count."""
    await client.call_tool(tool, arguments)
    each = max(1, calls // callers)

    async def caller() -> None:
        for _ in range(each):
            result = await client.call_tool(tool, arguments)
            assert not result.is_error

    began = time.perf_counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(callers):
            tasks.start_soon(caller)
    return callers * each / (time.perf_counter() - began)


async def _listening(port: int) -> None:
    with anyio.fail_after(20):
        while True:
            try:
                stream = await anyio.connect_tcp("127.0.0.1", port)
            except OSError:
                await anyio.sleep(0.05)
            else:
                await stream.aclose()
                return


def _stdio(served: Market) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=["-m", "whitespace_mcp", "serve"], env=_environment(served)
    )


def _environment(served: Market) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WHITESPACE_")}
    return environment | served.environment()
