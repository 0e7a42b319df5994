"""One person's stored login as a credential: one renewal for all replicas, and none by a token that was just refused.

An id token that another replica has got is taken, unless it is the one that this process has used already: whoever asks
again wants a newer one, and whose token was refused one that nobody had before. Whoever renews holds the lease; the
others look every `LOOK_SECONDS` whether there is a token.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

import httpx2
from pydantic import SecretStr

from whitespace_mcp.api.bearer import Token
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.errors import AccessRefused, CredentialRefused, NotConfigured, WhitespaceError
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.session.claims import read_token
from whitespace_mcp.session.credential import CredentialKind, RefreshToken
from whitespace_mcp.session.exchange_failures import TokenExchangeFailed
from whitespace_mcp.team.keys import NotOpened
from whitespace_mcp.team.metrics import Metrics
from whitespace_mcp.team.person import Person
from whitespace_mcp.team.shared import LEASE_SECONDS, Shared, new_lease
from whitespace_mcp.team.vault import Grant, Vault

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 0.05
SPARE_SECONDS: Final = 30.0
"""A shared token that lives no longer than this is not taken."""
UNKNOWN_LIFETIME: Final = 240.0
"""Seconds for which a token is shared that tells no lifetime."""


class TeamCredential:
    """The refresh token that a person gave at `/connect`.

    `login` tells the stored login that its first token came from; empty before that. `timeout` is in seconds, of one
    tool call; `link` is the address of the page `/connect` for this person; `lost` is called when the stored login was
    refused for good.
    """

    kind: CredentialKind = "refresh_token"
    renewable: bool = True

    def __init__(
        self,
        person: Person,
        environment: Environment,
        vault: Vault,
        shared: Shared,
        clock: Clock,
        *,
        timeout: float,
        link: str,
        lost: Callable[[], Awaitable[None]],
        metrics: Metrics,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self.environment = environment
        self._person = person
        self._vault = vault
        self._shared = shared
        self._clock = clock
        self._timeout = timeout
        self._link = link
        self._lost = lost
        self._metrics = metrics
        self._transport = transport
        self._used = ""
        self.login = ""

    async def obtain(self, refused: Token | None = None, /) -> Token:
        """A token that this process has not used yet: another replica's, or a new one.

        After one was `refused` none that is shared by now: the platform may have forgotten all that were given out.

        Raises:
            TokenExchangeFailed: none is to be had.
        """
        grant = await self._grant()
        self.login = self.login or grant.login
        passed = {self._used, *(await self._shared_values(grant) if refused else ())}
        if (token := await self._taken(grant, passed)) is not None:
            return token
        lease = await self._shared.lease(self._person)
        if lease is None:
            self._metrics.lease_waits.inc()
        end = self._clock.monotonic() + LEASE_SECONDS
        while lease is None and self._clock.monotonic() < end:
            await self._clock.sleep(LOOK_SECONDS)
            if (token := await self._taken(grant, passed)) is not None:
                return token
            lease = await self._shared.lease(self._person)
        if lease is None:
            lease = new_lease()  # writes nothing: somebody else's renewal never ends
        try:
            return await self._taken(grant, passed) or await self._renewed(grant, lease)
        finally:
            await self._shared.release(self._person, lease)

    def refused(self) -> WhitespaceError:
        """A fresh token was refused by the API."""
        return AccessRefused(
            f"{self.environment.host} refuses your login, and a fresh token is refused too",
            do="Your account there may not be live, or this server's address may not be on the allow-list: ask the"
            " administrator or Whitespace Support.",
        )

    async def _grant(self) -> Grant:
        """The stored login.

        Raises:
            TokenExchangeFailed: there is none, it is refused for good, or was refused a moment ago.
        """
        try:
            grant = await self._vault.get(self._person)
        except WhitespaceError as error:
            raise TokenExchangeFailed(error, attempts=1, refusal=False) from error
        if grant is None:
            raise TokenExchangeFailed(self._not_connected(), attempts=1, refusal=False)
        if grant.settled:
            raise TokenExchangeFailed(self._refused_for_good(), attempts=1, refusal=False)
        if await self._shared.refused(self._person, grant.version):
            raise TokenExchangeFailed(self._refused_now(), attempts=1, refusal=True)
        return grant

    async def _shared_values(self, grant: Grant) -> list[str]:
        """The token that is shared now, if any."""
        token = await self._shared.token(self._person, grant.login)
        return [token.value.get_secret_value()] if token else []

    async def _taken(self, grant: Grant, passed: set[str]) -> Token | None:
        """Another replica's token of the same login, if it may be taken."""
        token = await self._shared.token(self._person, grant.login)
        if token is None or token.seconds <= SPARE_SECONDS or token.value.get_secret_value() in passed:
            return None
        return self._token(token.value, token.seconds)

    async def _renewed(self, grant: Grant, lease: str) -> Token:
        try:
            secret = await self._vault.token(self._person, grant)
        except NotOpened:
            raise TokenExchangeFailed(self._unreadable(), attempts=1, refusal=True) from None
        addressed = AddressedSecret(self.environment, secret)
        credential = RefreshToken(addressed, self._clock, timeout=self._timeout, transport=self._transport)
        try:
            token = await credential.obtain()
        except TokenExchangeFailed as failure:
            self._metrics.renewals.labels("refused" if failure.refusal else "failed").inc()
            if isinstance(failure.error, CredentialRefused):
                raise await self._doubted(grant, failure) from failure
            raise
        finally:
            await credential.aclose()
        self._metrics.renewals.labels("renewed").inc()
        await self._note_use(grant)
        await self._shared.write(
            self._person, grant.login, lease, token.value, seconds=token.lifetime or UNKNOWN_LIFETIME
        )
        return self._token(token.value, token.lifetime)

    async def _note_use(self, grant: Grant) -> None:
        """Note that the login works; who asks has a token by now, and is answered without it too."""
        try:
            if grant.state != "connected":
                await self._vault.trust(self._person, grant.version)
            await self._vault.touch(self._person)
        except WhitespaceError as error:
            logger.warning("that a login was used could not be noted: %s", error.what)

    async def _doubted(self, grant: Grant, failure: TokenExchangeFailed) -> TokenExchangeFailed:
        """What to say of a refusal: an outage looks the same, so only the second one counts."""
        try:
            now = await self._vault.doubt(self._person, grant.version)
        except WhitespaceError:
            now = grant  # what cannot be noted is no second time
        if now is None:
            return failure
        await self._shared.refuse(self._person, now.version)
        if now.state == "refused" and grant.state != "refused":
            await self._lost()
        error = self._refused_for_good() if now.state == "refused" else self._refused_now()
        return TokenExchangeFailed(error, attempts=1, refusal=True)

    def _token(self, value: SecretStr, lifetime: float | None) -> Token:
        """A token as this process received it: its lifetime counts from now."""
        self._used = value.get_secret_value()
        return replace(read_token(self._used, self._clock.monotonic()), lifetime=lifetime)

    def _not_connected(self) -> WhitespaceError:
        return NotConfigured(
            "Your Whitespace login is not connected to this server yet",
            retry="Trying again will not help until that is done.",
            do=f"Open {self._link} , log in with your firm's account and give your refresh token there, once. It must"
            " not be written into this chat.",
            link=self._link,
        )

    def _refused_now(self) -> WhitespaceError:
        return CredentialRefused(
            f"The login service at {self.environment.host} refuses your stored login, which an outage also looks like",
            retry="Try again in two minutes.",
            do=f"If it lasts, give a new refresh token at {self._link} .",
        )

    def _refused_for_good(self) -> WhitespaceError:
        return CredentialRefused(
            f"Your stored login does not work at {self.environment.host} any more",
            retry="It is tried again every ten minutes, in case the login service had an outage.",
            do=f"Log in to Whitespace, copy a new refresh token from User Profile, and give it at {self._link} .",
            link=self._link,
        )

    def _unreadable(self) -> WhitespaceError:
        return CredentialRefused(
            "Your stored login cannot be opened by this server",
            do=f"Give your refresh token again at {self._link} , and tell whoever runs this server.",
            link=self._link,
        )
