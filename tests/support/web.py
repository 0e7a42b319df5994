"""Our server on HTTP, in this process, and clients that connect to it."""

import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import anyio
import httpx2
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from support.sessions import until
from whitespace_mcp.app import build_server
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.connections import Connections
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.web import application, configuration


@asynccontextmanager
async def listening(
    settings: Settings, host: str = "127.0.0.1", *, clock: Clock | None = None, connections: Connections | None = None
) -> AsyncGenerator[str]:
    """The address of a server that listens on a free port of this machine."""
    with socket.create_server((host, 0)) as listener:
        app = application(build_server(settings, clock), settings, host)
        config = configuration(app, host, listener.getsockname()[1], connections)
        server = uvicorn.Server(config)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(server.serve, [listener])
            await until(lambda: server.started)
            yield f"http://{host}:{listener.getsockname()[1]}"
            server.should_exit = True


TLS: Final = ssl.create_default_context()
"""For every client of the tests: each would read the machine's certificates for itself, which takes 20 ms."""


def bearer(token: str) -> dict[str, str]:
    """The header of a caller who has the token."""
    return {"Authorization": f"Bearer {token}"}


@asynccontextmanager
async def client_at(address: str, era: str, token: str | None = None) -> AsyncGenerator[Client]:
    """An assistant that connects over HTTP."""
    async with (
        httpx2.AsyncClient(headers=bearer(token) if token else {}, timeout=60, verify=TLS) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=era) as client,
    ):
        yield client
