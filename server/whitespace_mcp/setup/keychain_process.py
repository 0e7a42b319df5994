"""Entries of the keychain through a process of their own, so that one that never answers can be given up.

Backends wait for as long as somebody leaves a question on the screen, and some ask on the terminal. The process has no
terminal, and standard input and output of its own; when the time is over it is ended, and with it whatever it waited
for.
"""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from typing import IO, Any, Final, cast

from whitespace_mcp.setup import keychain_entries
from whitespace_mcp.setup.keychain_entries import EntryFailed, KeychainEntries

_WINDOWLESS: Final = 0x08000000
"""CREATE_NO_WINDOW, which other systems do not have."""


@contextmanager
def entries_of_process(environ: Mapping[str, str], seconds: float) -> Generator[KeychainEntries]:
    """Entries, each call of which ends within a time.

    `environ` is what the backends see, `seconds` how long each call may take.
    """
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-P", keychain_entries.__file__],
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        creationflags=_WINDOWLESS if sys.platform == "win32" else 0,
    )
    try:
        yield _ProcessEntries(process, seconds)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


class _ProcessEntries(KeychainEntries):
    """The same calls, made in the other process."""

    def __init__(self, process: "subprocess.Popen[str]", seconds: float) -> None:
        self._input = cast("IO[str]", process.stdin)
        self._seconds = seconds
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_listen, args=(cast("IO[str]", process.stdout), self._answers.put), daemon=True).start()

    def name(self) -> str:
        return str(self._call("name"))

    def read(self, entry: str) -> str | None:
        text = self._call("read", entry)
        return None if text is None else str(text)

    def write(self, entry: str, text: str) -> None:
        self._call("write", entry, text)

    def delete(self, entry: str) -> None:
        self._call("delete", entry)

    def _call(self, operation: str, *arguments: str) -> object:
        try:
            self._input.write(json.dumps([operation, arguments]) + "\n")
            self._input.flush()
            answer: Any = json.loads(self._answers.get(timeout=self._seconds) or "null")
        except queue.Empty:
            raise EntryFailed("silent", f"{self._seconds:g}") from None
        except OSError:
            answer = None
        if not isinstance(answer, dict):
            raise EntryFailed("broken", "it ended")
        parts = cast("dict[str, Any]", answer)
        if "kind" in parts:
            raise EntryFailed(parts["kind"], parts["detail"])
        return parts["value"]


def _listen(output: IO[str], put: Callable[[str], None]) -> None:
    """Hand on each line; an empty one at the end."""
    with suppress(OSError, ValueError):
        for line in output:
            put(line)
    put("")
