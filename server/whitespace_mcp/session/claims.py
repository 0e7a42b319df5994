"""What an id token tells about itself, read without verifying it: hints for scheduling and look-up, never authority.

The claims that the platform's provider puts in are not published (platform.md 2.2), so each may be missing or odd.
"""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from pydantic import SecretStr

from whitespace_mcp.api.bearer import Token

_NAMES = ("name", "preferred_name")
_EMAILS = ("email", "preferred_username", "upn")
_FAR_FUTURE = 1e15


def read_token(jwt_text: str, received: float) -> Token:
    """Make a token of a JWT; one that cannot be decoded is still a token, of which nothing is known.

    Args:
        jwt_text: the token as it came.
        received: monotonic seconds at receipt.
    """
    claims = _claims(jwt_text)
    return Token(
        value=SecretStr(jwt_text),
        received=received,
        lifetime=_lifetime(claims),
        issuer=_text(claims, "iss") or "",
        subject=_text(claims, "sub") or "",
        email=next((text for text in _texts(claims, _EMAILS) if "@" in text), None),
        name=next(_texts(claims, _NAMES), None) or _joined_name(claims) or _text(claims, "nickname"),
    )


def _claims(jwt_text: str) -> dict[str, Any]:
    import jwt  # noqa: PLC0415  # brings cryptography along, which nothing needs before the first token

    try:
        decoded = jwt.decode_complete(jwt_text, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return {}
    payload: object = decoded.get("payload")
    return cast("dict[str, Any]", payload) if isinstance(payload, dict) else {}


def _text(claims: dict[str, Any], key: str) -> str | None:
    value = claims.get(key)
    return value.strip() if isinstance(value, str) and value.strip() else None


def _texts(claims: dict[str, Any], keys: Iterable[str]) -> Iterator[str]:
    return filter(None, (_text(claims, key) for key in keys))


def _joined_name(claims: dict[str, Any]) -> str | None:
    return " ".join(filter(None, [_text(claims, "given_name"), _text(claims, "family_name")])) or None


def _lifetime(claims: dict[str, Any]) -> float | None:
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if expires is None or issued is None or expires <= issued:
        return None
    return expires - issued


def _seconds(claims: dict[str, Any], key: str) -> float | None:
    value = claims.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < _FAR_FUTURE else None
