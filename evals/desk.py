"""A desk: the demo market and our server, behind commands that an assistant can use from a shell.

`open` starts it in the background and returns; `tools` lists the tools, `call` uses one, `answer` writes down what the
assistant would say to the person. Everything goes into the desk's folder.
"""

import json
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
from anyio.from_thread import start_blocking_portal
from mcp import Client
from mcp.types import TextContent

from evals.claims import Truth
from evals.questions import questions
from evals.truth import LONDON, Book
from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, Running, serve

PATIENCE = 120


def platform_of(folder: Path) -> Platform:
    """The market of a desk: of its seed, as it was when the desk was opened."""
    about = json.loads((folder / "desk.json").read_text())
    moment = float(about["opened"])
    started = time.time()
    return Platform(seed=about["seed"], now=lambda: moment + time.time() - started)


def truth_of(folder: Path, running: Running) -> Truth:
    """What is true there; its questions are made."""
    opened = json.loads((folder / "desk.json").read_text())["opened"]
    truth = Truth(Book(running, 0), Book(running, 1), datetime.fromtimestamp(opened, LONDON).date())
    questions(truth)
    return truth


def open_desk(folder: Path, seed: int, now: str | None) -> None:
    """Write down which market it is, put the questions beside it, and start the desk in the background."""
    folder.mkdir(parents=True, exist_ok=True)
    opened = datetime.fromisoformat(now).timestamp() if now else time.time()
    (folder / "desk.json").write_text(json.dumps({"seed": seed, "opened": opened}) + "\n")
    with serve(platform_of(folder)) as running:
        truth = truth_of(folder, running)
    listed = [{"name": question.name, "role": question.role, "turns": question.turns} for question in truth.questions]
    (folder / "questions.json").write_text(json.dumps(listed, indent=1) + "\n")
    command = [sys.executable, "-m", "evals", "desk", "serve", str(folder)]
    nothing = subprocess.DEVNULL
    subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)
    for _ in range(PATIENCE * 5):
        if (folder / "port").exists():
            moment = f"{datetime.fromtimestamp(opened, LONDON):%A %d %B %Y, %H:%M}"
            print(f"{len(listed)} questions in {folder / 'questions.json'}; at the desk it is {moment} in London.")
            return
        time.sleep(0.2)
    sys.exit("the desk did not open")


def serve_desk(folder: Path) -> None:
    """Answer one line of JSON after the other on a loopback port until told to close."""
    with serve(platform_of(folder)) as running, socket.create_server(("127.0.0.1", 0)) as listener:
        token = running.platform.login.refresh_token
        settings = Settings.for_demo(running.root, running.platform.bucket, token, {})
        opened = json.loads((folder / "desk.json").read_text())["opened"]
        with (
            start_blocking_portal("asyncio") as portal,
            portal.wrap_async_context_manager(Client(build_server(settings, Shifted(opened)))) as client,
        ):
            (folder / "port").write_text(str(listener.getsockname()[1]))
            while True:
                connection, _ = listener.accept()
                with connection, connection.makefile("rw") as stream:
                    request = json.loads(stream.readline())
                    if request["do"] == "close":
                        (folder / "port").unlink()
                        return
                    stream.write(json.dumps(portal.call(_answered, client, request)) + "\n")


class Shifted:
    """A clock that began to run at the desk's opening."""

    def __init__(self, opened: float) -> None:
        self._ahead = opened - time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self._ahead, UTC)

    async def sleep(self, seconds: float) -> None:
        await anyio.sleep(seconds)


async def _answered(client: Client, request: dict[str, Any]) -> dict[str, Any]:
    if request["do"] == "tools":
        tools = [
            {"name": tool.name, "description": tool.description, "arguments": tool.input_schema}
            for tool in (await client.list_tools()).tools
        ]
        return {"instructions": client.instructions, "tools": tools}
    try:
        result = await client.call_tool(request["tool"], request["arguments"])
    except Exception as error:  # noqa: BLE001  # whatever it is, the assistant reads it
        return {"is_error": True, "text": str(error)}
    text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
    return {"is_error": bool(result.is_error), "text": text}


def ask_desk(folder: Path, request: dict[str, Any]) -> Any:
    """One request to a desk that is open."""
    port = int((folder / "port").read_text())
    address = ("127.0.0.1", port)
    with socket.create_connection(address, timeout=PATIENCE) as connection, connection.makefile("rw") as stream:
        stream.write(json.dumps(request) + "\n")
        stream.flush()
        return json.loads(stream.readline() or "null")


def note(folder: Path, entry: dict[str, Any]) -> None:
    """A line of the desk's transcript."""
    line = json.dumps({"at": datetime.now(UTC).isoformat(timespec="seconds"), **entry}, ensure_ascii=False)
    with (folder / "transcript.jsonl").open("a") as file:
        file.write(f"{line}\n")
