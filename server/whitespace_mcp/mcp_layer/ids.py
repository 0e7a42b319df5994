"""Requests whose id is none, which the SDK takes for notifications and leaves without an answer."""

import re
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

NO_ID: Final = "A request needs an id that is a text or a whole number"
_REQUEST: Final = re.compile(
    r"(?:initialize|ping|(?:server|tools|resources|prompts|completion|logging|tasks|subscriptions)/[\w/]+)\Z"
)
"""Methods that ask for something; every notification of MCP begins with `notifications/`."""


def has_no_id(message: JSONRPCMessage) -> bool:
    """Whether a request was taken for a notification, since its id is none: an object, a list, `null`, a fraction."""
    return isinstance(message, JSONRPCNotification) and _REQUEST.match(message.method) is not None


class RefusesWithoutId:
    """Answers such a request over HTTP with an error, where the SDK says "accepted" and nothing more.

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
        if size <= self._most and _lacks_id(b"".join(part.get("body", b"") for part in parts)):
            error = JSONRPCError(jsonrpc="2.0", id=None, error=ErrorData(code=INVALID_REQUEST, message=NO_ID))
            await Response(error.model_dump_json(), 400, media_type="application/json")(scope, receive, send)
            return

        async def again() -> Message:
            return parts.pop(0) if parts else await receive()

        await self._app(scope, again, send)


def _lacks_id(body: bytes) -> bool:
    try:
        return has_no_id(jsonrpc_message_adapter.validate_json(body, by_name=False))
    except ValidationError:
        return False
