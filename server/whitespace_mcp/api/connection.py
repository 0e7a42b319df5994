"""The one HTTP client of a process, and its transports."""

import os
import urllib.request
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final
from urllib.parse import quote, urlsplit

import anyio
import anyio.to_thread
import httpx2
from pydantic import SecretStr

from whitespace_mcp.config.environment import is_loopback
from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.config.version import VERSION
from whitespace_mcp.runtime.logging import quieten

CONNECT_SECONDS: Final = 5.0
AT_ONCE: Final = 10
"""Requests at a time: the platform publishes no limit (platform.md 8), so we stay modest."""

_RESTART: Final = "Trying again will not help until that is changed and the server restarted."


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
        headers={"Accept": "application/json", "User-Agent": f"whitespace-mcp/{VERSION}"},
    )


def open_transport(base: str, most: int = AT_ONCE) -> httpx2.AsyncHTTPTransport:
    """The plain transport to an address, `most` requests at a time, through the environment's proxy if there is one.

    Raises:
        NotConfigured: a variable that it reads cannot be used; it is named.
    """
    proxy = proxy_for(base)
    verify = not base.startswith("http://")
    try:
        return httpx2.AsyncHTTPTransport(
            limits=httpx2.Limits(max_connections=most, max_keepalive_connections=most), proxy=proxy, verify=verify
        )
    except (httpx2.InvalidURL, ValueError):
        raise _unusable_proxy(base, "is not an address that can be used") from None
    except OSError as error:
        raise _no_certificates(error) from None


class LateTransport(httpx2.AsyncBaseTransport):
    """The plain transport to an address, opened in a worker thread when its first request comes.

    Reading the system's certificates takes as long as all else of a start, and many a start asks nothing.
    """

    def __init__(self, base: str, most: int = AT_ONCE) -> None:
        self._base = base
        self._most = most
        self._opening = anyio.Lock()
        self._opened: httpx2.AsyncHTTPTransport | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request."""
        async with self._opening:
            if self._opened is None:
                self._opened = await anyio.to_thread.run_sync(open_transport, self._base, self._most)
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


def named_proxy(base: str) -> str | None:
    """The proxy that this machine names for an address, of whatever kind; "" for none, None where none is wanted."""
    parts = urlsplit(base)
    if is_loopback(parts.hostname or "") or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all") or ""
    return proxy if "://" in proxy or not proxy else f"http://{proxy}"


def proxy_for(base: str) -> str | None:
    """The proxy on the way to an address; None where there is none, or one of a kind that is not used (SOCKS).

    Raises:
        NotConfigured: what the environment says is not the address of a proxy.
    """
    proxy = named_proxy(base)
    if not proxy:
        return None
    try:
        address = urlsplit(proxy)
        proxy_host, _port = address.hostname, address.port
    except ValueError:
        raise _unusable_proxy(base, "is not an address that can be used") from None
    if address.scheme not in {"http", "https"}:
        return None
    if not proxy_host:
        raise _unusable_proxy(base, "names no host")
    if not proxy.isprintable() or " " in proxy:
        raise _unusable_proxy(base, "has a blank in it")
    return proxy


def _unusable_proxy(base: str, problem: str) -> NotConfigured:
    scheme = urlsplit(base).scheme
    names = [spelt for name in (f"{scheme}_proxy", "all_proxy") for spelt in (name, name.upper())]
    variable = next((name for name in names if os.environ.get(name)), "The system's proxy setting")
    return NotConfigured(
        f"{variable} {problem}",
        retry=_RESTART,
        do="A proxy is written like http://proxy.example:3128; a blank in its password as %20.",
    )


def _no_certificates(error: OSError) -> NotConfigured:
    """Why the certificates to trust cannot be read: in all but odd cases a variable names something else."""
    if error.filename and error.filename == os.environ.get("SSLKEYLOGFILE"):  # Python writes the keys of TLS there
        return NotConfigured(
            "SSLKEYLOGFILE names a file that cannot be written", retry=_RESTART, do="Remove the variable."
        )
    named = os.environ.get("SSL_CERT_FILE")
    if not named:
        problem = f"cannot be read ({type(error).__name__})"
        return NotConfigured(f"The certificates of this machine {problem}", retry=_RESTART)
    problem = "holds no certificate"
    if isinstance(error, FileNotFoundError):
        problem = "names a file that does not exist"
    elif isinstance(error, IsADirectoryError) or os.path.isdir(named):  # noqa: PTH112  # any text is a path here
        problem = "names a folder, not a file"
    elif isinstance(error, PermissionError):
        problem = "names a file that may not be read"
    return NotConfigured(
        f"SSL_CERT_FILE {problem}",
        retry=_RESTART,
        do="Name the file of your company's certificates in PEM form, or remove the variable for the system's own.",
    )
