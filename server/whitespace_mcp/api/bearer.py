"""The id token that a request carries, and who provides it."""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Protocol

import httpx2
from pydantic import SecretStr


@dataclass(frozen=True, eq=False)
class Token:
    """One id token as it was received. Two tokens are the same only if they are the same object.

    Attributes:
        value: the JWT, masked.
        received: monotonic seconds at receipt; lifetime counts from here, so a wrong local clock does no harm.
        lifetime: seconds from `exp - iat`, or None if the token does not tell: then it is good until refused.
        issuer: claim `iss`; `subject`: claim `sub`; together they name the login.
        email: claim `email`; `name`: the first of the name claims. Hints, never authority.
    """

    value: SecretStr
    received: float
    lifetime: float | None = None
    issuer: str = ""
    subject: str = ""
    email: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)


class TokenProvider(Protocol):
    """Who provides the token for a request."""

    async def current(self) -> Token:
        """A token that may be used now.

        Raises:
            WhitespaceError: none is to be had; the message says why.
        """
        ...

    async def replace(self, refused: Token) -> Token:
        """Another token, since the platform refused this one with `Invalid WSAUTH`.

        Raises:
            WhitespaceError: renewing does not help, or failed.
        """
        ...

    def refused_again(self, token: Token) -> None:
        """Report that a token fresh from `replace` was refused too."""
        ...


class BearerAuth(httpx2.Auth):
    """Puts one token on one request; the only place where it leaves its masked type for the API."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        """Set the header."""
        request.headers["Authorization"] = f"Bearer {self._token.value.get_secret_value()}"
        yield request
