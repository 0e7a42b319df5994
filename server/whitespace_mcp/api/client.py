"""One read of the platform: limits, retries, and what each kind of failure means (platform.md 1.4, 2.5).

Retries: a GET that met 429, 502, 503, 504, no connection, a timeout or a broken body is sent again, three times in
all and with at most eight seconds of waiting; nothing else is. A 401 `Invalid WSAUTH` renews the token at most once
and repeats the call at most once; a 401 about the UserID never renews.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar, cast

import anyio
import httpx2

from whitespace_mcp.api.bearer import BearerAuth, Token, TokenProvider
from whitespace_mcp.api.failures import (
    HttpResponse,
    media_of,
    refusal,
    retry_after,
    token_refused,
    transport_failure,
    try_later,
    user_id_refused,
    without_mark,
)
from whitespace_mcp.api.reads import READS, Read
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.errors import (
    NotFound,
    TooLarge,
    Unavailable,
    tried_for,
)
from whitespace_mcp.documents.json import read_list
from whitespace_mcp.documents.visibility import Side, VisibleDocuments, belonging
from whitespace_mcp.runtime.call import this_call
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.terms.ids import is_root, root_of

ATTEMPTS: Final = 3
WAITS: Final = (0.5, 2.0)
MOST_WAITING: Final = 8.0
_TRY_LATER: Final = frozenset({429, 502, 503, 504})
_ERROR_BODY: Final = 65_536
_HEADER_TEXT: Final = re.compile(r"[!-~]{1,100}")
"""What can stand in a header at all; the platform's own grammar has exceptions (platform.md 3)."""


class Sink(Protocol):
    """What takes a body in as it comes."""

    def feed(self, chunk: bytes) -> None:
        """Take bytes in."""
        ...


S = TypeVar("S", bound=Sink)


class Api:
    """Reads of the REST API, on behalf of one login.

    The bearer's tokens must be for this environment; `max_body` is in bytes, decoded, of one answer; `limited` counts
    how often the platform has answered that it is asked too often (429).
    """

    def __init__(
        self, http: httpx2.AsyncClient, environment: Environment, bearer: TokenProvider, clock: Clock, *, max_body: int
    ) -> None:
        self._http = http
        self._bases = {"api": environment.api_url, "root": environment.root}
        self._bearer = bearer
        self._clock = clock
        self._max_body = max_body
        self.limited = 0

    async def fetch(
        self,
        read: Read,
        *,
        user_id: str | None,
        ids: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: object = None,
    ) -> bytes:
        """The JSON body of one read.

        Args:
            read: which one, from the allow-list.
            user_id: the MU id to act under, sent as `UserID`; None only for a login that has a single organisation.
            ids: what fills the path's template.
            params: the query; never a secret.
            body: what a read by POST asks, as JSON.

        Raises:
            WhitespaceError: nothing usable came; the type says what it was.
        """
        return _json_body(await self._ask(self._request(read, user_id, ids, params=params, body=body)), read)

    async def fetch_into(self, read: Read, sink: Callable[[], S], *, user_id: str | None) -> S:
        """What has taken in the JSON body of one read as it came: a new sink for each attempt; the last one has it.

        `user_id` is the MU id to act under.

        Raises:
            WhitespaceError: nothing usable came; or what a sink raised.
        """
        answer = await self._ask(self._request(read, user_id, sink=sink))
        _json_body(answer, read)
        return cast("S", answer.sink)

    async def fetch_file(
        self, read: Read, *, user_id: str | None, ids: Mapping[str, str], media: str = "*/*", body: object = None
    ) -> HttpResponse:
        """The bytes of a file, with the media type that the platform gives them, which may be wrong (platform.md 9).

        `user_id`, `ids` and `body` are as for `fetch`, `media` is the `Accept` header.

        Raises:
            WhitespaceError: nothing usable came; the type says what it was.
        """
        answer = await self._ask(self._request(read, user_id, ids, media, body=body))
        if answer.status == 200 and answer.media != "text/html":
            return answer
        raise refusal(answer, read)

    async def fetch_anonymous(self, read: Read) -> bytes:
        """The JSON body of a read that needs no credential."""
        return _json_body(await self._send(self._request(read, None)), read)

    def _request(
        self,
        read: Read,
        user_id: str | None,
        ids: Mapping[str, str] | None = None,
        media: str = "application/json",
        **more: Any,
    ) -> "_Request":
        if read not in READS:
            raise PermissionError(read.template)
        if user_id and not _HEADER_TEXT.fullmatch(user_id):
            raise user_id_refused()
        parts = ids or {}
        this_call().roots.update(root.upper() for value in parts.values() if is_root(root := root_of(value)))
        headers = {"Accept": media} | ({"UserID": user_id} if user_id else {})
        return _Request(read.method, self._bases[read.below] + read.path(**parts), headers, **more)

    async def _ask(self, request: "_Request") -> HttpResponse:
        """The answer to a request with the token, which is replaced once if it is refused."""
        token = await self._bearer.current()
        answer = await self._send(request, token)
        if token_refused(answer):
            token = await self._bearer.replace(token)
            answer = await self._send(request, token)
            if token_refused(answer):
                self._bearer.refused_again(token)
        return answer

    async def _send(self, request: "_Request", token: Token | None = None) -> HttpResponse:
        started = self._clock.monotonic()
        for attempt in range(ATTEMPTS):
            failure, asked_wait = None, None
            try:
                answer = await self._once(request, token)
            except Unavailable as error:
                failure = error
            else:
                if answer.status not in _TRY_LATER:
                    return answer
                self.limited += answer.status == 429
                asked_wait = answer.retry_after
                failure = try_later(answer)
            wait = asked_wait if asked_wait is not None else WAITS[min(attempt, len(WAITS) - 1)]
            if request.method != "GET" or attempt == ATTEMPTS - 1 or request.waited + wait > MOST_WAITING:
                raise tried_for(failure, self._clock.monotonic() - started)
            request.waited += wait
            await self._clock.sleep(wait)
        raise AssertionError  # pragma: no cover  # the last attempt returns or raises

    async def _once(self, request: "_Request", token: Token | None) -> HttpResponse:
        call = this_call()
        call.requests += 1
        try:
            with anyio.fail_after(self._http.timeout.read):
                async with self._http.stream(
                    request.method,
                    request.url,
                    headers=request.headers,
                    params=request.params,
                    json=request.body,
                    auth=BearerAuth(token) if token else None,
                ) as response:
                    return await _whole(response, self._max_body, self._clock, request.sink)
        except (httpx2.HTTPError, TimeoutError) as error:
            raise transport_failure(error, "the platform") from None
        except httpx2.InvalidURL:
            raise NotFound("There is nothing with that id", do="Pass an id from an earlier answer.") from None


@dataclass(frozen=True)
class OrganisationApi:
    """Reads on behalf of one organisation of the login: there is no other way to its data.

    Attributes:
        platform: the login's reads.
        side: the organisation, as documents name it.
        user_id: the MU id that every request carries; None for a login that has a single organisation.
    """

    platform: Api
    side: Side
    user_id: str | None

    async def fetch(
        self,
        read: Read,
        ids: Mapping[str, str] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        body: object = None,
    ) -> bytes:
        """The JSON body of one read; `ids`, `params` and `body` as for `Api.fetch`."""
        return await self.platform.fetch(read, user_id=self.user_id, ids=ids, params=params, body=body)

    async def visible(self, read: Read, root: str, **ids: str) -> VisibleDocuments:
        """The documents of a slip that a read lists, without what cannot be this organisation's, which is counted.

        `root` is the slip's root id; `ids` are what else fills the path's template.
        """
        return belonging(read_list(await self.fetch(read, {"root": root, **ids})), root, self.side)


@dataclass
class _Request:
    """One request; `waited` are the seconds between its attempts, those of the repeat after a renewal included."""

    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, str] | None = None
    body: object = None
    sink: Callable[[], Sink] | None = None
    waited: float = 0.0


async def _whole(
    response: httpx2.Response, max_body: int, clock: Clock, sink: Callable[[], Sink] | None
) -> HttpResponse:
    limit = max_body if response.status_code < 300 else min(max_body, _ERROR_BODY)
    media = media_of(response.headers)
    body: list[bytes] = []
    taking = sink() if sink is not None and response.status_code == 200 and media.endswith("json") else None
    length = 0
    async for chunk in response.aiter_bytes():
        length += len(chunk)
        if length > limit:
            if limit < max_body:
                break
            raise TooLarge(
                f"The platform's answer is larger than {max_body // 1_000_000} MB",
                do="Narrow the question, or raise WHITESPACE_MAX_BODY.",
            )
        if taking is not None:
            taking.feed(chunk)
        else:
            body.append(chunk)
    this_call().received += length
    return HttpResponse(response.status_code, media, b"".join(body), retry_after(response.headers, clock), taking)


def _json_body(answer: HttpResponse, read: Read) -> bytes:
    """The body of a good answer.

    Raises:
        WhitespaceError: it is not one.
    """
    is_json = answer.media.endswith("json")
    if answer.status == 200 and is_json:
        return without_mark(answer.body)
    raise refusal(answer, read)
