"""A real process that is told to stop: it finishes what it has begun, takes nothing more, and ends."""

import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import anyio
import anyio.to_thread
import httpx2
import pytest
from mcp import MCPError

from support.servers import ask
from team.engines import Engine
from team.firm import Firm, address_of, browser, wait_until_ready


async def status_of(engine: Engine) -> int:
    async with browser() as http:
        return (await http.get(f"http://127.0.0.1:{engine.port}/ready")).status_code


@contextmanager
def back_afterwards(replica: Engine, firm: Firm) -> Generator["subprocess.Popen[bytes]"]:
    """The process of a replica that is there again afterwards, however this one ends."""
    assert replica.process is not None
    try:
        yield replica.process
    finally:
        replica.stop()
        replica.start()
        wait_until_ready(firm)


async def test_calls_in_flight_end_no_call_is_lost_and_a_call_that_hangs_keeps_nobody_alive(
    firm: Firm, refresh_token: str
) -> None:
    replica, ended, answers = firm.replicas[0], anyio.Event(), list[Any]()
    await firm.connect("ida", refresh_token)
    token = await firm.access_token("ida")
    faults = firm.platform.platform.faults

    async def slow() -> None:
        async with firm.client(token, url=address_of(replica)) as client:
            answers.append(await ask(client, "get_risks", organisation="MARROWGATE", page_size=0))

    async def stuck() -> None:
        async with firm.client(token, url=address_of(replica)) as client:
            with pytest.raises((MCPError, httpx2.HTTPError)):
                await client.call_tool("get_risks", {"organisation": "CALDERFINCH", "refresh": True})

    async def others() -> None:
        async with firm.client(token) as client:
            while not ended.is_set():
                await ask(client, "list_organisations")
                await anyio.sleep(0.1)

    with back_afterwards(replica, firm) as process, ExitStack() as stack:
        async with firm.client(token, url=address_of(replica)) as client:
            await ask(client, "list_organisations")
        async with anyio.create_task_group() as tasks:
            async with anyio.create_task_group() as finishing:
                slowed = faults.hold("/api/risks", times=1)
                stack.callback(slowed.release)
                finishing.start_soon(slow)
                await anyio.to_thread.run_sync(slowed.wait_arrived)
                held = faults.hold("/api/risks", times=None)
                stack.callback(held.release)
                tasks.start_soon(stuck)
                await anyio.to_thread.run_sync(held.wait_arrived)
                tasks.start_soon(others)
                process.send_signal(signal.SIGTERM)  # what an orchestrator sends
                with anyio.fail_after(60):
                    while await status_of(replica) != 503:
                        await anyio.lowlevel.checkpoint()
                slowed.release()
            with anyio.fail_after(60):
                assert await anyio.to_thread.run_sync(process.wait, abandon_on_cancel=True) == 0
            with pytest.raises(httpx2.HTTPError):
                await status_of(replica)
            ended.set()
    assert [answer["organisations"][0]["documents"] for answer in answers] == [30]


def test_a_thread_that_hangs_in_the_system_keeps_no_process_alive() -> None:
    stuck = "import threading, time; from whitespace_mcp.team import drain; drain.OVERTIME_SECONDS = 0"
    line = [sys.executable, "-c", f"{stuck}; drain.Drain(0, time.monotonic).begin(); threading.Event().wait()"]
    assert subprocess.run(line, timeout=60, check=False, capture_output=True).returncode == 1  # noqa: S603  # ours
