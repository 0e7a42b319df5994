"""The Starlette application: every route behind admission, the gateway beside them, the web app's page elsewhere."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from whitespace_mcp.demo.http import PlatformRequest
from whitespace_mcp.demo.routes import files, gateway, history, lists, lookups, people, slips
from whitespace_mcp.demo.routes.call import SHELL, Call, Handler, html_error, response_of
from whitespace_mcp.demo.world import World

Endpoint = Callable[[Request], Awaitable[Response]]
_ENTRIES: Final = (
    *people.ROUTES, *lists.ROUTES, *slips.ROUTES, *history.ROUTES, *files.ROUTES, *lookups.ROUTES,
)  # fmt: skip
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_NOT_KEPT: Final = re.compile(r"/api/v[\d.]+/data/")
"""Answers that say when they were made."""


def application(world: World) -> Starlette:
    """The platform's routes on one state."""
    at_gateway = _endpoint(world, lambda request, _: gateway.answer(world, request))
    routes = [
        Route(f"{gateway.PREFIX}{{rest:path}}", at_gateway, methods=_METHODS),
        Route("/api/version", _endpoint(world, lambda _request, _body: people.version()), methods=["GET"]),
        *(
            Route(path, _endpoint(world, partial(_admitted, world, handler)), methods=[method])
            for method, path, handler in _ENTRIES
        ),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _unmatched, 405: _unmatched})
    app.router.redirect_slashes = False
    return app


async def _unmatched(request: Request, _error: Exception) -> Response:
    """The front server has the web app's files there, which can be read and nothing else."""
    return SHELL if request.method in ("GET", "HEAD") else html_error(405, "Not Allowed")


def _endpoint(world: World, answer: Callable[[PlatformRequest, bytes], Response]) -> Endpoint:
    """A route that is answered while the market stands still."""

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        platform_request = PlatformRequest(request.scope)
        with world.lock:
            return answer(platform_request, body)

    return endpoint


def _admitted(world: World, handler: Handler, request: PlatformRequest, body: bytes) -> Response:
    """The handler's answer to somebody who may come in, or the one that it gave where nothing has changed since."""
    viewer = world.accounts.admit(request, needs_user_id=_needs_user_id(world, request.path))
    if isinstance(viewer, Response):
        return viewer
    call = Call(world, viewer, request, body)
    if _NOT_KEPT.match(request.path):
        return response_of(handler(call))
    query = (f"{name}={value}" for name, value in sorted(request.query.items()))
    question = (viewer.user_id, request.method, request.path, body.decode("latin-1"), *query)
    return world.remembered(question, lambda: response_of(handler(call)))


def _needs_user_id(world: World, path: str) -> bool:
    if path.startswith("/api/lookup/person/"):
        return world.options.person_lookup_needs_user_id
    return path != "/api/shared/corporate"
