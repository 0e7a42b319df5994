"""Serves a demo platform on loopback, over real HTTP, in a thread of this process."""

import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from anyio.from_thread import start_blocking_portal

from whitespace_mcp.demo.listener import address_of, listen
from whitespace_mcp.demo.platform import Platform


@dataclass(frozen=True)
class Running:
    """A platform that answers requests."""

    root: str
    """`http://127.0.0.1:PORT`, without a slash at the end."""
    platform: Platform
    connections: Callable[[], int]
    """How many connections are open now, idle ones included."""


@contextmanager
def serve(platform: Platform, *, port: int = 0, listener: socket.socket | None = None) -> Generator[Running]:
    """Answer requests while the block runs; whatever event loop the caller has, this one has its own.

    The thread, the sockets and the connections are gone when the block is left; parked requests are abandoned.

    A `port` of 0 takes a free one; a bound socket may be given instead.
    """
    with (
        listener or listen(port) as bound,
        start_blocking_portal("asyncio", name="demo platform") as portal,
        portal.wrap_async_context_manager(_listening(platform, bound)) as connections,
    ):
        yield Running(address_of(bound), platform, connections)


@asynccontextmanager
async def _listening(platform: Platform, listener: socket.socket) -> AsyncGenerator[Callable[[], int]]:
    # In this thread, so that the import goes on beside the caller's own start.
    from whitespace_mcp.demo.wire import listening  # noqa: PLC0415  # uvicorn is only needed by those who serve

    async with listening(platform.app, listener) as connections:
        yield connections
