"""The credentials a user can hold, each behind the same small protocol (platform.md 2)."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, Literal, Protocol

import anyio
import anyio.to_thread
import httpx2

from whitespace_mcp.api.bearer import Token
from whitespace_mcp.api.connection import LateTransport, SecretQuery, open_client
from whitespace_mcp.api.failures import HttpResponse, access_refused, media_of, retry_after, transport_failure
from whitespace_mcp.config.environment import AddressedSecret, Environment, StoredSecret
from whitespace_mcp.config.errors import AccessRefused, NotConfigured, Unavailable, WhitespaceError
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.call import this_call
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.session.claims import read_token
from whitespace_mcp.session.exchange_failures import (
    NO_ATTEMPT_AGAIN,
    OUTAGE_ATTEMPTS,
    ExchangeFailures,
    TokenExchangeFailed,
    not_configured,
)

CredentialKind = Literal["refresh_token", "service_token", "none"]

ATTEMPT_SHARE: Final = 0.7
"""How much of a call's time one exchange may take, so that the call that waits for it can still say what happened."""
_MOST_BODY: Final = 1_000_000
"""Bytes of an answer of the login service; a real one has a few thousand."""
_SLOW: Final = (httpx2.ReadTimeout, httpx2.WriteTimeout, TimeoutError)
"""Failures after which the request is not sent again: it has arrived, and the exchange may have happened."""
_HEADER_TEXT: Final = re.compile(r"[!-~]+")


class Credential(Protocol):
    """A long-lived secret that can be turned into an id token."""

    kind: CredentialKind
    """Which kind of credential it is, as `whoami` tells."""

    environment: Environment
    """The environment that its tokens are for: they go to its API and to no other."""

    renewable: bool
    """Whether another token can be had when the current one is refused."""

    async def obtain(self, refused: Token | None = None, /) -> Token:
        """Get a token with one request; `refused` is the one before, if the platform has refused it.

        Raises:
            TokenExchangeFailed: none was to be had this time.
        """
        ...

    def refused(self) -> WhitespaceError:
        """What to say when the platform refuses a token of this credential for good."""
        ...


class RefreshToken:
    """The renewable token of the User Profile panel, exchanged at Sync Gateway (platform.md 2.1)."""

    kind: CredentialKind = "refresh_token"
    renewable: bool = True

    def __init__(
        self,
        secret: AddressedSecret,
        clock: Clock,
        *,
        timeout: float,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare the exchange; nothing is sent yet.

        Args:
            secret: the token; it is sent to the login service of its own environment and nowhere else.
            clock: tells when a token was received.
            timeout: seconds of one tool call, `WHITESPACE_TIMEOUT`.
            transport: how the login service is reached, instead of by connections of its own.
        """
        self.environment = secret.environment
        self._clock = clock
        sync = secret.environment.sync_url
        self._url = f"{sync}/{secret.environment.bucket}/_oidc_refresh"
        self._seconds = ATTEMPT_SHARE * timeout
        self._successes = 0
        secretly = SecretQuery(transport or LateTransport(sync), "refresh_token", secret.value)
        self._http = open_client(sync, timeout=self._seconds, transport=secretly)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def obtain(self, _refused: Token | None = None, /) -> Token:
        """One `GET .../_oidc_refresh`, without Authorization header or cookies.

        It may take most of a call's time, and where it takes longer it is not sent again: the exchange has happened
        at the provider by then, and with tokens that can be used once a second one would end the login.
        """
        failures = ExchangeFailures(self.environment.host, self._successes)
        try:
            with anyio.fail_after(self._seconds):
                answer = await self._exchange(failures)
        except WhitespaceError as error:  # the connection could not be prepared
            raise TokenExchangeFailed(error, attempts=NO_ATTEMPT_AGAIN, refusal=False) from None
        except (httpx2.HTTPError, TimeoutError) as error:
            failure = transport_failure(error, "the Whitespace login service", narrower="")
            again = isinstance(failure, Unavailable) and not isinstance(error, _SLOW)
            raise TokenExchangeFailed(
                failure, attempts=OUTAGE_ATTEMPTS if again else NO_ATTEMPT_AGAIN, refusal=False
            ) from None
        id_token = answer.document.get("id_token")
        if answer.status == 200 and isinstance(id_token, str) and _HEADER_TEXT.fullmatch(id_token):
            self._successes += 1
            return read_token(id_token, self._clock.monotonic())
        raise failures.of(answer)

    def refused(self) -> WhitespaceError:
        """A fresh token was refused by the API."""
        return access_refused(401)

    async def _exchange(self, failures: ExchangeFailures) -> HttpResponse:
        this_call().requests += 1
        async with self._http.stream("GET", self._url) as response:
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MOST_BODY:
                    raise failures.too_large()
            headers = response.headers
            wait = retry_after(headers, self._clock)
            return HttpResponse(response.status_code, media_of(headers), bytes(body), wait)


class StoredRefreshToken:
    """A refresh token that is kept somewhere: read when the first id token is wanted, off the event loop."""

    kind: CredentialKind = "refresh_token"
    renewable: bool = True

    def __init__(self, stored: StoredSecret, make: Callable[[AddressedSecret], RefreshToken]) -> None:
        """Prepare it; nothing is read yet.

        Args:
            stored: where the token is.
            make: the credential of a token that is there.
        """
        self.environment = stored.environment
        self._stored = stored
        self._make = make
        self._credential: RefreshToken | None = None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._credential is not None:
            await self._credential.aclose()

    async def obtain(self, refused: Token | None = None, /) -> Token:
        """Fetch the refresh token if need be, then exchange it."""
        if self._credential is None:
            try:
                secret = await anyio.to_thread.run_sync(self._stored.read, abandon_on_cancel=True)
            except WhitespaceError as error:
                # Remembered for a moment only: as soon as the keychain is unlocked the next call may go on.
                raise TokenExchangeFailed(error, attempts=1, refusal=False) from None
            self._credential = self._make(secret)
        return await self._credential.obtain(refused)

    def refused(self) -> WhitespaceError:
        """What the credential says; it is there, since a token was refused that came from it."""
        if self._credential is None:
            raise RuntimeError("no token was ever obtained")
        return self._credential.refused()


class ServiceToken:
    """A static token for one organisation; there is nothing to renew it with (platform.md 2.3)."""

    kind: CredentialKind = "service_token"
    renewable: bool = False

    def __init__(self, secret: AddressedSecret, clock: Clock) -> None:
        self.environment = secret.environment
        self._token = read_token(secret.get_secret_value(), clock.monotonic())

    async def obtain(self, _refused: Token | None = None, /) -> Token:
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

    kind: CredentialKind = "none"
    renewable: bool = False

    def __init__(self, environment: Environment, problems: tuple[str, ...]) -> None:
        self.environment = environment
        self._problems = problems

    async def obtain(self, _refused: Token | None = None, /) -> Token:
        """There is none."""
        raise TokenExchangeFailed(self.refused(), attempts=NO_ATTEMPT_AGAIN, refusal=True)

    def refused(self) -> WhitespaceError:
        """How to configure one."""
        if self._problems:
            return NotConfigured(
                "The configuration cannot be used: " + "; ".join(self._problems),
                retry="Trying again will not help until that is changed and the server restarted.",
            )
        return not_configured()


def open_credential(settings: Settings, clock: Clock) -> tuple[Credential, Callable[[], Awaitable[None]]]:
    """The credential that is configured, wherever its token is, and how to close it."""

    async def nothing() -> None:
        pass

    renewable = partial(RefreshToken, clock=clock, timeout=settings.timeout)
    if not settings.problems:
        if settings.refresh_token is not None:
            refresh_token = renewable(settings.refresh_token)
            return refresh_token, refresh_token.aclose
        if settings.service_token is not None:
            return ServiceToken(settings.service_token, clock), nothing
        if settings.stored_token is not None:
            stored = StoredRefreshToken(settings.stored_token, renewable)
            return stored, stored.aclose
    return NoCredential(settings.environment, settings.problems), nothing
