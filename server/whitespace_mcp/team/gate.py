"""Who is let in: the SDK's own checks of bearer tokens, with the challenge that the specification asks for.

The SDK leaves `scope` out of its challenges (mcp 2.3), so it is added here. Whoever floods the server with requests,
calls of tools or not, is told by HTTP to wait.
"""

from collections.abc import Callable
from typing import Final

from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend, RequireAuthMiddleware
from mcp.server.auth.provider import AccessToken, TokenVerifier
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from mcp.server.auth.settings import AuthSettings
from pydantic import AnyHttpUrl
from starlette.datastructures import MutableHeaders
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.team.limits import Limits
from whitespace_mcp.team.person import Person

REQUESTS_A_CALL: Final = 10
"""Requests for each call that a person may make: a host of an older protocol needs three for one call."""
MOST_HEADER: Final = 16_384
"""Characters of an `Authorization` header."""


def guarded(app: ASGIApp, settings: TeamSettings, verifier: TokenVerifier, limited: Callable[[], None]) -> ASGIApp:
    """An application that only people with a good token reach, and not too often; `limited` is told who is too fast."""
    resource = AnyHttpUrl(settings.url)
    backend = BearerAuthBackend(verifier, resource_server_url=resource)
    limits = Limits(REQUESTS_A_CALL * settings.calls_a_minute, REQUESTS_A_CALL * settings.calls_at_once)
    slowed = RateLimiter(app, limits, limited)
    required = RequireAuthMiddleware(slowed, [settings.scope], build_resource_metadata_url(resource))
    return Challenge(AuthenticationMiddleware(AuthContextMiddleware(required), backend=backend), settings.scope)


def metadata_routes(settings: TeamSettings) -> list[Route]:
    """What clients read to learn which provider logs people in (RFC 9728)."""
    # This model keeps an issuer without a path as it is; a slash behind it would name another issuer to clients.
    addresses = AuthSettings.model_validate(
        {"issuer_url": settings.issuer, "resource_server_url": settings.url, "validate_token_resource": True}
    )
    return create_protected_resource_routes(
        resource_url=AnyHttpUrl(settings.url),
        authorization_servers=[addresses.issuer_url],
        scopes_supported=[settings.scope],
        resource_name="Whitespace",
    )


class RateLimiter:
    """Refuses requests of a person who sends more of them than any host has a reason to; `limited` is told of each."""

    def __init__(self, app: ASGIApp, limits: Limits, limited: Callable[[], None]) -> None:
        self._app = app
        self._limits = limits
        self._limited = limited

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or say when to come back."""
        access: AccessToken = scope["user"].access_token
        person = Person(str((access.claims or {}).get("iss")), str(access.subject), "")
        if wait := self._limits.admit(person):
            self._limited()
            headers = {"Retry-After": str(max(1, round(wait)))}
            await PlainTextResponse("too many requests\n", 429, headers)(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._limits.leave(person)


class Challenge:
    """Adds the scope that a token needs to challenges, and refuses tokens of absurd size before anything reads them."""

    def __init__(self, app: ASGIApp, scope: str) -> None:
        self._app = app
        self._scope = scope

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, completing what is refused."""

        async def completed(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in {401, 403}:
                headers = MutableHeaders(scope=message)
                challenge = headers.get("www-authenticate")
                if challenge is not None:
                    headers["www-authenticate"] = f'{challenge}, scope="{self._scope}"'
            await send(message)

        await self._app(_without_oversize(scope), receive, completed)


def _without_oversize(scope: Scope) -> Scope:
    """The request; a token that is too long to be one, or one of two, is left out."""
    given = [value for name, value in scope.get("headers", []) if name == b"authorization"]
    if len(given) <= 1 and all(len(value) <= MOST_HEADER for value in given):
        return scope
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"authorization"]}
