"""uvicorn, made quiet, quick to stop, and able to hang up on a client."""

import logging
import socket
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import anyio
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from whitespace_mcp.demo.faults import Wreck

_GRACE_S: Final = 2.0
_SILENT: Final = logging.getLogger("whitespace_mcp.demo.wire")
_SILENT.setLevel(logging.CRITICAL + 1)


class Connection(H11Protocol):
    """An HTTP connection that its application can close or spoil, as `scope["state"]["wire"]`."""

    def __init__(
        self, config: uvicorn.Config, server_state: ServerState, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        super().__init__(config, server_state, {**app_state, "wire": self}, _loop)
        # Clients that misbehave on purpose are no news, and request lines of renewals hold a secret.
        self.logger = self.access_logger = _SILENT
        self.access_log = False

    def hang_up(self) -> None:
        """Close the connection after what has been written so far."""
        self.transport.close()

    async def wreck(self, wreck: Wreck) -> None:
        """Write what a wreck says, until the connection has ended or is left to its silence."""
        self.transport.write(wreck.data)
        while wreck.then == "go on" and not self.transport.is_closing():
            self.transport.write(wreck.more)
            await anyio.sleep(wreck.pause_s)
            await self.flow.drain()
        if wreck.then == "reset":
            connection: socket.socket = self.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
        elif wreck.then == "close":
            self.transport.close()


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
        for connection in list(self.server_state.connections):
            cast("Connection", connection).transport.abort()
        with anyio.move_on_after(_GRACE_S):
            # uvicorn tells nobody when the last connection is gone.
            while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110  # as above
                await anyio.sleep(0.001)
            for server in self.servers:
                await server.wait_closed()


@asynccontextmanager
async def listening(app: Any, listener: socket.socket) -> AsyncGenerator[Callable[[], int]]:
    """Answer requests to a bound socket with an ASGI application while the block runs.

    Gives what tells how many connections are open.
    """
    server = _Server(
        uvicorn.Config(
            app,
            http=Connection,
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
        yield lambda: len(server.server_state.connections)
    finally:
        await server.close()
