"""Requests whose id is none, which the SDK takes for notifications, and over HTTP all that it cannot read."""

import re
from http import HTTPStatus
from typing import Final

from mcp.types import (
    INVALID_REQUEST,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    jsonrpc_message_adapter,
)
from pydantic import ValidationError
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whitespace_mcp.mcp_layer.unreadable import refusal

NO_ID: Final = "A request needs an id that is a text or a whole number"
_REQUEST: Final = re.compile(
    r"(?:initialize|ping|(?:server|tools|resources|prompts|completion|logging|tasks|subscriptions)/[\w/]+)\Z"
)
"""Methods that ask for something; every notification of MCP begins with `notifications/`."""


def has_no_id(message: JSONRPCMessage) -> bool:
    """Whether a request was taken for a notification, since its id is none: an object, a list, `null`, a fraction."""
    return isinstance(message, JSONRPCNotification) and _REQUEST.match(message.method) is not None


class RefusesUnreadable:
    """Answers over HTTP what is no message, and a request without an id, in the words of stdio.

    Args:
        app: the SDK's application.
        most: bytes of a body; what is longer is left to the application, which refuses it.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read a posted body, then pass it on as it came, or refuse."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        parts: list[Message] = []
        size = 0
        more = True
        while more and size <= self._most:
            part = await receive()
            parts.append(part)
            size += len(part.get("body", b""))
            more = part.get("more_body", False)
        body = b"".join(part.get("body", b"") for part in parts)
        error, lacks_id = _error(body) if size <= self._most else (None, False)
        answer = error and Response(error.model_dump_json(), 400, media_type="application/json")

        async def again() -> Message:
            return parts.pop(0) if parts else await receive()

        replaced = False

        async def instead(message: Message) -> None:
            """Pass an answer on, ours in place of what the SDK says of a body; who may not ask is told that first."""
            nonlocal replaced
            replaced = replaced or (answer is not None and message.get("status") == HTTPStatus.BAD_REQUEST)
            if not replaced:
                await send(message)
            elif answer is not None and message["type"] == "http.response.start":
                await answer(scope, receive, send)

        if answer is not None and lacks_id:
            await answer(scope, receive, send)
        else:
            await self._app(scope, again, instead)


def _error(body: bytes) -> tuple[JSONRPCError | None, bool]:
    """What to say of a body that cannot be answered, if so, and whether that is for the lack of an id."""
    try:
        lacks_id = has_no_id(jsonrpc_message_adapter.validate_json(body, by_name=False))
    except ValidationError as problem:
        code, reason, ids = refusal(problem)
        number = ids[0] if len(ids) == 1 else None
        return JSONRPCError(jsonrpc="2.0", id=number, error=ErrorData(code=code, message=reason)), False
    error = JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=INVALID_REQUEST, message=NO_ID))
    return (error, True) if lacks_id else (None, False)
