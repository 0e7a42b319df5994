"""What a table costs as a file, against the plainest program that writes the same cells.

For CSV that is the `csv` module; for XLSX the way in which XlsxWriter is fastest: constant memory, one typed call a
cell, with the same formats. Each of the four (`tables.py`) writes in a process of its own, so that its memory is its
own; the rows are made beforehand, so that their making is in none. What a whole `export_risks` takes stands below.
"""

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.bench import Bench, rounds
from benchmarks.builds import PLACE, Build, Took, started
from benchmarks.measure import Figure

XLSX, CSV, MEMORY = 1.15, 1.5, 3.0


async def figures(bench: Bench) -> list[Figure]:
    rows = 2_000 if bench.quick else 100_000
    PLACE.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack, TemporaryDirectory() as folder:
        builds: dict[str, Build] = {}

        def writing(name: str) -> Callable[[], Took]:
            build = builds[name] = stack.enter_context(started(name, Path(sys.executable)))
            line = {"do": "call", "function": f"tables:{name}", "path": str(Path(__file__).parent)}
            return lambda: build.does(**line, rows=rows, folder=folder)

        names = ("csv_module", "csv", "library", "xlsx")
        peaks: dict[str, int] = {}
        things: Mapping[str, Callable[[], Took]] = {name: _noting(name, writing(name), peaks) for name in names}
        runs = rounds(things, bench.runs_of(rows))
    what = f"{rows:,} rows by 15 columns"
    return [
        runs["csv_module"].figure(f"{what}: the csv module"),
        runs["csv"].figure(f"{what}: our CSV", against=("the csv module", runs["csv_module"]), budget=CSV),
        runs["library"].figure(f"{what}: XlsxWriter, constant memory, typed calls"),
        runs["xlsx"].figure(f"{what}: our XLSX", against=("XlsxWriter", runs["library"]), budget=XLSX),
        *(
            Figure(
                f"{what}: peak memory of a process that writes our {name.upper()}", peaks[name] / 1e6, "MB",
                ratio=peaks[name] / peaks["csv_module"], baseline="the csv module", budget=MEMORY,
            )
            for name in ("csv", "xlsx")
        ),
        *_whole(bench),
    ]  # fmt: skip


def _noting(name: str, thing: Callable[[], Took], peaks: dict[str, int]) -> Callable[[], Took]:
    """Do a thing, and note the most memory that its process has had by the end of the first time."""

    def does() -> Took:
        took = thing()
        peaks.setdefault(name, took.peak)
        return took

    return does


def _whole(bench: Bench) -> list[Figure]:
    """A call of `export_risks` for every document of a list that is fresh."""
    documents = 1_528 if bench.quick else 100_000
    measured: list[Figure] = []
    with (
        bench.market(documents) as market,
        started("export", Path(sys.executable)) as build,
        TemporaryDirectory() as to,
    ):
        settings = {"downloads": to, "timeout": "600"}
        build.does(**market.ask("get_risks", settings))
        for kind in ("csv", "xlsx"):
            call = market.ask("export_risks", settings, unit="document", format=kind)
            runs = rounds({kind: lambda call=call: build.does(**call)}, 1)
            measured.append(runs[kind].figure(f"{documents:,} documents: `export_risks` as {kind}, the whole call"))
    return measured
