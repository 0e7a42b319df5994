"""From the start of the process to the first answer to `tools/list`, against a trivial server on the same SDK."""

import json
import os
import subprocess
import sys
import time
from functools import partial
from typing import Any

from benchmarks.bench import Bench
from benchmarks.measure import Figure, interleaved

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
    demo = [*ours, "--demo"]
    things = {"trivial": trivial, "ours": ours, "demo": demo}
    starts = {name: partial(_first_answer, command) for name, command in things.items()}
    found = await interleaved(starts, bench.runs)
    base = ("the trivial server", found["trivial"])
    return [
        found["trivial"].figure("start to first `tools/list`: trivial server on the same SDK"),
        found["ours"].figure("start to first `tools/list`: `serve`", against=base, budget=1.15),
        found["demo"].figure("start to first `tools/list`: `serve --demo`", against=base),
    ]


async def _first_answer(command: list[str]) -> float:
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
        took = time.perf_counter() - began
        process.stdin.close()
    return took
