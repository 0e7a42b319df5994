"""How a file of the trail is made: one JSON object per line, each with the SHA-256 of the line before.

A file is written by one process. Its first line says when and where that process began, and names the newest other
file of the folder with its length and last hash, so that a whole file cannot vanish unnoticed either; processes that
begin at once take turns (`LOCK`), so that each names the one before. Beside it, the file's head (`.head`) tells how
many lines there are and the hash of the last, so that lines cannot be cut off the end, and while a line is being
written also the hash that it will have: a line that was never announced is an addition.
The chain has no key: it shows damage and clumsy changes; whoever may write to the folder could make a new chain.
"""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from whitespace_mcp.runtime.files import read_plain

FIRST: Final = "0" * 64
"""Stands for the hash before the first line."""
SUFFIX: Final = ".jsonl"
HEAD: Final = ".head"
FORMAT: Final = 2
"""Of a file, as its first line says; without one, its lines were not announced."""
LOCK: Final = "audit.lock"
"""Held while a file is begun."""
NAME: Final = re.compile(r"audit-(\d{8}T\d{12}Z)-\d+-[0-9a-f]{8}")
"""A file without its suffix: moment, process id and eight random digits; names sort by the order of their making."""
_MOMENT: Final = "%Y%m%dT%H%M%S%fZ"
_HEAD_TEXT: Final = re.compile(rb"(\d{12}) ([0-9a-f]{64})(?: ([0-9a-f]{64}|-{64}))?\n")
_NONE: Final = "-" * 64


class Head(NamedTuple):
    """Where a file ends.

    Attributes:
        lines: how many there are.
        digest: the hash of the last.
        coming: the hash of the line that is being written after it, if one is.
        announces: whether lines are announced at all; version 0.1.0 did not.
    """

    lines: int
    digest: str
    coming: str | None = None
    announces: bool = True

    def link(self, name: str) -> dict[str, Any]:
        """How another file names this one, whose `name` is its file's."""
        return {"file": name, "lines": self.lines, "hash": self.digest}

    def text(self) -> bytes:
        """As it is kept; always as long, so that it can be written over in place."""
        return f"{self.lines:012d} {self.digest} {self.coming or _NONE}\n".encode()


def digest_of(line: bytes) -> str:
    """The hash of one line, without its end."""
    return hashlib.sha256(line).hexdigest()


def read_head(path: Path) -> Head | None:
    """The head beside a file; None if there is none that can be read as one."""
    try:
        match = _HEAD_TEXT.fullmatch(read_plain(path.with_suffix(HEAD)))
    except OSError:
        return None
    if match is None:
        return None
    coming = match[3].decode() if match[3] else None
    return Head(int(match[1]), match[2].decode(), None if coming == _NONE else coming, announces=coming is not None)


def moment_of(path: Path) -> datetime:
    """When a file of a trail was made, as its name says."""
    match = NAME.fullmatch(path.stem)
    try:
        return datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC) if match else datetime.min.replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def stem_of(now: datetime, newest: Path | None, process: int, digits: str) -> str:
    """The name of a new file, without its suffix, which sorts behind the newest even if the clock was put back.

    `now` is ISO 8601 in UTC, `newest` the last file's stem, `process` the process id, `digits` random ones.
    """
    moment = now.astimezone(UTC)
    if newest is not None:
        moment = max(moment, moment_of(newest) + timedelta(microseconds=1))
    return f"audit-{moment.strftime(_MOMENT)}-{process}-{digits}"


def files_in(folder: Path, suffix: str = SUFFIX) -> list[Path]:
    """The files of a trail, oldest first.

    Raises:
        OSError: the folder cannot be read.
    """
    return sorted(path for path in folder.iterdir() if path.suffix == suffix and NAME.fullmatch(path.stem))


def newest_link(folder: Path) -> dict[str, Any] | None:
    """How a file names the newest one of a folder that holds a line; None where there is none that can be read.

    Raises:
        OSError: the folder cannot be read.
    """
    for path in reversed(files_in(folder)):
        head = read_head(path)
        if head is not None and head.lines:
            return head.link(path.name)
    return None
