"""From the start of the process to the first answer to `tools/list`, against a trivial server on the same SDK."""

import json
import os
import subprocess
import sys
import time
from functools import partial
from typing import Any

from benchmarks.bench import Bench, rounds
from benchmarks.builds import Took, processor_seconds
from benchmarks.measure import Figure

TRIVIAL = """
from mcp.server import MCPServer
server = MCPServer("trivial", log_level="WARNING")
@server.tool()
def add(a: int, b: int) -> int:
    "Adds."
    return a + b
server.run()
"""
MODERN: dict[str, Any] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
LIST_TOOLS: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": MODERN}}


async def figures(bench: Bench) -> list[Figure]:
    trivial = [sys.executable, "-c", TRIVIAL]
    ours = [sys.executable, "-m", "whitespace_mcp", "serve"]
    commands = {"trivial": trivial, "ours": ours, "demo": [*ours, "--demo"]}
    taken = rounds({name: partial(_first_answer, command) for name, command in commands.items()}, bench.runs)
    base = ("the trivial server", taken["trivial"])
    return [
        taken["trivial"].figure("start to first `tools/list`: trivial server on the same SDK"),
        taken["ours"].figure("start to first `tools/list`: `serve`", against=base, budget=1.08),
        taken["demo"].figure("start to first `tools/list`: `serve --demo`", against=base, budget=1.15),
    ]


def _first_answer(command: list[str]) -> Took:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WHITESPACE_")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(LIST_TOOLS).encode() + b"\n")
        process.stdin.flush()
        assert b'"tools"' in process.stdout.readline()
        took = Took(time.perf_counter() - began, processor_seconds(process.pid), 0, 0, 0)
        process.stdin.close()
    return took
