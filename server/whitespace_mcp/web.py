"""Streamable HTTP: where it may listen, who may ask, and how much they may send.

On this machine the Host and Origin headers are checked, so that no web page can ask in its visitor's name. Anywhere
else, and wherever other hosts' names lead here, every caller must also bring a token.
"""

import errno
import hashlib
import hmac
import re
from collections.abc import Iterable
from typing import Any, Final

import anyio
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from whitespace_mcp.config.environment import is_loopback
from whitespace_mcp.config.errors import NotConfigured, explain
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.connections import Connections
from whitespace_mcp.mcp_layer.ids import RefusesUnreadable
from whitespace_mcp.mcp_layer.server import Server

PATH: Final = "/mcp"
HEALTH: Final = "/health"
MOST_BODY: Final = 1_000_000
"""Bytes of one request; questions are small."""
AT_ONCE: Final = 500
"""Requests at a time; more are answered with 503."""
_HOST: Final = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_ORIGIN: Final = re.compile(rf"https?://{_HOST.pattern}")
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")


def check(settings: Settings, host: str) -> None:
    """Refuse to listen where it would not be safe, or with a configuration that no call could be answered with.

    Unlike on stdio, whoever starts this server sees what it says.

    Raises:
        NotConfigured: why, and what to set.
    """
    if settings.problems:
        raise NotConfigured("The configuration cannot be used: " + "; ".join(settings.problems))
    if not settings.has_credential:
        raise NotConfigured(
            "No Whitespace credential is configured",
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
            do=f"Set {' and '.join(wanted)} as well, or listen on 127.0.0.1.",
        )


async def try_address(host: str, port: int) -> None:
    """Listen at an address for a moment.

    `host` and `port` say where.

    Raises:
        NotConfigured: nothing can.
    """
    try:
        await (await anyio.create_tcp_listener(local_host=host, local_port=port)).aclose()
    except OSError as error:
        reasons = {errno.EADDRINUSE: "it is in use", errno.EACCES: "this user may not"}
        reason = reasons.get(error.errno or 0, "it is no address of this machine")
        raise NotConfigured(
            f"Nothing can listen on {host}, port {port}: {reason}", do="Choose another with --port or --host."
        ) from None


def application(server: Server, settings: Settings, host: str) -> ASGIApp:
    """The server as an ASGI application, to be reached at `host`."""
    names = [*(_LOOPBACK if is_loopback(host) else ()), *settings.http_hosts]
    if is_loopback(host) and host not in ("localhost", "::1", *names):
        names.append(f"[{host}]" if ":" in host else host)
    security = TransportSecuritySettings(
        allowed_hosts=list(_with_ports(names)),
        allowed_origins=[f"{scheme}://{name}" for name in _with_ports(names) for scheme in ("http", "https")],
    )
    application = server.streamable_http_app(
        streamable_http_path=PATH, max_request_body_size=MOST_BODY, transport_security=security
    )
    return Gate(RefusesUnreadable(application, MOST_BODY), settings.http_token)


def listen(server: Server, settings: Settings, host: str, port: int) -> None:
    """Answer until the process is told to stop.

    `host` and `port` say where; port 0 takes a free one.
    """
    config = configuration(application(server, settings, host), host, port)
    anyio.run(uvicorn.Server(config).serve)


def configuration(app: ASGIApp, host: str, port: int, connections: Connections | None = None) -> uvicorn.Config:
    """How the application is served at an address; `host` and `port` say which."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=(connections or Connections()).protocol,  # pyright: ignore[reportArgumentType]  # uvicorn only calls it
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
    )


class Gate:
    """Lets in whoever asks by a name of this server and presents the token, where there is one.

    Says without data, and to everybody, whether the server is up. Without a token none is asked for; `at_once` requests
    may be behind it.
    """

    def __init__(self, app: ASGIApp, token: SecretStr | None, at_once: int = AT_ONCE) -> None:
        self._app = app
        self._expected = _digest(token.get_secret_value().encode()) if token else None
        self._left = at_once

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == HEALTH:
            await PlainTextResponse("ok\n")(scope, receive, send)
        elif refusal := self._refusal(scope):
            await refusal(scope, receive, send)
        else:
            self._left -= 1
            try:
                await self._app(_plain(scope), receive, send)
            finally:
                self._left += 1

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        """Why a request is not passed on, as the answer to it."""
        headers = Headers(scope=scope)
        if not self._presents_token(headers):
            return PlainTextResponse(_REFUSED, 401, headers={"WWW-Authenticate": "Bearer", "Connection": "close"})
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or not _HOST.fullmatch(hosts[0]):
            return PlainTextResponse("Invalid Host header", 421)
        if len(origins) > 1 or not all(map(_ORIGIN.fullmatch, origins)):
            return PlainTextResponse("Invalid Origin header", 403)
        if scope["path"].removesuffix("/") != PATH:
            return PlainTextResponse("Not Found", 404)
        return PlainTextResponse("Too many requests at a time; try again later", 503) if self._left <= 0 else None

    def _presents_token(self, headers: Headers) -> bool:
        """Whether the caller presents the token; compared in constant time."""
        if self._expected is None:
            return True
        given = headers.getlist("authorization")
        scheme, _, presented = given[0].partition(" ") if len(given) == 1 else ("", "", "")
        same = hmac.compare_digest(_digest(presented.strip().encode("latin-1", errors="replace")), self._expected)
        return same and scheme.lower() == "bearer"


_REFUSED: Final = explain(
    NotConfigured(
        "This server answers only to callers that present its token",
        do="Send the header 'Authorization: Bearer ...' with the value of WHITESPACE_HTTP_TOKEN.",
    )
)


def _digest(value: bytes) -> bytes:
    return hashlib.sha256(value).digest()


def _plain(scope: Scope) -> dict[str, Any]:
    """The request under our one path, without the header that let it in: nothing behind the gate has a use for it.

    A path with a stroke at its end would be redirected to the address that this server believes to have, which behind
    a proxy that speaks https is the wrong one.
    """
    headers = [
        (name, value.lower() if name == b"host" else value)
        for name, value in scope["headers"]
        if name != b"authorization"
    ]
    return {**scope, "headers": headers, "path": PATH, "raw_path": PATH.encode()}


def _with_ports(names: Iterable[str]) -> Iterable[str]:
    """Each name, and where it names no port also with any."""
    for name in names:
        yield name
        if not name.rpartition(":")[2].isdecimal():
            yield f"{name}:*"
