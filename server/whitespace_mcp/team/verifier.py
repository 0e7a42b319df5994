"""Access tokens of the firm's identity provider, verified here: signature, issuer, audience, times, scope and a person.

A verified token is remembered for at most `REMEMBER_SECONDS` and never past its end: so long does a revocation take to
be seen.
"""

import hashlib
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

import jwt
from mcp.server.auth.provider import AccessToken

from whitespace_mcp.config.errors import Unavailable
from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.team.person import subject_in
from whitespace_mcp.team.provider import ProviderKeys

logger = logging.getLogger(__name__)

REMEMBER_SECONDS: Final = 300.0
REMEMBERED: Final = 20_000
"""Tokens at most."""
MOST_TOKEN: Final = 16_000
"""Characters."""


class Verifier:
    """Verifies access tokens; implements the SDK's `TokenVerifier`.

    Whatever is wrong with a token, the caller learns only that it is not good; the reason is in the log and in the
    figures, without the token and its claims: `refused` is told it by the name of an error.
    """

    def __init__(
        self,
        settings: TeamSettings,
        keys: ProviderKeys,
        clock: Callable[[], float] = time.time,
        refused: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self._settings = settings
        self._keys = keys
        self._clock = clock
        self._refused = refused
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
            self._refused(type(error).__name__)
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
        claims = await self._keys.claims(token, self._settings.audience)
        subject = subject_in(claims, self._settings.subject_claim)
        if subject is None:
            raise jwt.MissingRequiredClaimError(self._settings.subject_claim)
        if is_machine(claims):
            raise jwt.InvalidTokenError("a machine")
        if "cnf" in claims:  # RFC 8705, RFC 9449: good only with a proof that nobody can give us here
            raise jwt.InvalidTokenError("bound to a key of its client")
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
