"""The stdio transport, where every message is answered: the SDK drops a line that it cannot read without a word.

Such a line gets an error, with the message's own id where that can be found, and a line on stderr. A byte order mark
before the first line is skipped. `initialize` that stands right behind an unanswered `server/discover` is what the
client has fallen back to because we were not up yet, and is served.
"""

import json
import logging
import os
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

import anyio
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    METHOD_NOT_FOUND,
    PARSE_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCRequest,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError

from whitespace_mcp.mcp_layer.ids import NO_ID, has_no_id
from whitespace_mcp.mcp_layer.sdk import run_on_streams
from whitespace_mcp.mcp_layer.server import Server

logger = logging.getLogger(__name__)

BEHIND: Final = 0.02
"""Seconds in which a line that came while the process started is read from the pipe."""
_MARK: Final = "\ufeff"
_ID: Final = re.compile(r'"id"\s*:\s*(\d{1,18}|"[^"\\]{1,200}")')
_NOT_JSON: Final = "This line is no JSON"
_NO_MESSAGE: Final = "This is no JSON-RPC message"
_BATCH: Final = "Several messages in one line are not supported; send each in a line of its own"

Id = int | str | None
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
    text = _text(item)
    if text is not None and first and text.startswith(_MARK):
        try:
            return SessionMessage(jsonrpc_message_adapter.validate_json(text.removeprefix(_MARK), by_name=False))
        except ValidationError as error:
            item, text = error, _text(error)
    if text is not None and not text.strip():
        return None
    reason, ids = (_NOT_JSON, [_id_in(text)]) if text is not None else _reason(item)
    logger.warning("Unreadable message: %s", reason)
    code = PARSE_ERROR if text is not None else INVALID_REQUEST
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


def _text(error: Exception) -> str | None:
    """The line, if it is no JSON at all."""
    if not isinstance(error, ValidationError):
        return None
    problem = error.errors(include_url=False)[0]
    return str(problem["input"]) if problem["type"] == "json_invalid" else None


def _id_in(text: str) -> Id:
    """The id in a line that is no JSON, if it has just one."""
    ids = _ID.findall(text)
    return cast("Id", json.loads(ids[0])) if len(ids) == 1 and '"method"' in text else None


def _reason(error: Exception) -> tuple[str, list[Id]]:
    """Why JSON is no message, and the ids of the requests in it; one of None if there is none."""
    problems = error.errors(include_url=False) if isinstance(error, ValidationError) else []
    objects = [cast("dict[str, Any]", problem["input"]) for problem in problems if isinstance(problem["input"], dict)]
    whole = next((message for message in objects if "method" in message), None)
    if whole is not None:
        return _NO_MESSAGE, [_id_of(whole)]
    lists = [cast("list[Any]", problem["input"]) for problem in problems if isinstance(problem["input"], list)]
    ids = [_id_of(part) for part in (lists or [[]])[0]]
    return (_BATCH if ids else _NO_MESSAGE), ([number for number in ids if number is not None] or [None])


def _id_of(message: Any) -> Id:
    """The id of what is meant to be a request; an answer's id is that of a request of ours."""
    if not isinstance(message, dict) or "method" not in message:
        return None
    number = cast("dict[str, Any]", message).get("id")
    return number if isinstance(number, int | str) and not isinstance(number, bool) else None
