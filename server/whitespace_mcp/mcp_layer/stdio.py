"""The stdio transport, where every message is answered: the SDK drops a line that it cannot read without a word.

Such a line gets an error, with the message's own id where that can be found, and a line on stderr. A byte order mark
before the first line is skipped. `initialize` that stands right behind an unanswered `server/discover` is what the
client has fallen back to because we were not up yet, and is served.
"""

import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import anyio
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    ErrorData,
    JSONRPCError,
    JSONRPCRequest,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError

from whitespace_mcp.mcp_layer.ids import NO_ID, has_no_id
from whitespace_mcp.mcp_layer.sdk import run_on_streams
from whitespace_mcp.mcp_layer.server import Server
from whitespace_mcp.mcp_layer.unreadable import Id, refusal, text_of

logger = logging.getLogger(__name__)

BEHIND: Final = 0.02
"""Seconds in which a line that came while the process started is read from the pipe."""
_MARK: Final = "\ufeff"

Send = Callable[[SessionMessage], Awaitable[None]]


async def serve_stdio(server: Server) -> None:
    """Serve one client over this process's stdin and stdout until it goes away."""
    async with stdio_server() as (received, sending):
        forward, inbound = anyio.create_memory_object_stream[SessionMessage | Exception](0)

        async def relay() -> None:
            async with forward:
                first = True
                async for item in received:
                    message = await _readable(item, sending.send, first=first)
                    if message is None:
                        continue
                    if first and _method(message) == "server/discover":
                        message = await _fallen_back(message, received, sending.send)
                    first = False
                    await forward.send(message)

        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(relay)
                await run_on_streams(server, inbound, sending)
                tasks.cancel_scope.cancel()
        except anyio.get_cancelled_exc_class():  # what writes has failed: the host has gone
            os._exit(0)  # an orderly exit would wait for one more line, and write to the same pipe


async def _readable(item: SessionMessage | Exception, send: Send, *, first: bool) -> SessionMessage | None:
    """A message as it is, or None for one that was answered with an error."""
    if isinstance(item, SessionMessage):
        if not has_no_id(item.message):
            return item
        logger.warning("Unreadable message: %s", NO_ID)
        await send(_refusal(None, INVALID_REQUEST, NO_ID))
        return None
    text = text_of(item)
    if text is not None and first and text.startswith(_MARK):
        try:
            return SessionMessage(jsonrpc_message_adapter.validate_json(text.removeprefix(_MARK), by_name=False))
        except ValidationError as error:
            item, text = error, text_of(error)
    if text is not None and not text.strip():
        return None
    code, reason, ids = refusal(item)
    logger.warning("Unreadable message: %s", reason)
    for number in ids:
        await send(_refusal(number, code, reason))
    return None


async def _fallen_back(discover: SessionMessage, received: Any, send: Send) -> SessionMessage:
    """The message to begin with: `initialize`, if it is already here, in place of `server/discover`."""
    following: SessionMessage | Exception | None = None
    with anyio.move_on_after(BEHIND):
        following = await received.receive()
    if not isinstance(following, SessionMessage) or _method(following) != "initialize":
        return discover
    request = cast("JSONRPCRequest", discover.message)
    await send(_refusal(request.id, METHOD_NOT_FOUND, "Superseded by the initialize that followed"))
    return following


def _method(item: SessionMessage) -> str | None:
    return item.message.method if isinstance(item.message, JSONRPCRequest) else None


def _refusal(number: Id, code: int, reason: str) -> SessionMessage:
    return SessionMessage(JSONRPCError(jsonrpc="2.0", id=number, error=ErrorData(code=code, message=reason)))
