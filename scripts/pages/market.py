"""The demo market as everybody who makes the documents sees it: on the same day, at the same moment."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Any, Final, cast

from mcp import Client
from mcp.types import TextContent

from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, serve
from whitespace_mcp.runtime.clock import SystemClock

NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)


class NoonClock(SystemClock):
    """It is always noon."""

    def monotonic(self) -> float:
        return 0.0

    def now(self) -> datetime:
        return NOON


class Market:
    """A client of the demo server, and what it asks of the platform.

    Attributes:
        client: connected in memory.
        broker: the company id of the demo person's broking organisation, `carrier` of the underwriting one.
    """

    def __init__(self, client: Client, platform: Platform, host: str, downloads: str) -> None:
        self.client = client
        self.broker, self.carrier = (membership.company_id for membership in platform.login.memberships)
        self._platform = platform
        self._host = host
        self._downloads = downloads

    @property
    def requests(self) -> int:
        """What the platform has been asked so far."""
        return len(self._platform.requests)

    async def ask(self, tool: str, arguments: dict[str, Any]) -> str:
        """The text of an answer.

        Raises:
            SystemExit: it is an error.
        """
        result = await self.client.call_tool(tool, arguments)
        content = result.content[0]
        if result.is_error or not isinstance(content, TextContent):
            raise SystemExit(f"{tool} {arguments}: {content}")
        return content.text.replace(self._host, "demo.example").replace(self._downloads, "/home/you/whitespace")


@asynccontextmanager
async def market(**variables: str) -> AsyncGenerator[Market]:
    """The demo server with those variables."""
    platform = Platform(now=NOON.timestamp)
    with serve(platform) as running, TemporaryDirectory() as folder:
        given = {"WHITESPACE_DOWNLOADS": folder, **variables}
        settings = Settings.for_demo(running.root, platform.bucket, platform.login.refresh_token, given)
        async with Client(build_server(settings, NoonClock())) as client:
            yield Market(client, platform, running.root.removeprefix("http://"), folder)


def count(text: str) -> int:
    """o200k tokens; the package has no types."""
    encoding: Any = cast("Any", import_module("rs_bpe.bpe")).openai.o200k_base()
    return encoding.count(text)
