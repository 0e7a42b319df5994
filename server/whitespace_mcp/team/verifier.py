"""Access tokens of the firm's identity provider, verified here: signature, issuer, audience, times, scope and a person.

The provider's keys are read once and kept; a key id that is not among them makes them be read again, at most once in
`REREAD_SECONDS`, so that strangers with invented ids cannot make us ask. A verified token is remembered for at most
`REMEMBER_SECONDS` and never past its end: so long does a revocation take to be seen.
"""

import hashlib
import logging
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import urlsplit

import anyio
import httpx2
import jwt
from mcp.server.auth.provider import AccessToken

from whitespace_mcp.api.connection import open_client
from whitespace_mcp.config.errors import Unavailable
from whitespace_mcp.team.configuration import TeamSettings

logger = logging.getLogger(__name__)

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY: Final = 30
"""Seconds that clocks may differ by."""
REREAD_SECONDS: Final = 60.0
REMEMBER_SECONDS: Final = 300.0
REMEMBERED: Final = 20_000
"""Tokens at most."""
MOST_TOKEN: Final = 16_000
"""Characters."""
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

    Args:
        issuer: letter by letter.
        clock: monotonic seconds.
    """

    def __init__(self, issuer: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._clock = clock
        self._http = open_client(issuer, timeout=_PATIENCE)
        self._reading = anyio.Lock()
        self._provider: Provider | None = None
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._read_at = -math.inf

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @property
    def seen(self) -> bool:
        """Whether the keys were read at least once."""
        return bool(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    async def provider(self) -> Provider:
        """The provider's metadata.

        Raises:
            Unavailable: it cannot be read, or is another issuer's.
        """
        if self._provider is None:
            self._provider = await self._metadata()
        return self._provider

    async def key(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of that id; without an id the only one there is."""
        if (key := self._choice(key_id)) is None and self._clock() - self._read_at >= REREAD_SECONDS:
            async with self._reading:
                if self._clock() - self._read_at >= REREAD_SECONDS:
                    self._read_at = self._clock()
                    await self._read()
            key = self._choice(key_id)
        return key

    async def read(self) -> None:
        """Read metadata and keys now.

        Raises:
            Unavailable: the provider cannot be reached, or says what cannot be used.
        """
        async with self._reading:
            self._read_at = self._clock()
            await self._read()

    def _choice(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    async def _read(self) -> None:
        provider = await self.provider()
        listed = (await self._fetch(provider.jwks_uri)).get("keys")
        keys: dict[str | None, jwt.PyJWK] = {}
        for entry in cast("list[object]", listed) if isinstance(listed, list) else []:
            row = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
            if row.get("use", "sig") != "sig":
                continue
            try:
                key = jwt.PyJWK.from_dict(row)
            except jwt.PyJWTError:
                continue
            keys[key.key_id] = key
        if not keys:
            raise _unusable(self._issuer, "publishes no signing key")
        self._keys = keys

    async def _metadata(self) -> Provider:
        obstacles: list[Unavailable] = []
        for address in _metadata_addresses(self._issuer):
            try:
                metadata = await self._fetch(address)
            except Unavailable as error:
                obstacles.append(error)
                continue
            if metadata.get("issuer") != self._issuer:
                raise _unusable(self._issuer, "calls itself by another issuer's name in its metadata")
            names = ("jwks_uri", "authorization_endpoint", "token_endpoint")
            values = {name: value for name in names if isinstance(value := metadata.get(name), str)}
            if len(values) < len(names):
                raise _unusable(self._issuer, "leaves addresses out of its metadata")
            return Provider(self._issuer, **values)
        raise obstacles[0]

    async def _fetch(self, address: str) -> dict[str, Any]:
        try:
            with anyio.fail_after(_PATIENCE):
                response = await self._http.get(address)
            if response.status_code != 200 or len(response.content) > _MOST_ANSWER:
                raise _unusable(self._issuer, f"answered {response.status_code} at {urlsplit(address).path}")
            document: object = response.json()
        except (httpx2.HTTPError, TimeoutError, ValueError):
            raise _unusable(self._issuer, "cannot be reached") from None
        if not isinstance(document, dict):
            raise _unusable(self._issuer, "answered with something else than an object")
        return cast("dict[str, Any]", document)


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


class Verifier:
    """Verifies access tokens; implements the SDK's `TokenVerifier`.

    Whatever is wrong with a token, the caller learns only that it is not good; the reason is in the log, without the
    token and its claims.
    """

    def __init__(self, settings: TeamSettings, keys: ProviderKeys, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._keys = keys
        self._clock = clock
        self._good: OrderedDict[bytes, tuple[float, AccessToken]] = OrderedDict()

    async def verify_token(self, token: str) -> AccessToken | None:
        """Who an access token is of; None if it is not good here."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
        if (person := self._good.get(digest)) is not None:
            until, access = person
            if self._clock() < until:
                return access
            del self._good[digest]
        try:
            access = await self._verified(token)
        except (jwt.PyJWTError, ValueError, Unavailable, RecursionError) as error:
            logger.info("a token was refused: %s", type(error).__name__)
            return None
        except Exception:
            logger.exception("verifying a token failed")
            return None
        until = min(self._clock() + REMEMBER_SECONDS, float(access.expires_at or 0))
        self._good[digest] = (until, access)
        if len(self._good) > REMEMBERED:
            self._good.popitem(last=False)
        return access

    async def _verified(self, token: str) -> AccessToken:
        if len(token) > MOST_TOKEN:
            raise jwt.InvalidTokenError("too long")
        header = jwt.get_unverified_header(token)
        key_id = header.get("kid")
        key = await self._keys.key(key_id if isinstance(key_id, str) else None)
        if key is None:
            raise jwt.InvalidKeyError("unknown key")
        claims = self._claims(token, key)
        subject = _text(claims, self._settings.subject_claim)
        if subject is None:
            raise jwt.MissingRequiredClaimError(self._settings.subject_claim)
        if is_machine(claims):
            raise jwt.InvalidTokenError("a machine")
        return AccessToken(
            token="-",  # noqa: S106  # nothing behind the gate has a use for the real one
            client_id=_client(claims) or "",
            scopes=sorted(self._scopes(claims)),
            expires_at=int(claims["exp"]),
            resource=self._settings.url,
            subject=subject,
            claims={"iss": claims["iss"]},
        )

    def _scopes(self, claims: Mapping[str, Any]) -> set[str]:
        """The scopes of a token for us; of one that is published as an address only the end comes (Entra ID)."""
        scopes = scopes_of(claims)
        wanted = self._settings.scope
        return scopes | {wanted} if "://" in wanted and wanted.rpartition("/")[2] in scopes else scopes

    def _claims(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name] if key.algorithm_name in ALGORITHMS else [],
            audience=self._settings.audience,
            issuer=self._settings.issuer,
            leeway=LEEWAY,
            options={"require": ["exp", "iss", "aud", "sub"]},
        )


def scopes_of(claims: Mapping[str, Any]) -> set[str]:
    """The scopes of a token: `scope` or `scp`, as one text or as a list; of `prefix/name` the name counts as well."""
    scopes: set[str] = set()
    for name in ("scope", "scp"):
        value = claims.get(name)
        if isinstance(value, str):
            scopes |= set(value.split())
        elif isinstance(value, list):
            scopes |= {each for each in cast("list[object]", value) if isinstance(each, str)}
    return scopes | {scope.rsplit("/", 1)[-1] for scope in scopes if "://" in scope}


def is_machine(claims: Mapping[str, Any]) -> bool:
    """Whether a token was given to a program without a person, by the marks that providers leave.

    `sub` equal to the client (oidc-provider, Ory Hydra, Okta), a service account's name or token id (Keycloak), `idtyp`
    app (Entra ID), or the grant's own name.
    """
    client = _client(claims)
    return bool(
        (client is not None and claims.get("sub") == client)
        or claims.get("idtyp") == "app"
        or claims.get("gty") == "client-credentials"
        or str(claims.get("preferred_username", "")).startswith("service-account-")
        or re.match(r"trrtcc:", str(claims.get("jti", "")))
    )


def _client(claims: Mapping[str, Any]) -> str | None:
    """The client that a token was given to, by whatever name the provider has for it."""
    names = ("azp", "client_id", "appid", "cid")
    return next((client for name in names if (client := _text(claims, name))), None)


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None


def _unusable(issuer: str, what: str) -> Unavailable:
    return Unavailable(f"The identity provider {issuer} {what}", retry="Try again in a minute.")
