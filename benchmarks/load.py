"""Many callers at once, memory of a large book, and requests made per question."""

import os
import sys
import time
from typing import Any

import anyio
from mcp import Client, StdioServerParameters

from benchmarks.bench import Bench
from benchmarks.market import Market, market
from benchmarks.measure import Figure
from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, serve

CALLERS = (1, 8, 64)


async def figures(bench: Bench) -> list[Figure]:
    return [*await throughput(64 if bench.quick else 1_280), *await requests()]


async def throughput(calls: int) -> list[Figure]:
    """Calls per second of a fresh list, on stdio and over HTTP."""
    found: list[Figure] = []
    with market(1_528, 439) as served:
        async with Client(_stdio(served)) as client:
            found += [await _rate(client, "stdio", callers, calls) for callers in CALLERS]
        port = 18_765
        command = [
            sys.executable,
            "-m",
            "whitespace_mcp",
            "serve",
            "--transport",
            "streamable-http",
            "--port",
            str(port),
        ]
        process = await anyio.open_process(command, env=_environment(served), stdout=None, stderr=None)
        try:
            await _listening(port)
            async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                found += [await _rate(client, "HTTP", callers, calls) for callers in CALLERS]
        finally:
            process.terminate()
            await process.wait()
    return found


async def requests() -> list[Figure]:
    """Requests that each kind of question makes of the platform."""
    platform = Platform()
    found: list[Figure] = []
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
                found.append(Figure(f"requests: {name}", len(platform.requests) - before, ""))
    return found


def _any_risk(platform: Platform) -> str:
    return platform.roots(platform.login.memberships[0].user_id)[0]


async def _rate(client: Client, transport: str, callers: int, calls: int) -> Figure:
    arguments = {"organisation": "all", "page_size": 0}
    await client.call_tool("get_risks", arguments)
    each = max(1, calls // callers)

    async def caller() -> None:
        for _ in range(each):
            result = await client.call_tool("get_risks", arguments)
            assert not result.is_error

    began = time.perf_counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(callers):
            tasks.start_soon(caller)
    return Figure(
        f"{transport}, {callers} callers at once", callers * each / (time.perf_counter() - began), "calls a second"
    )


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
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WHITESPACE_")}
    return kept | served.environment()
