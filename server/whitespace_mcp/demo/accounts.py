"""Logins and tokens: who is asking, and whether they may (platform.md 2 and 3)."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from whitespace_mcp.demo.http import PlatformRequest, json_response
from whitespace_mcp.demo.market.book import Viewer, viewer_of
from whitespace_mcp.demo.market.companies import Directory
from whitespace_mcp.demo.market.seeds import chance, revision
from whitespace_mcp.demo.options import Options
from whitespace_mcp.demo.people import Login, State

ISSUER: Final = "https://login.whitespace-demo.example/"
AUDIENCE: Final = "whitespace-demo-sync"
_WSAUTH: Final = {"error": True, "reason": "Invalid WSAUTH"}
_USER_ID: Final = {"reason": "Invalid WSAUTH: Valid UserID must be supplied", "error": True}
_MAY_READ: Final[tuple[State, ...]] = ("Live", "ReadOnly")


@dataclass(frozen=True)
class Renewal:
    """What one renewal gives."""

    id_token: str
    login: Login
    session_id: str
    end: float


class Accounts:
    """The logins of a platform and the tokens that it has given out."""

    def __init__(
        self,
        seed: int,
        logins: dict[str, Login],
        directory: Directory,
        options: Options,
        lifetime_s: float,
        now: Callable[[], float],
    ) -> None:
        self._seed = seed
        self._directory = directory
        self._options = options
        self._lifetime_s = lifetime_s
        self._now = now
        self._by_refresh_token = {login.refresh_token: login for login in logins.values() if login.refresh_token}
        self._by_service_token = {login.service_token: login for login in logins.values() if login.service_token}
        self._given: dict[str, tuple[Login, float]] = {}
        self._count = 0

    def add(self, login: Login) -> None:
        """Let somebody new in."""
        self._by_refresh_token[login.refresh_token] = login

    def renew(self, refresh_token: str) -> Renewal | None:
        """A new id token, or None when the provider does not accept the refresh token."""
        login = self._by_refresh_token.get(refresh_token)
        if login is None:
            return None
        self._count += 1
        token = self._sign(login)
        end = self._now() + self._lifetime_s
        self._given[token] = (login, end)
        if self._options.single_use_tokens:
            self.revoke(refresh_token)
        return Renewal(token, login, revision("session", str(self._count))[2:], end)

    def revoke(self, refresh_token: str) -> None:
        """Stop accepting a refresh token; id tokens that came of it live on."""
        self._by_refresh_token.pop(refresh_token, None)

    def tokens_given(self) -> list[str]:
        """Every id token given out since the last `expire_tokens`."""
        return list(self._given)

    def expire_tokens(self) -> None:
        """Stop accepting every id token given out so far."""
        self._given.clear()

    def holder(self, bearer: str | None) -> Login | None:
        """Whose bearer it is, if it is accepted still."""
        if bearer is None:
            return None
        login, end = self._given.get(bearer, (None, 0.0))
        return login if login and self._now() < end else self._by_service_token.get(bearer)

    def admit(self, request: PlatformRequest, *, needs_user_id: bool = True) -> Viewer | Response:
        """Who asks, as the member of one company; or the refusal."""
        login = self.holder(request.bearer)
        if login is None or not login.memberships:
            return json_response(_WSAUTH, 401)
        user_id = self._chosen(login, request.user_id, needs_user_id=needs_user_id)
        entry = self._directory.member(user_id) if user_id else None
        if entry is None:
            return json_response(_USER_ID, 401)
        company, member = entry
        if member.state not in _MAY_READ or (member.state == "ReadOnly" and request.method != "GET"):
            return json_response(_WSAUTH, 401)
        return viewer_of(company, member)

    def _may_read(self, user_id: str) -> bool:
        entry = self._directory.member(user_id)
        return entry is not None and entry[1].state in _MAY_READ

    def _chosen(self, login: Login, user_id: str | None, *, needs_user_id: bool) -> str | None:
        ids = [membership.user_id for membership in login.memberships]
        if login.is_sumo:
            if user_id or needs_user_id:
                return user_id if user_id in ids else None
            return next((own_id for own_id in ids if self._may_read(own_id)), ids[0])
        match self._options.user_id_for_single:
            case "ignored":
                return ids[0]
            case "refused":
                return None if user_id else ids[0]
            case "checked":
                return ids[0] if user_id in (None, ids[0]) else None

    def _sign(self, login: Login) -> str:
        # Half of the platform's start would be spent on these, and a caller with a static token never needs them.
        import jwt  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

        secret = chance(self._seed, "signing key").getrandbits(250) + 1
        key = ec.derive_private_key(secret, ec.SECP256R1())
        claims: dict[str, Any] = {"iss": ISSUER, "sub": login.subject, "aud": AUDIENCE}
        if self._options.lifetime_claims:
            claims |= {"iat": int(self._now()), "exp": int(self._now() + self._lifetime_s)}
        if self._options.email_claim:
            claims["email"] = login.email
        if self._options.name_claim:
            claims["name"] = login.name
        return jwt.encode(claims, key, algorithm="ES256", headers={"kid": "demo-1"})


def static_token(claims: dict[str, Any], signature: bytes) -> str:
    """A token that looks like a JWT; the platform knows it by heart and never verifies it."""
    head = {"alg": "ES256", "typ": "JWT", "kid": "demo-service"}
    parts = (json.dumps(head).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
