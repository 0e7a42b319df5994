"""Logging a person in with the firm's provider, for the page `/connect`: authorization code with PKCE.

Nothing is kept here between the steps, so that every replica can take the next one: each login has a secret of its own,
which travels in a sealed cookie of its own for a few minutes, and what has to be remembered is made of that and of what
the provider sends back. So several tabs may log in at once, and no other browser can go on with what this one began.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast
from urllib.parse import quote, urlencode

import anyio
import httpx2
import jwt
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from whitespace_mcp.api.connection import open_client
from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.team.person import subject_in
from whitespace_mcp.team.provider import ProviderKeys

STEP_SECONDS: Final = 600
"""For so long a login may take, and a session of the page lives."""
_PATIENCE: Final = 10.0


class LoginFailed(Exception):
    """The provider did not say who this is; the text is for the person."""


class Cookies:
    """Values that only our replicas can read, with an end; they share the secrets, the one that seals first."""

    def __init__(self, secrets: Iterable[bytes]) -> None:
        digests = (hashlib.sha256(b"connect cookies" + secret).digest() for secret in secrets)
        self._box = MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])

    def seal(self, purpose: str, values: Mapping[str, str]) -> str:
        """Seal values for one purpose."""
        return self._box.encrypt(json.dumps({"purpose": purpose, **values}).encode()).decode()

    def open(self, purpose: str, cookie: str | None) -> dict[str, str] | None:
        """The values, if they were sealed for that purpose and are not over."""
        try:
            text = self._box.decrypt((cookie or "").encode(), ttl=STEP_SECONDS)
        except (InvalidToken, ValueError):
            return None
        values = cast("dict[str, str]", json.loads(text))
        return values if values.pop("purpose") == purpose else None


class ProviderLogin:
    """The provider, as the page's client sees it."""

    def __init__(self, settings: TeamSettings, keys: ProviderKeys) -> None:
        self._settings = settings
        self._keys = keys
        self._http = open_client(settings.issuer, timeout=_PATIENCE)
        self.callback = f"{settings.origin}/connect/callback"

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def begin(self, secret: str) -> str:
        """Where to send a person to log in; `secret` is the login's own.

        Raises:
            Unavailable: the provider cannot be reached.
        """
        provider = await self._keys.provider()
        query = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self.callback,
            # Entra ID gives `oid` to those only who ask for the profile as well.
            "scope": "openid" if self._settings.subject_claim == "sub" else "openid profile",
            "state": login_name(secret),
            "nonce": _derived(secret, "nonce"),
            "code_challenge": _text(hashlib.sha256(_derived(secret, "verifier").encode()).digest()),
            "code_challenge_method": "S256",
        }
        separator = "&" if "?" in provider.authorization_endpoint else "?"
        return f"{provider.authorization_endpoint}{separator}{urlencode(query)}"

    async def finish(self, secret: str, answer: Mapping[str, str]) -> str:
        """The provider's name for a person, by what it sent them back with.

        `secret` is that of the login whose state it has.

        Raises:
            LoginFailed: the provider says no, or answers another login.
            Unavailable: the provider cannot be reached.
        """
        if "iss" in answer and answer["iss"] != self._settings.issuer:
            raise LoginFailed("Another identity provider answered. Begin again.")
        code = answer.get("code")
        if not code:
            raise LoginFailed("The identity provider did not log you in. Begin again.")
        claims = await self._claims(await self._id_token(code, _derived(secret, "verifier")))
        subject = subject_in(claims, self._settings.subject_claim)
        if claims.get("nonce") != _derived(secret, "nonce") or subject is None:
            raise LoginFailed("The identity provider's answer does not fit. Begin again.")
        return subject

    async def offer(self, code: str, verifier: str) -> str:
        """What the provider says against a code, by the names of RFC 6749; empty where it says nothing.

        Raises:
            LoginFailed: it did not answer.
        """
        return str((await self._answer(code, verifier)).get("error", ""))

    async def _id_token(self, code: str, verifier: str) -> str:
        token = (await self._answer(code, verifier)).get("id_token")
        if not isinstance(token, str):
            raise LoginFailed("The identity provider did not log you in. Begin again.")
        return token

    async def _answer(self, code: str, verifier: str) -> dict[str, Any]:
        """What the provider gives for a code."""
        provider = await self._keys.provider()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.callback}
        login = (self._settings.client_id, self._settings.client_secret.get_secret_value())
        try:
            with anyio.fail_after(_PATIENCE):
                response = await self._http.post(
                    provider.token_endpoint,
                    data={**form, "code_verifier": verifier},
                    auth=(quote(login[0], safe=""), quote(login[1], safe="")),  # RFC 6749, 2.3.1
                )
            answer: object = response.json()
        except (httpx2.HTTPError, TimeoutError, ValueError):
            raise LoginFailed("The identity provider did not answer. Try again in a minute.") from None
        return cast("dict[str, Any]", answer) if isinstance(answer, dict) else {}

    async def _claims(self, token: str) -> dict[str, Any]:
        try:
            return await self._keys.claims(token, self._settings.client_id)
        except jwt.PyJWTError:
            raise LoginFailed("The identity provider's answer cannot be verified. Begin again.") from None


def login_name(secret: str) -> str:
    """A login's state, and what its cookie is called; its secret does not follow from it."""
    return _derived(secret, "name")[:22]


def _derived(secret: str, purpose: str) -> str:
    """One login's name, nonce or verifier: its secret says it, and nobody else can."""
    return _text(hmac.digest(secret.encode(), purpose.encode(), "sha256"))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
