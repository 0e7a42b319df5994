"""What an answer of the platform, or none, means: each failure as an error with its words (platform.md 1.4, 2.5)."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from math import ceil
from typing import Any, cast

import httpx2
from pydantic_core import from_json

from whitespace_mcp.api.reads import Read
from whitespace_mcp.config.errors import (
    AccessRefused,
    BadAnswer,
    BadRequest,
    NotFound,
    NotTrusted,
    Redirected,
    Unavailable,
    UserIdRefused,
    WhitespaceError,
    WrongAddress,
)
from whitespace_mcp.runtime.clock import Clock


@dataclass(frozen=True)
class HttpResponse:
    """A whole answer, decoded: its status, media type and body, or the `sink` that has taken the body in."""

    status: int
    media: str
    body: bytes
    retry_after: float | None = None
    sink: object = None

    @property
    def document(self) -> dict[str, Any]:
        """The body as an object of JSON; empty if it is none."""
        try:
            value: object = from_json(without_mark(self.body))
        except ValueError:
            return {}
        return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def transport_failure(
    error: httpx2.HTTPError | TimeoutError, who: str, *, narrower: str = "ask a narrower question."
) -> WhitespaceError:
    """Say what a transport error means, without its URL.

    Args:
        error: of the HTTP client.
        who: did not answer, as it stands in a sentence.
        narrower: advice where a smaller answer would help; empty where none would.
    """
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
        return Unavailable(f"{subject} did not answer in time", retry=later, do=narrower and f"Or {narrower}")
    if isinstance(error, httpx2.DecodingError):
        return BadAnswer(f"{subject} sent a body that cannot be decompressed", retry=later)
    return Unavailable(
        f"The answer of {who} was cut off in transit", retry=later, do=narrower and f"If it happens again, {narrower}"
    )


def media_of(headers: Mapping[str, str]) -> str:
    """The media type that an answer declares, without its parameters; empty if it declares none."""
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


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


def try_later(answer: HttpResponse) -> Unavailable:
    """The platform cannot answer now, and may later."""
    what = "The platform limits how often it may be asked" if answer.status == 429 else (
        f"The platform is not available ({answer.status})"
    )  # fmt: skip
    return Unavailable(what, retry=f"Try again {later(answer.retry_after)}.")


def later(seconds: float | None) -> str:
    """When to try again, if that many seconds were asked for; what is more than a day is no such answer."""
    if not seconds or seconds > 86_400:
        return "in a minute"
    if seconds > 120:
        return f"in {ceil(seconds / 60)} minutes"
    return f"in {round(seconds)} seconds" if seconds >= 1.5 else "in a second"


def _about_user_id(answer: HttpResponse) -> bool:
    """Whether it is the MU id that the platform refuses, not the token."""
    reason = answer.document.get("reason") if answer.status in {400, 401} else None
    return isinstance(reason, str) and "userid" in reason.lower()


def token_refused(answer: HttpResponse) -> bool:
    """Whether it is the bearer that the platform refuses."""
    return answer.status == 401 and not _about_user_id(answer)


def without_mark(body: bytes) -> bytes:
    """JSON without the byte order mark that some servers put before it (RFC 8259 lets a reader ignore it)."""
    return body.removeprefix(codecs.BOM_UTF8)


def refusal(answer: HttpResponse, read: Read) -> WhitespaceError:
    """What an answer that cannot be used means."""
    if _about_user_id(answer):
        return user_id_refused()
    if answer.status in {401, 403}:
        return access_refused(answer.status)
    word = said_in_front(answer.status, answer.media, answer.body)
    if word is not None:
        return BadAnswer(
            f"Something in front of the platform answered in its place ({answer.status}): {word}",
            do="If it says that a header is too large, this login's id token is too long for a proxy on the way (many"
            " groups in it make it so): ask your IT department and Whitespace Support.",
        )
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
    failed = answer.status >= 500
    what = f"The platform {'failed on' if failed else 'refused'} this request ({answer.status})"
    return BadAnswer(
        what,
        retry="Trying again later may help." if failed else None,
        do="If it lasts, ask Whitespace Support." if failed else "Ask differently, or ask Whitespace Support.",
    )


def said_in_front(status: int, media: str, body: bytes) -> str | None:
    """What something in front of the platform said in its place, in a word; None if it is the platform's own answer.

    `status` is the HTTP status, `media` the media type, `body` what was read of it.
    """
    if status == 431 or (status in {400, 494} and b"too large" in body[:2048].lower()):
        return "too large a header"
    if status == 414:
        return "too long an address"
    if status == 400 and (media == "text/html" or body[:512].lstrip().startswith(b"<")):
        return "a page"
    return None


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
