"""Races on one server, thousands of steps, with a table of what they came to: `make races`."""

import argparse
import logging
import re
import sys
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Final

import anyio

from support.races import Report, scene

PAGE: Final = Path(__file__).resolve().parents[2] / "SECURITY.md"
MARKS: Final = re.compile(r"(<!-- races: begin -->\n).*?(<!-- races: end -->)", re.DOTALL)


def main() -> int:
    """Print what the races came to; 1 if anything was wrong."""
    parser = argparse.ArgumentParser(prog="make races", description=__doc__)
    parser.add_argument("--steps", type=int, default=1_000, help="of each seed")
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds")
    parser.add_argument("--write", action="store_true", help="write the table into SECURITY.md")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    started = time.monotonic()
    reports = [anyio.run(_race, seed, options.steps) for seed in range(options.seed, options.seed + options.seeds)]
    shown = _table(reports, f"--steps {options.steps} --seed {options.seed} --seeds {options.seeds}")
    sys.stdout.write(f"{shown}\n{time.monotonic() - started:.0f} s\n")
    wrong = [line for report in reports for line in report.wrong]
    for line in wrong[:20]:
        sys.stdout.write(f"WRONG {line}\n")
    if options.write and not wrong:
        PAGE.write_text(MARKS.sub(lambda match: f"{match[1]}{shown}\n{match[2]}", PAGE.read_text(encoding="utf-8")))
    return 1 if wrong else 0


async def _race(seed: int, steps: int) -> Report:
    async with scene(seed) as race:
        await race.run(steps)
    return race.report


def _table(reports: list[Report], arguments: str) -> str:
    events = sum((report.events for report in reports), Counter[str]())
    rows = {
        "calls (steps), several at a time": sum(report.steps for report in reports),
        "of them answered": sum(report.answered for report in reports),
        "answers and errors equal to a lone client's on a second platform": sum(report.compared for report in reports),
        "uses of another organisation's id, cursor or address: all refused": sum(report.refused for report in reports),
        "failures of the platform, told plainly": sum(report.failed for report in reports),
        "requests to the platform, each held against the calls that were open": sum(r.requests for r in reports),
        "token renewals": sum(report.renewals for report in reports),
        "faults, broken connections, expiries and jumps of time on the way": events.total(),
        "**wrong answers and wrong requests**": sum(len(report.wrong) for report in reports),
    }
    heading = f'`make races ARGS="{arguments}"`, whitespace-mcp {version("whitespace-mcp")}, mcp {version("mcp")}:'
    return "\n".join([heading, "", "| | |", "|---|---|", *(f"| {name} | {count:,} |" for name, count in rows.items())])


if __name__ == "__main__":
    sys.exit(main())
