"""First and follow-up questions of both builds, against a bare GET with `json.loads` of the same recorded list."""

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from benchmarks.bench import Bench, Market, rounds
from benchmarks.builds import Build, Took, both
from benchmarks.measure import Figure, Runs

FIRST_BUDGET = {1_528: ("old", 0.6), 100_000: ("bare", 0.8)}
CHANGED_BUDGET = {1_528: 0.5, 100_000: 0.15}
FOLLOW_UP_BUDGET = {1_528: 0.2, 100_000: 0.05}
SUMMARIES_MOST = 5_000
"""Documents up to which the reading of all summaries is measured: it is a request for every sixty slips."""
ALWAYS = {"fresh_seconds": "0"}
FOLLOW_UPS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "`get_risks`, counts": ("get_risks", {"page_size": 0}),
    "`get_risks`, a page of 20": ("get_risks", {}),
    "`get_risks`, part of a name": ("get_risks", {"name": "hold"}),
    "`summarise_risks`, two keys": ("summarise_risks", {"group_by": ["broker", "stage"]}),
}


async def figures(bench: Bench) -> list[Figure]:
    measured: list[Figure] = []
    for size in bench.sizes:
        with bench.market(size) as market, both() as builds:
            measured += _rows(size, rounds(_things(market, builds, size), bench.runs_of(size)))
    return measured


def _things(market: Market, builds: Mapping[str, Build], size: int) -> dict[str, Callable[[], Took]]:
    bare = builds["bare"]
    things: dict[str, Callable[[], Took]] = {"bare": partial(bare.does, **market.bare())}
    for name in ("old", "new"):
        does = builds[name].does
        things |= {
            f"{name} first": partial(does, **market.first("get_risks")),
            f"{name} first groups": partial(does, **market.first("summarise_risks", group_by=["contract_type"])),
            f"{name} unchanged": partial(_unchanged, market, builds[name]),
            f"{name} changed": partial(_changed, market, builds[name]),
        }
        for question, (tool, arguments) in FOLLOW_UPS.items():
            things[f"{name} {question}"] = partial(does, **market.ask(tool, None, **arguments))
        if size <= SUMMARIES_MOST:
            by_month: dict[str, Any] = {"group_by": ["inception_month"]}
            things[f"{name} first inception"] = partial(does, **market.first("summarise_risks", **by_month))
            things[f"{name} inception"] = partial(does, **market.ask("summarise_risks", None, **by_month))
    if shutil.which("curl") and shutil.which("jq"):
        things["shell"] = partial(_curl_and_jq, f"{market.root}/api/risks", market.headers)
    return things


def _unchanged(market: Market, build: Build) -> Took:
    """The second of two looks, so that what the other build let change is in neither."""
    build.does(**market.ask("get_risks", ALWAYS))
    return build.does(**market.ask("get_risks", ALWAYS))


def _changed(market: Market, build: Build) -> Took:
    market.change()
    return build.does(**market.ask("get_risks", ALWAYS))


def _rows(size: int, taken: Mapping[str, Runs]) -> list[Figure]:
    base = ("bare", taken["bare"])
    against, most = FIRST_BUDGET.get(size, ("bare", None))
    rows = [
        base[1].figure(f"{size:,} rows: bare httpx2 GET + `json.loads`"),
        *_compared(size, taken, "first", "first `get_risks`", most, against),
        *_compared(size, taken, "first groups", "first `summarise_risks`"),
        *_compared(size, taken, "unchanged", "looking again, nothing changed"),
        *_compared(size, taken, "changed", "looking again, one document changed", CHANGED_BUDGET.get(size)),
    ]
    for question in FOLLOW_UPS:
        rows += _compared(size, taken, question, f"follow-up {question}", FOLLOW_UP_BUDGET.get(size))
    if "new inception" in taken:
        rows += _compared(size, taken, "first inception", "first by month of inception, all summaries read")
        rows += _compared(size, taken, "inception", "follow-up by month of inception", FOLLOW_UP_BUDGET.get(size))
    if "shell" in taken:
        rows.append(taken["shell"].figure(f"{size:,} rows: `curl | jq` of the vendor's article", against=base))
    return rows


def _compared(
    size: int, taken: Mapping[str, Runs], key: str, name: str, budget: float | None = None, against: str = "bare"
) -> list[Figure]:
    """One thing against the bare GET and against the old build; the budget is a ratio to one of them."""
    new, old = taken[f"new {key}"], taken[f"old {key}"]
    return [
        new.figure(
            f"{size:,} rows: {name}", against=("bare", taken["bare"]), budget=budget if against == "bare" else None
        ),
        new.figure(f"{size:,} rows: {name}", against=("old", old), budget=budget if against == "old" else None),
    ]


def _curl_and_jq(url: str, headers: Mapping[str, str]) -> Took:
    began = time.perf_counter()
    lines = "".join(f'header = "{name}: {value}"\n' for name, value in headers.items())
    with subprocess.Popen(["curl", "-s", "-K", "-", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as curl:  # noqa: S607
        assert curl.stdin is not None
        curl.stdin.write(lines.encode())
        curl.stdin.close()
        subprocess.run(["jq", "length"], stdin=curl.stdout, capture_output=True, check=True)  # noqa: S607
    return Took(time.perf_counter() - began, 0.0, 0, 0, 0)
