"""The platform as a server: on any loop, quiet, and gone when it is over."""

import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import anyio
import anyio.lowlevel
import anyio.to_thread
import httpx2
import pytest
from demo_caller import Caller, call

from whitespace_mcp.demo import Platform, serve
from whitespace_mcp.demo.late import serve_late


def test_it_listens_on_loopback_at_a_port_of_its_own_or_a_given_one() -> None:
    with serve(Platform(documents=(1, 1))) as first, serve(Platform(documents=(1, 1))) as two:
        assert first.root.startswith("http://127.0.0.1:")
        assert first.root != two.root
        assert first.platform is not two.platform
        port = urlsplit(first.root).port
    assert port
    with serve(Platform(documents=(1, 1)), port=port) as again:
        assert again.root.endswith(f":{port}")
        assert call(again, "/api/version").status == 200


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    with serve(Platform(documents=(1, 1))) as running:
        port = urlsplit(running.root).port or 0
        with pytest.raises(OSError, match="in use"), serve(Platform(documents=(1, 1)), port=port):
            pass
        assert call(running, "/api/version").status == 200
    assert set(threading.enumerate()) <= before, "a thread is left"


def test_the_port_is_closed_and_the_thread_gone_when_the_block_is_left() -> None:
    before = set(threading.enumerate())
    with serve(Platform(documents=(1, 1))) as running:
        call(running, "/api/version")
        address = urlsplit(running.root)
    assert set(threading.enumerate()) <= before, "a thread is left"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname or "", address.port or 0), timeout=60)


def test_open_connections_and_parked_requests_do_not_keep_it_alive() -> None:
    before = set(threading.enumerate())
    with serve(Platform(documents=(1, 1))) as running:
        address = urlsplit(running.root)
        idle = socket.create_connection((address.hostname or "", address.port or 0), timeout=60)
        parked = socket.create_connection((address.hostname or "", address.port or 0), timeout=60)
        hold = running.platform.faults.hold("/api/version")
        parked.sendall(b"GET /api/version HTTP/1.1\r\nHost: x\r\n\r\n")
        hold.wait_arrived()
    assert set(threading.enumerate()) <= before, "a thread is left"
    hold.release()
    for connection in (idle, parked):
        try:
            assert connection.recv(100) == b""
        except ConnectionResetError:
            pass
        finally:
            connection.close()


@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_it_serves_callers_on_either_event_loop(anyio_backend: str) -> None:
    assert anyio_backend
    with serve(Platform(documents=(5, 2))) as running:
        rows = await anyio.to_thread.run_sync(lambda: Caller(running, running.platform.login).get("/api/risks"))
    assert len(rows) == 5


def test_it_prints_and_logs_nothing(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with serve(Platform(documents=(5, 2))) as running:
        caller = Caller(running, running.platform.login)
        caller.ask("/api/risks")
        running.platform.faults.drop("/api/risks")
        with pytest.raises(ConnectionError):
            caller.ask("/api/risks")
        with socket.create_connection(("127.0.0.1", urlsplit(running.root).port or 0), timeout=60) as odd:
            odd.sendall(b"nonsense\r\n\r\n")
            assert odd.recv(100).startswith(b"HTTP/1.1 400")
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")
    assert [record.getMessage() for record in caplog.records] == []


def test_an_error_in_the_block_passes_through_and_still_ends_it() -> None:
    before = set(threading.enumerate())
    with pytest.raises(LookupError, match="mine"), serve(Platform(documents=(1, 1))):
        raise LookupError("mine")
    assert set(threading.enumerate()) <= before, "a thread is left"


def run_together(work: Callable[[], None], many: int) -> None:
    async def main() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(many):
                group.start_soon(anyio.to_thread.run_sync, work)

    anyio.run(main)


async def test_it_can_be_asked_without_a_socket_too() -> None:
    platform = Platform(documents=(1, 1))
    hold = platform.faults.hold("/api/version")
    statuses: list[int] = []

    async def ask() -> None:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(platform.app)) as client:
            statuses.append((await client.get("http://demo.example/api/version")).status_code)

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        while not hold.hits:
            await anyio.lowlevel.checkpoint()
        hold.wait_arrived()
        hold.release()
    assert statuses == [200]


def test_many_can_ask_at_once() -> None:
    with serve(Platform(documents=(50, 20))) as running:
        caller = Caller(running, running.platform.login)
        lengths: list[int] = []
        run_together(lambda: lengths.append(len(caller.get("/api/risks"))), 24)
    assert lengths == [50] * 24


def test_a_platform_that_nobody_asks_is_not_drawn_and_the_first_who_asks_is_answered() -> None:
    before = set(threading.enumerate())
    with serve_late() as unasked:
        assert unasked.root.startswith("http://127.0.0.1:")
    with serve_late() as waiting, httpx2.Client() as http:
        assert http.get(f"{waiting.root}/api/version").status_code == 200
        assert waiting.refresh_token != unasked.refresh_token
    assert set(threading.enumerate()) <= before, "a thread is left"


def test_what_waits_for_the_first_question_imports_no_market() -> None:
    script = "import sys, whitespace_mcp.demo.late; print(*sorted(name for name in sys.modules if 'demo.' in name))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    names = [f"whitespace_mcp.demo.{name}" for name in ("late", "listener", "options")]
    assert run.stdout.split() == names
