"""The application: notes what arrives, lets go wrong what should, and leaves the rest to the routes."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from starlette.types import Message, Receive, Scope, Send

from whitespace_mcp.demo.faults import Drop, Faults, Wreck
from whitespace_mcp.demo.http import PlatformRequest, raw_response
from whitespace_mcp.demo.routes.application import APPLICATION
from whitespace_mcp.demo.world import World

if TYPE_CHECKING:
    from whitespace_mcp.demo.wire import Connection

_HIDDEN: Final = "refresh_token"


@dataclass
class RequestRecord:
    """One request, noted on arrival and before anything could go wrong with it."""

    method: str
    path: str
    """Decoded, without the query."""
    query: dict[str, str] = field(default_factory=dict[str, str])
    """The value of `refresh_token` is replaced by `***`."""
    user_id: str | None = None
    """The `UserID` header."""
    has_bearer: bool = False
    has_cookie: bool = False
    status: int = 0
    """0 until it is answered, and for good when the connection was closed without an answer."""


class App:
    """The platform as an ASGI application: Starlette's, behind the faults that were asked for."""

    def __init__(self, world: World, faults: Faults, requests: list[RequestRecord]) -> None:
        self._world = world
        self._faults = faults
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        scope = {**scope, "world": self._world}
        request = PlatformRequest(scope, receive)
        entry = self._note(request)
        body = await request.body()
        hold = self._faults.hold_for(request)
        if hold:
            await hold.park()
        rule = self._faults.rule_for(request)
        if isinstance(rule, Drop):
            if rule.after is not None:
                await APPLICATION(scope, _replay(body), _cut(send, rule.after))
            _wire(scope).hang_up()
            await receive()  # which tells of the end, so that the server does not take the answer for forgotten
        elif isinstance(rule, Wreck):
            await _wire(scope).wreck(rule)
            await receive()
        elif rule:
            await raw_response(rule.status, rule.body, rule.headers)(scope, receive, _noting(send, entry))
        else:
            await APPLICATION(scope, _replay(body), _noting(send, entry))

    def _note(self, request: PlatformRequest) -> RequestRecord:
        entry = RequestRecord(
            method=request.method,
            path=request.path,
            query={name: "***" if name == _HIDDEN else value for name, value in request.query.items()},
            user_id=request.user_id,
            has_bearer=request.bearer is not None,
            has_cookie="cookie" in request.headers,
        )
        self._requests.append(entry)
        return entry


def _wire(scope: Scope) -> "Connection":
    """The connection below a request, as `demo.wire` puts it into the scope's state."""
    return cast("Connection", scope["state"]["wire"])


def _replay(body: bytes) -> Receive:
    """A body that was read already, once more."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _noting(send: Send, entry: RequestRecord) -> Send:
    """Notes the status of the answer on its way."""

    async def noted(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            entry.status = message["status"]
        await send(message)

    return noted


def _cut(send: Send, after: int) -> Send:
    """Lets so many bytes of the body pass, and says that there is more."""

    async def cut(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": message["body"][:after], "more_body": True}
        await send(message)

    return cut
