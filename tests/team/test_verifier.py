"""Which tokens are good here, and which are not: whatever is wrong with one, nobody is let in by it."""

import re
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from team.key_server import RESOURCE, KeyServer, key_server
from whitespace_mcp.config.errors import Unavailable
from whitespace_mcp.team.configuration import TeamSettings
from whitespace_mcp.team.gate import REQUESTS_A_CALL, guarded
from whitespace_mcp.team.login import ProviderLogin
from whitespace_mcp.team.provider import REREAD_SECONDS, ProviderKeys, usable_keys
from whitespace_mcp.team.provider_checks import check_provider
from whitespace_mcp.team.verifier import REMEMBER_SECONDS, Verifier, is_machine, scopes_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
)
ODD = JSON | st.sampled_from(["RSA", "EC", "OKP", "oct", "RS256", "ES256", "sig", "P-256", "AQAB", "k1"])


class Clocks:
    """Wall and monotonic time, moved by hand."""

    def __init__(self) -> None:
        self.passed = 0.0

    def wall(self) -> float:
        return time.time() + self.passed

    def monotonic(self) -> float:
        return 1000 + self.passed


def settings(issuer: str, **changes: Any) -> TeamSettings:
    values: dict[str, Any] = {
        "url": RESOURCE,
        "issuer": issuer,
        "audience": RESOURCE,
        "scope": "risks:read",
        "subject_claim": "sub",
        "client_id": "connect",
        "client_secret": SecretStr("connect-secret"),
        "database": SecretStr(""),
        "redis": None,
        "keys": Path("keys"),
        "replica": "r1",
        "calls_a_minute": 100,
        "calls_at_once": 8,
        "memory": 100,
        "audit_people": "plain",
        "requests_at_once": 8,
        "drain": 1,
    }
    return TeamSettings(**(values | changes))


@pytest.fixture
def provider() -> Generator[KeyServer]:
    with key_server() as served:
        yield served


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
async def verifier(provider: KeyServer, clocks: Clocks) -> AsyncGenerator[Verifier]:
    keys = ProviderKeys(provider.issuer, clocks.monotonic)
    yield Verifier(settings(provider.issuer), keys, clocks.wall)
    await keys.aclose()


async def test_a_good_token_names_issuer_subject_client_and_scopes(provider: KeyServer, verifier: Verifier) -> None:
    access = await verifier.verify_token(provider.token(aud=["account", RESOURCE], scope="profile risks:read"))
    assert access is not None
    assert (access.claims, access.subject, access.client_id) == ({"iss": provider.issuer}, "alice", "host")
    assert access.scopes == ["profile", "risks:read"]
    assert access.resource == RESOURCE
    assert access.token == "-", "the token itself goes no further"


async def test_whatever_is_wrong_nobody_is_let_in(provider: KeyServer, verifier: Verifier) -> None:
    now = int(time.time())
    provider.add_key("other")
    other = provider.signing.pop("other")[0]
    encryption = {"k1": provider.signing["k1"]}
    provider.pages["/jwks"]["keys"] = [key for key in provider.pages["/jwks"]["keys"] if key["kid"] == "k1"]
    good = provider.token()
    claims = jwt.decode(good, options={"verify_signature": False})
    bad = {
        "another audience": provider.token(aud="https://other.example/mcp"),
        "the client as audience": provider.token(aud="host"),
        "no audience": provider.token(aud=None),
        "another issuer": provider.token(iss="https://evil.example"),
        "an issuer with a slash": provider.token(iss=f"{provider.issuer}/"),
        "over": provider.token(exp=now - 60),
        "no end": provider.token(exp=None),
        "not yet": provider.token(nbf=now + 600),
        "nobody": provider.token(sub=None),
        "an empty subject": provider.token(sub=""),
        "a subject that no store takes": provider.token(sub="a\0b"),
        "a subject of several lines": provider.token(sub="alice\r\nbob"),
        "a subject that looks like another": provider.token(sub="ali\u200bce"),
        "a subject without an end": provider.token(sub="a" * 256),
        "half a character as subject": provider.token(sub="alice\ud800"),
        "a number as subject": jwt.encode({**claims, "sub": 7}, encryption["k1"][0], "RS256", {"kid": "k1"}),
        "a program": provider.token(sub="host"),
        "a program of Okta": provider.token(sub="0oa1", azp=None, cid="0oa1"),
        "a foreign key": jwt.encode(claims, other, "RS256", {"kid": "k1"}),
        "an unknown key id": jwt.encode(claims, other, "RS256", {"kid": "other"}),
        "no signature": jwt.encode(claims, "", "none", {"kid": "k1"}),
        "our own secret as key": jwt.encode(claims, "x" * 64, "HS256", {"kid": "k1"}),
        "another algorithm of the key": jwt.encode(claims, encryption["k1"][0], "PS256", {"kid": "k1"}),
        "a logout token": provider.token(headers={"typ": "logout+jwt"}),
        "an assertion for another server": provider.token(headers={"typ": "oauth-id-jag+jwt"}),
        "a type that is none": provider.token(headers={"typ": ["JWT"]}),
        "bound to a key of its client": provider.token(cnf={"jkt": "abc"}),
        "cut": good[:-4],
        "changed": good.split(".")[0] + "." + good.split(".")[1][:-2] + "AA." + good.split(".")[2],
        "too long": good + "A" * 20_000,
        "nothing": "",
        "no token": "ä\ud800...",
    }
    for what, token in bad.items():
        assert await verifier.verify_token(token) is None, what
    assert await verifier.verify_token(good) is not None
    for kind in ("at+jwt", "application/at+JWT", None):
        assert await verifier.verify_token(provider.token(headers={"typ": kind})) is not None, kind


async def test_a_remembered_token_costs_nothing_and_is_forgotten_in_time(
    provider: KeyServer, verifier: Verifier, clocks: Clocks
) -> None:
    token = provider.token(exp=int(time.time()) + 10_000)
    assert await verifier.verify_token(token) is not None
    provider.pages["/jwks"]["keys"] = []
    assert await verifier.verify_token(token) is not None
    clocks.passed += REMEMBER_SECONDS + 1
    assert await verifier.verify_token(token) is not None, "the keys are still here"
    short = provider.token(exp=int(time.time()) + 100)
    assert await verifier.verify_token(short) is not None
    clocks.passed += 101
    access = await verifier.verify_token(short)
    assert access is None or access.expires_at == int(jwt.decode(short, options={"verify_signature": False})["exp"])


async def test_strangers_with_invented_key_ids_cannot_make_us_ask_again_and_again(
    provider: KeyServer, verifier: Verifier, clocks: Clocks
) -> None:
    assert await verifier.verify_token(provider.token()) is not None
    for number in range(50):
        assert await verifier.verify_token(provider.token(headers={"kid": f"invented-{number}"})) is None
    assert provider.asked == 1
    provider.add_key("k2", "ES256")
    assert await verifier.verify_token(provider.token(key="k2")) is None, "read a moment ago"
    clocks.passed += REREAD_SECONDS
    bob = await verifier.verify_token(provider.token(key="k2", sub="bob"))
    assert bob is not None, "keys are rotated while it runs"
    assert provider.asked == 2


async def test_a_key_that_was_replaced_under_its_old_name_is_learnt(
    provider: KeyServer, verifier: Verifier, clocks: Clocks
) -> None:
    assert await verifier.verify_token(provider.token()) is not None
    provider.pages["/jwks"]["keys"].clear()
    provider.add_key("k1")
    clocks.passed += REREAD_SECONDS
    assert await verifier.verify_token(provider.token(sub="bob")) is not None
    for number in range(20):
        good = provider.token()
        assert await verifier.verify_token(f"{good[:-16]}{number:08}{good[-8:]}") is None
    assert provider.asked == 2, "what is badly signed cannot make us ask again and again"


async def test_a_provider_that_moves_its_keys_is_followed(provider: KeyServer) -> None:
    keys = ProviderKeys(provider.issuer)
    await keys.read()
    provider.pages["/elsewhere"] = provider.pages.pop("/jwks")
    provider.pages["/.well-known/openid-configuration"]["jwks_uri"] = f"{provider.issuer}/elsewhere"
    await keys.read()
    await keys.aclose()


async def test_keys_for_encryption_are_no_signing_keys(provider: KeyServer, verifier: Verifier) -> None:
    provider.add_key("enc", use="enc")
    assert await verifier.verify_token(provider.token()) is not None
    assert await verifier.verify_token(provider.token(key="enc")) is None


@pytest.mark.parametrize(
    ("page", "value", "words"),
    [
        (
            "/.well-known/openid-configuration",
            {"issuer": "https://other.example"},
            "calls itself 'https://other.example'",
        ),
        ("/.well-known/openid-configuration", ["no object"], "something else than an object"),
        ("/jwks", {"keys": [{"kty": "odd"}]}, "no signing key"),
    ],
)
async def test_a_provider_that_cannot_be_used_says_why(provider: KeyServer, page: str, value: Any, words: str) -> None:
    provider.pages[page] = value
    keys = ProviderKeys(provider.issuer)
    with pytest.raises(Unavailable, match=words):
        await keys.read()
    assert not keys.seen
    await keys.aclose()


@pytest.mark.parametrize(
    "neighbour",
    [
        {"kty": "OKP", "crv": "X448", "x": "AA"},
        {"kty": "RSA", "alg": ["RS256"], "n": "AQAB", "e": "AQAB"},
        {"alg": {}, "kid": []},
        {"kty": "oct", "k": "YWJjZA"},
        "no key at all",
    ],
)
async def test_a_key_that_is_of_no_use_takes_no_good_one_along(
    provider: KeyServer, verifier: Verifier, neighbour: Any
) -> None:
    published = provider.pages["/jwks"]["keys"]
    published += [neighbour, {**neighbour, "kid": "k1"}] if isinstance(neighbour, dict) else [neighbour]
    assert await verifier.verify_token(provider.token()) is not None


async def test_keys_whose_ids_are_odd_are_left_out(provider: KeyServer, verifier: Verifier) -> None:
    provider.pages["/jwks"]["keys"].append({**provider.pages["/jwks"]["keys"][0], "kid": ["k1"]})
    assert await verifier.verify_token(provider.token()) is not None


async def test_keys_with_one_id_are_told_apart(provider: KeyServer, verifier: Verifier) -> None:
    provider.add_key("k2", "ES256")
    provider.add_key("k3")
    for published in provider.pages["/jwks"]["keys"]:
        published["kid"] = "one"
    for key, person in (("k1", "alice"), ("k2", "bob"), ("k3", "carol")):
        access = await verifier.verify_token(provider.token(key=key, sub=person, headers={"kid": "one"}))
        assert access is not None, key
        assert access.subject == person


async def test_a_key_without_an_algorithm_is_good_for_those_of_its_kind(
    provider: KeyServer, verifier: Verifier
) -> None:
    del provider.pages["/jwks"]["keys"][0]["alg"]
    private = provider.signing["k1"][0]
    for algorithm in ("RS256", "RS512", "PS256"):
        provider.signing["k1"] = private, algorithm
        assert await verifier.verify_token(provider.token()) is not None, algorithm
    forged = jwt.encode({"sub": "alice"}, "x" * 64, "HS256", {"kid": "k1"})
    assert await verifier.verify_token(forged) is None


async def test_keys_that_sign_nothing_are_no_signing_keys(provider: KeyServer) -> None:
    provider.pages["/jwks"]["keys"] = [{"kty": "oct", "kid": "k1", "k": "YWJjZA"}]
    keys = ProviderKeys(provider.issuer)
    with pytest.raises(Unavailable, match="no signing key"):
        await keys.read()
    await keys.aclose()


async def test_clocks_that_differ_by_minutes_refuse_everybody_and_the_log_says_so(
    provider: KeyServer, verifier: Verifier, caplog: pytest.LogCaptureFixture
) -> None:
    now = int(time.time())
    for provider.ahead in (-300, 300):
        caplog.clear()
        keys = ProviderKeys(provider.issuer)
        await keys.read()
        assert abs(keys.ahead - provider.ahead) <= 2
        where = "ahead of" if provider.ahead > 0 else "behind"
        words = rf"clock is (299|300|301) seconds {where} this machine's"
        assert re.search(words, caplog.text)
        check = await check_provider(settings(provider.issuer), keys)
        assert check.verdict == "warning"
        assert re.search(words, check.reason)
        await keys.aclose()
    assert await verifier.verify_token(provider.token(iat=now + 300, nbf=now + 300, exp=now + 900)) is None
    assert await verifier.verify_token(provider.token(iat=now - 900, exp=now - 300)) is None
    assert await verifier.verify_token(provider.token(iat=now + 20, exp=now - 20)) is not None, "half a minute is fine"


async def test_an_issuer_but_for_a_slash_is_told_as_the_provider_writes_it(provider: KeyServer) -> None:
    slash = f"{provider.issuer}/"
    provider.pages["/.well-known/openid-configuration"]["issuer"] = slash
    keys = ProviderKeys(provider.issuer)
    with pytest.raises(Unavailable, match=re.escape(repr(slash))):
        await keys.read()
    await keys.aclose()
    keys = ProviderKeys(slash)
    verifier = Verifier(settings(slash), keys)
    assert await verifier.verify_token(provider.token(iss=slash)) is not None
    assert await verifier.verify_token(provider.token()) is None
    await keys.aclose()


async def test_a_subject_is_taken_letter_by_letter(provider: KeyServer, verifier: Verifier) -> None:
    subjects = ["alice", "Alice", "alice ", "\u212alice"]
    people = [await verifier.verify_token(provider.token(sub=subject)) for subject in subjects]
    assert [person.subject for person in people if person] == subjects


async def test_any_page_of_keys_is_survived() -> None:
    with key_server() as provider:
        (good,) = provider.pages["/jwks"]["keys"]

        @given(st.lists(st.dictionaries(st.sampled_from(["kty", "kid", "alg", "use", "crv", "n", "e", "x"]), ODD)))
        @example([{"kty": "oct"}])
        def survives(rows: list[Any]) -> None:
            assert [key for key in usable_keys({"keys": [*rows, good]}) if key.key_id == "k1"]

        survives()


async def test_a_scope_that_is_published_with_a_prefix_comes_without_it(provider: KeyServer) -> None:
    keys = ProviderKeys(provider.issuer)
    verifier = Verifier(settings(provider.issuer, scope=f"{RESOURCE}/risks:read"), keys)
    for scp, scopes in [
        ("risks:read", [f"{RESOURCE}/risks:read", "risks:read"]),
        ("risks:write", ["risks:write"]),
    ]:
        access = await verifier.verify_token(provider.token(scope=None, scp=scp))
        assert access is not None
        assert access.scopes == scopes
    await keys.aclose()


async def test_who_floods_the_server_is_told_when_to_come_back_and_nobody_else(
    provider: KeyServer, verifier: Verifier
) -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("here")(scope, receive, send)

    limited: list[None] = []
    app = guarded(answer, settings(provider.issuer, calls_a_minute=1), verifier, lambda: limited.append(None))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="https://mcp.example") as http:
        for person in ("alice", "bob"):
            headers = {"Authorization": f"Bearer {provider.token(sub=person)}"}
            answers = [await http.get("/mcp", headers=headers) for _ in range(REQUESTS_A_CALL + 1)]
            assert [each.status_code for each in answers] == [*[200] * REQUESTS_A_CALL, 429]
            assert 1 <= int(answers[-1].headers["retry-after"]) <= 6
    assert len(limited) == 2


@pytest.mark.parametrize(("claim", "wish"), [("sub", "openid"), ("oid", "openid profile")])
async def test_a_claim_of_its_own_is_asked_for_at_the_login(provider: KeyServer, claim: str, wish: str) -> None:
    keys = ProviderKeys(provider.issuer)
    login = ProviderLogin(settings(provider.issuer, subject_claim=claim), keys)
    address = await login.begin("a login's secret")
    assert parse_qs(urlsplit(address).query)["scope"] == [wish]
    await login.aclose()
    await keys.aclose()


@given(st.dictionaries(st.sampled_from(["scope", "scp", "sub", "azp", "jti", "idtyp"]), JSON))
def test_any_claims_are_survived(claims: dict[str, Any]) -> None:
    assert isinstance(is_machine(claims), bool)
    assert all(isinstance(scope, str) for scope in scopes_of(claims))


def test_scopes_in_every_spelling() -> None:
    assert scopes_of({"scope": "openid risks:read"}) == {"openid", "risks:read"}
    assert scopes_of({"scp": ["risks:read"]}) == {"risks:read"}
    assert "risks:read" in scopes_of({"scp": "https://mcp.example/mcp/risks:read"})
