"""What `benchmarks/depth.py` has done and timed, in the process of a build: a plain script, and questions in depth."""

import gc
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from typing import Any

import anyio
import httpx2
from mcp import Client

from whitespace_mcp.answers.comparison.answer import differences_of
from whitespace_mcp.answers.comparison.clauses import compare_clauses
from whitespace_mcp.answers.comparison.values import differing_values
from whitespace_mcp.answers.wording.clauses import read_wording
from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.portfolio.depth import Depth

AT_ONCE = 8
PAUSE_SECONDS = 0.005
Line = dict[str, Any]
Once = Callable[[], Awaitable[object]]


async def plain(_: AsyncExitStack, line: Line) -> Once:
    """A plain script: GET the documents of a list of addresses, eight at once, and `json.loads` each."""

    async def once() -> None:
        waiting = iter(line["urls"])
        async with httpx2.AsyncClient(headers=line["headers"], timeout=60) as http, anyio.create_task_group() as tasks:
            for _ in range(AT_ONCE):
                tasks.start_soon(_fetch, http, waiting)

    return once


async def _fetch(http: httpx2.AsyncClient, urls: Iterable[str]) -> None:
    for url in urls:
        json.loads((await http.get(url)).content)


async def fetched(stack: AsyncExitStack, line: Line) -> Once:
    """GET two contracts side by side on open connections, and `json.loads` each."""
    http = await stack.enter_async_context(httpx2.AsyncClient(headers=line["headers"], timeout=60))

    async def once() -> None:
        async with anyio.create_task_group() as tasks:
            for url in line["urls"]:
                tasks.start_soon(_fetch, http, [url])

    await once()
    return once


async def compared(_: AsyncExitStack, line: Line) -> Once:
    """What `compare_risks` does with the two once it has them."""
    async with httpx2.AsyncClient(headers=line["headers"], timeout=60) as http:
        first, second = [(await http.get(url)).json() for url in line["urls"]]

    async def once() -> None:
        clauses = compare_clauses(read_wording(first).clauses, read_wording(second).clauses)
        assert differences_of(differing_values(read_contract(first), read_contract(second), str), clauses, str)

    return once


async def watched(_: AsyncExitStack, line: Line) -> Once:
    """A question in depth to a new server until all is known, beside a second caller; tells to a file what it saw."""

    async def once() -> None:
        async with Client(build_server(Settings.from_env(line["env"]))) as client:
            await _prepared(client, line)
            seen = await _watched(client, line)
        with open(line["seen"], "w", encoding="utf-8") as file:  # noqa: ASYNC230, PTH123  # when all is measured
            json.dump(seen, file)

    return once


async def _watched(client: Client, line: Line) -> Line:
    seen: Line = {"calls": [], "unknown": [], "second": [], "gaps": [], "slips": 0}
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_second_caller, client, seen)
        tasks.start_soon(_gaps, seen)
        while not seen["unknown"] or seen["unknown"][-1]:
            begun = time.perf_counter()
            answer = await _asked(client, line["tool"], line["own"] | line["arguments"])
            seen["calls"].append(time.perf_counter() - begun)
            seen["slips"] = answer["matched"]
            facts = answer["organisations"][0].get("not_known", {"facts": {}})["facts"]
            seen["unknown"].append(sum(reasons.get("not read yet", 0) for reasons in facts.values()))
        tasks.cancel_scope.cancel()
    return seen | {"bytes": _bytes_a_slip()}


def _bytes_a_slip() -> float:
    """Bytes of all objects that hold the facts of the depth, for each slip; each object once."""
    depths = [thing for thing in gc.get_objects() if isinstance(thing, Depth)]
    entries: dict[str, Any] = max((vars(depth)["_entries"] for depth in depths), key=len)
    waiting: list[Any] = [entries]
    sizes: dict[int, int] = {}
    while waiting:
        part = waiting.pop()
        if id(part) not in sizes and not isinstance(part, type):
            sizes[id(part)] = sys.getsizeof(part)
            waiting += [*part, *part.values()] if isinstance(part, dict) else gc.get_referents(part)
    return sum(sizes.values()) / len(entries)


async def _second_caller(client: Client, seen: dict[str, Any]) -> None:
    """Somebody who asks what takes no request and next to no work."""
    while True:
        begun = time.perf_counter()
        await _asked(client, "list_organisations", {})
        seen["second"].append(time.perf_counter() - begun)
        await anyio.sleep(0.02)


async def _gaps(seen: dict[str, Any]) -> None:
    """How long the loop let nobody else have a turn."""
    last = time.perf_counter()
    while True:
        await anyio.sleep(PAUSE_SECONDS)
        now = time.perf_counter()
        seen["gaps"].append(now - last - PAUSE_SECONDS)
        last = now


async def _prepared(client: Client, line: Line) -> None:
    """List, summaries and the market's names are read."""
    await _asked(client, "find_people", line["own"] | {"person": "a"})
    lacking = {"inception": {"not read yet": 1}}
    while "not read yet" in lacking.get("inception", {}):
        answer = await _asked(client, "summarise_risks", line["own"] | {"group_by": ["inception_month"]})
        lacking = answer["organisations"][0].get("not_known", {"facts": {}})["facts"]


async def _asked(client: Client, tool: str, arguments: Line) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result
    return result.structured_content
