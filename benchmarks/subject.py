"""One build under measurement, in a process and an environment of its own: it is told what to do, line by line.

Run by path with the build's own interpreter, so it imports nothing but that build and what that build depends on. A
line is a JSON object with `do`; the answer has `wall` and `cpu`, the seconds that it took on the clock and on the
processor (all threads of this process), and `peak`, the most memory that the process has had, in bytes.
"""

import json
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from anyio.abc import TaskGroup, TaskStatus

Line = dict[str, Any]


class Subject:
    """What the lines ask for, done by the build that is installed here."""

    def __init__(self, tasks: TaskGroup, stack: AsyncExitStack) -> None:
        self._tasks = tasks
        self._stack = stack
        self._servers: dict[str, tuple[Any, anyio.Event]] = {}
        self._http: Any = None

    async def bare(self, line: Line) -> Callable[[], Awaitable[object]]:
        """GET a list with httpx2 on an open connection, and read it with `json.loads`."""
        if self._http is None:
            self._http = await self._stack.enter_async_context(import_module("httpx2").AsyncClient(timeout=300))

        async def once() -> int:
            return len(json.loads((await self._http.get(line["url"], headers=line["headers"])).content))

        return once

    async def ask(self, line: Line) -> Callable[[], Awaitable[object]]:
        """Ask a tool of a server that stays open under its name, with an environment."""
        if line["server"] not in self._servers:
            await self._open(line["server"], line["env"])
        return self._asking(line["server"], line)

    async def first(self, line: Line) -> Callable[[], Awaitable[object]]:
        """Ask a tool of a new server that knows its login and the names of the market, and nothing else."""
        if "first" in self._servers:
            self._servers.pop("first")[1].set()
        client = await self._open("first", line["env"])
        await client.call_tool("find_people", {**line["own"], "person": "a"})
        return self._asking("first", line)

    async def again(self, line: Line) -> Callable[[], Awaitable[object]]:
        """Ask the server of the last `first` once more."""
        return self._asking("first", line)

    async def rest(self, line: Line) -> Callable[[], Awaitable[object]]:  # noqa: ARG002  # as the others
        """Do nothing for a while."""
        return lambda: anyio.sleep(0.5)

    async def call(self, line: Line) -> Callable[[], Awaitable[object]]:
        """Call `module:function` of a bench with the process's exit stack and the line; it gives what is timed."""
        module, _, function = line["function"].partition(":")
        if line["path"] not in sys.path:
            sys.path.insert(0, line["path"])
        return await getattr(import_module(module), function)(self._stack, line)

    async def _open(self, name: str, env: dict[str, str]) -> Any:
        """A client of a new server; each lives in a task of its own, since its scopes must end where they began."""
        end = anyio.Event()

        async def hosted(*, task_status: TaskStatus[Any]) -> None:
            async with import_module("mcp").Client(_build(env)) as client:
                task_status.started(client)
                await end.wait()

        client = await self._tasks.start(hosted)
        self._servers[name] = (client, end)
        return client

    def _asking(self, server: str, line: Line) -> Callable[[], Awaitable[object]]:
        client = self._servers[server][0]

        async def once() -> None:
            result = await client.call_tool(line["tool"], line["arguments"])
            assert not result.is_error, result

        return once


def _build(env: dict[str, str]) -> Any:
    """A server of the build that is installed here, whichever it is."""
    try:
        settings = import_module("whitespace_mcp.config.settings")
    except ModuleNotFoundError:
        settings = import_module("whitespace_mcp.settings")
    return import_module("whitespace_mcp.app").build_server(settings.Settings.from_env(env))


def resident(key: str = "VmRSS") -> int:
    """Bytes of this process; 0 where that is not to be seen."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{key}:")), 0)


async def main() -> None:
    async with AsyncExitStack() as stack, anyio.create_task_group() as tasks:
        subject = Subject(tasks, stack)
        while text := await anyio.to_thread.run_sync(sys.stdin.readline):
            line: Line = json.loads(text)
            once = await getattr(subject, line["do"])(line)
            before = resident()
            wall, cpu = time.perf_counter(), time.process_time()
            await once()
            took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
            print(json.dumps(took | {"before": before, "after": resident(), "peak": resident("VmHWM")}), flush=True)
        tasks.cancel_scope.cancel()


if __name__ == "__main__":
    anyio.run(main)
