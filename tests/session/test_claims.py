"""Claims are hints: whatever a token says, it can be used; and a service token has none that count."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.clock import FakeClock
from support.sessions import error_of, requests_to, session_of
from whitespace_mcp.api.identity import my_details
from whitespace_mcp.config.errors import AccessRefused, explain
from whitespace_mcp.demo import Running
from whitespace_mcp.session.claims import read_token


def token_of(claims: Any) -> str:
    """A token whose payload is any JSON at all, Python's own extensions included."""
    parts = (json.dumps({"alg": "RS256", "typ": "JWT"}), json.dumps(claims), "signature")
    return ".".join(base64.urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


@pytest.mark.parametrize(
    ("claims", "lifetime"),
    [
        ({"iat": 100, "exp": 1000}, 900),
        ({"iat": 100.5, "exp": 1000.5}, 900),
        ({"iat": 5_000_000_000, "exp": 5_000_000_060, "nbf": 9_000_000_000}, 60),
        ({"exp": 1000}, None),
        ({"iat": 1000}, None),
        ({"iat": 1000, "exp": 1000}, None),
        ({"iat": 1000, "exp": 10}, None),
        ({"iat": "100", "exp": "1000"}, None),
        ({"iat": False, "exp": True}, None),
        ({"iat": 0, "exp": float("inf")}, None),
        ({"iat": 0, "exp": float("nan")}, None),
        ({"iat": 0, "exp": 10**400}, None),
        ({"iat": None, "exp": []}, None),
        (["iat", "exp"], None),
        ("text", None),
    ],
)
def test_the_lifetime_is_from_issue_to_expiry_if_both_make_sense(claims: Any, lifetime: float | None) -> None:
    assert read_token(token_of(claims), 0).lifetime == lifetime


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": " Ada Quill ", "nickname": "A"}, "Ada Quill"),
        ({"name": "", "preferred_name": "Ada"}, "Ada"),
        ({"name": 7, "nickname": "Q"}, "Q"),
        ({"given_name": "Ada", "family_name": "Quill"}, "Ada Quill"),
        ({"given_name": "Ada", "family_name": "Quill", "nickname": "aq"}, "Ada Quill"),
        ({"family_name": "Quill"}, "Quill"),
        ({}, None),
    ],
)
def test_the_name_is_the_first_claim_that_tells_one(claims: Any, name: str | None) -> None:
    assert read_token(token_of(claims), 0).name == name


@pytest.mark.parametrize("text", ["", "opaque", "a.b", "a.b.c", "....", "\u00e9.\u00e9.\u00e9", "\ud800.x.y"])
def test_a_token_that_is_no_jwt_is_still_a_token(text: str) -> None:
    token = read_token(text, 5.0)
    assert token.value.get_secret_value() == text
    assert (token.received, token.lifetime, token.email, token.subject) == (5.0, None, None, "")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_CLAIMS = st.dictionaries(st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nbf", "email", "name"]), _JSON) | _JSON


@given(_CLAIMS)
def test_no_claim_breaks_a_token(claims: Any) -> None:
    text = token_of(claims)
    token = read_token(text, 0)
    assert token.lifetime is None or 0 < token.lifetime < 1e16
    assert text not in repr(token)


async def test_a_service_token_is_used_as_it_is_and_never_renewed(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, running.platform.logins["service"]) as session:
        assert session.token_cache.kind == "service_token"
        assert (await my_details(session.api, user_id=None)).company_id == "CALDERFINCH"
        clock.advance(10 * 365 * 86_400)
        assert session.token_cache.expires_in is None
        await my_details(session.api, user_id=None)
    assert running.platform.renewals == 0


async def test_a_refused_service_token_is_told_as_one(running: Running, clock: FakeClock) -> None:
    login = running.platform.logins["service"]
    running.platform.suspend(login.memberships[0].user_id)
    async with session_of(running, clock, login) as session:
        for calls in (1, 2):
            error = await error_of(lambda: my_details(session.api, user_id=None))
            assert isinstance(error, AccessRefused)
            assert requests_to(running.platform, "/") == calls, "one request a call, and no repeat"
        assert session.token_cache.state == "refused"
    words = explain(error)
    assert "refuses the service token" in words
    assert "cannot be renewed from here" in words
    assert "allow-list" in words
    assert running.platform.renewals == 0


@pytest.mark.parametrize(
    ("claims", "email"),
    [
        ({"email": "a@b.example", "preferred_username": "c@d.example"}, "a@b.example"),
        ({"preferred_username": "c@d.example"}, "c@d.example"),
        ({"email": "", "preferred_username": "ada", "upn": "e@f.example"}, "e@f.example"),
        ({"preferred_username": "ada"}, None),
    ],
)
def test_the_e_mail_is_the_first_claim_that_looks_like_one(claims: Any, email: str | None) -> None:
    assert read_token(token_of(claims), 0).email == email
