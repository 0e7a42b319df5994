"""One read of the platform: limits, retries, and what each kind of failure means (platform.md 1.4, 2.5).

Retries: a GET that met 429, 502, 503, 504, no connection, a timeout or a broken body is sent again, three times in
all and with at most eight seconds of waiting; nothing else is. A 401 `Invalid WSAUTH` renews the token at most once
and repeats the call at most once; a 401 about the UserID never renews.
"""

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, Protocol

import anyio
import httpx2
from pydantic_core import from_json

from whitespace_mcp.api.bearer import BearerAuth, Token, TokenProvider
from whitespace_mcp.api.reads import READS, Read
from whitespace_mcp.config.environment import Environment
from whitespace_mcp.config.errors import (
    AccessRefused,
    BadAnswer,
    BadRequest,
    NotFound,
    NotTrusted,
    Redirected,
    TooLarge,
    Unavailable,
    UserIdRefused,
    WhitespaceError,
    WrongAddress,
    tried_for,
)
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.telemetry.calls import noted
from whitespace_mcp.terms.ids import is_root, root_of

ATTEMPTS: Final = 3
WAITS: Final = (0.5, 2.0)
MOST_WAITING: Final = 8.0
_TRY_LATER: Final = frozenset({429, 502, 503, 504})
_ERROR_BODY: Final = 65_536
_HEADER_TEXT: Final = re.compile(r"[!-~]{1,100}")
"""What can stand in a header at all; the platform's own grammar has exceptions (platform.md 3)."""


@dataclass(frozen=True)
class HttpResponse:
    """A whole answer, decoded: its status, media type and body."""

    status: int
    media: str
    body: bytes
    retry_after: float | None = None


class Sink(Protocol):
    """What takes a body in as it comes."""

    def feed(self, chunk: bytes) -> None:
        """Take bytes in."""
        ...


class Api:
    """Reads of the REST API, on behalf of one login.

    Args:
        http: the client whose connections are used.
        environment: where the platform is; the bearer's tokens must be for this one.
        bearer: who provides tokens.
        clock: for waiting between attempts.
        max_body: bytes, decoded, of one answer.

    Attributes:
        limited: how often the platform has answered that it is asked too often (429).
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
        return _json_body(await self._ask(read, user_id, ids, params, body), read)

    async def fetch_into(self, read: Read, sink: Callable[[], Sink], *, user_id: str | None) -> None:
        """The JSON body of one read, given on as it comes in: to a new sink for each attempt, the last of which has it.

        Raises:
            WhitespaceError: nothing usable came; or what a sink raised.
        """
        _json_body(await self._ask(read, user_id, None, None, None, sink=sink), read)

    async def fetch_file(
        self, read: Read, *, user_id: str | None, ids: Mapping[str, str], media: str = "*/*", body: object = None
    ) -> HttpResponse:
        """The bytes of a file, with the media type that the platform gives them, which may be wrong (platform.md 9).

        Args:
            read: which one, from the allow-list.
            user_id: as for `fetch`.
            ids: what fills the path's template.
            media: the `Accept` header.
            body: what a read by POST asks, as JSON.

        Raises:
            WhitespaceError: nothing usable came; the type says what it was.
        """
        answer = await self._ask(read, user_id, ids, None, body, media)
        if answer.status == 200 and answer.media != "text/html":
            return answer
        raise _refusal(answer, read)

    async def fetch_anonymous(self, read: Read) -> bytes:
        """The JSON body of a read that needs no credential."""
        return _json_body(await self._send(self._request(read, {}, {}, None, None), _Patience()), read)

    def _request(
        self,
        read: Read,
        headers: Mapping[str, str],
        ids: Mapping[str, str],
        params: Mapping[str, str] | None,
        body: object,
    ) -> "_Request":
        if read not in READS:
            raise PermissionError(read.template)
        noted().roots.update(root.upper() for value in ids.values() if is_root(root := root_of(value)))
        return _Request(read.method, self._bases[read.below] + read.path(**ids), headers, params, body)

    async def _ask(
        self,
        read: Read,
        user_id: str | None,
        ids: Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        body: object,
        media: str = "application/json",
        sink: Callable[[], Sink] | None = None,
    ) -> HttpResponse:
        if user_id and not _HEADER_TEXT.fullmatch(user_id):
            raise user_id_refused()
        headers = {"Accept": media} | ({"UserID": user_id} if user_id else {})
        request = replace(self._request(read, headers, ids or {}, params, body), sink=sink)
        patience = _Patience()
        token = await self._bearer.current()
        answer = await self._send(request, patience, token)
        if _token_refused(answer):
            token = await self._bearer.replace(token)
            answer = await self._send(request, patience, token)
            if _token_refused(answer):
                self._bearer.refused_again(token)
        return answer

    async def _send(self, request: "_Request", patience: "_Patience", token: Token | None = None) -> HttpResponse:
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
                failure = _try_later(answer)
            wait = asked_wait if asked_wait is not None else WAITS[min(attempt, len(WAITS) - 1)]
            if request.method != "GET" or attempt == ATTEMPTS - 1 or patience.waited + wait > MOST_WAITING:
                raise tried_for(failure, self._clock.monotonic() - started)
            patience.waited += wait
            await self._clock.sleep(wait)
        raise AssertionError  # pragma: no cover  # the last attempt returns or raises

    async def _once(self, request: "_Request", token: Token | None) -> HttpResponse:
        call = noted()
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


@dataclass
class _Patience:
    """How long one read has waited between its attempts, the repeat after a renewal included."""

    waited: float = 0.0


@dataclass(frozen=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    params: Mapping[str, str] | None
    body: object
    sink: "Callable[[], Sink] | None" = None


def transport_failure(error: httpx2.HTTPError | TimeoutError, who: str) -> WhitespaceError:
    """Say what a transport error means, without its URL."""
    later = "Trying again in a minute may help."
    subject = who[:1].upper() + who[1:]
    if isinstance(error, httpx2.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in str(error):
        return NotTrusted(
            f"{subject} shows a certificate that this machine does not trust, so nothing was sent",
            do="Check WHITESPACE_ROOT. Where the company inspects its traffic, its certificate must be in the system's"
            " store, or in the file that SSL_CERT_FILE names.",
        )
    if isinstance(error, httpx2.ProxyError):
        return Unavailable(
            f"The proxy on the way to {who} does not let the connection through", retry=later,
            do="If it lasts, ask your IT department: HTTPS_PROXY names the proxy, and it may want a name and password"
            " there.",
        )  # fmt: skip
    if isinstance(error, httpx2.ConnectTimeout | httpx2.ConnectError):
        return Unavailable(
            f"No connection to {who}", retry=later,
            do="If it lasts, check WHITESPACE_ROOT, the network and the proxy.",
        )  # fmt: skip
    if isinstance(error, httpx2.TimeoutException | TimeoutError):
        return Unavailable(f"{subject} did not answer in time", retry=later, do="Or ask a narrower question.")
    if isinstance(error, httpx2.DecodingError):
        return BadAnswer(f"{subject} sent a body that cannot be decompressed", retry=later)
    return Unavailable(
        f"The answer of {who} was cut off in transit", retry=later, do="If it happens again, ask a narrower question."
    )


async def _whole(
    response: httpx2.Response, max_body: int, clock: Clock, sink: "Callable[[], Sink] | None"
) -> HttpResponse:
    limit = max_body if response.status_code < 300 else min(max_body, _ERROR_BODY)
    media = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    body = bytearray()
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
            body += chunk
    noted().received += length
    return HttpResponse(
        status=response.status_code, media=media, body=bytes(body), retry_after=retry_after(response.headers, clock)
    )


def retry_after(headers: Mapping[str, str], clock: Clock) -> float | None:
    """Seconds to wait, from either form of `Retry-After`; a moment is compared with the sender's clock if it tells."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value[:9])
    moment = _moment(value)
    if moment is None:
        return None
    now = _moment(headers.get("Date", "")) or clock.now()
    return max(0.0, (moment - now).total_seconds())


def _moment(value: str) -> datetime | None:
    """An HTTP date."""
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def _try_later(answer: HttpResponse) -> Unavailable:
    what = "The platform limits how often it may be asked" if answer.status == 429 else (
        f"The platform is not available ({answer.status})"
    )  # fmt: skip
    return Unavailable(what, retry=f"Try again {later(answer.retry_after)}.")


def later(seconds: float | None) -> str:
    """When to try again, if that many seconds were asked for."""
    return f"in {max(1, round(seconds))} seconds" if seconds else "in a minute"


def _reason(answer: HttpResponse) -> str:
    try:
        document = from_json(without_mark(answer.body))
    except ValueError:
        return ""
    reason = document.get("reason") if isinstance(document, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return reason if isinstance(reason, str) else ""


def _about_user_id(answer: HttpResponse) -> bool:
    return answer.status in {400, 401} and "userid" in _reason(answer).lower()


def _token_refused(answer: HttpResponse) -> bool:
    return answer.status == 401 and not _about_user_id(answer)


def _json_body(answer: HttpResponse, read: Read) -> bytes:
    """The body of a good answer.

    Raises:
        WhitespaceError: it is not one.
    """
    is_json = answer.media.endswith("json")
    if answer.status == 200 and is_json:
        return without_mark(answer.body)
    raise _refusal(answer, read)


def without_mark(body: bytes) -> bytes:
    """JSON without the byte order mark that some servers put before it (RFC 8259 lets a reader ignore it)."""
    return body.removeprefix(codecs.BOM_UTF8)


def _refusal(answer: HttpResponse, read: Read) -> WhitespaceError:
    """What an answer that cannot be used means."""
    if _about_user_id(answer):
        return user_id_refused()
    if answer.status in {401, 403}:
        return access_refused(answer.status)
    html = answer.body[:512].lstrip().startswith(b"<")
    if 300 <= answer.status < 400 or (answer.status in {200, 404, 405} and (html or answer.status != 404)):
        kind = Redirected if answer.status // 100 == 3 else WrongAddress  # any 3xx
        return kind(
            f"The answer to {read.template} did not come from the platform's API",
            do="The address in the configuration is probably wrong: check WHITESPACE_ROOT, and WHITESPACE_API_URL if"
            " it is set.",
        )
    if answer.status in {400, 404}:
        kind = BadRequest if answer.status == 400 else NotFound
        return kind(
            "Not found, or not visible to this organisation", do="Check the id with get_risks in this organisation."
        )
    if answer.status >= 500:
        return BadAnswer(f"The platform failed on this request ({answer.status})", retry="Trying again later may help.")
    return BadAnswer(f"The platform refused this request ({answer.status})")


def user_id_refused() -> UserIdRefused:
    """An MU id that is not the login's; the platform says the same of none at all (platform.md 3)."""
    return UserIdRefused(
        "The platform does not accept this organisation's MU id for this login",
        do="Call list_organisations with refresh=true, and check WHITESPACE_USER_ID if it is set.",
    )


def access_refused(status: int) -> AccessRefused:
    """A refusal that renewing does not cure: the platform does not say which of the three it is (platform.md 2.5)."""
    return AccessRefused(
        "The platform refuses this login" + (", and a fresh token is refused too" if status == 401 else f" ({status})"),
        do="The account may not be live, it may be read-only, or this machine's address may not be on the"
        " allow-list: ask the administrator or Whitespace Support.",
    )
