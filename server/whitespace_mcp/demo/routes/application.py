"""The Starlette application: every route behind admission, the gateway beside them, the web app's page elsewhere."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, cast

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


def _application() -> Starlette:
    at_gateway = _endpoint(lambda world, request, _: gateway.answer(world, request))
    routes = [
        Route(f"{gateway.PREFIX}{{rest:path}}", at_gateway, methods=_METHODS),
        Route("/api/version", _endpoint(lambda _world, _request, _body: people.version()), methods=["GET"]),
        *(Route(path, _endpoint(partial(_admitted, handler)), methods=[method]) for method, path, handler in _ENTRIES),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _unmatched, 405: _unmatched})
    app.router.redirect_slashes = False
    return app


async def _unmatched(request: Request, _error: Exception) -> Response:
    """The front server has the web app's files there, which can be read and nothing else."""
    return SHELL if request.method in ("GET", "HEAD") else html_error(405, "Not Allowed")


def _endpoint(answer: Callable[[World, PlatformRequest, bytes], Response]) -> Endpoint:
    """A route that is answered while the market stands still."""

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        world = cast("World", request.scope["world"])
        platform_request = PlatformRequest(request.scope)
        with world.lock:
            return answer(world, platform_request, body)

    return endpoint


def _admitted(handler: Handler, world: World, request: PlatformRequest, body: bytes) -> Response:
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


APPLICATION: Final = _application()
"""The platform's routes, the same for every platform; whose state answers is `world` of the request's scope."""
