"""A team's server against one person's; it needs the engines that the tests of `tests/team` start."""

import sys
from importlib import import_module
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measure import Figure


async def figures(bench: Bench) -> list[Figure]:
    """As `tests/team/measures.py` takes them; none where PostgreSQL or Redis is not on this machine."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    skipped: type[BaseException] = import_module("pytest").skip.Exception
    try:
        return await import_module("team.measures").figures(bench)
    except skipped as why:
        print(f"  Nothing about a team's server: {why}", file=sys.stderr)
        return []
