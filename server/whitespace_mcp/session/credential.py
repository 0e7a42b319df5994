"""The credentials a user can hold, each behind the same small protocol (platform.md 2)."""

import re
from collections.abc import Awaitable, Callable
from typing import Final, Literal, Protocol

import anyio
import httpx2
from pydantic_core import from_json

from whitespace_mcp.api.bearer import Token
from whitespace_mcp.api.client import later, retry_after, transport_failure, without_mark
from whitespace_mcp.api.connection import LateTransport, SecretQuery, open_client
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.errors import AccessRefused, CredentialRefused, NotConfigured, Unavailable, WhitespaceError
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.session.claims import read_token
from whitespace_mcp.telemetry.calls import noted

Kind = Literal["refresh_token", "service_token", "none"]

_ATTEMPT_SECONDS: Final = 10.0
_MOST_BODY: Final = 1_000_000
_HEADER_TEXT: Final = re.compile(r"[!-~]+")


class TokenExchangeFailed(Exception):
    """One failed attempt to get a token.

    Attributes:
        error: what the assistant reads.
        attempts: how many requests this kind of failure deserves in all.
        refusal: whether the login service said no, as opposed to being unable to answer.
    """

    def __init__(self, error: WhitespaceError, *, attempts: int, refusal: bool) -> None:
        super().__init__(error.what)
        self.error = error
        self.attempts = attempts
        self.refusal = refusal


class Credential(Protocol):
    """A long-lived secret that can be turned into an id token."""

    kind: Kind
    """Which kind of credential it is, as `whoami` tells."""

    environment: Environment
    """The environment that its tokens are for: they go to its API and to no other."""

    renewable: bool
    """Whether another token can be had when the current one is refused."""

    async def obtain(self) -> Token:
        """Get a token with one request.

        Raises:
            Failure: none was to be had this time.
        """
        ...

    def refused(self) -> WhitespaceError:
        """What to say when the platform refuses a token of this credential for good."""
        ...


class RefreshToken:
    """The renewable token of the User Profile panel, exchanged at Sync Gateway (platform.md 2.1)."""

    kind: Kind = "refresh_token"
    renewable: bool = True

    def __init__(self, secret: AddressedSecret, clock: Clock, *, timeout: float) -> None:
        """Prepare the exchange; nothing is sent yet.

        Args:
            secret: the token; it is sent to the login service of its own environment and nowhere else.
            clock: tells when a token was received.
            timeout: seconds of one tool call, `WHITESPACE_TIMEOUT`.
        """
        self.environment = secret.environment
        self._clock = clock
        sync = secret.environment.sync_url
        self._url = f"{sync}/{secret.environment.bucket}/_oidc_refresh"
        self._seconds = min(_ATTEMPT_SECONDS, timeout / 4)
        transport = SecretQuery(LateTransport(sync), "refresh_token", secret.value)
        self._http = open_client(sync, timeout=self._seconds, transport=transport)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def obtain(self) -> Token:
        """One `GET .../_oidc_refresh`, without Authorization header or cookies."""
        try:
            with anyio.fail_after(self._seconds):
                status, body, wait = await self._exchange()
        except (httpx2.HTTPError, TimeoutError) as error:
            failure = transport_failure(error, "the Whitespace login service")
            raise TokenExchangeFailed(
                failure, attempts=3 if isinstance(failure, Unavailable) else 1, refusal=False
            ) from None
        id_token, reason = _read(body)
        if status == 200 and id_token:
            return read_token(id_token, self._clock.monotonic())
        if status == 429:
            raise self._limited(wait)
        raise self._failure(status, reason)

    def refused(self) -> WhitespaceError:
        """A fresh token was refused by the API."""
        return AccessRefused(
            f"{self.environment.host} refuses this login, and a fresh token is refused too",
            do="The account may not be live, it may be read-only, or this machine's address may not be on the"
            " allow-list: ask the administrator or Whitespace Support.",
        )

    async def _exchange(self) -> tuple[int, bytes, float | None]:
        noted().requests += 1
        async with self._http.stream("GET", self._url) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MOST_BODY:
                    raise TokenExchangeFailed(self._wrong_address(), attempts=1, refusal=True)
            return response.status_code, bytes(body), retry_after(response.headers, self._clock)

    def _failure(self, status: int, reason: str | None) -> TokenExchangeFailed:
        """What a failure of the exchange means: the table of platform.md 2.1, decided on the reason first."""
        if reason is None:
            if status in {502, 503, 504}:
                return self._down()
            return TokenExchangeFailed(self._wrong_address(), attempts=1, refusal=True)
        said = reason.lower()
        rows = (
            ("unable to refresh token", 2, self._dead_token),
            ("refresh token must be present", 1, not_configured),
            ("unable to identify provider", 1, self._no_provider),
            ("login required", 1, self._no_bucket),
            ("no such database", 1, self._no_bucket),
            ("invalid login", 1, self._not_enabled),
        )
        for fragment, attempts, error in rows:
            if fragment in said:
                return TokenExchangeFailed(error(), attempts=attempts, refusal=True)
        if "oidc initialization" in said or status in {502, 503, 504}:
            return self._down()
        return TokenExchangeFailed(self._fault() if status >= 500 else self._wrong_address(), attempts=1, refusal=True)

    def _dead_token(self) -> WhitespaceError:
        return CredentialRefused(
            f"The refresh token does not work at {self.environment.host}",
            retry="Trying again within a minute will not help.",
            do="Log in to Whitespace there, copy a new token from User Profile straight after logging in, and put it"
            " into WHITESPACE_REFRESH_TOKEN, or run `whitespace-mcp login`. A production token does not work on"
            " sandbox, nor the other way round. If a new one fails too, the login service has an outage.",
        )

    def _not_enabled(self) -> WhitespaceError:
        return CredentialRefused(
            f"The login behind the refresh token is not enabled at {self.environment.host}",
            do="Ask Whitespace Support to enable renewable tokens for it.",
        )

    def _no_provider(self) -> WhitespaceError:
        return self._wrong_bucket("has no login provider")

    def _no_bucket(self) -> WhitespaceError:
        return self._wrong_bucket("does not exist")

    def _wrong_bucket(self, problem: str) -> WhitespaceError:
        return NotConfigured(
            f"The bucket that WHITESPACE_BUCKET names {problem} at {self.environment.host}",
            do="Set WHITESPACE_BUCKET to the environment's bucket; on sandbox it is sandboxbucket.",
        )

    def _wrong_address(self) -> WhitespaceError:
        return NotConfigured(
            f"What answered at {self.environment.host} is not the Whitespace login service",
            do="The address in the configuration is probably wrong: check WHITESPACE_ROOT (and WHITESPACE_SYNC_URL"
            " if set) and WHITESPACE_BUCKET.",
        )

    def _fault(self) -> WhitespaceError:
        return CredentialRefused(
            f"The login service at {self.environment.host} failed on this login",
            retry="Trying again in a minute may help.",
            do="If it lasts, ask Whitespace Support.",
        )

    def _limited(self, wait: float | None) -> TokenExchangeFailed:
        error = Unavailable(
            f"The Whitespace login service at {self.environment.host} limits how often it may be asked",
            retry=f"Try again {later(wait)}.",
        )
        return TokenExchangeFailed(error, attempts=1, refusal=False)

    def _down(self) -> TokenExchangeFailed:
        error = Unavailable(
            f"The Whitespace login service at {self.environment.host} is not available",
            retry="Try again in a minute.",
        )
        return TokenExchangeFailed(error, attempts=3, refusal=False)


class ServiceToken:
    """A static token for one organisation; there is nothing to renew it with (platform.md 2.3)."""

    kind: Kind = "service_token"
    renewable: bool = False

    def __init__(self, secret: AddressedSecret, clock: Clock) -> None:
        self.environment = secret.environment
        self._token = read_token(secret.get_secret_value(), clock.monotonic())

    async def obtain(self) -> Token:
        """The token itself: its lifetime cannot be counted, since receipt was long ago."""
        return Token(value=self._token.value, received=self._token.received, issuer=self._token.issuer,
                     subject=self._token.subject, email=self._token.email, name=self._token.name)  # fmt: skip

    def refused(self) -> WhitespaceError:
        """The platform's only answer for expired, revoked, not live, and an address off the allow-list."""
        return AccessRefused(
            f"{self.environment.host} refuses the service token",
            do="It may be expired, revoked or for another environment, or this machine's address may not be on the"
            " allow-list: ask Whitespace Support; a service token cannot be renewed from here.",
        )


class NoCredential:
    """Nothing usable is configured; every call says what to do."""

    kind: Kind = "none"
    renewable: bool = False

    def __init__(self, environment: Environment, problems: tuple[str, ...]) -> None:
        self.environment = environment
        self._problems = problems

    async def obtain(self) -> Token:
        """There is none."""
        raise TokenExchangeFailed(self.refused(), attempts=1, refusal=True)

    def refused(self) -> WhitespaceError:
        """How to configure one."""
        if self._problems:
            return NotConfigured(
                "The configuration cannot be used: " + "; ".join(self._problems),
                retry="Trying again will not help until that is changed and the server restarted.",
            )
        return not_configured()


def not_configured() -> NotConfigured:
    """What a person reads who has configured nothing yet."""
    return NotConfigured(
        "No Whitespace credential is configured",
        retry="Trying again will not help until that is done and the server restarted.",
        do="Log in to Whitespace, open User Profile, copy the refresh token, and run `whitespace-mcp login` or set"
        " it as WHITESPACE_REFRESH_TOKEN for this server. To look around without an account, start the server with"
        " --demo.",
    )


def open_credential(settings: Settings, clock: Clock) -> tuple[Credential, Callable[[], Awaitable[None]]]:
    """The credential that is configured, and how to close it."""

    async def nothing() -> None:
        pass

    if not settings.problems and settings.refresh_token is not None:
        refresh_token = RefreshToken(settings.refresh_token, clock, timeout=settings.timeout)
        return refresh_token, refresh_token.aclose
    if not settings.problems and settings.service_token is not None:
        return ServiceToken(settings.service_token, clock), nothing
    return NoCredential(settings.environment, settings.problems), nothing


def _read(body: bytes) -> tuple[str | None, str | None]:
    """The id token and the reason in an answer of the gateway; (None, None) if it is not JSON of its shape."""
    try:
        document: object = from_json(without_mark(body))
    except ValueError:
        return None, None
    if not isinstance(document, dict):
        return None, None
    id_token, reason = document.get("id_token"), document.get("reason")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return (
        id_token if isinstance(id_token, str) and _HEADER_TEXT.fullmatch(id_token) else None,
        reason if isinstance(reason, str) else "" if isinstance(document.get("error"), str) else None,  # pyright: ignore[reportUnknownMemberType]
    )
