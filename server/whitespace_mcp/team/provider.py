"""The firm's identity provider: what its metadata says, its signing keys, and what a token says that they have signed.

The keys are read every `KEPT_SECONDS`, so that one that was withdrawn is not trusted for ever; what none of them has
signed makes them be read at once, but never twice in `REREAD_SECONDS`, so that strangers cannot make us ask.
"""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Final, cast
from urllib.parse import urlsplit

import anyio
import httpx2
import jwt

from whitespace_mcp.api.connection import open_client
from whitespace_mcp.config.errors import Unavailable

logger = logging.getLogger(__name__)

_RSA: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
ALGORITHMS: Final = (*_RSA, "ES256", "ES384", "ES512", "EdDSA")
_KINDS: Final = frozenset({"jwt", "at+jwt"})
"""What the header of an access or id token calls it (RFC 9068); providers sign other things with the same keys."""
LEEWAY: Final = 30
"""Seconds that clocks may differ by."""
REREAD_SECONDS: Final = 60.0
KEPT_SECONDS: Final = 600.0
_PATIENCE: Final = 5.0
"""Seconds that the provider may take to answer."""
_MOST_ANSWER: Final = 1_000_000


@dataclass(frozen=True)
class Provider:
    """What the provider's metadata says."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str
    token_endpoint: str


class ProviderKeys:
    """The signing keys of the identity provider.

    `ahead` are the seconds by which its clock is ahead of this machine's, as its last answer had it.
    """

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._http = open_client(issuer, timeout=_PATIENCE)
        self._reading = anyio.Lock()
        self._provider: Provider | None = None
        self._keys: list[jwt.PyJWK] = []
        self._read_at = -math.inf
        self.ahead = 0

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def seen(self) -> bool:
        """Whether the keys were read at least once."""
        return bool(self._keys)

    def __len__(self) -> int:
        return len({(key.key_id, key.key_type) for key in self._keys})

    @property
    def clock_words(self) -> str:
        """By how much the provider's clock differs from ours, if that is more than tokens may."""
        where = "ahead of" if self.ahead > 0 else "behind"
        text = f"the identity provider's clock is {abs(self.ahead)} seconds {where} this machine's"
        return text if abs(self.ahead) > LEEWAY else ""

    async def provider(self) -> Provider:
        """The provider's metadata.

        Raises:
            Unavailable: it cannot be read, or is another issuer's.
        """
        if self._provider is None:
            self._provider = await self._metadata()
        return self._provider

    async def claims(self, token: str, audience: str) -> dict[str, Any]:
        """What a token says that the provider has signed for an audience, and that is good now.

        Raises:
            jwt.PyJWTError: it is not good.
            Unavailable: its key is not known, and the provider could not be asked for it.
        """
        header = jwt.get_unverified_header(token)
        if str(header.get("typ", "JWT")).lower().removeprefix("application/") not in _KINDS:
            raise jwt.InvalidTokenError("another kind of token")
        try:
            return self._decoded(token, header, audience)
        except (jwt.InvalidKeyError, jwt.InvalidSignatureError):
            if not await self._has_read_again():
                raise
        return self._decoded(token, header, audience)

    def _decoded(self, token: str, header: Mapping[str, Any], audience: str) -> dict[str, Any]:
        """The same with the keys that are here: several may share an id, or the token names none."""
        refusal: jwt.PyJWTError = jwt.InvalidKeyError("unknown key")
        for key in self._matching(header):
            try:
                return jwt.decode(
                    token,
                    key,
                    algorithms=[key.algorithm_name],
                    audience=audience,
                    issuer=self._issuer,
                    leeway=LEEWAY,
                    options={"require": ["exp", "iss", "aud", "sub"]},
                )
            except jwt.InvalidSignatureError as error:
                refusal = error
        raise refusal

    async def read(self) -> None:
        """Read metadata and keys now.

        Raises:
            Unavailable: the provider cannot be reached, or says what cannot be used.
        """
        async with self._reading:
            self._read_at = self._clock()
            self._provider = await self._metadata()
            await self._read()

    async def _has_read_again(self) -> bool:
        """Read the keys, unless that was a moment ago."""
        if self._clock() - self._read_at < REREAD_SECONDS:
            return False
        async with self._reading:
            if self._clock() - self._read_at >= REREAD_SECONDS:
                self._read_at = self._clock()
                await self._read()
        return True

    def _matching(self, header: Mapping[str, Any]) -> list[jwt.PyJWK]:
        keys = [key for key in self._keys if key.algorithm_name == header.get("alg")]
        return [key for key in keys if key.key_id == header["kid"]] if "kid" in header else keys

    async def _read(self) -> None:
        provider = await self.provider()
        keys = usable_keys(await self._fetch(provider.jwks_uri))
        if not keys:
            raise _unusable(self._issuer, "publishes no signing key")
        if self.clock_words:
            logger.warning("tokens may be refused: %s", self.clock_words)
        self._keys = keys

    async def _metadata(self) -> Provider:
        metadata = await self._published()
        if metadata.get("issuer") != self._issuer:
            name = str(metadata.get("issuer"))[:200]
            raise _unusable(self._issuer, f"calls itself {name!r} in its metadata")
        names = ("jwks_uri", "authorization_endpoint", "token_endpoint")
        values = {name: value for name in names if isinstance(value := metadata.get(name), str)}
        if len(values) < len(names):
            raise _unusable(self._issuer, "leaves addresses out of its metadata")
        return Provider(self._issuer, **values)

    async def _published(self) -> dict[str, Any]:
        """The metadata, from the first of its places that has it; all of them together may take as long as one."""
        obstacle = _unusable(self._issuer, "cannot be reached")
        with anyio.move_on_after(_PATIENCE):
            for number, address in enumerate(_metadata_addresses(self._issuer)):
                try:
                    return await self._fetch(address)
                except Unavailable as error:
                    obstacle = obstacle if number else error
        raise obstacle

    async def _fetch(self, address: str) -> dict[str, Any]:
        try:
            with anyio.fail_after(_PATIENCE):
                response = await self._http.get(address)
            if response.status_code != 200 or len(response.content) > _MOST_ANSWER:
                raise _unusable(self._issuer, f"answered {response.status_code} at {urlsplit(address).path}")
            document: object = response.json()
            self.ahead = _ahead(response.headers.get("date"))
        except (httpx2.HTTPError, TimeoutError, ValueError):
            raise _unusable(self._issuer, "cannot be reached") from None
        if not isinstance(document, dict):
            raise _unusable(self._issuer, "answered with something else than an object")
        return cast("dict[str, Any]", document)


def usable_keys(page: Mapping[str, Any]) -> list[jwt.PyJWK]:
    """The keys of a page that sign what we verify; a key that names no algorithm is there once for each of its kind."""
    keys: list[jwt.PyJWK] = []
    listed = page.get("keys")
    for entry in cast("list[object]", listed) if isinstance(listed, list) else []:
        row = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
        for algorithm in _RSA if row.get("kty") == "RSA" and "alg" not in row else (row.get("alg"),):
            try:
                key = jwt.PyJWK.from_dict(row, algorithm)
            except (jwt.PyJWTError, TypeError, KeyError):
                continue
            fits = row.get("use", "sig") == "sig" and isinstance(row.get("kid"), str | None)
            if fits and key.algorithm_name in ALGORITHMS:
                keys.append(key)
    return keys


def _ahead(date: str | None) -> int:
    """By how many seconds the writer of a `Date` header is ahead of us; 0 where it says nothing that can be read."""
    try:
        return round(parsedate_to_datetime(date).timestamp() - time.time()) if date else 0
    except (ValueError, OverflowError):
        return 0


def _metadata_addresses(issuer: str) -> tuple[str, ...]:
    """Where metadata may be: OpenID Connect's place, and RFC 8414's with the path behind."""
    host, slash, path = issuer.removeprefix("https://").removeprefix("http://").partition("/")
    scheme = issuer.split("://", 1)[0]
    base = issuer.removesuffix("/")
    rest = f"{slash}{path}".removesuffix("/")
    return (
        f"{base}/.well-known/openid-configuration",
        f"{scheme}://{host}/.well-known/oauth-authorization-server{rest}",
    )


def _unusable(issuer: str, what: str) -> Unavailable:
    return Unavailable(f"The identity provider {issuer} {what}", retry="Try again in a minute.")
