"""uvicorn, made quiet, quick to stop, and able to hang up on a client."""

import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import anyio
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

_GRACE_S: Final = 2.0
_SILENT: Final = logging.getLogger("whitespace_mcp.demo.wire")
_SILENT.setLevel(logging.CRITICAL + 1)


class _Protocol(H11Protocol):
    """An HTTP connection whose application can close it: `scope["state"]["hang_up"]()`."""

    def __init__(
        self, config: uvicorn.Config, server_state: ServerState, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        super().__init__(config, server_state, {**app_state, "hang_up": self.hang_up}, _loop)
        # Clients that misbehave on purpose are no news, and request lines of renewals hold a secret.
        self.logger = self.access_logger = _SILENT
        self.access_log = False

    def hang_up(self) -> None:
        """Close the connection after what has been written so far."""
        self.transport.close()

    def abandon(self) -> None:
        """Break the connection at once."""
        self.transport.abort()


class _Server(uvicorn.Server):
    """A server that ends when it is told, not at its next look at the clock."""

    async def open(self, listener: socket.socket) -> None:
        """Begin to listen."""
        self.config.load()
        self.lifespan = self.config.lifespan_class(self.config)
        await self.startup(sockets=[listener])
        await self.on_tick(0)

    async def close(self) -> None:
        """Stop listening and end every connection, parked requests included."""
        for server in self.servers:
            server.close()
        for task in list(self.server_state.tasks):
            task.cancel()
        connections = [cast("_Protocol", connection) for connection in self.server_state.connections]
        for connection in connections:
            connection.abandon()
        with anyio.move_on_after(_GRACE_S):
            # uvicorn tells nobody when the last connection is gone.
            while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110  # as above
                await anyio.sleep(0.001)
            for server in self.servers:
                await server.wait_closed()


@asynccontextmanager
async def listening(app: Any, listener: socket.socket) -> AsyncGenerator[None]:
    """Answer requests to a bound socket with an ASGI application while the block runs."""
    server = _Server(
        uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=60,
        )
    )
    await server.open(listener)
    try:
        yield
    finally:
        await server.close()
