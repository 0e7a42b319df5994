"""Secrets stay where they belong: not in anything that is written, and at the configured address only."""

import base64
import json
import logging
import traceback
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final
from urllib.parse import quote

import pytest
from mcp import Client, MCPError
from pydantic import SecretStr

from support.canaries import credentials, secrets_in
from support.clock import FakeClock
from support.raw import raw_list
from support.servers import ask, client_of, refused, settings_for, text_of
from support.sessions import error_of
from support.slips import root_of
from support.sockets import Raw, closed_port, http_answer, raw_server
from whitespace_mcp.api.bearer import BearerAuth, Token
from whitespace_mcp.api.client import Api
from whitespace_mcp.api.connection import SecretQuery, open_client, open_transport
from whitespace_mcp.api.reads import READS, Read
from whitespace_mcp.config.environment import AddressedSecret, Environment
from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.config.settings import Settings
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.runtime.clock import SystemClock
from whitespace_mcp.session.credential import RefreshToken
from whitespace_mcp.session.session import open_session
from whitespace_mcp.web import Gate

BROKER = "CALDERFINCH"
CANARY = "canary+Refresh/Token=8472-secret-part"
CRAFTED: Final = (
    "..", ".", "../../sync", "%2e%2e%2f", "IC%2f..%2f..", "a/b", "a\\b", "a@evil.example", "//evil.example/x", "a#b",
    "a?refresh=1", "a;b", "a\r\nHost: evil.example", "a\nX: y", "\x00", "http://evil.example/",
    "a\uff0e\uff0e\uff0fb", "a\u2215b", "\u2025",
    "\N{FULLWIDTH COMMERCIAL AT}evil.example", "a%0d%0ab", "::..::", "IC00000000::../../x", "\ud800", "",
)  # fmt: skip


@pytest.fixture
def platform() -> Platform:
    """A small market of the test's own."""
    return Platform(documents=(40, 10))


@pytest.fixture(scope="module")
def small() -> Generator[Running]:
    """A small market."""
    with serve(Platform(documents=(60, 30))) as running:
        yield running


def test_the_search_finds_a_secret_in_every_form() -> None:
    for secret in (CANARY, *credentials()):
        for text in (
            secret, quote(secret, safe=""), secret[-12:], secret.encode().hex(),
            *(base64.b64encode(b"x" * n + secret.encode() + b"yz").decode() for n in range(3)),
            *(base64.urlsafe_b64encode(b"x" * n + secret[-12:].encode()).decode() for n in range(3)),
        ):  # fmt: skip
            assert secrets_in(f"before {text} after", secret), text
        assert secrets_in("nothing to see here, and 0123456789 abcdefghijkl", secret) == []


def test_nothing_that_holds_a_secret_shows_it() -> None:
    secret = SecretStr(CANARY)
    environment = Environment.at("https://sandbox.example")
    addressed = AddressedSecret(environment, secret)
    settings = Settings(environment=environment, refresh_token=addressed, http_token=SecretStr(CANARY), problems=("x",))
    token = Token(value=secret, received=0.0)
    held: list[Any] = [
        settings, token, BearerAuth(token), addressed, RefreshToken(addressed, SystemClock(), timeout=5),
        SecretQuery(open_transport(settings.root), "refresh_token", secret), Gate(_nothing, secret),
    ]  # fmt: skip
    for entry in held:
        shown = f"{entry!r} {entry} {vars(entry) if hasattr(entry, '__dict__') else ''}"
        assert secrets_in(shown, CANARY) == [], type(entry)
    assert secrets_in(settings.model_dump_json(), CANARY) == []


def _loud() -> None:
    for name in ("httpx2", "httpcore2", "mcp", "anyio", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger("httpcore2").propagate = True


async def _nothing(*_: Any) -> None:
    """An application that is never asked."""


async def test_a_renewal_that_fails_keeps_its_url_to_itself(
    written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the error, nor its causes, nor what every library logs at DEBUG, even if nothing held it back."""
    monkeypatch.setattr("whitespace_mcp.api.connection.quieten", _loud)
    with raw_server(b"HTTP/1.1 200 OK\r\nSet-Cookie: s=canary\r\nContent-Length: 9\r\n\r\n{}") as cut:
        for root in (f"http://127.0.0.1:{closed_port()}", f"http://{cut.address}"):
            environment = Environment.at(root)
            secret = AddressedSecret(environment, SecretStr(CANARY))
            settings = Settings(environment=environment, refresh_token=secret, timeout=5)
            async with open_session(settings, FakeClock()) as session:
                error = await error_of(session.organisations.all)
            chain = "".join(traceback.format_exception(error))
            assert secrets_in(f"{error!r} {chain} {vars(error)}", CANARY) == []
        assert len(cut.heads) == 3
        assert all(quote(CANARY, safe="") in head for head in cut.heads), "it was really sent"
    assert secrets_in("\n".join(written), CANARY) == []
    assert any(line.startswith("httpcore2") for line in written), "they did log"


async def test_debug_of_every_library_shows_no_token(small: Running, era: str, written: list[str]) -> None:
    async with client_of(settings_for(small, log_level="DEBUG"), era) as client:
        for name in ("httpx2", "httpcore2", "mcp", "anyio"):
            logging.getLogger(name).setLevel(logging.DEBUG)
        small.platform.expire_tokens()
        await ask(client, "get_risks", organisation=BROKER, refresh=True)
        await refused(client, "get_risk", organisation=BROKER, risk="nothing")
    logged = "\n".join(written)
    assert "HTTP Request: GET" in logged
    assert secrets_in(logged) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_takes_no_token_anywhere(running: Running, status: int) -> None:
    with raw_server(http_answer(b"{}")) as evil:
        headers = {"Location": f"http://{evil.address}/api/risks"}
        async with client_of(settings_for(running)) as client:
            running.platform.faults.add("/api/risks", status=status, headers=headers, times=None)
            running.platform.faults.add("/api/summary", status=status, headers=headers, times=None)
            await refused(client, "get_risks", organisation=BROKER)
            running.platform.faults.add("/sync/", status=status, headers=headers, times=None)
            running.platform.expire_tokens()
            running.platform.faults.add("/api/", status=401, times=None)
            await refused(client, "get_risks", organisation=BROKER, refresh=True)
        assert evil.heads == []


async def test_addresses_in_documents_are_never_followed(running: Running) -> None:
    """Whatever the platform's documents say of where something is, nothing is fetched from there."""
    with raw_server(http_answer(b"{}")) as evil:
        url = f"http://{evil.address}/x"
        root = root_of(raw_list(running)[0]["id"])
        listed = [
            {"_id": f"{root}::ATT::1", "parentDocID": url, "url": url, "attachmentURL": url, "link": url,
             "fileName": url, "name": url, "channels": ["calderfinch_MARINE"],
             "_attachments": {url: {"content_type": "text/plain", "length": 3, "digest": "x", "url": url}}},
        ]  # fmt: skip
        async with client_of(settings_for(running)) as client:
            await ask(client, "get_risks", organisation=BROKER)
            for path in ("/api/attachments", "/api/risks/", "/api/lines", "/api/activities", "/api/documents"):
                running.platform.faults.add(path, status=200, body=json.dumps(listed), times=None)
            for tool in ("get_documents", "get_risk", "get_wording", "get_lines", "get_history", "get_data"):
                await client.call_tool(tool, {"organisation": BROKER, "risk": root})
            for part in ("documents", f"attachments/{quote(url, safe='')}", "attachments/1", "pdf"):
                await _read(client, f"whitespace://{BROKER}/risks/{root}/{part}")
        assert evil.heads == []


async def test_an_id_changes_neither_path_nor_host_at_the_socket() -> None:
    """Every read of the allow-list with a third of the crafted ids in each place: the request line keeps its shape."""
    async with _raw_platform() as (platform, api):
        for turn, read in enumerate(read for read in READS if _names(read)):
            for crafted in CRAFTED[turn % 3 :: 3]:
                await _tried(api.fetch(read, user_id="MU1", ids=dict.fromkeys(_names(read), crafted)))
        assert len(platform.heads) > len(READS)
        for head in platform.heads:
            line, *headers = head.split("\r\n")
            method, target, protocol = line.split(" ")
            assert (protocol, "?" in target, "#" in target) == ("HTTP/1.1", False, False)
            assert any(_like(read, method, target) for read in READS), target
            assert [h for h in headers if h.lower().startswith("host:")] == [f"Host: {platform.address}"]
            assert "evil" not in "".join(headers)
            assert ".." not in target.split("/")


async def test_a_user_id_cannot_carry_a_header() -> None:
    async with _raw_platform() as (platform, api):
        for crafted in CRAFTED:
            await _tried(api.fetch(next(read for read in READS if not _names(read)), user_id=crafted))
        assert platform.heads
        for head in platform.heads:
            names = [line.partition(":")[0].lower() for line in head.split("\r\n")[1:]]
            assert len(names) == len(set(names))
            assert set(names) <= {"host", "accept", "accept-encoding", "connection", "user-agent", "userid",
                                  "authorization"}  # fmt: skip


@asynccontextmanager
async def _raw_platform() -> AsyncGenerator[tuple[Raw, Api]]:
    """A server that writes down what comes over its socket, and what asks it."""
    with raw_server(http_answer(b"{}")) as platform:
        base = f"http://{platform.address}"
        async with open_client(base, timeout=5) as http:
            yield platform, Api(http, Environment.at(base), _Static(), SystemClock(), max_body=10_000)


async def test_crafted_ids_reach_no_other_path_through_any_tool(small: Running, era: str) -> None:
    real = root_of(raw_list(small)[0]["id"])
    async with client_of(settings_for(small, extra_reads=True), era) as client:
        tools = [tool for tool in (await client.list_tools()).tools if "risk" in tool.input_schema["properties"]]
        assert len(tools) >= 9
        begin = len(small.platform.requests)
        for turn, tool in enumerate(tools):
            for crafted in CRAFTED[:-2][turn % 3 :: 3]:
                # Each tool gets a third of them in one of three places; each of them stands in each place in some tool.
                risk = (crafted, f"{real}::{crafted}", f"{real}{crafted}")[turn // 3 % 3]
                arguments = {"organisation": BROKER, "risk": risk}
                if tool.name == "read_platform":
                    arguments["operation"] = "attachments"
                result = await client.call_tool(tool.name, arguments)
                assert secrets_in(text_of(result)) == []
        for crafted in CRAFTED[:-2]:
            segment = quote(crafted, safe="")
            for uri in (f"risks/{segment}", f"risks/{real}/wording/{segment}", f"risks/{real}/attachments/{segment}"):
                await _read(client, f"whitespace://{BROKER}/{uri}")
    fixed = {
        (read.method, f"{'/api' if read.below == 'api' else ''}{read.template.partition('{')[0]}") for read in READS
    }
    for seen in small.platform.requests[begin:]:  # the platform has decoded the paths; their beginnings are ours
        assert seen.path.startswith("/sync/") or any(
            seen.method == method and seen.path.startswith(start) for method, start in fixed
        ), seen


async def _read(client: Client, uri: str) -> None:
    with suppress(MCPError):
        await client.read_resource(uri)


class _Static:
    """A bearer whose token never changes."""

    def __init__(self) -> None:
        self._token = Token(value=SecretStr("static"), received=0.0)

    async def current(self) -> Token:
        return self._token

    async def replace(self, refused: Token) -> Token:
        return refused

    def refused_again(self, token: Token) -> None:
        pass


async def _tried(call: Any) -> None:
    with suppress(WhitespaceError):
        await call


def _names(read: Read) -> list[str]:
    return [part[1:-1] for part in read.template.split("/") if part.startswith("{")]


def _like(read: Read, method: str, target: str) -> bool:
    """Whether a request is this read: the fixed parts in their places, and something in each other."""
    path = target.removeprefix("/api") if read.below == "api" and target.startswith("/api/") else target
    wanted, got = read.template.split("/"), path.split("/")
    return (
        method == read.method
        and (read.below == "root") == (path == target)
        and len(wanted) == len(got)
        and all(part == name or (name.startswith("{") and part) for name, part in zip(wanted, got, strict=True))
    )
