"""Who is let in: the SDK's own checks of bearer tokens, with the challenge that the specification asks for.

The SDK leaves `scope` out of its challenges (mcp 2.3), so it is added here.
"""

from typing import Final

from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import BearerAuthBackend, RequireAuthMiddleware
from mcp.server.auth.provider import TokenVerifier
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from mcp.server.auth.settings import AuthSettings
from pydantic import AnyHttpUrl
from starlette.datastructures import MutableHeaders
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from whitespace_mcp.team.configuration import TeamSettings

MOST_HEADER: Final = 16_384
"""Characters of an `Authorization` header."""


def guarded(app: ASGIApp, settings: TeamSettings, verifier: TokenVerifier) -> ASGIApp:
    """An application that only people with a good token reach."""
    resource = AnyHttpUrl(settings.url)
    backend = BearerAuthBackend(verifier, resource_server_url=resource)
    required = RequireAuthMiddleware(app, [settings.scope], build_resource_metadata_url(resource))
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


class Challenge:
    """Adds the scope to challenges, and refuses tokens of absurd size before anything looks at them.

    Args:
        app: what is behind it.
        scope: the scope that a token needs.
    """

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
