"""The guide: a real MCP client, connected to our server as a process of its own on a demo platform."""

import json
import os
import signal
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, cast

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult, TextContent

from whitespace_mcp.demo import Platform, serve
from whitespace_mcp.tour.terminal import Printer, kept_together

_PATIENCE_S: Final = 60


class TourFailed(Exception):
    """Something on the tour is not as it should be; the text says what, continuing "The tour stopped: "."""


class TourGuide:
    """Asks the server what a person asks an assistant, and writes it down; `calls` counts the tool calls."""

    def __init__(self, portal: BlockingPortal, client: Client, platform: Platform, printer: Printer) -> None:
        self._portal = portal
        self._client = client
        self.platform = platform
        self.printer = printer
        self.calls = 0

    def connection(self) -> tuple[str, list[str]]:
        """The protocol spoken, and the names of the tools."""
        listed = self._portal.call(self._client.list_tools)
        return str(self._client.protocol_version), [tool.name for tool in listed.tools]

    def ask(self, question: str, tool: str, **arguments: Any) -> tuple[dict[str, Any], str]:
        """Write the question and the call, and give the answer, as data and as the text that the assistant reads.

        Raises:
            TourFailed: it is an error.
        """
        failed, text = self._call(question, tool, arguments)
        if failed:
            raise TourFailed(f"{tool} answered with an error: {text}")
        return json.loads(text), text

    def ask_in_vain(self, question: str, tool: str, **arguments: Any) -> str:
        """The same for a call that the server must refuse; gives the words of the error.

        Raises:
            TourFailed: it was answered.
        """
        failed, text = self._call(question, tool, arguments)
        if not failed:
            raise TourFailed(f"{tool} answered where it should have asked which organisation is meant")
        return text

    def _call(self, question: str, tool: str, arguments: dict[str, Any]) -> tuple[bool, str]:
        shown = ", ".join(f"{name}={_literal(value)}" for name, value in arguments.items())
        self.printer.labelled("You ask", f"“{question}”", bold=True)
        self.printer.labelled("Tool call", f"{tool}({shown})", fg="cyan")
        self.calls += 1
        result: CallToolResult = self._portal.call(self._client.call_tool, tool, arguments)
        return bool(result.is_error), cast("TextContent", result.content[0]).text


@contextmanager
def guided(platform: Platform, printer: Printer) -> Generator[TourGuide]:
    """Serve the platform, start our server on it, and connect a client; all of them end with the block."""
    with (
        tempfile.TemporaryDirectory(prefix="whitespace-mcp-", ignore_cleanup_errors=True) as folder,
        ExitStack() as threads,
    ):
        with _interrupt_afterwards():
            running = threads.enter_context(serve(platform))
            portal = threads.enter_context(start_blocking_portal("asyncio", name="tour"))
        process = StdioServerParameters(
            command=sys.executable,
            args=["-m", "whitespace_mcp", "serve"],
            env=_environment(running.root, platform, folder),
        )
        client = Client(process, read_timeout_seconds=_PATIENCE_S)
        ended: BaseException | None = None
        with portal.wrap_async_context_manager(client):
            try:
                yield TourGuide(portal, client, platform, printer)
            except BaseException as error:  # noqa: BLE001  # raised again below; the client would wrap it in groups
                ended = error
        if ended:
            raise ended


@contextmanager
def _interrupt_afterwards() -> Generator[None]:
    """Threads start in the block: anyio would wait for ever for one whose start was interrupted."""
    interrupts: list[int] = []
    former = signal.signal(signal.SIGINT, lambda number, _: interrupts.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
    if interrupts:
        raise KeyboardInterrupt


def _environment(root: str, platform: Platform, folder: str) -> dict[str, str]:
    """The server's environment: ours without any configuration of the user's, and the demo platform's instead."""
    inherited = {name: value for name, value in os.environ.items() if not name.upper().startswith("WHITESPACE_")}
    cache = str(Path(folder).resolve())
    return inherited | {
        "WHITESPACE_ROOT": root,
        "WHITESPACE_BUCKET": platform.bucket,
        "WHITESPACE_REFRESH_TOKEN": platform.login.refresh_token or "",
        "XDG_CACHE_HOME": cache,  # where platformdirs looks first, on Linux and macOS
        "WIN_PD_OVERRIDE_LOCAL_APPDATA": cache,  # and on Windows
    }


def _literal(value: Any) -> str:
    return kept_together(str(value) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False))
