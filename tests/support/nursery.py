"""Where servers of the tests are forked: a process that imports the package once, which else each start would do anew.

It listens on a socket for `front.py` and forks; the child goes on as `python -m whitespace_mcp` would, with the front's
files, environment, folder and words. Whatever only a real start can show is really started: under coverage (so in CI),
or with settings of the interpreter or language other than ours. It ends with whoever started it.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import selectors
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import whitespace_mcp
from whitespace_mcp.demo import Platform

INTERPRETER: Final = ("PYTHON", "LC_", "LANG")
"""How names of variables begin that Python looks at before anything of ours runs."""
TESTS: Final = str(Path(__file__).parents[1])
HANDED_ON: Final = {"PYTHON_KEYRING_BACKEND", "PYTHONIOENCODING"}
"""Those of them that are heeded without a real start."""


def learn() -> None:
    """Import all that a start or a first answer may need, and draw the demo platform's market."""
    for module in pkgutil.walk_packages(whitespace_mcp.__path__, "whitespace_mcp."):
        if not module.name.endswith("__main__"):
            with suppress(ModuleNotFoundError):  # what a firm's server needs besides may not be here
                importlib.import_module(module.name)
    for name in ("uvicorn.protocols.http.h11_impl", "uvicorn.loops.asyncio", "uvicorn.lifespan.on"):
        importlib.import_module(name)
    Platform()
    gc.collect()
    gc.freeze()


def of_the_interpreter(environment: dict[str, str]) -> dict[str, str]:
    """The variables that decide how Python itself starts."""
    mine = {name: value for name, value in environment.items() if name.startswith(INTERPRETER)}
    if mine.get("PYTHONPATH") == TESTS:  # which is on our path
        del mine["PYTHONPATH"]
    return {name: value for name, value in mine.items() if name not in HANDED_ON}


def received(front: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """What a front asks for, and its standard input, output and error; nothing if it has gone meanwhile."""
    data, files, _, _ = socket.recv_fds(front, 65_536, 3)
    while not data.endswith(b"\n") and (more := front.recv(65_536)):
        data += more
    return json.loads(data) if data.endswith(b"\n") else {}, list(files)


def become(start: dict[str, Any], files: list[int]) -> None:
    """In a child: take the front's place."""
    for standard, file in enumerate(files):
        os.dup2(file, standard)
        os.close(file)
    encoding, _, errors = start["environment"].get("PYTHONIOENCODING", "").partition(":")
    how: dict[str, Any] = {"closefd": False, "encoding": encoding or None}
    sys.stdin = sys.__stdin__ = open(0, errors=errors or None, **how)  # noqa: SIM115
    lines = 1 if os.isatty(1) else -1
    sys.stdout = sys.__stdout__ = open(1, "w", buffering=lines, errors=errors or None, **how)  # noqa: SIM115
    sys.stderr = sys.__stderr__ = open(2, "w", buffering=1, errors="backslashreplace", **how)  # noqa: SIM115
    os.chdir(start["folder"])
    os.environ.clear()
    os.environ.update(start["environment"])
    sys.argv[1:] = start["words"]
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Nursery:
    """Forks for every front, tells it how its child ended, and ends the child of a front that is gone."""

    def __init__(self, place: str) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(place)
        self._listener.listen(64)
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(self._listener, selectors.EVENT_READ)
        self._waiting.register(0, selectors.EVENT_READ)
        self._children: dict[int, tuple[int, socket.socket]] = {}

    def serve(self) -> None:
        """Until our standard input ends; it returns in each child too, which has become what its front asked for."""
        while True:
            for key, _ in self._waiting.select():
                if key.fileobj == 0:
                    for child, _ in self._children.values():
                        os.kill(child, signal.SIGKILL)
                    os._exit(0)
                if key.fileobj is self._listener:
                    if self._forked():
                        return
                elif key.data is None:
                    self._ended(key.fd)
                else:
                    self._left(key.data)

    def _forked(self) -> bool:
        """Whether this is the child."""
        front, _ = self._listener.accept()
        start, files = received(front)
        if not start:
            front.close()
        elif of_the_interpreter(start["environment"]) != of_the_interpreter(dict(os.environ)):
            front.sendall(b"start it yourself\n")
            front.close()
        elif not (child := os.fork()):
            self._waiting.close()
            self._listener.close()
            for _, other in self._children.values():
                other.close()
            front.close()
            become(start, files)
            return True
        else:
            front.sendall(f"{child}\n".encode())
            end = os.pidfd_open(child)
            self._children[end] = child, front
            self._waiting.register(end, selectors.EVENT_READ)
            self._waiting.register(front, selectors.EVENT_READ, child)
        for file in files:
            os.close(file)
        return False

    def _ended(self, end: int) -> None:
        child, front = self._children.pop(end)
        _, status = os.waitpid(child, 0)
        self._waiting.unregister(end)
        os.close(end)
        if front in {key.fileobj for key in self._waiting.get_map().values()}:
            self._waiting.unregister(front)
            front.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        front.close()

    def _left(self, child: int) -> None:
        """A front has gone without waiting: it was killed, and so is its child."""
        front = next(front for pid, front in self._children.values() if pid == child)
        self._waiting.unregister(front)
        os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    sys.path.append(TESTS)
    learn()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Nursery(sys.argv.pop(1)).serve()
    runpy.run_module("whitespace_mcp", run_name="__main__", alter_sys=True)
