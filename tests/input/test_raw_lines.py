"""A real process on stdio, whose client is broken: what it writes is no protocol, or it goes away."""

import json
import subprocess
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from support.processes import PATIENCE, environment, server
from whitespace_mcp.demo import Platform, Running, serve

INITIALIZE: dict[str, Any] = {
    "jsonrpc": "2.0", "id": 1, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}},
}  # fmt: skip
READY = {"jsonrpc": "2.0", "method": "notifications/initialized"}
BROKEN = (
    b"nonsense", b"{", b"[]", b"null", b'"text"', b"42", b"{}", b'{"jsonrpc":"1.0","id":2,"method":"ping"}',
    b'{"jsonrpc":"2.0"}', b'{"jsonrpc":"2.0","id":{},"method":"ping"}', b'{"jsonrpc":"2.0","id":2,"method":5}',
    b'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"get_risk","arguments":{"risk":"\\ud800"}}}',
    b"\xff\xfe\x00\x01", b"\x00" * 10, b"[" * 20_000, b"Content-Length: 20\r\n\r\n", b"GET / HTTP/1.1\r",
    b"\xef\xbb\xbf{}",
)  # fmt: skip
ODD = (
    b"", b" ", b'{"jsonrpc":"2.0","id":2,"method":"no/such","params":{}}',
    b'{"jsonrpc":"2.0","id":2,"method":"tools/call"}',
    b'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":5,"arguments":[]}}',
    b'{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"whoami","arguments":[1]}}',
    b'{"jsonrpc":"2.0","id":2,"method":"resources/read","params":{"uri":5}}',
    b'{"jsonrpc":"2.0","id":2,"method":"completion/complete","params":{"ref":{"type":"x"}}}',
    b'{"jsonrpc":"2.0","id":99,"result":{}}', b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}',
    b'{"jsonrpc":"2.0","id":2,"method":"' + b"x" * 300_000 + b'"}',
)  # fmt: skip
"""Messages that can be read and make no sense, and lines without one."""


TRIES = 5


@contextmanager
def process(running: Running, folder: Path) -> Generator[subprocess.Popen[bytes]]:
    """`whitespace-mcp serve`, connected to nothing but us."""
    login = running.platform.login
    env = environment(
        folder,
        WHITESPACE_ROOT=running.root,
        WHITESPACE_BUCKET=running.platform.bucket,
        WHITESPACE_REFRESH_TOKEN=login.refresh_token or "",
    )
    with subprocess.Popen(  # noqa: S603  # our own command
        server("serve"),
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


@pytest.fixture(scope="module")
def running() -> Generator[Running]:
    with serve(Platform(documents=(10, 5))) as served:
        yield served


@pytest.fixture(autouse=True)
def released(running: Running) -> Generator[None]:
    """What a test holds up is let go."""
    yield
    running.platform.faults.clear()


def write(to: subprocess.Popen[bytes], *lines: bytes | dict[str, Any], end: bytes = b"\n") -> None:
    assert to.stdin is not None
    for line in lines:
        to.stdin.write((line if isinstance(line, bytes) else json.dumps(line).encode()) + end)
    to.stdin.flush()


def answer_to(number: int, of: subprocess.Popen[bytes]) -> dict[str, Any]:
    """The answer with that id; everything else that comes must be JSON-RPC as well."""
    assert of.stdout is not None
    while line := of.stdout.readline():
        message: dict[str, Any] = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        if message.get("id") == number:
            return message
    raise EOFError(of.returncode)


def call(number: int, tool: str, **arguments: Any) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def has_no_secret(said: bytes, running: Running) -> bool:
    secret = (running.platform.login.refresh_token or "").encode()
    return secret not in said and b"refresh_token=" not in said and b"Traceback" not in said


def ended(started: subprocess.Popen[bytes], running: Running) -> Iterable[str]:
    """What a process said on its error stream until it ended by itself."""
    assert started.stderr is not None
    started.wait(PATIENCE)  # it did not wait for anybody
    said = started.stderr.read()
    assert has_no_secret(said, running), said[-2_000:]
    return said.decode().splitlines()


UNREADABLE: tuple[tuple[bytes, int | str | None], ...] = (
    (b'{"jsonrpc":"2.0","id":21,"method":"tools/call","params":{"name":"whoami","arguments":{"x":"\\ud800"}}}', 21),
    (b'{"jsonrpc":"2.0","id":22,"method":"tools/list","params":[]}', 22),
    (b'{"id":"twenty-three","method":"tools/list"}', "twenty-three"),
    (b'[{"jsonrpc":"2.0","id":24,"method":"ping"}]', 24),
    (b'{"jsonrpc":"2.0","id":25,"method":"ping","params":{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}}", 25),
    (b'{"jsonrpc":"2.0","id":26,"method":5}', 26),
    (b'{"id":27,"result":{}}', None),
    (b'{"jsonrpc":"2.0","id":{"a":28},"method":"tools/list"}', None),
    (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', None),
    (b'{"jsonrpc":"2.0","id":28.5,"method":"tools/call","params":{"name":"whoami"}}', None),
    (b"nonsense", None),
    (b"[]", None),
    (b"null", None),
)


def test_broken_lines_are_survived_and_a_message_that_cannot_be_read_is_answered_and_told(
    running: Running, tmp_path: Path
) -> None:
    """With its own id where that can be found. A byte order mark before the first line does no harm, nor do pieces.

    In the end a call is under way, half a line is there, and no more comes; nothing but messages was written.
    """
    hold = running.platform.faults.hold("/api/risks/", times=None)
    with process(running, tmp_path) as started:
        assert started.stdin is not None
        assert started.stdout is not None
        first = b"\xef\xbb\xbf" + json.dumps(INITIALIZE).encode()
        for piece in (first[:10], first[10:50], first[50:], b"\n"):
            write(started, piece, end=b"")
        begun = answer_to(1, started)["result"]
        assert begun["protocolVersion"] == INITIALIZE["params"]["protocolVersion"]
        assert begun["serverInfo"]["version"] == version("whitespace-mcp")
        write(started, READY, *(line for line, _ in UNREADABLE), b"", b"  ")
        answers = [json.loads(started.stdout.readline()) for _ in UNREADABLE]
        assert [answer["id"] for answer in answers] == [number for _, number in UNREADABLE]
        assert {answer["error"]["code"] for answer in answers} == {-32700, -32600}
        write(started, {"jsonrpc": "2.0", "id": 7, "method": "ping"})
        assert json.loads(started.stdout.readline()) == {"jsonrpc": "2.0", "id": 7, "result": {}}
        write(started, *BROKEN, *ODD, call(8, "get_risks", organisation="CALDERFINCH", page_size=0))
        assert answer_to(8, started)["result"]["structuredContent"]["organisations"][0]["documents"] == 10
        risk = next(iter(running.platform.roots(running.platform.login.memberships[0].user_id)))
        write(started, call(9, "get_lines", organisation="CALDERFINCH", risk=risk))
        hold.wait_arrived()
        write(started, b'{"jsonrpc":"2.0","id":10,"method":"tools/li', end=b"")
        started.stdin.close()
        said = list(ended(started, running))
        assert started.returncode == 0
        assert all(json.loads(line)["jsonrpc"] == "2.0" for line in started.stdout)
    assert sum("Unreadable message" in line for line in said) == len(UNREADABLE) + len(BROKEN) + 1, "and the half"
    assert not any("whoami" in line or "nonsense" in line for line in said), "what was sent is not repeated"


def test_initialize_behind_an_unanswered_discover_is_served_until_its_host_is_gone(
    running: Running, tmp_path: Path
) -> None:
    """As a client sends it that gave up waiting while this process was still starting; it ends in the middle of a call.

    On a busy machine the second line may be read later than the server waits for it: then once more.
    """
    discover = {
        "jsonrpc": "2.0", "id": 0, "method": "server/discover",
        "params": {"_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"},
        }},
    }  # fmt: skip
    for _ in range(TRIES):
        with process(running, tmp_path) as started:
            write(started, discover, INITIALIZE)
            if "error" not in answer_to(0, started):
                continue
            assert "result" in answer_to(1, started)
            write(started, READY, call(7, "get_risks", organisation="CALDERFINCH", page_size=0))
            assert answer_to(7, started)["result"]["structuredContent"]["organisations"][0]["documents"] == 10
            assert started.stdin is not None
            assert started.stdout is not None
            hold = running.platform.faults.hold("/api/risks", times=None)
            write(started, call(8, "get_risks", organisation="CALDERFINCH", refresh=True))
            hold.wait_arrived()
            started.stdout.close()
            started.stdin.close()
            ended(started, running)
            assert started.returncode == 0
            break
    else:
        pytest.fail("it was never taken for one that gave up")


def test_an_output_that_is_closed_in_the_middle_of_a_call(running: Running, tmp_path: Path) -> None:
    """What comes next cannot be answered, and nobody is left."""
    hold = running.platform.faults.hold("/api/risks", times=None)
    with process(running, tmp_path) as started:
        assert started.stdout is not None
        write(started, INITIALIZE)
        answer_to(1, started)
        write(started, READY, call(2, "get_risks", organisation="CALDERFINCH"))
        hold.wait_arrived()
        started.stdout.close()
        write(started, {"jsonrpc": "2.0", "id": 3, "method": "ping"})
        ended(started, running)
        assert started.returncode == 0
