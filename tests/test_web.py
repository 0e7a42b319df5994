"""Streamable HTTP: who may ask, from where, how much, and that nobody gets another caller's answer."""

import json
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any

import anyio
import httpx2
import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from starlette.responses import PlainTextResponse

from support.raw import raw_list
from support.servers import ERAS, ask, settings_for
from support.slips import root_of, short_of
from support.web import TLS, bearer, client_at, listening
from whitespace_mcp.cli import main
from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.connections import Connections
from whitespace_mcp.demo import Platform, Running, serve
from whitespace_mcp.web import MOST_BODY, Gate, check

BROKER, CARRIER = "CALDERFINCH", "MARROWGATE"
TOKEN = "canary-http-token+/="
HELLO = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
JSON = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def small() -> Generator[Running]:
    """A small market."""
    with serve(Platform(documents=(60, 30))) as running:
        yield running


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for all of them, since the servers below stay."""
    return "asyncio"


@pytest.fixture(scope="module")
async def address(small: Running) -> AsyncGenerator[str]:
    """Where a server listens that asks for no token."""
    async with listening(settings_for(small)) as served:
        yield served


@pytest.fixture(scope="module")
async def guarded(small: Running) -> AsyncGenerator[str]:
    """Where one listens that asks for `TOKEN`."""
    async with listening(settings_for(small, http_token=SecretStr(TOKEN))) as served:
        yield served


async def status_of(address: str, method: str = "POST", path: str = "/mcp", **more: Any) -> tuple[int, str]:
    """What one bare request is answered with."""
    async with httpx2.AsyncClient(timeout=60, verify=TLS) as http:
        if method == "POST" and not {"content", "json"} & set(more):
            more["json"] = HELLO
        more["headers"] = {**JSON, **more.get("headers", {})}
        reply = await http.request(method, f"{address}{path}", **more)
        return reply.status_code, reply.text


async def test_another_host_header_is_refused(address: str) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "192.0.2.1"):
        status, body = await status_of(address, headers={"Host": host})
        assert status == 421, host
        assert "Calderfinch" not in body


async def test_a_request_whose_id_is_none_is_told_so(address: str) -> None:
    for number in (None, 1.5, [1], {"id": 1}):
        status, body = await status_of(address, json={**HELLO, "id": number})
        error = json.loads(body)["error"]
        assert (status, error["code"]) == (400, -32600), number
        assert "needs an id" in error["message"]
    templates = {"jsonrpc": "2.0", "id": None, "method": "resources/templates/list"}
    assert "needs an id" in (await status_of(address, json=templates))[1]
    notification = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert "needs an id" not in (await status_of(address, json=notification))[1]


async def test_what_is_no_message_is_told_in_our_words(address: str) -> None:
    wrong = {
        b"{": "This is no JSON",
        b"": "This is no JSON",
        b"[" * 10_000: "This is no JSON",
        b'{"jsonrpc":"2.0","id":7,"method":"tools/call","params":["canary"]}': "This is no JSON-RPC message",
        json.dumps([HELLO, HELLO]).encode(): "Several messages in one are not supported; send each by itself",
    }
    for content, words in wrong.items():
        status, body = await status_of(address, content=content)
        assert (status, json.loads(body)["error"]["message"]) == (400, words)
        assert json.loads(body)["id"] == (7 if b"canary" in content else None)


async def test_names_of_hosts_are_the_same_in_any_case(address: str) -> None:
    place = address.removeprefix("http://").replace("127.0.0.1", "LocalHost")
    assert (await status_of(address, headers={"Host": place}))[0] != 421


async def test_another_origin_is_refused(address: str) -> None:
    for origin in ("https://evil.example", "http://127.0.0.1.evil.example", "null", "file://"):
        assert (await status_of(address, headers={"Origin": origin}))[0] == 403, origin
    assert (await status_of(address, headers={"Origin": address}))[0] not in {403, 421}


async def test_every_address_of_this_machine_is_guarded_alike(small: Running) -> None:
    try:
        socket.create_server(("127.0.0.2", 0)).close()
    except OSError:
        pytest.skip("this system has 127.0.0.1 only")
    async with listening(settings_for(small), "127.0.0.2") as address:
        assert (await status_of(address, headers={"Host": "evil.example"}))[0] == 421
        assert (await status_of(address))[0] not in {403, 421}


async def test_a_token_is_asked_for_on_this_machine_too(guarded: str) -> None:
    for headers in (
        {}, bearer("wrong"), bearer(TOKEN[:-1]), bearer(TOKEN + "="), bearer(TOKEN.upper()),
        {"Authorization": "Bearer"}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer \xff"},
    ):  # fmt: skip
        encoded = {name: value.encode("latin-1") for name, value in headers.items()}
        status, body = await status_of(guarded, headers=encoded)
        assert status == 401, headers
        assert body.startswith("This server answers only to callers that present its token.")
        assert TOKEN not in body
    for method in ("GET", "DELETE", "OPTIONS", "PUT"):
        assert (await status_of(guarded, method))[0] == 401
    assert (await status_of(guarded, path="/other"))[0] == 401
    for era in ERAS:
        async with client_at(guarded, era, TOKEN) as client:
            assert (await ask(client, "get_risks", organisation="all", page_size=0))["organisations"]


async def test_two_authorization_headers_are_none(guarded: str) -> None:
    twice = [("Authorization", "Bearer wrong"), ("Authorization", f"Bearer {TOKEN}"), *JSON.items()]
    async with httpx2.AsyncClient(timeout=60, verify=TLS) as http:
        assert (await http.post(f"{guarded}/mcp", json=HELLO, headers=twice)).status_code == 401


async def test_the_health_route_needs_no_token_and_says_nothing(small: Running, guarded: str) -> None:
    before = len(small.platform.requests)
    assert await status_of(guarded, "GET", "/health") == (200, "ok\n")
    assert await status_of(guarded, "GET", "/health", headers={"Host": "10.0.0.1"}) == (200, "ok\n")
    assert len(small.platform.requests) == before


async def test_a_name_with_something_behind_its_port_is_none(address: str) -> None:
    port = address.rpartition(":")[2]
    for host in (
        f"127.0.0.1:{port}@evil.example", "127.0.0.1:evil.example", f"127.0.0.1:{port}/", f"localhost:{port}#x",
        "127.0.0.1:", "[::1]:80.evil.example", f"evil.example\t127.0.0.1:{port}",
    ):  # fmt: skip
        assert (await status_of(address, headers={"Host": host}))[0] in {400, 421}, host
        assert (await status_of(address, headers={"Origin": f"http://{host}"}))[0] == 403, host


async def test_a_stroke_behind_the_path_is_served_and_nothing_is_redirected(address: str) -> None:
    status = (await status_of(address))[0]
    assert status not in {307, 404}
    assert (await status_of(address, path="/mcp/"))[0] == status
    for path in ("/mcp//", "/", "/mcp/more/", "//mcp", "/health/"):
        assert (await status_of(address, path=path))[0] == 404
    assert (await status_of(address, path="/mcp/", headers={"Host": "evil.example"}))[0] == 421


async def test_connections_that_say_nothing_keep_nobody_out(small: Running, era: str) -> None:
    """Nor do those that send half of a request; one that waits for its answer is not among them."""
    hold = small.platform.faults.hold("/api/risks", times=1)
    limits = Connections(seconds=600, most=30, per_peer=20)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(listening(settings_for(small), connections=limits))
        port = int(address.rpartition(":")[2])
        async with client_at(address, era) as early, anyio.create_task_group() as tasks:
            tasks.start_soon(partial(ask, early, "get_risks", organisation=BROKER, page_size=0))
            await anyio.to_thread.run_sync(hold.wait_arrived)
            for said in (b"", b"GET /mcp HTTP/1.1\r\nHost: x\r\n", b"POST /mcp HTTP/1.1\r\ncontent-length: 9\r\n\r\n"):
                for _ in range(40):
                    silent = await anyio.connect_tcp("127.0.0.1", port)
                    stack.push_async_callback(silent.aclose)
                    await silent.send(said or b"\r")
            assert await status_of(address, "GET", "/health") == (200, "ok\n")
            async with client_at(address, era) as late:
                assert (await ask(late, "list_organisations"))["organisations"]
            hold.release()
    small.platform.faults.clear()


POSTING = b"POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"


async def test_a_request_that_does_not_arrive_is_given_up(small: Running) -> None:
    async with listening(settings_for(small), connections=Connections(seconds=0.05)) as address:
        port = int(address.rpartition(":")[2])
        for said in (b"", b"GET /health HTTP/1.1\r\nHo", POSTING):
            async with await anyio.connect_tcp("127.0.0.1", port) as silent:
                if said:
                    await silent.send(said)
                with anyio.fail_after(60), suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                    assert await silent.receive() == b"", "there is no answer"
        async with await anyio.connect_tcp("127.0.0.1", port) as again:
            await again.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await again.receive()).startswith(b"HTTP/1.1 200")
            await again.send(b"GET /health HTTP/1.1\r\nHo")
            with anyio.fail_after(60), suppress(anyio.EndOfStream, anyio.BrokenResourceError):
                while True:
                    await again.receive()


async def test_requests_beyond_the_bound_are_told_so_and_health_is_not_among_them() -> None:
    inside, let_go = anyio.Event(), anyio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        inside.set()
        await let_go.wait()
        await PlainTextResponse("done")(scope, receive, send)

    gate = Gate(slow, None, at_once=1)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(gate), base_url="http://localhost") as http:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(http.post, "/mcp")
            await inside.wait()
            assert (await http.post("/mcp")).status_code == 503
            assert (await http.get("/health")).text == "ok\n"
            let_go.set()
        assert (await http.post("/mcp")).text == "done"


async def test_a_large_body_is_refused_without_being_kept(address: str) -> None:
    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(3):
            yield b" " * MOST_BODY

    assert (await status_of(address, content=b" " * (MOST_BODY + 1)))[0] == 413
    assert (await status_of(address, content=endless()))[0] == 413
    assert (await status_of(address))[0] != 413


async def test_a_host_on_the_list_is_let_in_and_no_other(small: Running) -> None:
    settings = settings_for(small, http_token=SecretStr(TOKEN), http_hosts=("mcp.example.com",))
    async with listening(settings) as address:
        for host, origin, status in (
            ("mcp.example.com", "https://mcp.example.com", None),
            ("mcp.example.com:8443", "https://mcp.example.com:8443", None),
            ("other.example.com", "https://mcp.example.com", 421),
            ("mcp.example.com.evil.example", "https://mcp.example.com", 421),
            ("mcp.example.com", "https://evil.example", 403),
        ):
            got = (await status_of(address, headers={"Host": host, "Origin": origin, **bearer(TOKEN)}))[0]
            assert got == status or (status is None and got not in {401, 403, 421}), (host, origin, got)


@pytest.mark.parametrize(
    ("host", "changes", "words"),
    [
        ("0.0.0.0", {}, ["WHITESPACE_HTTP_HOSTS", "WHITESPACE_HTTP_TOKEN"]),  # noqa: S104  # refused
        ("192.0.2.1", {"http_hosts": ("mcp.example.com",)}, ["WHITESPACE_HTTP_TOKEN"]),
        ("::", {"http_token": SecretStr(TOKEN)}, ["WHITESPACE_HTTP_HOSTS"]),
        ("example.com", {}, ["127.0.0.1"]),
        ("127.0.0.1", {"http_hosts": ("mcp.example.com",)}, ["WHITESPACE_HTTP_TOKEN"]),
        ("127.0.0.1", {"problems": ("WHITESPACE_TIMEOUT must be a number",)}, ["WHITESPACE_TIMEOUT"]),
        ("127.0.0.1", {"refresh_token": None}, ["WHITESPACE_REFRESH_TOKEN", "--demo"]),
    ],
)
def test_what_would_not_be_safe_is_refused_at_the_start(
    small: Running, host: str, changes: dict[str, Any], words: list[str]
) -> None:
    with pytest.raises(NotConfigured) as caught:
        check(settings_for(small, **changes), host)
    said = f"{caught.value.what} {caught.value.do}"
    assert all(word in said for word in words), said
    assert TOKEN not in said


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_this_machine_needs_neither(small: Running, host: str) -> None:
    check(settings_for(small), host)


def test_elsewhere_is_allowed_with_both(small: Running) -> None:
    settings = settings_for(small, http_hosts=("mcp.example.com",), http_token=SecretStr(TOKEN))
    check(settings, "0.0.0.0")  # noqa: S104  # what is tested


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com", "::"])  # noqa: S104  # refused
def test_the_command_refuses_and_says_what_to_set(host: str) -> None:
    shown = CliRunner().invoke(main, ["serve", "--demo", "--transport", "streamable-http", "--host", host])
    assert shown.exit_code == 2
    assert "WHITESPACE_HTTP_TOKEN" in shown.output
    assert "listen on 127.0.0.1" in " ".join(shown.output.split())


def test_a_wrong_configuration_is_told_at_the_start() -> None:
    wrong = {"WHITESPACE_TIMEOUT": "soon", "WHITESPACE_REFRESH_TOKEN": "canary-refresh"}
    with socket.create_server(("127.0.0.1", 0)) as other:  # where nothing could listen, if it were not refused before
        port = str(other.getsockname()[1])
        ended = CliRunner().invoke(main, ["serve", "--transport", "streamable-http", "--port", port], env=wrong)
    assert ended.exit_code == 2
    assert "WHITESPACE_TIMEOUT must be a number" in ended.stderr
    assert "canary" not in ended.output


async def test_no_caller_gets_another_callers_answer(small: Running, address: str, era: str) -> None:
    """Eight callers on one server, all with the same numbers of requests, each about a risk of its own."""
    shorts = sorted({short_of(root_of(row["id"])) for row in raw_list(small)})[:8]

    async def caller(short: str) -> None:
        async with client_at(address, era) as client:
            for _ in range(2):
                answer = await ask(client, "get_lines", organisation=BROKER, risk=short)
                assert answer["risk"] == short
                assert answer["organisation"]["company_id"] == BROKER

    async with anyio.create_task_group() as tasks:
        for short in shorts:
            tasks.start_soon(caller, short)


async def test_the_same_request_number_from_many_callers_is_not_mixed_up(small: Running, address: str) -> None:
    shorts = sorted({short_of(root_of(row["id"])) for row in raw_list(small)})[:16]
    hold = small.platform.faults.hold("/api/risks/", times=None)
    rows: dict[str, str] = {}
    async with httpx2.AsyncClient(timeout=60, verify=TLS) as http:

        async def post(short: str) -> None:
            call = {"name": "get_lines", "arguments": {"organisation": BROKER, "risk": short}, "_meta": META}
            body = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": call}
            headers = {
                **JSON, "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "get_lines",
            }  # fmt: skip
            reply = await http.post(f"{address}/mcp", json=body, headers=headers)
            lines = [line.removeprefix("data: ") for line in reply.text.splitlines() if "jsonrpc" in line]
            rows[short] = json.loads(lines[-1])["result"]["structuredContent"]["risk"]

        async with anyio.create_task_group() as tasks:
            for short in shorts:
                tasks.start_soon(post, short)
            await anyio.to_thread.run_sync(hold.wait_arrived, 6)
            hold.release()
    small.platform.faults.clear()
    assert rows == {short: short for short in shorts}


META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "0"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
