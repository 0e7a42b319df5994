"""Files of ours that nobody else may read, replaced in one step so that no process ever finds half of one."""

import os
import stat
import sys
import tempfile
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

LEFT_BEHIND: Final = 3600.0
"""Seconds after which a file that was begun and never put in its place is one that a killed process left."""


def make_private_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner only, whatever the umask is.

    Raises:
        OSError: one of them cannot be made, or is a file.
    """
    if path.is_dir():
        return
    if path.parent != path:
        make_private_folder(path.parent)
    path.mkdir(exist_ok=True, mode=0o700)


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file for reading; a pipe or a device, which would never end, is none.

    Raises:
        OSError: it cannot be read, or is no plain file.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path.name} is no plain file")
    return os.fdopen(descriptor, "rb")


def read_plain(path: Path) -> bytes:
    """The content of a plain file.

    Raises:
        OSError: as `open_plain`.
    """
    with open_plain(path) as file:
        return file.read()


def replace_private(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file beside the old one and put it in its place; readable by its owner only.

    Args:
        path: where; missing folders are made, for their owner only.
        parts: what, one after the other.

    Raises:
        OSError: the place cannot be written; nothing is left behind.
    """
    make_private_folder(path.parent)
    prefix = f".{path.stem}-"
    remove_left_behind(path.parent, prefix)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=prefix)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove_left_behind(folder: Path | int, prefix: str) -> None:
    """Remove the files that begin with `prefix` and that a process which was killed never put in their place.

    Args:
        folder: its path, or a descriptor of it where the system takes one.
        prefix: of names that nothing but unfinished files of ours have.
    """
    handle = folder if isinstance(folder, int) else None
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(prefix):
                continue
            age = time.time() - entry.stat(follow_symlinks=False).st_mtime
            if age > LEFT_BEHIND and entry.is_file(follow_symlinks=False):
                os.unlink(entry.name if handle is not None else entry.path, dir_fd=handle)


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold a file, made if it is missing, for one thread of one process at a time; others wait.

    The operating system lets go of it however the process ends.

    Raises:
        OSError: the file cannot be made, or its file system knows no locks.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        if sys.platform == "win32":  # pragma: no cover  # tried by hand only
            import msvcrt  # noqa: PLC0415  # exists on Windows only

            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            import fcntl  # noqa: PLC0415  # does not exist on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
