"""The way to the platform for everybody of a process: one set of connections, so many requests at a time.

One person has a share of them, so that a login whose requests hang, or wait because the platform has enough of it,
leaves the rest to the others. A request has its place until the last byte of its answer; whoever waits to try again has
none.
"""

from collections.abc import AsyncGenerator, Callable
from typing import Final, cast
from urllib.parse import urlsplit

import anyio
import httpx2

from whitespace_mcp.api.connection import AT_ONCE, LateTransport
from whitespace_mcp.config.environment import Environment

SHARE: Final = AT_ONCE
"""Requests at a time of one person."""
Answered = Callable[[str, str], None]
"""Is told of each answer whose it was, `api` or `login`, and its status, or `none` where none came."""


class Upstream:
    """The connections of a process to the platform and to its login service.

    `most` requests go at a time, of all people, and a `share` of one person.
    """

    def __init__(
        self,
        environment: Environment,
        most: int,
        *,
        share: int = SHARE,
        answered: Answered = lambda _service, _status: None,
    ) -> None:
        self._places = anyio.CapacityLimiter(most)
        self._share = min(share, most)
        self._answered = answered
        opened = {_host(base): LateTransport(base, most) for base in (environment.api_url, environment.sync_url)}
        self._transports = opened

    @property
    def running(self) -> int:
        """Requests that have a place now."""
        return self._places.statistics().borrowed_tokens

    @property
    def waiting(self) -> int:
        """Requests that wait for one; those that wait for their person's share are not among them."""
        return self._places.statistics().tasks_waiting

    def transport(self) -> httpx2.AsyncBaseTransport:
        """The way for one person; closing it closes no connection."""
        return _PersonTransport(self, anyio.CapacityLimiter(self._share))

    async def aclose(self) -> None:
        """Close the connections."""
        for transport in self._transports.values():
            await transport.aclose()

    async def send(self, request: httpx2.Request, share: anyio.CapacityLimiter) -> httpx2.Response:
        """Send a request as soon as there is a place for it in both."""
        holder = object()
        service = "login" if request.url.path.endswith("/_oidc_refresh") else "api"
        await share.acquire_on_behalf_of(holder)
        try:
            await self._places.acquire_on_behalf_of(holder)
        except BaseException:
            share.release_on_behalf_of(holder)
            raise

        def leave() -> None:
            self._places.release_on_behalf_of(holder)
            share.release_on_behalf_of(holder)

        try:
            response = await self._transports[_host(str(request.url))].handle_async_request(request)
        except BaseException as error:
            leave()
            if isinstance(error, Exception):
                self._answered(service, "none")
            raise
        self._answered(service, str(response.status_code))
        body = _Body(cast("httpx2.AsyncByteStream", response.stream), leave)
        return httpx2.Response(
            response.status_code, headers=response.headers, stream=body, extensions=response.extensions
        )


class _PersonTransport(httpx2.AsyncBaseTransport):
    def __init__(self, upstream: Upstream, share: anyio.CapacityLimiter) -> None:
        self._upstream = upstream
        self._share = share

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request."""
        return await self._upstream.send(request, self._share)


class _Body(httpx2.AsyncByteStream):
    """The body of an answer; its end gives the place back, once."""

    def __init__(self, inner: httpx2.AsyncByteStream, leave: Callable[[], None]) -> None:
        self._inner = inner
        self._leave: Callable[[], None] | None = leave

    async def __aiter__(self) -> AsyncGenerator[bytes]:
        """The bytes as they come."""
        async for chunk in self._inner:
            yield chunk

    async def aclose(self) -> None:
        """Give the place back."""
        leave, self._leave = self._leave, None
        if leave is not None:
            leave()
        await self._inner.aclose()


def _host(address: str) -> str:
    return urlsplit(address).netloc
