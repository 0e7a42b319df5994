"""The one HTTP client of a process, and its transports."""

import urllib.request
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import Final
from urllib.parse import quote, urlsplit

import anyio
import anyio.to_thread
import httpx2
from pydantic import SecretStr

from whitespace_mcp.config.loopback import is_loopback
from whitespace_mcp.runtime.logging import quieten

CONNECT_SECONDS: Final = 5.0
AT_ONCE: Final = 10
"""Requests at a time: the platform publishes no limit (platform.md 8), so we stay modest."""


def open_client(base: str, *, timeout: float, transport: httpx2.AsyncBaseTransport | None = None) -> httpx2.AsyncClient:
    """A client for one address: no redirects, no cookies, at most `AT_ONCE` connections.

    Args:
        base: the address it is meant for; a proxy of the environment is used unless that is this machine.
        timeout: seconds that one read may take; connecting has 5, or half of it if that is less.
        transport: instead of the plain one.
    """
    quieten()
    return httpx2.AsyncClient(
        transport=transport or LateTransport(base),
        timeout=httpx2.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout / 2)),
        follow_redirects=False,
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        headers={"Accept": "application/json", "User-Agent": f"whitespace-mcp/{version('whitespace-mcp')}"},
    )


def open_transport(base: str) -> httpx2.AsyncHTTPTransport:
    """The plain transport to an address, through the environment's proxy where there is one."""
    return httpx2.AsyncHTTPTransport(
        limits=httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
        proxy=_proxy_for(base),
        verify=not base.startswith("http://"),
    )


class LateTransport(httpx2.AsyncBaseTransport):
    """The plain transport to an address, opened in a worker thread when its first request comes.

    Reading the system's certificates takes as long as all else of a start, and many a start asks nothing.
    """

    def __init__(self, base: str) -> None:
        self._base = base
        self._opening = anyio.Lock()
        self._opened: httpx2.AsyncHTTPTransport | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request."""
        async with self._opening:
            if self._opened is None:
                self._opened = await anyio.to_thread.run_sync(open_transport, self._base)
        return await self._opened.handle_async_request(request)

    async def aclose(self) -> None:
        """Close it, if it was opened."""
        if self._opened is not None:
            await self._opened.aclose()


class SecretQuery(httpx2.AsyncBaseTransport):
    """Adds a secret query parameter below everything that logs or raises a URL.

    The client, its log lines and its exceptions only ever see the URL without it.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, name: str, secret: SecretStr) -> None:
        self._inner = inner
        self._name = name
        self._secret = secret

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a copy of the request that carries the secret, percent-encoded."""
        query = f"{self._name}={quote(self._secret.get_secret_value(), safe='')}"
        secret_request = httpx2.Request(
            request.method,
            request.url.copy_with(query=query.encode("ascii")),
            headers=request.headers,
            stream=request.stream,
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(secret_request)

    async def aclose(self) -> None:
        """Close the transport below."""
        await self._inner.aclose()


def _proxy_for(base: str) -> str | None:
    parts = urlsplit(base)
    host = parts.hostname or ""
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    proxy = proxy if not proxy or "://" in proxy else f"http://{proxy}"
    # A proxy of another kind (SOCKS) is left out: an error here would be hidden by the host that starts us.
    return proxy if urlsplit(proxy).scheme in {"http", "https"} else None
