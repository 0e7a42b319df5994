"""`whitespace-mcp` as a process of its own, as hosts start it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final, TextIO

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from support.canaries import CHILDREN

PATIENCE: Final = 180
"""Seconds after which a process has plainly not ended by itself, even where the machine stood still for a while."""
MODULE: Final = ("-m", "whitespace_mcp")


def server(*words: str) -> list[str]:
    """The command line of `whitespace-mcp` with these words, in a process of its own."""
    return [sys.executable, *MODULE, *words]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """An environment without the machine's own configuration, and with a home of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("WHITESPACE_", "XDG_"))}
    return {
        **clean,
        "HOME": str(folder),
        "NO_PROXY": "127.0.0.1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        **more,
    }


def run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(  # noqa: S603  # our own command
        server(*words),
        env=environment(folder, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@asynccontextmanager
async def on_stdio(env: dict[str, str], *words: str, era: str, errors: TextIO | None = None) -> AsyncGenerator[Client]:
    """A client of `whitespace-mcp serve ...`, whose standard error goes to `errors`."""
    command, *rest = server("serve", *words)
    parameters = StdioServerParameters(command=command, args=rest, env=env)
    with TemporaryFile("w+", encoding="utf-8") as own:
        stream = errors or own
        with anyio.fail_after(PATIENCE):
            async with Client(stdio_client(parameters, stream), mode=era) as client:
                yield client
        stream.seek(0)
        CHILDREN.append(stream.read())


@contextmanager
def on_http(folder: Path, *words: str, **more: str) -> Generator[str]:
    """The address at which `whitespace-mcp serve --transport streamable-http ...` listens on a free port.

    What it wrote to its standard error is the last of `CHILDREN` when it has ended.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = server("serve", "--transport", "streamable-http", "--port", str(port), *words)
    with subprocess.Popen(  # noqa: S603  # our own command
        command,
        env=environment(folder, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            assert process.stderr is not None
            assert b"Listening on" in process.stderr.readline()
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.send_signal(signal.SIGINT)  # an orderly end, unlike SIGTERM
            _, errors = process.communicate(timeout=PATIENCE)
            CHILDREN.append(errors.decode())


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """The line is written just before the socket is opened, so the first attempts may come too early."""
    for _ in range(PATIENCE * 20):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            raise ChildProcessError(process.wait(timeout=0.05))
    raise TimeoutError(port)
