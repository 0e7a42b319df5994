"""Writing the trail: a line is on disk before the answer leaves, or the call fails."""

import json
import os
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from whitespace_mcp.config.errors import WhitespaceError
from whitespace_mcp.runtime.files import locked, make_private_folder
from whitespace_mcp.telemetry.audit.chain import (
    FIRST,
    FORMAT,
    HEAD,
    LOCK,
    SUFFIX,
    Head,
    digest_of,
    newest_link,
    stem_of,
)
from whitespace_mcp.telemetry.audit.others import EVENT, Others
from whitespace_mcp.terms.moments import iso

_FLAGS: Final = (
    os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)  # fmt: skip


class NotRecorded(WhitespaceError):
    """A call could not be written into the audit trail, so there is no answer to it."""

    def __init__(self) -> None:
        super().__init__(
            "This call cannot be recorded in the audit trail, so its answer is withheld",
            retry="Trying again will not help until the trail can be written.",
            do="Ask whoever installed this server to check the folder that WHITESPACE_AUDIT names: its permissions,"
            " and whether the disk is full.",
        )


class Trail:
    """The trail of one process. Its file is made when the first call comes; used from any thread.

    Args:
        folder: made if it does not exist, for its owner only.
        about: what the first line says of this process.
        now: the time of day in UTC.
        others: the chains beside it, which it names from time to time.
    """

    def __init__(
        self,
        folder: Path,
        about: Mapping[str, Any],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        others: Others | None = None,
    ) -> None:
        self._folder = folder
        self._about = dict(about)
        self._now = now
        self._others = others
        self._lock = threading.Lock()
        self._file: _TrailFile | None = None

    def prepare(self) -> None:
        """Make sure that a line could be written, before anything is asked of the platform.

        Raises:
            NotRecorded: it could not.
        """
        try:
            with self._lock:
                self._current()
        except OSError:
            raise NotRecorded from None

    def append(self, entry: Mapping[str, Any]) -> None:
        """Write one line and wait until it is on disk.

        Raises:
            NotRecorded: it is not.
        """
        try:
            with self._lock:
                file = self._current()
                if self._others is not None and (news := self._others.news()):
                    file.append({"time": iso(self._now()), "event": EVENT, "chains": news})
                file.append({"time": iso(self._now())} | dict(entry))
        except OSError:
            raise NotRecorded from None

    def close(self) -> None:
        """Close the file; the next line begins another."""
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _current(self) -> "_TrailFile":
        """The file, or a new one where it was taken away or changed by somebody else."""
        file, lost = self._file, None
        if file is not None:
            if file.whole():
                return file
            lost = file.link()
            file.close()
            self._file = None
        make_private_folder(self._folder)
        with locked(self._folder / LOCK):
            self._file = self._begun(lost)
        return self._file

    def _begun(self, lost: Mapping[str, Any] | None) -> "_TrailFile":
        """A new file with its first line, which names the newest other one and, if there is one, the lost one.

        Raises:
            OSError: it cannot be written; nothing of it is left.
        """
        after = newest_link(self._folder)
        first = {"time": iso(self._now()), "event": "start", "format": FORMAT, **self._about, "after": after}
        newest = Path(after["file"]) if after else None
        name = stem_of(self._now(), newest, os.getpid(), secrets.token_hex(4)) + SUFFIX
        file = _TrailFile(self._folder / name)
        try:
            file.append(first | ({"lost": lost} if lost and lost != after else {}))
        except OSError:
            file.discard()
            raise
        return file


class _TrailFile:
    """One file and its head."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._size = 0
        self._end = Head(0, FIRST)
        self._lines = os.open(path, _FLAGS, 0o600)
        try:
            self._head = os.open(path.with_suffix(HEAD), _FLAGS, 0o600)
        except OSError:
            os.close(self._lines)
            path.unlink()
            raise
        _keep_name(path.parent)

    def whole(self) -> bool:
        """Whether the file is still there, and as long as we left it."""
        try:
            there = self._path.stat()
        except OSError:
            return False
        own = os.fstat(self._lines)
        return (there.st_ino, there.st_dev) == (own.st_ino, own.st_dev) and own.st_size == self._size

    def link(self) -> dict[str, Any]:
        """How another file names this one."""
        return self._end.link(self._path.name)

    def append(self, entry: Mapping[str, Any]) -> None:
        numbered = {"seq": self._end.lines, **entry, "prev": self._end.digest}
        line = json.dumps(numbered, separators=(",", ":")).encode()
        end = Head(self._end.lines + 1, digest_of(line))
        try:
            _write(self._head, self._end._replace(coming=end.digest).text(), 0)
            _write(self._lines, line + b"\n", self._size)
        except OSError:
            os.ftruncate(self._lines, self._size)
            self._settle(self._end)
            raise
        self._size += len(line) + 1
        self._end = end
        self._settle(end)

    def _settle(self, end: Head) -> None:
        """Say in the head that no line is being written. It need not be on disk at once: the announcement stands."""
        with suppress(OSError):
            _write(self._head, end.text(), 0, sync=False)

    def close(self) -> None:
        os.close(self._lines)
        os.close(self._head)

    def discard(self) -> None:
        """Take away a file that holds nothing yet."""
        self.close()
        self._path.unlink(missing_ok=True)
        self._path.with_suffix(HEAD).unlink(missing_ok=True)


def _write(descriptor: int, data: bytes, position: int, *, sync: bool = True) -> None:
    os.lseek(descriptor, position, os.SEEK_SET)
    while data:
        data = data[os.write(descriptor, data) :]
    if sync:
        os.fsync(descriptor)


def _keep_name(folder: Path) -> None:
    """Let the new names in a folder survive a crash too, where the system can."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
