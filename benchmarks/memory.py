"""Resident memory of a fresh process of each build that reads a large list."""

import sys
from pathlib import Path

import httpx2

from benchmarks.bench import Bench
from benchmarks.builds import old_python, started
from benchmarks.measure import Figure

STEADY, PEAK = 0.9, 2.0


async def figures(bench: Bench) -> list[Figure]:
    size = 1_528 if bench.quick else 100_000
    with bench.market(size) as market:
        listed = len(httpx2.get(f"{market.root}/api/risks", headers=market.headers, timeout=300).content)
        measured = [Figure(f"{size:,} rows: the platform's JSON", listed / 1e6, "MB")]
        for name, python in (("this build", Path(sys.executable)), ("the old build", old_python())):
            with started(name, python) as build:
                took = build.does(**market.first("get_risks"))
                build.does(**market.again("get_risks"))
                steady = build.does(do="rest").after
            for what, most, budget in (("steady", steady, STEADY), ("peak", took.peak, PEAK)):
                grown = most - took.before
                measured.append(
                    Figure(
                        f"{size:,} rows: {what} growth of {name}", grown / 1e6, "MB", ratio=grown / listed,
                        baseline="the JSON", budget=budget if name == "this build" else None,
                    )
                )  # fmt: skip
    return measured
