"""Reading in depth against a plain script that fetches the same documents, a large book, and two contracts compared."""

import json
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx2

from benchmarks.bench import Bench, Market, rounds
from benchmarks.builds import PLACE, Build, Took, started
from benchmarks.comparison import SIZE
from benchmarks.measure import Figure
from benchmarks.recorded import MADE

SLIPS: Final = 350
DOCUMENTS: Final = 1_528
LATENCY: Final = 0.05
QUESTION: Final[dict[str, Any]] = {"group_by": ["expiry_month", "placed"]}
"""What needs every slip's contract, the lines of each firm order, and the endorsements of those that have some."""
DEEP: Final = ("/api/risks/IC", "/api/overview/", "/api/endorsements/")
LARGE: Final = 87_500
"""Documents of a book of 20,000 slips."""
FIRM: Final = 2_000
SLOW: Final = 0.1
"""Seconds of an answer at which 2,000 firm orders take longer than a call may."""
MOST_MS: Final = 40_000
"""Of one call."""


async def figures(bench: Bench) -> list[Figure]:
    """The figures of a desk's book; then, unless quick, of a large one."""
    PLACE.mkdir(parents=True, exist_ok=True)
    python = Path(sys.executable)
    with bench.market(DOCUMENTS) as market, started("bare", python) as bare, started("new", python) as new:
        figures = [*_desk(bench, market, bare, new), *_two_contracts(bench, market, bare, new)]
    return figures if bench.quick else [*figures, *_large()]


def _desk(bench: Bench, market: Market, bare: Build, new: Build) -> list[Figure]:
    def cold() -> Took:
        """The question to a new server that knows its list and its summaries, and no contract."""
        new.does(**market.first("summarise_risks", group_by=["inception_month"]))
        return new.does(**market.again("summarise_risks", **QUESTION))

    cold()  # every answer is made once
    urls = [market.root + target for target in market.targets() if target.startswith(DEEP)]
    market.latency(LATENCY)
    taken = rounds(
        {
            "script": partial(bare.does, **market.call("depth_subject:plain", urls=urls, headers=market.headers)),
            "cold": cold,
            "again": partial(new.does, **market.again("summarise_risks", **QUESTION)),
        },
        max(1, bench.runs // 2),
    )
    market.targets()
    new.does(**market.again("summarise_risks", **QUESTION))
    asked_again = len(market.targets())
    market.change()
    new.does(**market.again("get_risks", page_size=0, refresh=True))
    market.targets()
    new.does(**market.again("summarise_risks", **QUESTION))
    changed = sum(target.startswith(DEEP) for target in market.targets())
    again = taken["again"].figure(f"depth of {SLIPS} slips, again")
    return [
        taken["script"].figure(f"depth of {SLIPS} slips: a plain httpx2 script, 8 at once, {len(urls)} documents"),
        taken["cold"].figure(
            f"depth of {SLIPS} slips, cold, answers in 50 ms", against=("a script", taken["script"]), budget=1.25
        ),
        Figure(again.name, again.value, "ms", again.low, again.high, budget=10),
        Figure(f"requests: depth of {SLIPS} slips, again", asked_again, "", budget=0),
        Figure("requests: depth after one document changed", changed, "", budget=2),
    ]


def _two_contracts(bench: Bench, market: Market, bare: Build, new: Build) -> list[Figure]:
    urls = [market.root + MADE + name for name in ("expiring", "changed")]
    more = {"urls": urls, "headers": market.headers}
    taken = rounds(
        {
            "fetch": partial(bare.does, **market.call("depth_subject:fetched", **more)),
            "compare": partial(new.does, **market.call("depth_subject:compared", **more)),
        },
        bench.runs,
    )
    base = ("their fetch", taken["fetch"])
    return [
        taken["fetch"].figure(f"two contracts of {SIZE // 1000} KB fetched side by side, answers in 50 ms"),
        taken["compare"].figure("... compared, once they are there", against=base, budget=0.25),
    ]


def _large() -> list[Figure]:
    bench = Bench(1)
    with bench.market(LARGE) as market, started("new", Path(sys.executable)) as new:
        since = _newest_firm(market)
        question: dict[str, Any] = {
            "tool": "summarise_risks",
            "arguments": {"group_by": ["placed"], "stage": ["firm_order"], "updated_since": since},
        }
        seen: dict[str, Any] = {}
        new.does(**market.first("summarise_risks", group_by=["inception_month"]))
        for _ in range(2):  # every answer is made once
            new.does(**market.again("summarise_risks", **question["arguments"]))
        market.latency(SLOW)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "seen.json"
            took: Took = new.does(**market.call("depth_subject:watched", **question, seen=str(path.absolute())))
            seen = json.loads(path.read_text())
    calls, unknown = seen["calls"], seen["unknown"]
    return [
        Figure(f"20,000 slips, {seen['slips']:,} firm orders: first answer", calls[0] * 1000, "ms", budget=MOST_MS),
        Figure("... of them not known in it, told so", unknown[0], "slips"),
        Figure("... calls until all are known", len(calls), ""),
        Figure("... longest call of a second caller meanwhile", max(seen["second"]) * 1000, "ms"),
        Figure("... longest time without a turn of the loop", max(seen["gaps"]) * 1000, "ms", budget=50),
        Figure("... memory for the facts of a slip", seen["bytes"], "bytes", budget=1_500),
        Figure("... the process meanwhile", (took.after - took.before) / 1e6, "MB"),
    ]


def _newest_firm(market: Market) -> str:
    """A moment since which so many firm orders were last edited."""
    rows = httpx2.get(f"{market.root}/api/risks", headers=market.headers, timeout=300).json()
    signed = {row["id"].partition("::")[0] for row in rows if row["id"].endswith("::SIGNED")}
    firm = [row for row in rows if row["id"].endswith("::FO") and row["id"].partition("::")[0] not in signed]
    moments = [row["updatedAt"] for row in firm if row.get("updatedAt")]
    return sorted(moments)[-min(FIRM, len(moments))].replace(" ", "T") + "Z"
