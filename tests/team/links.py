"""A link between a program and its Redis that loses an answer, as networks do."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import anyio
from anyio.abc import ByteStream, SocketStream

from team.engines import free_port


@asynccontextmanager
async def link_that_loses(address: str, mark: bytes) -> AsyncGenerator[str]:
    """Carry everything to the server of an address and back, but for the first answer to what holds the mark.

    Gives the address to use instead.
    """
    place = urlsplit(address)
    assert place.hostname
    assert place.port
    lost = anyio.Event()

    async def carry(client: SocketStream) -> None:
        async with client, await anyio.connect_tcp(str(place.hostname), int(place.port or 0)) as server:
            silent = anyio.Event()
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(answers, server, client, silent)
                async for piece in client:
                    if mark in piece and not lost.is_set():
                        lost.set()
                        silent.set()
                    await server.send(piece)
                tasks.cancel_scope.cancel()

    async def answers(server: ByteStream, client: ByteStream, silent: anyio.Event) -> None:
        async for piece in server:
            if not silent.is_set():
                await client.send(piece)

    port = free_port()
    listener = await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=port)
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, carry)
        yield place._replace(netloc=f"127.0.0.1:{port}").geturl()
        tasks.cancel_scope.cancel()
