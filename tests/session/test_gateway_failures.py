"""Every way in which the login service fails (platform.md 2.1): requests, waits, memory and words."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

import anyio
import httpx2
import pytest

from support.canaries import secrets_in
from support.clock import FakeClock, passing
from support.servers import settings_for
from support.sessions import error_of, everything_in, session_of
from support.sockets import DRIP_SECONDS, closed_port, endless_server, http_answer, raw_server
from whitespace_mcp.api.identity import my_details
from whitespace_mcp.config.errors import (
    BadAnswer,
    CredentialRefused,
    NotConfigured,
    Unavailable,
    WhitespaceError,
    explain,
)
from whitespace_mcp.demo import Options, Platform, Running, serve

Kind = Literal["refusal", "transient"]


@dataclass(frozen=True)
class Row:
    """One kind of answer: what comes, how often it is asked for, how long it is remembered, and the words."""

    status: int
    body: Any
    requests: int
    kind: Kind
    error: type[WhitespaceError]
    words: str
    media: str = "application/json"


def gateway(status: int, error: str, reason: str) -> tuple[int, dict[str, str]]:
    return status, {"error": error, "reason": reason}


_DOWN = "is not available; tried for"
_ROWS = {
    "no token": Row(
        *gateway(400, "Bad Request", "Refresh token must be present for oidc refresh"),
        1, "refusal", NotConfigured, "No Whitespace credential is configured",
    ),
    "no provider": Row(
        *gateway(400, "Bad Request", "Unable to identify provider for callback request"),
        1, "refusal", NotConfigured, "The bucket that WHITESPACE_BUCKET names has no login provider",
    ),
    "unknown login": Row(
        *gateway(401, "Unauthorized", "Invalid login"), 1, "refusal", CredentialRefused, "is not enabled at",
    ),
    "login disabled": Row(
        *gateway(400, "Bad Request", "User is disabled"), 1, "refusal", CredentialRefused, "The login is disabled at",
    ),
    "a bucket that cannot be one": Row(
        *gateway(400, "Bad Request", 'invalid database name "X"'),
        1, "refusal", NotConfigured, "The bucket that WHITESPACE_BUCKET names cannot be one",
    ),
    "a reason that nobody knows": Row(
        *gateway(403, "Forbidden", "canary"), 1, "refusal", CredentialRefused, "does not take this request (403)",
    ),
    "too large a header for a proxy": Row(
        400, "<html><h1>400 Bad Request</h1>Request Header Or Cookie Too Large canary</html>", 1, "refusal",
        NotConfigured, "Something in front of the login service at 127.0.0.1", "text/html",
    ),
    "the API's own answer": Row(
        401, {"error": True, "reason": "Login required"}, 1, "refusal", NotConfigured, "is not the Whitespace login",
    ),
    "no bucket": Row(
        *gateway(401, "Unauthorized", "Login required"),
        1, "refusal", NotConfigured, "The bucket that WHITESPACE_BUCKET names does not exist",
    ),
    "no bucket, older gateway": Row(
        *gateway(404, "not_found", 'no such database "x"'),
        1, "refusal", NotConfigured, "The bucket that WHITESPACE_BUCKET names does not exist",
    ),
    "malformed path": Row(
        *gateway(404, "not_found", "unknown URL"), 1, "refusal", NotConfigured, "has nothing at the address that",
    ),
    "method": Row(
        *gateway(405, "Method Not Allowed", ""), 1, "refusal", CredentialRefused, "does not take this request (405)",
    ),
    "accept": Row(
        *gateway(406, "Not Acceptable", "only application/json available"),
        1, "refusal", CredentialRefused, "does not take this request (406)",
    ),
    "dead token": Row(
        *gateway(500, "Internal Server Error", "Unable to refresh token."),
        2, "refusal", CredentialRefused, "The refresh token does not work at 127.0.0.1",
    ),
    "no id token": Row(
        *gateway(500, "Internal Server Error", "No id_token field in oauth2 token."),
        1, "refusal", CredentialRefused, "failed on this login",
    ),
    "discovery": Row(
        *gateway(500, "Internal Server Error", "Internal error: OIDC initialization error: no discovery"),
        3, "transient", Unavailable, _DOWN,
    ),
    "verification": Row(
        *gateway(500, "Internal Server Error", "Internal error: could not verify"),
        1, "refusal", CredentialRefused, "failed on this login",
    ),
    "maintenance": Row(
        *gateway(503, "Service Unavailable", "DB is currently under maintenance"), 3, "transient", Unavailable, _DOWN,
    ),
    "starting": Row(
        *gateway(503, "Service Unavailable", "DB is Starting - try again later"), 3, "transient", Unavailable, _DOWN,
    ),
    "rate limit": Row(*gateway(429, "Too Many Requests", "slow down"), 1, "transient", Unavailable, "limits how often"),
    "502 page": Row(502, "<html>Bad Gateway</html>", 3, "transient", Unavailable, _DOWN, "text/html"),
    "504 page": Row(504, "<html>Timeout</html>", 3, "transient", Unavailable, _DOWN, "text/html"),
    "503 empty": Row(503, "", 3, "transient", Unavailable, _DOWN, ""),
    "web app": Row(
        200, "<!doctype html><html>canary</html>", 1, "refusal", NotConfigured, "is not the Whitespace login service",
        "text/html",
    ),
    "no token in the answer": Row(
        200, {"name": "login"}, 1, "refusal", NotConfigured, "is not the Whitespace login service"
    ),
    "a token that no header can hold": Row(
        200, {"id_token": "canary\r\nX: y"}, 1, "refusal", NotConfigured, "is not the Whitespace login service"
    ),
    "not an object": Row(200, '["canary"]', 1, "refusal", NotConfigured, "is not the Whitespace login service"),
    "a page of 403": Row(
        403, "<html>canary</html>", 1, "refusal", NotConfigured, "is not the Whitespace login service", "text/html"
    ),
    "error without a reason": Row(
        500, {"error": "Internal Server Error"}, 1, "refusal", CredentialRefused, "failed on this login"
    ),
}  # fmt: skip
_WAITS = {1: [], 2: [0.5], 3: [0.5, 2.0]}
_REMEMBERED = {"refusal": 60, "transient": 2}


def is_clean(running: Running, error: WhitespaceError) -> bool:
    """Whether an error, with all that hangs on it, holds nothing that it must not."""
    words = everything_in(error)
    secret = running.platform.login.refresh_token
    return not any(bad in words for bad in (secret, secret[:12], "refresh_token=", "_oidc_refresh", "canary", "<html"))


@pytest.mark.parametrize("row", _ROWS.values(), ids=_ROWS)
async def test_a_failure_is_tried_waited_for_remembered_and_told_as_it_deserves(
    running: Running, clock: FakeClock, row: Row
) -> None:
    platform = running.platform
    platform.faults.add("/sync/", status=row.status, body=row.body, content_type=row.media, times=None)
    async with session_of(running, clock) as session:
        error = await error_of(session.token_cache.current)
        assert type(error) is row.error
        assert row.words in explain(error)
        assert is_clean(running, error)
        assert platform.renewals == row.requests
        assert clock.slept == _WAITS[row.requests]
        assert session.token_cache.state == ("refused" if row.kind == "refusal" else "unverified")

        clock.advance(_REMEMBERED[row.kind] - 0.01)
        again = await error_of(session.token_cache.current)
        assert explain(again) == explain(error).replace("; tried for 2 seconds", ""), "nobody waited this time"
        assert await session.token_cache.problem() is not None
        assert platform.renewals == row.requests, "a remembered failure makes no request"

        clock.advance(0.02)
        platform.faults.clear()
        await session.token_cache.current()
        assert platform.renewals == row.requests + 1
        assert session.token_cache.state == "fresh"
        assert await session.token_cache.problem() is None


@pytest.mark.parametrize("failures", [1, 2])
async def test_trouble_that_passes_is_not_noticed(running: Running, clock: FakeClock, failures: int) -> None:
    running.platform.faults.gateway("starting", times=failures)
    async with session_of(running, clock) as session:
        await session.token_cache.current()
    assert running.platform.renewals == failures + 1
    assert clock.slept == [0.5, 2.0][:failures]


async def test_a_dead_token_is_told_in_full(running: Running, clock: FakeClock) -> None:
    running.platform.revoke(running.platform.login.refresh_token)
    async with session_of(running, clock) as session:
        error = await error_of(session.token_cache.current)
    host = running.root.removeprefix("http://")
    assert explain(error) == (
        f"The refresh token does not work at {host}. Trying again within a minute will not help. Log in to Whitespace"
        " there, copy a new token from User Profile straight after logging in, and put it into"
        " WHITESPACE_REFRESH_TOKEN, or run `whitespace-mcp login`. A production token does not work on sandbox, nor the"
        " other way round. If a new one fails too, the login service has an outage."
    )


async def test_an_outage_says_how_long_was_tried_and_when_to_try_again(running: Running, clock: FakeClock) -> None:
    running.platform.faults.gateway("maintenance", times=None)
    async with session_of(running, clock) as session:
        error = await error_of(session.token_cache.current)
    host = running.root.removeprefix("http://")
    assert explain(error) == (
        f"The Whitespace login service at {host} is not available; tried for 2 seconds. Try again in a minute."
    )


async def test_a_login_that_is_not_registered_is_asked_for_once(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, running.platform.logins["unregistered"]) as session:
        error = await error_of(session.token_cache.current)
    assert "not enabled" in explain(error)
    assert running.platform.renewals == 1


async def test_no_connection_is_tried_three_times(running: Running, clock: FakeClock) -> None:
    sync = f"http://127.0.0.1:{closed_port()}/sync"
    async with session_of(running, clock, sync_url=sync) as session:
        error = await error_of(session.token_cache.current)
    assert isinstance(error, Unavailable)
    assert explain(error).startswith("No connection to the Whitespace login service; tried for 2 seconds. Trying again")
    assert clock.slept == [0.5, 2.0]
    assert is_clean(running, error)


async def test_a_connection_that_breaks_is_tried_three_times(running: Running, clock: FakeClock) -> None:
    running.platform.faults.drop("/sync/", times=None)
    async with session_of(running, clock) as session:
        error = await error_of(session.token_cache.current)
    assert explain(error).startswith("The answer of the Whitespace login service was cut off in transit")
    assert running.platform.renewals == 3
    assert is_clean(running, error)


async def test_a_silent_gateway_is_asked_once_for_the_whole_time_of_a_call(running: Running, clock: FakeClock) -> None:
    hold = running.platform.faults.hold("/sync/", times=None)
    async with session_of(running, clock) as session, passing(at=lambda: hold.hits):
        error = await error_of(session.token_cache.current)
    assert explain(error).startswith("The Whitespace login service did not answer in time")
    assert "narrower" not in explain(error)
    assert running.platform.renewals == 1
    assert is_clean(running, error)


async def test_a_gateway_that_answers_without_end_is_left(running: Running, clock: FakeClock) -> None:
    with endless_server(http_answer(b"{")) as raw:
        sync = f"http://{raw.address}/sync"
        time = passing(at=lambda: len(raw.heads), pause=DRIP_SECONDS)
        async with session_of(running, clock, sync_url=sync) as session, time:
            error = await error_of(session.token_cache.current)
    assert explain(error).startswith("The Whitespace login service did not answer in time")
    assert len(raw.heads) == 1


async def test_a_provider_that_takes_its_time_is_waited_for(running: Running, clock: FakeClock) -> None:
    """A call gives up after its share of time, and the exchange goes on: what comes of it serves the next call."""
    hold = running.platform.faults.hold("/sync/")
    async with session_of(running, clock, timeout=120) as session:
        async with passing(at=lambda: hold.hits):
            with anyio.fail_after(60):
                assert isinstance(await error_of(session.token_cache.current), Unavailable)
        hold.release()
        await session.token_cache.current()
    assert running.platform.renewals == 1


async def test_a_bucket_that_worked_before_and_is_not_there_is_an_outage(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock) as session:
        await session.token_cache.current()
        for reason in ("Login required", 'no such database "x"'):
            clock.advance(10_000)
            body = {"error": "Unauthorized", "reason": reason}
            running.platform.faults.add("/sync/", status=401, body=body, times=3)
            error = await error_of(session.token_cache.current)
            assert isinstance(error, Unavailable)
            assert explain(error).startswith("The login database at 127.0.0.1")
        clock.advance(10)
        await session.token_cache.current()


async def test_a_token_refused_at_its_first_renewal_is_told_as_what_it_looks_like(
    running: Running, clock: FakeClock
) -> None:
    with serve(Platform(documents=(1, 1), options=Options(single_use_tokens=True))) as once:
        async with session_of(once, clock) as session:
            await session.token_cache.current()
            clock.advance(10_000)
            assert "it looks like one that can be used only once" in explain(
                await error_of(session.token_cache.current)
            )
    async with session_of(running, clock) as session:
        for _ in range(2):
            await session.token_cache.current()
            clock.advance(10_000)
        running.platform.revoke(running.platform.login.refresh_token)
        assert "The refresh token does not work at" in explain(await error_of(session.token_cache.current))


async def test_a_redirect_that_holds_the_token_is_neither_followed_nor_told(
    running: Running, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """As the gateway answers for a trailing slash, which an address that was pasted may have."""
    bucket, token = running.platform.bucket, running.platform.login.refresh_token
    with httpx2.Client() as plain:
        renewal = f"{running.root}/sync/{bucket}/_oidc_refresh/"
        redirect = plain.get(renewal, params={"refresh_token": token})
    assert redirect.status_code == 301
    assert quote(token, safe="") in redirect.headers["Location"], "the demo's gateway does as the real one"
    running.platform.requests.clear()
    running.platform.faults.add("/sync/", status=301, headers=dict(redirect.headers), times=None)
    caplog.clear()
    async with session_of(running, clock) as session:
        error = await error_of(session.token_cache.current)
    assert is_clean(running, error)
    assert isinstance(error, NotConfigured)
    assert [seen.status for seen in running.platform.requests] == [301]
    assert not secrets_in(caplog.text, token)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http_answer(b'{"id_token":"' + b"x" * 1_100_000 + b'"}'), NotConfigured),
        (http_answer(b"no gzip", "Content-Encoding: gzip"), BadAnswer),
    ],
)
async def test_an_answer_that_cannot_be_one_is_asked_for_once(
    running: Running, clock: FakeClock, answer: bytes, expected: type[WhitespaceError]
) -> None:
    with raw_server(answer) as raw:
        async with session_of(running, clock, sync_url=f"http://{raw.address}/sync") as session:
            error = await error_of(session.token_cache.current)
    assert type(error) is expected
    assert len(raw.heads) == 1


async def test_the_renewal_sends_nothing_but_the_token(running: Running, clock: FakeClock) -> None:
    """Percent-encoded, without Authorization and without the cookie that an earlier answer set."""
    cookie = {"Set-Cookie": "SyncGatewaySession=canary; Path=/"}
    for path in ("/sync/", "/api/"):
        running.platform.faults.add(path, status=503, headers=cookie)
    async with session_of(running, clock) as session:
        await session.token_cache.current()
        running.platform.expire_tokens()
        await my_details(session.api, user_id=running.platform.login.memberships[0].user_id)
    renewals = [seen for seen in running.platform.requests if seen.path.endswith("_oidc_refresh")]
    assert [(seen.method, seen.query) for seen in renewals] == [("GET", {"refresh_token": "***"})] * 3
    assert [seen.status for seen in renewals] == [503, 200, 200]
    assert not any(seen.has_bearer for seen in renewals)
    assert not any(seen.has_cookie for seen in running.platform.requests)
    assert not any(seen.query for seen in running.platform.requests if seen not in renewals)


async def test_what_is_not_configured_is_asked_of_nobody(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, refresh_token=None) as session:
        error = await error_of(session.token_cache.current)
        assert session.token_cache.kind == "none"
    words = explain(error)
    assert "User Profile" in words
    assert "WHITESPACE_REFRESH_TOKEN" in words
    assert "--demo" in words
    assert running.platform.requests == []


async def test_a_wrong_configuration_is_told_by_the_first_call(running: Running, clock: FakeClock) -> None:
    problems = ("WHITESPACE_ROOT is not an address", "WHITESPACE_TIMEOUT must be a number from 1 to 600")
    assert settings_for(running).refresh_token is not None
    async with session_of(running, clock, problems=problems) as session:
        error = await error_of(session.organisations.all)
    assert isinstance(error, NotConfigured)
    assert "; ".join(problems) in explain(error)
    assert running.platform.requests == []


async def test_a_byte_order_mark_before_the_answer_is_no_matter(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/sync/", status=200, body='\ufeff{"id_token": "opaque"}')
    async with session_of(running, clock) as session:
        assert (await session.token_cache.current()).value.get_secret_value() == "opaque"
