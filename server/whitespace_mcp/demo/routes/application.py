"""The Starlette application: every route behind admission, the gateway beside them, the web app's page elsewhere."""

import gzip
import re
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from whitespace_mcp.demo.http import PlatformRequest
from whitespace_mcp.demo.market.book import Viewer
from whitespace_mcp.demo.routes import files, gateway, history, lists, lookups, people, slips
from whitespace_mcp.demo.routes.call import SHELL, Call, Handler, html_error, response_of
from whitespace_mcp.demo.world import World

Endpoint = Callable[[Request], Awaitable[Response]]
_ENTRIES: Final = (
    *people.ROUTES, *lists.ROUTES, *slips.ROUTES, *history.ROUTES, *files.ROUTES, *lookups.ROUTES,
)  # fmt: skip
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_NOT_KEPT: Final = re.compile(r"/api/v[\d.]+/data/|/api/shared/compressedCorporate")
"""Answers that say when they were made, or that depend on more than who asks for what."""


def application(world: World) -> Starlette:
    """The platform's routes on one state."""
    routes = [
        Route(f"{gateway.PREFIX}{{rest:path}}", _at_gateway(world), methods=_METHODS),
        Route("/api/version", _version(world), methods=["GET"]),
        *(Route(path, _admitted(world, handler), methods=[method]) for method, path, handler in _ENTRIES),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _unmatched, 405: _unmatched})
    app.router.redirect_slashes = False
    return app


async def _unmatched(request: Request, _error: Exception) -> Response:
    """The front server has the web app's files there, which can be read and nothing else."""
    return SHELL if request.method in ("GET", "HEAD") else html_error(405, "Not Allowed")


def _at_gateway(world: World) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        platform_request = PlatformRequest(request.scope)
        with world.lock:
            return _packed(world, platform_request, gateway.answer(world, platform_request))

    return endpoint


def _version(world: World) -> Endpoint:
    """The build, which anybody may ask for."""

    async def endpoint(request: Request) -> Response:
        return _packed(world, PlatformRequest(request.scope), people.version())

    return endpoint


def _admitted(world: World, handler: Handler) -> Endpoint:
    """A route for those who may come in."""

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        platform_request = PlatformRequest(request.scope)
        with world.lock:
            viewer = world.accounts.admit(platform_request, needs_user_id=_needs_user_id(world, platform_request.path))
            response = (
                viewer if isinstance(viewer, Response) else _answer(world, viewer, platform_request, body, handler)
            )
        return _packed(world, platform_request, response)

    return endpoint


def _answer(world: World, viewer: Viewer, request: PlatformRequest, body: bytes, handler: Handler) -> Response:
    """The handler's answer, or the one that it gave earlier where nothing has changed."""
    call = Call(world, viewer, request, body)
    if request.method != "GET" or _NOT_KEPT.match(request.path):
        return response_of(handler(call))
    question = (viewer.user_id, request.path, *(f"{name}={value}" for name, value in sorted(request.query.items())))
    return world.remembered(question, lambda: response_of(handler(call)))


def _needs_user_id(world: World, path: str) -> bool:
    if path.startswith("/api/lookup/person/"):
        return world.options.person_lookup_needs_user_id
    return path not in ("/api/shared/corporate", "/api/shared/compressedCorporate")


def _packed(world: World, request: PlatformRequest, response: Response) -> Response:
    """Gzipped where this platform does so and the client accepts it; big or small, error or not."""
    if not world.options.compress or "gzip" not in request.headers.get("accept-encoding", ""):
        return response
    packed = Response(gzip.compress(bytes(response.body), 1), response.status_code, dict(response.headers))
    packed.headers["content-length"] = str(len(packed.body))
    packed.headers["content-encoding"] = "gzip"
    return packed
