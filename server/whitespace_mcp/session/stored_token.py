"""A refresh token that is kept somewhere and read when the first id token is wanted: late, and off the event loop."""

from collections.abc import Awaitable, Callable
from functools import partial

import anyio.to_thread

from whitespace_mcp.api.bearer import Token
from whitespace_mcp.config.environment import AddressedSecret, StoredSecret
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.clock import Clock
from whitespace_mcp.session import credential
from whitespace_mcp.session.credential import Credential, CredentialKind, RefreshToken
from whitespace_mcp.session.exchange_failures import TokenExchangeFailed


class StoredRefreshToken:
    """A credential that fetches its token from where it is kept, until that has worked once."""

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


def open_credential(settings: Settings, clock: Clock) -> tuple[Credential, Callable[[], Awaitable[None]]]:
    """The credential that is configured, wherever its token is, and how to close it."""
    if settings.problems or settings.stored_token is None or settings.secret is not None:
        return credential.open_credential(settings, clock)
    stored = StoredRefreshToken(settings.stored_token, partial(RefreshToken, clock=clock, timeout=settings.timeout))
    return stored, stored.aclose
