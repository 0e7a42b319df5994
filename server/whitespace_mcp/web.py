"""Streamable HTTP: where it may listen, who may ask, and how much they may send.

On this machine the Host and Origin headers are checked, so that no web page can ask in its visitor's name. Anywhere
else, and wherever other hosts' names lead here, every caller must also bring a token.
"""

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any, Final

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from whitespace_mcp.config.errors import NotConfigured, explain
from whitespace_mcp.config.settings import Settings, is_loopback
from whitespace_mcp.mcp_layer.server import Server

PATH: Final = "/mcp"
HEALTH: Final = "/health"
MOST_BODY: Final = 1_000_000
"""Bytes of one request; questions are small."""
AT_ONCE: Final = 500
"""Connections and requests at a time; more are answered with 503."""
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


def check(settings: Settings, host: str) -> None:
    """Refuse to listen where it would not be safe, or with a configuration that no call could be answered with.

    Unlike on stdio, whoever starts this server sees what it says.

    Raises:
        NotConfigured: why, and what to set.
    """
    if settings.problems:
        raise NotConfigured("The configuration cannot be used: " + "; ".join(settings.problems), retry="")
    if settings.refresh_token is None and settings.service_token is None:
        raise NotConfigured(
            "No Whitespace credential is configured",
            retry="",
            do="Run `whitespace-mcp login`, set WHITESPACE_REFRESH_TOKEN, or look around with --demo.",
        )
    missing = {
        "WHITESPACE_HTTP_HOSTS (the names by which callers reach this server)": not settings.http_hosts,
        "WHITESPACE_HTTP_TOKEN (what they must present)": settings.http_token is None,
    }
    wanted = [name for name, absent in missing.items() if absent]
    if wanted and (not is_loopback(host) or settings.http_hosts):
        where = f"on {host}" if not is_loopback(host) else "for the hosts in WHITESPACE_HTTP_HOSTS"
        raise NotConfigured(
            f"Listening {where} lets others ask with your login",
            retry="",
            do=f"Set {' and '.join(wanted)} as well, or listen on 127.0.0.1.",
        )


def application(server: Server, settings: Settings, host: str) -> ASGIApp:
    """The server as an ASGI application, to be reached at `host`."""
    names = [*(_LOOPBACK if is_loopback(host) else ()), *settings.http_hosts]
    if is_loopback(host) and host not in ("localhost", "::1", *names):
        names.append(f"[{host}]" if ":" in host else host)
    security = TransportSecuritySettings(
        allowed_hosts=list(_with_ports(names)),
        allowed_origins=[f"{scheme}://{name}" for name in _with_ports(names) for scheme in ("http", "https")],
    )
    asked = server.streamable_http_app(
        streamable_http_path=PATH, max_request_body_size=MOST_BODY, transport_security=security
    )
    return BearerGate(asked, settings.http_token)


def listen(server: Server, settings: Settings, host: str, port: int) -> None:
    """Answer until the process is told to stop."""
    config = uvicorn.Config(
        application(server, settings, host),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=AT_ONCE,
        ws="none",
    )
    anyio.run(uvicorn.Server(config).serve)


class BearerGate:
    """Lets in whoever presents the token, where there is one; says without data whether the server is up.

    Args:
        app: what is behind it.
        token: None asks for none.
    """

    def __init__(self, app: ASGIApp, token: SecretStr | None) -> None:
        self._app = app
        self._expected = _digest(token.get_secret_value().encode()) if token else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == HEALTH:
            await PlainTextResponse("ok\n")(scope, receive, send)
        elif not self._knows(scope):
            refusal = PlainTextResponse(_REFUSED, 401, headers={"WWW-Authenticate": "Bearer", "Connection": "close"})
            await refusal(scope, receive, send)
        else:
            await self._app(_without_token(scope), receive, send)

    def _knows(self, scope: Scope) -> bool:
        """Whether the caller presents the token; compared in constant time."""
        if self._expected is None:
            return True
        given = Headers(scope=scope).getlist("authorization")
        scheme, _, presented = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        same = hmac.compare_digest(_digest(presented.strip().encode("latin-1", errors="replace")), self._expected)
        return same and scheme.lower() == "bearer"


_REFUSED: Final = explain(
    NotConfigured(
        "This server answers only to callers that present its token",
        retry="",
        do="Send the header 'Authorization: Bearer ...' with the value of WHITESPACE_HTTP_TOKEN.",
    )
)


def _digest(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()


def _without_token(scope: Scope) -> dict[str, Any]:
    """The request without the header that let it in: nothing behind the door has any use for it."""
    return {**scope, "headers": [header for header in scope["headers"] if header[0] != b"authorization"]}


def _with_ports(names: Iterable[str]) -> Iterable[str]:
    """Each name, and where it names no port also with any."""
    for name in names:
        yield name
        if not name.rpartition(":")[2].isdecimal():
            yield f"{name}:*"
