"""Token renewal at the gateway: what works, and every way in which it fails (platform.md 2.1)."""

import gzip
import json
from collections.abc import Callable

import jwt
import pytest
from demo_caller import RENEWAL, Caller, Reply, call, renew, renewal_of

from whitespace_mcp.demo import Options, Platform, Running, serve


def claims_of(token: str) -> dict[str, object]:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_renewal_gives_an_id_token_a_name_and_a_session(small: Running) -> None:
    login = small.platform.login
    reply = call(small, renewal_of(login.refresh_token))
    assert reply.status == 200
    assert reply.content_type == "application/json"
    assert set(reply.json) == {"id_token", "name", "session_id"}
    assert reply.json["name"].endswith(login.subject)
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith(f"SyncGatewaySession={reply.json['session_id']}; Path=/sandboxbucket; Expires=")
    assert "HttpOnly" not in cookie
    assert reply.headers["server"].startswith("Couchbase Sync Gateway/")


def test_the_id_token_is_signed_with_an_elliptic_curve_and_tells_who_and_how_long() -> None:
    platform = Platform(documents=(1, 1), now=lambda: 1_800_000_000.0, token_lifetime_s=600)
    with serve(platform) as running:
        token = renew(running, platform.login)
    assert jwt.get_unverified_header(token)["alg"] == "ES256"
    claims = claims_of(token)
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "email"}
    assert claims["sub"] == platform.login.subject
    assert claims["email"] == platform.login.email
    assert (claims["iat"], claims["exp"]) == (1_800_000_000, 1_800_000_600)


def test_claims_follow_the_options() -> None:
    options = Options(name_claim=True, email_claim=False, lifetime_claims=False)
    platform = Platform(documents=(1, 1), options=options)
    with serve(platform) as running:
        reply = call(running, renewal_of(platform.login.refresh_token))
    assert set(claims_of(reply.json["id_token"])) == {"iss", "sub", "aud", "name"}
    assert claims_of(reply.json["id_token"])["name"] == platform.login.name


def test_two_renewals_give_two_tokens_and_both_work(small: Running) -> None:
    first, second = Caller(small, small.platform.login), Caller(small, small.platform.login)
    assert first.token != second.token
    assert first.get("/api/risks") == second.get("/api/risks")
    assert small.platform.renewals == 2


Ask = Callable[[Running], Reply]


def token_of(running: Running, key: str = "demo") -> str:
    return running.platform.logins[key].refresh_token


FAILURES: dict[str, tuple[Ask, int, str, str]] = {
    "no parameter": (
        lambda r: call(r, RENEWAL), 400, "Bad Request", "Refresh token must be present for oidc refresh",
    ),
    "an empty parameter": (
        lambda r: call(r, RENEWAL + "?refresh_token="), 400, "Bad Request",
        "Refresh token must be present for oidc refresh",
    ),
    "a raw semicolon, which spoils the pair": (
        lambda r: call(r, RENEWAL + "?refresh_token=a;b"), 400, "Bad Request",
        "Refresh token must be present for oidc refresh",
    ),
    "an unknown provider": (
        lambda r: call(r, renewal_of(token_of(r), provider="other")), 400, "Bad Request",
        "Unable to identify provider for callback request",
    ),
    "a login that has no account": (
        lambda r: call(r, renewal_of(token_of(r, "unregistered"))), 401, "Unauthorized", "Invalid login",
    ),
    "a stale bearer beside a good token": (
        lambda r: call(r, renewal_of(token_of(r)), Authorization="Bearer old"), 401, "Unauthorized", "Invalid login",
    ),
    "an unknown bucket": (
        lambda r: call(r, "/sync/other/_oidc_refresh?refresh_token=x"), 401, "Unauthorized", "Login required",
    ),
    "a bucket that cannot be one": (
        lambda r: call(r, "/sync/Sandbox.b/_oidc_refresh?refresh_token=x"), 400, "Bad Request",
        'invalid database name "Sandbox.b"',
    ),
    "no bucket": (lambda r: call(r, "/sync/_oidc_refresh?refresh_token=x"), 404, "not_found", "unknown URL"),
    "another path": (lambda r: call(r, "/sync/sandboxbucket/_session"), 404, "not_found", "unknown URL"),
    "a POST": (lambda r: call(r, renewal_of(token_of(r)), "POST"), 405, "Method Not Allowed", ""),
    "an Accept without JSON": (
        lambda r: call(r, renewal_of(token_of(r)), Accept="text/html"), 406, "Not Acceptable",
        "only application/json available",
    ),
    "an unknown token": (
        lambda r: call(r, renewal_of("never given")), 500, "Internal Server Error", "Unable to refresh token.",
    ),
    "a truncated token": (
        lambda r: call(r, renewal_of(token_of(r)[:-4])), 500, "Internal Server Error", "Unable to refresh token.",
    ),
    "a token that is not percent-encoded": (
        lambda r: call(r, f"{RENEWAL}?refresh_token={token_of(r)}"), 500, "Internal Server Error",
        "Unable to refresh token.",
    ),
}  # fmt: skip


def test_a_renewal_fails_as_the_gateway_does(small: Running) -> None:
    for name, (ask, status, error, reason) in FAILURES.items():
        reply = ask(small)
        assert (reply.status, reply.content_type) == (status, "application/json"), name
        assert reply.body == json.dumps({"error": error, "reason": reason}, separators=(",", ":")).encode(), name


def test_head_is_refused_as_well(small: Running) -> None:
    refused = call(small, renewal_of(token_of(small)), "HEAD")
    assert (refused.status, refused.headers["allow"]) == (405, "GET")
    assert call(small, renewal_of(token_of(small)), "OPTIONS").status == 204


def test_a_slash_too_many_is_a_redirect_that_holds_the_token(small: Running) -> None:
    reply = call(small, renewal_of(token_of(small)).replace("?", "/?"))
    assert reply.status == 301
    assert reply.headers["location"].partition("refresh_token=")[2]


def test_a_success_is_packed_where_that_is_asked_for_and_a_failure_never(small: Running) -> None:
    headers = {"Accept-Encoding": "gzip"}
    packed = call(small, renewal_of(token_of(small)), **headers)  # pyright: ignore[reportArgumentType]  # header names
    assert packed.headers["content-encoding"] == "gzip"
    assert set(json.loads(gzip.decompress(packed.body))) == {"id_token", "name", "session_id"}
    assert "content-encoding" not in call(small, RENEWAL, **headers).headers  # pyright: ignore[reportArgumentType]  # as above


def test_a_token_that_can_be_used_once_is_refused_the_second_time() -> None:
    with serve(Platform(documents=(1, 1), options=Options(single_use_tokens=True))) as running:
        assert call(running, renewal_of(token_of(running))).status == 200
        assert call(running, renewal_of(token_of(running))).json["reason"] == "Unable to refresh token."


def test_an_accept_header_that_admits_json_is_fine(small: Running) -> None:
    for accept in ("application/json", "*/*", "text/html, application/json;q=0.5"):
        assert call(small, renewal_of(token_of(small)), Accept=accept).status == 200
    for accept in ("application/*", "APPLICATION/JSON"):
        refused = call(small, renewal_of(token_of(small)), Accept=accept)
        assert refused.status == 406
        assert refused.headers["set-cookie"].startswith("SyncGatewaySession="), "the exchange has happened"


def test_a_bearer_that_is_still_accepted_does_not_disturb_a_renewal(small: Running) -> None:
    bearer = renew(small, small.platform.login)
    assert call(small, renewal_of(token_of(small)), Authorization=f"Bearer {bearer}").status == 200


def test_a_stale_cookie_does_not_disturb_a_renewal(small: Running) -> None:
    assert call(small, renewal_of(token_of(small)), Cookie="SyncGatewaySession=old").status == 200
    assert small.platform.requests[-1].has_cookie


def test_a_revoked_refresh_token_is_refused_and_others_are_not(small: Running) -> None:
    platform = small.platform
    platform.revoke(platform.login.refresh_token)
    reply = call(small, renewal_of(platform.login.refresh_token))
    assert (reply.status, reply.json["reason"]) == (500, "Unable to refresh token.")
    assert call(small, renewal_of(platform.logins["single"].refresh_token)).status == 200


def test_id_tokens_outlive_the_refresh_token_that_gave_them(caller: Caller, small: Running) -> None:
    small.platform.revoke(caller.login.refresh_token)
    assert caller.ask("/api/risks").status == 200


@pytest.mark.parametrize(
    ("trouble", "status", "reason"),
    [
        ("no id token", 500, "No id_token field in oauth2 token."),
        ("discovery", 500, "Internal error: OIDC initialization error: "),
        ("verification", 500, "Internal error: "),
        ("maintenance", 503, "DB is currently under maintenance"),
        ("starting", 503, "DB is Starting - try again later"),
        ("disabled", 400, "User is disabled"),
    ],
)
def test_the_gateway_can_be_in(trouble: str, status: int, reason: str, small: Running) -> None:
    small.platform.faults.gateway(trouble)  # pyright: ignore[reportArgumentType]  # one of the literals, as text
    reply = call(small, renewal_of(token_of(small)))
    assert reply.status == status
    assert isinstance(reply.json["error"], str)
    assert reply.json["reason"].startswith(reason)
    assert call(small, renewal_of(token_of(small))).status == 200


def test_every_refresh_token_must_be_percent_encoded(small: Running) -> None:
    tokens = [login.refresh_token for login in small.platform.logins.values() if login.refresh_token]
    assert len(tokens) == 4
    assert all("+" in token and "/" in token for token in tokens)


def test_renewals_are_counted_whatever_comes_of_them(small: Running) -> None:
    call(small, RENEWAL)
    call(small, renewal_of(token_of(small)), "POST")
    small.platform.faults.gateway("maintenance")
    call(small, renewal_of(token_of(small)))
    call(small, "/api/version")
    assert small.platform.renewals == 3
