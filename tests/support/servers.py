"""Our server on a demo platform, and a client of it."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent
from pydantic import SecretStr

from whitespace_mcp.app import build_server
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Login, Running
from whitespace_mcp.runtime.clock import Clock

ERAS = ("legacy", "2026-07-28")
BOTH_ERAS = pytest.mark.parametrize("era", ERAS, indirect=True)
"""For what the protocol itself does in another way; that answers and errors agree, `test_both_eras.py` shows."""


def settings_for(running: Running, login: Login | None = None, **changes: Any) -> Settings:
    """Settings for a login of the demo platform, the demo person's by default; `changes` win."""
    login = login or running.platform.login
    place = {
        "root": running.root,
        "bucket": running.platform.bucket,
        "sync_url": f"{running.root}/sync",
        "api_url": f"{running.root}/api",
    }
    environment = Environment(**{part: changes.pop(part, usual) for part, usual in place.items()})
    values: dict[str, Any] = {
        "environment": environment,
        "refresh_token": login.refresh_token,
        "service_token": login.service_token,
        "timeout": 60,
    } | changes
    for kind in ("refresh_token", "service_token"):
        values[kind] = AddressedSecret(environment, SecretStr(values[kind])) if values[kind] else None
    return Settings(**values)


@asynccontextmanager
async def client_of(
    settings: Settings, era: str = "2026-07-28", *, clock: Clock | None = None, **client: Any
) -> AsyncGenerator[Client]:
    """A client of a server of its own, in memory."""
    async with Client(build_server(settings, clock), mode=era, **client) as connected:
        yield connected


def text_of(result: CallToolResult) -> str:
    """The very words that the assistant reads."""
    assert len(result.content) == 1
    content = result.content[0]
    assert isinstance(content, TextContent)
    return content.text


async def ask(client: Client, tool: str, **arguments: Any) -> Any:
    """The answer of a tool, which must not be an error; text and structured content must be the same object."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, text_of(result)
    assert json.loads(text_of(result)) == result.structured_content
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """The words of an error."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error, text_of(result)
    return text_of(result)
