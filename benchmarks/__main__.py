"""Measures everything, prints one table, writes it as JSON and into docs/performance.md, and there the budgets too."""

import argparse
import json
import os
import platform
import sqlite3
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import anyio

from benchmarks import PARTS
from benchmarks.bench import Bench
from benchmarks.measure import Figure, budgets, table

PAGE = Path("docs/performance.md")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=9, help="runs of each thing; the median counts")
    parser.add_argument("--quick", action="store_true", help="small sizes only, and nothing is written")
    parser.add_argument(
        "--only",
        nargs="+",
        choices=PARTS,
        default=PARTS,
        help="some parts; nothing is written then",
    )
    parser.add_argument("--json", type=Path, default=Path("build/bench.json"))
    given = parser.parse_args()
    bench = Bench(3 if given.quick else given.runs, given.quick)
    figures = anyio.run(_measure, bench, tuple(given.only))
    shown = f"{_machine()}\n\n{table(figures)}"
    print(shown)
    if given.quick or tuple(given.only) != PARTS:
        return
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps({"machine": _machine(), "figures": [f.plain() for f in figures]}, indent=1) + "\n")
    _write("bench", shown)
    _write("budgets", budgets(figures))


def _write(name: str, block: str) -> None:
    """Put a block into its place in the page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, rest = PAGE.read_text().split(begin)
    PAGE.write_text(f"{before}{begin}\n{block}\n{end}{rest.split(end)[1]}")


async def _measure(bench: Bench, parts: tuple[str, ...]) -> list[Figure]:
    measured: list[Figure] = []
    for part in parts:
        measured += await import_module(f"benchmarks.{part}").figures(bench)
    return measured


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("mcp", "httpx2", "pydantic", "whitespace-mcp"))
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}; {libraries}. Tokenizer: o200k (rs-bpe {version('rs-bpe')})."
    )


main()
