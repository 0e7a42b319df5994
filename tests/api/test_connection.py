"""Where requests go, what they carry, and what is logged of them."""

from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.clock import FakeClock
from support.sessions import BOTH_LOOPS, arrived, error_of, everything_in, requests_to, session_of, together
from support.sockets import http_answer, raw_server
from whitespace_mcp.api.connection import AT_ONCE
from whitespace_mcp.api.identity import my_details, people_with_email, platform_version
from whitespace_mcp.api.reads import CONTRACT, PERSON, READS, RISKS, Read
from whitespace_mcp.config.errors import NotConfigured, NotFound, Unavailable, UserIdRefused, WrongAddress, explain
from whitespace_mcp.demo import Platform, Running, serve

ODD = [
    "a/b", "../x", "a/../b", "a%2fb", "%2e%2e", "a@b", "a#b", "a?b=c", "a&b", "a\r\nHost: x", "a b", " a", "a\\b",
    "\u00e9\u20ac", "\u0000", "a;b", "::", "IC1::FO::A", "{root}", "a:b//c", "...x", ".a", "\ud800",
]  # fmt: skip


async def test_an_odd_id_stays_in_its_place_in_the_path(running: Running, clock: FakeClock) -> None:
    login = running.platform.logins["single"]
    async with session_of(running, clock, login) as session:
        for odd in ODD:
            await error_of(partial(session.api.fetch, CONTRACT, user_id=None, ids={"document": odd}))
            seen = running.platform.requests[-1]
            assert seen.path == f"/api/risks/{odd.encode(errors='replace').decode()}"
            assert seen.query == {}


async def test_an_id_that_could_not_be_one_is_not_asked_for(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        for empty in ("", " ", ".", "..", "\n"):
            error = await error_of(partial(session.api.fetch, CONTRACT, user_id=None, ids={"document": empty}))
            assert isinstance(error, NotFound), repr(empty)
    assert running.platform.requests == []


@given(st.text() | st.text(st.sampled_from("./\\%2fFeE?#@:;\r\n {}")))
def test_no_id_leaves_its_segment(odd: str) -> None:
    for read in (CONTRACT, PERSON):
        try:
            path = read.path(**dict.fromkeys(("document", "email"), odd))
        except NotFound:
            continue
        assert path.count("/") == read.template.count("/")
        assert not set(path) & set("?#@ \\\r\n{}")
        assert not set(path.split("/")) & {".", ".."}


@pytest.mark.parametrize("user_id", ["MU1\r\nX-Evil: 1", "MU\u00e9", "MU 1", "MU\n"])
async def test_an_mu_id_that_no_header_can_hold_is_not_sent(running: Running, clock: FakeClock, user_id: str) -> None:
    async with session_of(running, clock) as session:
        error = await error_of(lambda: my_details(session.api, user_id=user_id))
    assert isinstance(error, UserIdRefused)
    assert requests_to(running.platform, "/api/") == 0


async def test_an_email_goes_into_the_path_encoded(running: Running, clock: FakeClock) -> None:
    login = running.platform.login
    async with session_of(running, clock) as session:
        result = await people_with_email(session.api, login.email, user_id=login.memberships[0].user_id)
    assert [member.user_id for member in result] == [membership.user_id for membership in login.memberships]


def test_every_read_is_one_that_changes_nothing() -> None:
    searches = {"/summary", "/activities/filter", "/export/pdf/{document}"}
    assert all(read.method == "GET" or read.template in searches for read in READS)
    assert Read("POST", "/risks") not in READS


@BOTH_LOOPS
async def test_no_more_requests_are_made_at_once_than_the_limit(running: Running, clock: FakeClock) -> None:
    hold = running.platform.faults.hold("/api/risks", times=None)
    outcomes: list[Any] = []
    async with session_of(running, clock, running.platform.logins["single"]) as session:

        async def ask() -> None:
            outcomes.extend(await together(20, lambda: session.api.fetch(RISKS, user_id=None)))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask)
            await arrived(hold, AT_ONCE)
            with pytest.raises(TimeoutError):
                await anyio.to_thread.run_sync(hold.wait_arrived, AT_ONCE + 1, 0.2)
            hold.release()
    assert [type(outcome) for outcome in outcomes] == [bytes] * 20


async def test_each_secret_goes_to_the_address_that_it_is_for(running: Running, clock: FakeClock) -> None:
    with serve(Platform(documents=(1, 1))) as elsewhere:
        login = running.platform.logins["single"]
        async with session_of(running, clock, login, api_url=f"{elsewhere.root}/api") as session:
            await error_of(lambda: session.api.fetch(RISKS, user_id=None))  # the other platform knows no such token
        assert [(seen.path, seen.has_bearer) for seen in running.platform.requests] == [
            ("/sync/sandboxbucket/_oidc_refresh", False)
        ] * 2
        assert [(seen.path, seen.has_bearer, seen.query) for seen in elsewhere.platform.requests] == [
            ("/api/risks", True, {})
        ] * 2


async def test_a_redirect_is_not_followed(running: Running, clock: FakeClock) -> None:
    with serve(Platform(documents=(1, 1))) as elsewhere:
        moved = {"Location": f"{elsewhere.root}/api/risks?canary"}
        for path in ("/api/risks", "/sync/"):
            running.platform.faults.add(path, status=302, headers=moved, times=None, skip=int(path == "/sync/"))
        async with session_of(running, clock, running.platform.logins["single"]) as session:
            error = await error_of(lambda: session.api.fetch(RISKS, user_id=None))
            assert isinstance(error, WrongAddress)
            assert "canary" not in everything_in(error)
            gateway = await error_of(lambda: renew(session))
            assert "is not the Whitespace login service" in explain(gateway)
            assert "canary" not in everything_in(gateway)
        assert elsewhere.platform.requests == []


async def renew(session: Any) -> object:
    return await session.token_cache.replace(await session.token_cache.current())


async def test_the_version_is_asked_without_a_token(running: Running, clock: FakeClock) -> None:

    async with session_of(running, clock) as session:
        assert await platform_version(session.api) == "3.7.0"
        for odd in ('{"platformVersion":"30700"}', '{"platformVersion":-1}', '{"platformVersion":99999999}', "{}"):
            running.platform.faults.add("/api/version", status=200, body=odd)
            assert await platform_version(session.api) is None
    assert not any(seen.has_bearer for seen in running.platform.requests)


PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for variable in (*PROXY_VARIABLES, "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    return monkeypatch


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
async def test_the_environments_proxy_is_used_and_learns_the_host_only(
    running: Running, clock: FakeClock, no_proxies: pytest.MonkeyPatch, variable: str, scheme: str
) -> None:
    with raw_server(http_answer(b"", status="407 Proxy Authentication Required")) as proxy:
        no_proxies.setenv(variable, scheme + proxy.address)
        async with session_of(running, clock, sync_url="https://platform.example/sync") as session:
            error = await error_of(session.token_cache.current)
    assert isinstance(error, Unavailable)
    assert explain(error).startswith("The proxy on the way to the Whitespace login service does not let the connection")
    assert proxy.address not in explain(error)
    assert {head.splitlines()[0] for head in proxy.heads} == {"CONNECT platform.example:443 HTTP/1.1"}
    assert "refresh_token" not in "".join(proxy.heads)


async def test_this_machine_is_reached_without_a_proxy(
    running: Running, clock: FakeClock, no_proxies: pytest.MonkeyPatch
) -> None:
    no_proxies.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    no_proxies.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        assert await session.api.fetch(RISKS, user_id=None)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "quic://x", "://"])
async def test_a_proxy_of_another_kind_does_not_stop_the_server_from_starting(
    running: Running, clock: FakeClock, no_proxies: pytest.MonkeyPatch, proxy: str
) -> None:
    no_proxies.setenv("ALL_PROXY", proxy)
    async with session_of(running, clock, api_url="https://platform.example/api") as session:
        await session.token_cache.current()


@pytest.mark.parametrize(
    ("proxy", "problem"),
    [
        ("http://proxy.example:port", "is not an address that can be used"),
        ("http://[::1", "is not an address that can be used"),
        ("http://proxy.example:99999", "is not an address that can be used"),
        ("http://:3128", "names no host"),
        ("http://me:pass word@proxy.example:3128", "has a blank in it"),
    ],
)
async def test_a_proxy_that_cannot_be_used_is_told_by_the_name_of_its_variable(
    running: Running, clock: FakeClock, no_proxies: pytest.MonkeyPatch, proxy: str, problem: str
) -> None:
    no_proxies.setenv("HTTPS_PROXY", proxy)
    elsewhere = "https://platform.example"
    async with session_of(running, clock, sync_url=f"{elsewhere}/sync") as session:
        renewal = await error_of(session.token_cache.current)
    async with session_of(running, clock, api_url=f"{elsewhere}/api") as session:
        read = await error_of(lambda: session.api.fetch(RISKS, user_id=None))
    for error in (renewal, read):
        assert isinstance(error, NotConfigured)
        assert explain(error).startswith(f"HTTPS_PROXY {problem}. Trying again will not help until that is changed")
        assert "pass" not in explain(error).partition("password")[0]


async def test_a_file_of_certificates_that_cannot_be_used_is_told_by_the_name_of_its_variable(
    running: Running, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    problems = {
        tmp_path / "nowhere": "names a file that does not exist",
        tmp_path: "names a folder, not a file",
        empty: "holds no certificate",
    }
    for path, problem in problems.items():
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        async with session_of(running, clock, sync_url="https://platform.example/sync") as session:
            error = await error_of(session.token_cache.current)
            assert isinstance(error, NotConfigured)
            assert explain(error).startswith(f"SSL_CERT_FILE {problem}. Trying again will not help until")
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "nowhere" / "keys"))  # read with the certificates
    monkeypatch.delenv("SSL_CERT_FILE")
    async with session_of(running, clock, sync_url="https://platform.example/sync") as session:
        assert explain(await error_of(session.token_cache.current)).startswith("SSLKEYLOGFILE names a file that cannot")
