"""The application: notes what arrives, lets go wrong what should, and finds who answers."""

import gzip
import re
from dataclasses import replace
from typing import Final, Protocol, cast

from whitespace_mcp.demo.faults import Drop, Faults, Wreck
from whitespace_mcp.demo.http import Answer, Receive, Request, Scope, Send, header_list, read_body, read_request
from whitespace_mcp.demo.request_log import Seen
from whitespace_mcp.demo.routes import files, gateway, history, lists, lookups, people, slips
from whitespace_mcp.demo.routes.table import SHELL, Call, Table, html_error
from whitespace_mcp.demo.world import World

_HIDDEN: Final = "refresh_token"
_NOT_KEPT: Final = re.compile(r"/api/v[\d.]+/data/|/api/shared/compressedCorporate")
"""Answers that say when they were made, or that depend on more than who asks for what."""
_TABLE: Final = Table([*people.ROUTES, *lists.ROUTES, *slips.ROUTES, *history.ROUTES, *files.ROUTES, *lookups.ROUTES])


class Wire(Protocol):
    """The connection below a request, as `demo.wire` puts it into the scope's state."""

    def hang_up(self) -> None:
        """Close the connection after what has been written so far."""
        ...

    async def wreck(self, wreck: Wreck) -> None:
        """Write what a wreck says, until the connection has ended or is left to its silence."""
        ...


class App:
    """The platform as an ASGI application."""

    def __init__(self, world: World, faults: Faults, requests: list[Seen]) -> None:
        self._world = world
        self._faults = faults
        self._requests = requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = read_request(scope, b"")
        seen = self._note(request)
        request = read_request(scope, await read_body(receive))
        hold = self._faults.hold_for(request.method, request.path, request.user_id)
        if hold:
            await hold.park()
        rule = self._faults.rule_for(request.method, request.path, request.user_id)
        if isinstance(rule, Drop):
            cut = None if rule.after is None else self._answer(request)
            await self._hang_up(scope, receive, send, cut, rule.after)
            return
        if isinstance(rule, Wreck):
            await _wire(scope).wreck(rule)
            await receive()
            return
        answer = Answer(rule.status, rule.body, "", tuple(rule.headers)) if rule else self._answer(request)
        seen.status = answer.status
        await send({"type": "http.response.start", "status": answer.status, "headers": header_list(answer)})
        await send({"type": "http.response.body", "body": answer.body})

    def _note(self, request: Request) -> Seen:
        seen = Seen(
            method=request.method,
            path=request.path,
            query={name: "***" if name == _HIDDEN else value for name, value in request.query.items()},
            user_id=request.user_id,
            has_bearer=request.bearer is not None,
            has_cookie="cookie" in request.headers,
        )
        self._requests.append(seen)
        return seen

    def _answer(self, request: Request) -> Answer:
        with self._world.lock:
            answer = respond(self._world, request)
        if self._world.options.compress and "gzip" in request.headers.get("accept-encoding", ""):
            headers = (*answer.headers, ("content-encoding", "gzip"))
            return replace(answer, body=gzip.compress(answer.body, 1), headers=headers)
        return answer

    async def _hang_up(
        self, scope: Scope, receive: Receive, send: Send, answer: Answer | None, after: int | None
    ) -> None:
        """Close the connection, after a part of an answer if there is one."""
        if answer is not None:
            await send({"type": "http.response.start", "status": answer.status, "headers": header_list(answer)})
            await send({"type": "http.response.body", "body": answer.body[:after], "more_body": True})
        _wire(scope).hang_up()
        await receive()  # which tells of the end, so that the server does not take the answer for forgotten


def _wire(scope: Scope) -> Wire:
    return cast("Wire", scope["state"]["wire"])


def respond(world: World, request: Request) -> Answer:
    """What the platform says, when nothing is made to go wrong."""
    path = request.path
    if path.startswith(gateway.PREFIX):
        return gateway.answer(world, request)
    found = _TABLE.find(request.method, path)
    if path == "/api/version" and request.method == "GET":
        return people.version()
    if found is None:
        # The front server has the web app's files there, which can be read and nothing else.
        return SHELL if request.method in ("GET", "HEAD") else html_error(405, "Not Allowed")
    viewer = world.accounts.admit(request, needs_user_id=_needs_user_id(world, path))
    if isinstance(viewer, Answer):
        return viewer
    call, handler = Call(world, viewer, request, found[1]), found[0]
    if request.method != "GET" or _NOT_KEPT.match(path):
        return handler(call)
    question = (viewer.user_id, path, *(f"{name}={value}" for name, value in sorted(request.query.items())))
    return world.remembered(question, lambda: handler(call))


def _needs_user_id(world: World, path: str) -> bool:
    if path.startswith("/api/lookup/person/"):
        return world.options.person_lookup_needs_user_id
    return path not in ("/api/shared/corporate", "/api/shared/compressedCorporate")
