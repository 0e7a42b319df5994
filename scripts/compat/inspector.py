"""Asks with the command line of the MCP Inspector: one process, and one server, for each question."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import node

SERVER_INFO: Final = "io.modelcontextprotocol/serverInfo"  # in the answers of the 2026 protocol only


def main(task: dict[str, Any]) -> dict[str, Any]:
    listed = _ask(task, "--method", "tools/list", "--strict")
    answers = [
        _ask(task, "--method", "tools/call", "--tool-name", name, "--tool-args-json", json.dumps(arguments))
        for name, arguments in task["calls"]
    ]
    refusals = [_refused(task, "--method", "prompts/get", "--prompt-name", name) for name, _none in task["mistakes"]]
    modern = all(SERVER_INFO in answer.get("_meta", {}) for answer in answers)
    return {
        "protocol": "2026-07-28" if modern else "2025-11-25",
        "tools": [tool["name"] for tool in listed["tools"]],
        "answers": [answer["structuredContent"] for answer in answers],
        "refusals": refusals,
    }


def _ask(task: dict[str, Any], *question: str) -> dict[str, Any]:
    done = _run(task, *question)
    if done.returncode:
        sys.exit(f"exit code {done.returncode} for {' '.join(question)}: {done.stderr or done.stdout}")
    return json.loads(done.stdout)["result"]


def _refused(task: dict[str, Any], *question: str) -> dict[str, Any]:
    """A refusal's words; its number is not shown by this client."""
    done = _run(task, *question)
    if not done.returncode:
        sys.exit(f"no refusal of {' '.join(question)}")
    return {"message": json.loads(done.stderr)["error"]["message"]}


def _run(task: dict[str, Any], *question: str) -> "subprocess.CompletedProcess[str]":
    server = [task["server"]] if isinstance(task["server"], str) else task["server"]
    program = f"{task['packages']}/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
    line = [*node.command("node"), program, "--cli", *server, "--protocol-era", task["era"], *question]
    with tempfile.TemporaryDirectory() as home:  # it keeps its catalogue there
        environment = {**node.environment(), "HOME": home}
        return subprocess.run(
            [*line, "--format", "json", "--quiet"], capture_output=True, text=True, env=environment, check=False
        )


sys.stdout.write(json.dumps(main(json.loads(sys.argv[1]))))
