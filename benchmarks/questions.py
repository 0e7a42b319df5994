"""First and follow-up questions, against a bare GET with `json.loads` of the same list."""

import json
import shutil
import subprocess
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
from mcp import Client

from benchmarks.market import Market, market
from benchmarks.measure import Figure, Runs, interleaved
from whitespace_mcp.app import build_server

FIRST_BUDGET = {1_528: 1.25, 100_000: 2.0}
FOLLOW_UP_BUDGET = {1_528: 5.0, 100_000: 50.0}
SUMMARIES_MOST = 5_000
"""Documents up to which the reading of all summaries is measured: it is a request for every sixty slips."""

Timed = Callable[[], Awaitable[float]]


async def figures(runs: int, sizes: tuple[int, ...]) -> list[Figure]:
    found: list[Figure] = []
    for size in sizes:
        with market(size, 439) as served:
            found += await _of_one_size(served, size, max(3, runs if size < 50_000 else runs // 3))
    return found


async def _of_one_size(served: Market, size: int, runs: int) -> list[Figure]:
    settings = served.settings()
    looking = settings.model_copy(update={"fresh_seconds": 0.0})
    own = {"organisation": served.company_ids[0]}
    async with (
        Client(build_server(settings)) as client,
        Client(build_server(looking)) as always,
        httpx2.AsyncClient(timeout=120) as http,
    ):
        url = f"{settings.sync_url}/{settings.bucket}/_oidc_refresh"
        token = (await http.get(url, params={"refresh_token": served.refresh_token})).json()["id_token"]
        headers = {"Authorization": f"Bearer {token}", "UserID": served.user_ids[0]}

        async def bare() -> float:
            began = time.perf_counter()
            json.loads((await http.get(f"{settings.api_url}/risks", headers=headers)).content)
            return time.perf_counter() - began

        async def shell() -> float:
            began = time.perf_counter()
            _curl_and_jq(f"{settings.api_url}/risks", headers)
            return time.perf_counter() - began

        def first(tool: str, **arguments: Any) -> Timed:
            """The first question about risks to a server that knows its login and the names of the market."""

            async def timed() -> float:
                async with Client(build_server(settings)) as fresh:
                    await _ask(fresh, "find_people", {**own, "person": "a"})
                    return await _ask(fresh, tool, own | arguments)

            return timed

        async def unchanged() -> float:
            return await _ask(always, "get_risks", own)

        async def changed() -> float:
            served.change()
            return await _ask(always, "get_risks", own)

        things: dict[str, Timed] = {
            "bare": bare,
            "first": first("get_risks"),
            "first groups": first("summarise_risks", group_by=["contract_type"]),
            "unchanged": unchanged,
            "changed": changed,
            "counts": lambda: _ask(client, "get_risks", own | {"page_size": 0}),
            "page": lambda: _ask(client, "get_risks", own),
            "name": lambda: _ask(client, "get_risks", own | {"name": "hold"}),
            "groups": lambda: _ask(client, "summarise_risks", own | {"group_by": ["broker", "stage"]}),
        }
        if size <= SUMMARIES_MOST:
            things["first inception"] = first("summarise_risks", group_by=["inception_month"])
            things["inception"] = lambda: _ask(client, "summarise_risks", own | {"group_by": ["inception_month"]})
        if shutil.which("curl") and shutil.which("jq"):
            things["shell"] = shell
        return _rows(size, await interleaved(things, runs))


def _rows(size: int, taken: dict[str, Runs]) -> list[Figure]:
    base = ("bare", taken["bare"])
    follow_up = FOLLOW_UP_BUDGET.get(size)
    rows = [
        taken["bare"].figure(f"{size:,} rows: bare httpx2 GET + `json.loads`"),
        taken["first"].figure(f"{size:,} rows: first `get_risks`", against=base, budget=FIRST_BUDGET.get(size)),
        taken["first groups"].figure(f"{size:,} rows: first `summarise_risks`", against=base),
        taken["unchanged"].figure(f"{size:,} rows: looking again, nothing changed", against=base),
        taken["changed"].figure(f"{size:,} rows: looking again, something changed", against=base),
        taken["counts"].figure(f"{size:,} rows: follow-up `get_risks`, counts", budget=follow_up),
        taken["page"].figure(f"{size:,} rows: follow-up `get_risks`, a page of 20", budget=follow_up),
        taken["name"].figure(f"{size:,} rows: follow-up `get_risks`, part of a name", budget=follow_up),
        taken["groups"].figure(f"{size:,} rows: follow-up `summarise_risks`, two keys", budget=follow_up),
    ]
    if "inception" in taken:
        rows += [
            taken["first inception"].figure(f"{size:,} rows: first by month of inception, all summaries read"),
            taken["inception"].figure(f"{size:,} rows: follow-up by month of inception", budget=follow_up),
        ]
    if "shell" in taken:
        rows.append(taken["shell"].figure(f"{size:,} rows: `curl | jq` of the vendor's article", against=base))
    return rows


async def _ask(client: Client, tool: str, arguments: dict[str, Any]) -> float:
    began = time.perf_counter()
    result = await client.call_tool(tool, arguments)
    took = time.perf_counter() - began
    assert not result.is_error, result
    return took


def _curl_and_jq(url: str, headers: dict[str, str]) -> None:
    lines = "".join(f'header = "{name}: {value}"\n' for name, value in headers.items())
    with subprocess.Popen(["curl", "-s", "-K", "-", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as curl:  # noqa: S607
        assert curl.stdin is not None
        curl.stdin.write(lines.encode())
        curl.stdin.close()
        subprocess.run(["jq", "length"], stdin=curl.stdout, capture_output=True, check=True)  # noqa: S607
