"""Keeping an id token that works.

The policy, case by case:

- fresh: used as it is.
- early window (a quarter of the lifetime, five minutes at most, before its end): used as it is while a renewal runs in
  the background; if that fails, the token goes on being used.
- late window (a twentieth of the lifetime, thirty seconds at most) or past it: the call waits for the renewal.
- a token that tells no lifetime is good until it is refused.
- one renewal in flight: everybody who needs it waits for its outcome; it runs in the session's task group.
- a renewal makes at most three requests where trying again can help, two for `Unable to refresh token.`, else one; one
  that is only slow may take most of a call's time and is not sent again.
- a caller that comes upon a renewal that everybody else has left, which may be dead, gets its outcome too; if that is
  trouble that may pass, it waits until that is forgotten and renews for itself, as far as its time allows.
- a failure is remembered, 2 s if transient and 60 s if a refusal: until then calls fail at once with its advice.
- `Invalid WSAUTH` names the token that was refused: if a newer one is here already, that one is used; else one renewal.
- a token fresh from renewal that is refused too: no renewal by any call for 60 s.
"""

from typing import Final, Literal

from anyio.abc import TaskGroup

from whitespace_mcp.api.bearer import Token
from whitespace_mcp.config.errors import Unavailable, WhitespaceError, in_seconds, tried_for
from whitespace_mcp.runtime.call import seconds_left
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.runtime.single_flight import PatienceLost, SingleFlight
from whitespace_mcp.session.credential import Credential, CredentialKind
from whitespace_mcp.session.exchange_failures import TokenExchangeFailed

TokenState = Literal["fresh", "stale", "refused", "unverified"]

EARLY_SHARE: Final = 0.25
"""Share of a token's lifetime before its end in which it is renewed in the background; `EARLY_MOST` seconds at most."""
EARLY_MOST: Final = 300.0
LATE_SHARE: Final = 0.05
"""Share of the lifetime before its end in which it is not used any more; `LATE_MOST` seconds at most."""
LATE_MOST: Final = 30.0
WAITS: Final = (0.5, 2.0)
"""Seconds between the requests of one renewal."""
REMEMBER_TRANSIENT: Final = 2.0
"""Seconds for which trouble that may pass is told again without a request; `REMEMBER_REFUSAL`: a refusal."""
REMEMBER_REFUSAL: Final = 60.0
WAITING_SHARE: Final = 0.85
"""How much of a call's time is spent on waiting for a renewal, so that the answer can say what was slow."""


class TokenCache:
    """Provides the token for every request of the process; implements `api.bearer.Bearer`."""

    def __init__(self, credential: Credential, clock: Clock, tasks: TaskGroup) -> None:
        self._credential = credential
        self._clock = clock
        self._token: Token | None = None
        self._flight = SingleFlight(tasks, self._renew, lasting=True)
        self._failure: TokenExchangeFailed | None = None
        self._failed_until = 0.0
        self._refused: Token | None = None
        self._settled_until = 0.0

    @property
    def kind(self) -> CredentialKind:
        """The kind of credential."""
        return self._credential.kind

    @property
    def state(self) -> TokenState:
        """What is known of the credential: `unverified` until it was tried, `refused` after a refusal."""
        if self._failure is not None and self._failure.refusal:
            return "refused"
        if self._token is None:
            return "unverified"
        if self._token is self._refused:
            return "refused"
        remaining = self._remaining(self._token)
        return "stale" if remaining is not None and remaining <= 0 else "fresh"

    @property
    def expires_in(self) -> float | None:
        """Seconds that the current token still lives, if it tells; not below zero."""
        remaining = self._remaining(self._token) if self._token else None
        return None if remaining is None else max(0.0, remaining)

    async def current(self) -> Token:
        """A token that may be used now; see the policy above."""
        token = self._token
        if token is None or self._in_window(token, LATE_SHARE, LATE_MOST):
            return await self._renewed()
        if self._in_window(token, EARLY_SHARE, EARLY_MOST) and not self._remembered():
            self._flight.start()
        return token

    async def problem(self) -> WhitespaceError | None:
        """Why no usable token is to be had now, after trying; None if one is."""
        try:
            await self.current()
        except WhitespaceError as error:
            return error
        return None

    async def replace(self, refused: Token) -> Token:
        """Another token than the refused one, renewing only if it is the current one."""
        if self._token is not None and self._token is not refused:
            return self._token
        self._refused = refused
        if not self._credential.renewable or self._clock.monotonic() < self._settled_until:
            raise self._credential.refused()
        return await self._renewed()

    def refused_again(self, token: Token) -> None:
        """A fresh token was refused: it is the account or the address, so nobody renews for a minute."""
        if token is not self._token:  # a newer one is here, of which nothing is known
            return
        self._refused = token
        self._settled_until = self._clock.monotonic() + REMEMBER_REFUSAL

    async def _renewed(self) -> Token:
        if self._remembered() and self._failure is not None:
            raise self._failure.error.replaced()
        deserted = self._flight.deserted
        patience, started = self._patience(), self._clock.monotonic()
        try:
            return await self._flight.join(patience=patience)
        except TokenExchangeFailed as failure:
            passing = isinstance(failure.error, Unavailable)
            if passing and deserted and self._patience() > REMEMBER_TRANSIENT:
                await self._clock.sleep(REMEMBER_TRANSIENT)
                return await self._renewed()
            waited = self._clock.monotonic() - started if passing else 0.0
            raise tried_for(failure.error, waited) from None
        except PatienceLost:
            raise Unavailable(
                f"The Whitespace login service did not answer within {in_seconds(patience)}",
                retry="Try again in a minute.",
            ) from None

    def _patience(self) -> float:
        """Seconds for which the current call can wait."""
        return WAITING_SHARE * seconds_left()

    async def _renew(self) -> Token:
        """One renewal with its few requests; runs in the session's task group only."""
        attempt = 0
        while True:
            try:
                token = await self._credential.obtain(self._token if self._token is self._refused else None)
            except TokenExchangeFailed as failure:
                attempt += 1
                if attempt >= failure.attempts:
                    self._remember(failure)
                    raise
                await self._clock.sleep(WAITS[min(attempt, len(WAITS)) - 1])
            else:
                self._token = token
                self._failure = None
                return token

    def _remember(self, failure: TokenExchangeFailed) -> None:
        self._failure = failure
        self._failed_until = self._clock.monotonic() + (REMEMBER_REFUSAL if failure.refusal else REMEMBER_TRANSIENT)

    def _remembered(self) -> bool:
        return self._failure is not None and self._clock.monotonic() < self._failed_until

    def _remaining(self, token: Token) -> float | None:
        return None if token.lifetime is None else token.received + token.lifetime - self._clock.monotonic()

    def _in_window(self, token: Token, share: float, most: float) -> bool:
        remaining = self._remaining(token)
        if remaining is None or token.lifetime is None:
            return False
        return remaining <= min(token.lifetime * share, most)
