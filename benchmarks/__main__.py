"""Measures everything, prints one table, writes it as JSON and into docs/performance.md."""

import argparse
import json
import os
import platform
import sqlite3
import sys
from importlib.metadata import version
from pathlib import Path

import anyio

from benchmarks import load, questions, startup, tokens
from benchmarks.measure import Figure, table

PAGE = Path("docs/performance.md")
BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="runs of each thing; the median counts")
    parser.add_argument("--quick", action="store_true", help="small sizes only, and nothing is written")
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    given = parser.parse_args()
    figures = anyio.run(_measure, 3 if given.quick else given.runs, given.quick)
    shown = f"{_machine()}\n\n{table(figures)}"
    print(shown)
    if given.quick:
        return
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps({"machine": _machine(), "figures": [f.plain() for f in figures]}, indent=1) + "\n")
    if PAGE.exists():
        before, rest = PAGE.read_text().split(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{shown}\n{END}{rest.split(END)[1]}")


async def _measure(runs: int, quick: bool) -> list[Figure]:  # noqa: FBT001
    sizes = (1_528,) if quick else (1_528, 20_000, 100_000)
    return [
        *await startup.figures(runs),
        *await questions.figures(runs, sizes),
        *(await load.memory(1_528 if quick else 100_000) if sys.platform == "linux" else []),
        *await load.throughput(64 if quick else 1_280),
        *await load.requests(),
        *await tokens.figures(),
    ]


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("mcp", "httpx2", "pydantic", "whitespace-mcp"))
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}; {libraries}. Tokenizer: o200k (rs-bpe {version('rs-bpe')})."
    )


main()
