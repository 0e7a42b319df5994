"""How a file of the trail is made: one JSON object per line, each with the SHA-256 of the line before.

A file is written by one process. Its first line says when and where that process began, and names the newest other
file of the folder with its length and last hash, so that a whole file cannot vanish unnoticed either. Beside it, the
file's head (`.head`) tells how many lines there are and the hash of the last, so that lines cannot be cut off the end.
The chain has no key: it shows damage and clumsy changes; whoever may write to the folder could make a new chain.
"""

import hashlib
import re
from pathlib import Path
from typing import Final, NamedTuple

FIRST: Final = "0" * 64
"""Stands for the hash before the first line."""
SUFFIX: Final = ".jsonl"
HEAD: Final = ".head"
NAME: Final = re.compile(r"audit-\d{8}T\d{12}Z-\d+-[0-9a-f]{8}")
"""A file without its suffix: moment, process id and eight random digits; names sort by time."""
_HEAD_TEXT: Final = re.compile(rb"(\d{12}) ([0-9a-f]{64})\n")


class Head(NamedTuple):
    """Where a file ends.

    Attributes:
        lines: how many there are.
        digest: the hash of the last.
    """

    lines: int
    digest: str

    def text(self) -> bytes:
        """As it is kept; always as long, so that it can be written over in place."""
        return f"{self.lines:012d} {self.digest}\n".encode()


def digest_of(line: bytes) -> str:
    """The hash of one line, without its end."""
    return hashlib.sha256(line).hexdigest()


def read_head(path: Path) -> Head | None:
    """The head beside a file; None if there is none that can be read as one."""
    try:
        found = _HEAD_TEXT.fullmatch(path.with_suffix(HEAD).read_bytes())
    except OSError:
        return None
    return Head(int(found[1]), found[2].decode()) if found else None


def files_in(folder: Path, suffix: str = SUFFIX) -> list[Path]:
    """The files of a trail, oldest first.

    Raises:
        OSError: the folder cannot be read.
    """
    return sorted(path for path in folder.iterdir() if path.suffix == suffix and NAME.fullmatch(path.stem))
