"""`make compat`: MCP clients that we did not write question the demo server, in both eras of the protocol.

Each client is a small program beside this one. It is told, as JSON, which era to speak, where the server is (an
address, or the command line that starts one), what to call, what to get wrong and what to complete; it prints, as JSON,
the protocol version it agreed on, the tools it was offered, the structured answers, the refusals in their words, and
where its library shows them the server's capabilities and the completions. The conformance suite comes last.
"""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import conformance

from whitespace_mcp.mcp_layer.catalogue import catalogue

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).resolve().parent
PACKAGES: Final = ROOT / "build/npm/clients"
SERVE: Final = [str(Path(sys.executable).parent / "whitespace-mcp"), "serve", "--demo"]
CALLS: Final[list[tuple[str, dict[str, Any]]]] = [
    ("get_risks", {"organisation": "all", "page_size": 0}),
    ("whoami", {}),
]
MISTAKES: Final[list[tuple[str, dict[str, str]]]] = [("no_such_prompt", {}), ("placing_progress", {})]
REFUSALS: Final = ("There is no prompt 'no_such_prompt'", "The prompt 'placing_progress' needs risk")
INVALID_PARAMS: Final = -32602
COMPLETION: Final = {"prompt": "placing_progress", "argument": "organisation", "value": "Marrow"}
OFF: Final = {"extra_reads", "downloads"}  # what has to be configured; the views are on
TOOLS: Final = {entry.tool.name for entry in catalogue().tools if entry.needs not in OFF}
DOCUMENTS: Final = [1528, 439]  # of the demo person's two organisations
PROTOCOL: Final = {"legacy": "2025-11-25", "modern": "2026-07-28"}
SECONDS: Final = 60

_NODE = [sys.executable, str(HERE.parent / "node.py"), "node", str(HERE / "typescript.mjs")]


@dataclass(frozen=True)
class Kind:
    """One client: the program that asks with it, the eras it speaks, and the library where a program knows two."""

    name: str
    command: list[str]
    eras: tuple[str, ...] = ("legacy", "modern")
    library: str = ""


KINDS: Final = (
    Kind("MCP Inspector", [sys.executable, str(HERE / "inspector.py")]),
    Kind("Python SDK 1.x", [str(ROOT / "build/venv/mcp/bin/python"), str(HERE / "python_sdk_1.py")], ("legacy",)),
    Kind("FastMCP", [str(ROOT / "build/venv/fastmcp/bin/python"), str(HERE / "fastmcp_client.py")]),
    Kind("TypeScript client", _NODE),
    Kind("TypeScript SDK 1.x", _NODE, ("legacy",), library="v1"),
)


def complaint(kind: Kind, era: str, server: str | list[str]) -> str:
    """What is wrong when this client asks in this era; empty when nothing is."""
    task: dict[str, Any] = {
        "era": era,
        "server": server,
        "calls": CALLS,
        "mistakes": MISTAKES,
        "completion": COMPLETION,
        "packages": str(PACKAGES),
        "library": kind.library,
    }
    line = [*kind.command, json.dumps(task)]
    try:
        done = subprocess.run(line, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer in {SECONDS} s"
    if done.returncode:
        return (done.stderr or done.stdout).strip() or f"exit code {done.returncode}"
    return _difference(json.loads(done.stdout), era)


def _difference(report: dict[str, Any], era: str) -> str:
    counts, who = report["answers"]
    checks: dict[str, tuple[Any, Any]] = {
        "protocol": (report["protocol"], PROTOCOL[era]),
        "tools": (sorted(report["tools"]), sorted(TOOLS)),
        "documents": ([organisation["documents"] for organisation in counts["organisations"]], DOCUMENTS),
        "credential": (who["credential"]["state"], "fresh"),
        "refusals": ([_refusal(refusal) for refusal in report["refusals"]], list(REFUSALS)),
        "list changes announced": (_changing(report.get("capabilities", {})), []),
        "completion": (report.get("completed", ["MARROWGATE"]), ["MARROWGATE"]),
    }
    return "; ".join(f"{name}: {got}, not {wanted}" for name, (got, wanted) in checks.items() if got != wanted)


def _refusal(refusal: dict[str, Any]) -> str:
    """The first words of a refusal that is of the right kind; clients that do not show its code show its words."""
    if refusal.get("code", INVALID_PARAMS) != INVALID_PARAMS:
        return f"code {refusal['code']}"
    return next((words for words in REFUSALS if words in refusal["message"]), refusal["message"])


def _changing(capabilities: dict[str, Any]) -> list[str]:
    """The lists that a server says it will tell changes of; ours never change while it runs."""
    return [
        name
        for name, capability in capabilities.items()
        if "listChanged" in json.dumps(capability) and capability["listChanged"]
    ]


@contextlib.contextmanager
def over_http() -> Generator[str]:
    """A demo server on loopback, as an address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [*SERVE, "--transport", "streamable-http", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def main() -> int:
    failures: list[str] = []

    def row(name: str, transport: str, era: str, ask: Callable[[], str]) -> None:
        started = time.monotonic()
        wrong = ask()
        label = f"{name:<20}{transport:<11}{PROTOCOL[era]:<12}"
        print(f"  {label}{'FAILED' if wrong else 'ok':<8}{time.monotonic() - started:.1f}", flush=True)
        if wrong:
            failures.append(f"{label.strip()}: {wrong}")

    print(f"  {'client':<20}{'transport':<11}{'protocol':<12}{'result':<8}seconds")
    with over_http() as address:
        servers: dict[str, str | list[str]] = {"stdio": SERVE, "http": address}
        for kind in KINDS:
            for transport, server in servers.items():
                for era in kind.eras:
                    row(kind.name, transport, era, partial(complaint, kind, era, server))
        for era, revision in PROTOCOL.items():
            row("Conformance suite", "http", era, partial(conformance.complaint, PACKAGES, address, revision))
    print("".join(f"\n{failure}\n" for failure in failures), end="", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
