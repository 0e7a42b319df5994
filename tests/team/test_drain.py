"""A real process that is told to stop: it finishes what it has begun, takes nothing more, and ends."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import httpx2
import pytest
from mcp import Client, MCPError

from support.servers import ask
from team.engines import Engine
from team.firm import Firm, address_of, browser, firm_with
from whitespace_mcp.demo import Platform, serve

DRAIN = 6


def told_to_stop(engine: Engine) -> "subprocess.Popen[bytes]":
    """Send what an orchestrator sends."""
    assert engine.process is not None
    engine.process.send_signal(signal.SIGTERM)
    return engine.process


async def status_of(engine: Engine) -> int:
    async with browser() as http:
        return (await http.get(f"http://127.0.0.1:{engine.port}/ready")).status_code


async def end_of(process: "subprocess.Popen[bytes]") -> int:
    """Its exit code; it ends by itself."""
    with anyio.fail_after(60):
        return await anyio.to_thread.run_sync(process.wait, abandon_on_cancel=True)


async def test_calls_in_flight_end_no_call_is_lost_and_a_call_that_hangs_keeps_nobody_alive(
    migrated: str, tmp_path: Path
) -> None:
    with (
        serve(Platform(documents=(12, 6))) as platform,
        firm_with(platform, migrated, None, tmp_path, replicas=3, WHITESPACE_TEAM_DRAIN=str(DRAIN)) as firm,
    ):
        await firm.connect("ida", platform.platform.login.refresh_token or "")
        token = await firm.access_token("ida")
        finished = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(one_that_finishes, firm, token, finished)
            await finished.wait()
            tasks.start_soon(one_that_hangs, firm, token)


def test_a_thread_that_hangs_in_the_system_keeps_no_process_alive() -> None:
    stuck = "import threading, time; from whitespace_mcp.team import drain; drain.OVERTIME_SECONDS = 0"
    line = [sys.executable, "-c", f"{stuck}; drain.Drain(0, time.monotonic).begin(); threading.Event().wait()"]
    assert subprocess.run(line, timeout=60, check=False, capture_output=True).returncode == 1  # noqa: S603  # ours


async def one_that_finishes(firm: Firm, token: str, finished: anyio.Event) -> None:
    """A replica with a call in flight is told to stop, while others ask through the balancer."""
    replica = firm.replicas[0]
    question = {"organisation": "MARROWGATE", "page_size": 0}
    answers: list[Any] = []
    ended = anyio.Event()

    async def slow() -> None:
        async with firm.client(token, url=address_of(replica)) as client:
            answers.append(await ask(client, "get_risks", **question))
        finished.set()

    async def others() -> None:
        async with firm.client(token) as client:
            while not ended.is_set():
                await ask(client, "list_organisations")
                await anyio.sleep(0.05)

    async with firm.client(token, url=address_of(replica)) as client:
        await ask(client, "list_organisations")
    hold = firm.platform.platform.faults.hold("/api/risks", times=1)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(slow)
        await anyio.to_thread.run_sync(hold.wait_arrived)
        tasks.start_soon(others)
        process = told_to_stop(replica)
        with anyio.fail_after(60):
            while await status_of(replica) != 503:
                await anyio.lowlevel.checkpoint()
        hold.release()
        assert await end_of(process) == 0
        ended.set()
    assert [answer["organisations"][0]["documents"] for answer in answers] == [6]


async def one_that_hangs(firm: Firm, token: str) -> None:
    """A replica with a call that never ends is told to stop."""
    replica = firm.replicas[1]
    hold = firm.platform.platform.faults.hold("/api/risks", times=None)

    async def stuck(client: Client) -> None:
        with pytest.raises((MCPError, httpx2.HTTPError)):
            await client.call_tool("get_risks", {"organisation": "CALDERFINCH", "refresh": True})

    async with firm.client(token, url=address_of(replica)) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(stuck, client)
        await anyio.to_thread.run_sync(hold.wait_arrived)
        process = told_to_stop(replica)
        assert await end_of(process) == 0
    hold.release()
    with pytest.raises(httpx2.HTTPError):
        await status_of(replica)
