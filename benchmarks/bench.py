"""What a bench is given: how many runs, which sizes, a server of recorded bytes, and the builds to compare.

A bench is a module with one function, `async def figures(bench: Bench) -> list[Figure]`, and its name in
`benchmarks.PARTS`. In short:

    async def figures(bench: Bench) -> list[Figure]:
        with bench.market(1_528, latency=0.05) as market, both() as builds:
            taken = rounds({
                "bare": lambda: builds["bare"].does(**market.bare()),
                "old": lambda: builds["old"].does(**market.first("get_risks")),
                "new": lambda: builds["new"].does(**market.first("get_risks")),
            }, bench.runs)
            return [taken["new"].figure("first `get_risks`", against=("bare", taken["bare"]), budget=0.8)]

What is not a tool's call is timed by `market.call("module:function")`: the function, in a module of this folder that
imports only what the build has, is given the process's exit stack and the line, and gives back what is to be timed.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx2

from benchmarks.builds import Took
from benchmarks.measure import Runs


@dataclass(frozen=True)
class Market:
    """A server of recorded bytes, and the lines that let a build ask it.

    Attributes:
        root, bucket, refresh_token: how to get in; `user_ids`, `company_ids`: of the two organisations.
    """

    root: str
    bucket: str
    refresh_token: str
    user_ids: list[str]
    company_ids: list[str]
    process: "subprocess.Popen[str]" = field(repr=False)

    def change(self) -> None:
        """Let a slip of the first organisation change; the new bytes are made before this returns."""
        self._tell("change")

    def requests(self) -> int:
        """How many there were so far."""
        return self._tell("requests")

    def targets(self) -> list[str]:
        """The paths that were asked for since this was last called."""
        self._say("targets")
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def latency(self, seconds: float) -> None:
        """Let every answer wait so long."""
        self._tell(f"latency {seconds}")

    def env(self, **more: str) -> dict[str, str]:
        """The environment of a server that logs in here; more of it by name, without `WHITESPACE_`."""
        return {
            "WHITESPACE_ROOT": self.root,
            "WHITESPACE_BUCKET": self.bucket,
            "WHITESPACE_REFRESH_TOKEN": self.refresh_token,
        } | {f"WHITESPACE_{name.upper()}": value for name, value in more.items()}

    @property
    def own(self) -> dict[str, Any]:
        """The argument that names the first organisation."""
        return {"organisation": self.company_ids[0]}

    @cached_property
    def headers(self) -> dict[str, str]:
        """What a plain client sends."""
        url = f"{self.root}/sync/{self.bucket}/_oidc_refresh"
        token = httpx2.get(url, params={"refresh_token": self.refresh_token}).json()["id_token"]
        return {"Authorization": f"Bearer {token}", "UserID": self.user_ids[0]}

    def bare(self, path: str = "/risks") -> dict[str, Any]:
        """A bare GET with httpx2 on an open connection, and `json.loads`."""
        return {"do": "bare", "url": f"{self.root}/api{path}", "headers": self.headers}

    def first(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The first question to a new server that knows its login and the market's names."""
        call = {"tool": tool, "arguments": self.own | arguments}
        return {"do": "first", "env": self.env(), "own": self.own} | call

    def again(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """A further question to the server of the last `first`."""
        return {"do": "again", "tool": tool, "arguments": self.own | arguments}

    def ask(self, tool: str, settings: Mapping[str, str] | None = None, /, **arguments: Any) -> dict[str, Any]:
        """A question to a server that stays open: one for each set of settings besides those of the login."""
        call = {"tool": tool, "arguments": self.own | arguments}
        return {"do": "ask", "server": json.dumps(settings), "env": self.env(**(settings or {}))} | call

    def call(self, function: str, **more: Any) -> dict[str, Any]:
        """A call of `module:function` of this folder."""
        path = str(Path(__file__).parent)
        return {"do": "call", "function": function, "path": path, "env": self.env(), "own": self.own} | more

    def _say(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()

    def _tell(self, words: str) -> int:
        self._say(words)
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())


@dataclass(frozen=True)
class Bench:
    """How thorough to be.

    Attributes:
        runs: how often each thing is done; `quick`: small sizes only, for seeing whether a bench works.
    """

    runs: int
    quick: bool = False

    @property
    def sizes(self) -> tuple[int, ...]:
        """Documents of a list."""
        return (1_528,) if self.quick else (1_528, 20_000, 100_000)

    def runs_of(self, size: int) -> int:
        """Fewer of what takes long."""
        return self.runs if size < 50_000 else max(3, self.runs // 3)

    @contextmanager
    def market(self, documents: int, others: int = 439, *, latency: float = 0.0) -> Generator[Market]:
        """Serve recorded bytes of two organisations with so many documents, after so many seconds each."""
        command = [sys.executable, "-m", "benchmarks.recorded", str(documents), str(others)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdin is not None
            answer: dict[str, Any] = json.loads(process.stdout.readline())
            try:
                market = Market(**answer, process=process)
                market.latency(latency)
                yield market
            finally:
                process.stdin.close()
                process.wait(timeout=30)


def rounds(things: Mapping[str, Callable[[], Took]], runs: int) -> dict[str, Runs]:
    """Do each thing in turn, `runs` times over, after one round that does not count."""
    took: dict[str, list[Took]] = {name: [] for name in things}
    for turn in range(runs + 1):
        for name, thing in things.items():
            result = thing()
            if turn:
                took[name].append(result)
    return {name: Runs(tuple(run.wall for run in each), tuple(run.cpu for run in each)) for name, each in took.items()}
