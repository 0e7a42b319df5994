"""How many copies of this server run here on one login.

Each copy holds one byte of a small empty file locked while it runs. The operating system lets go of it however the
process ends, so nothing has to be tidied up and no crash leaves a copy that is none. A copy that cannot write there, in
a read-only home for one, runs uncounted: this must never be why a server does not start.

The file is named by a hash of environment and token. It cannot be turned back, since tokens are long and random,
and it stays in the person's own cache folder.
"""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Final

from whitespace_mcp.config.settings import Settings
from whitespace_mcp.runtime.files import make_private_folder

MOST: Final = 32
"""Copies that are counted."""


@contextmanager
def counted(settings: Settings) -> Generator[None]:
    """Be counted as a copy for as long as this lasts."""
    descriptor = _opened(settings, create=True)
    try:
        if descriptor is not None:
            any(_take(descriptor, number) for number in range(MOST))
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def copies(settings: Settings) -> int:
    """How many copies run on this login now, as far as they could be counted; the asking process is none."""
    descriptor = _opened(settings, create=False)
    if descriptor is None:
        return 0
    try:
        return sum(not _take(descriptor, number) for number in range(MOST))
    finally:
        os.close(descriptor)


def _opened(settings: Settings, *, create: bool) -> int | None:
    """The file of this login; None where there is none, or none can be made."""
    path = settings.running_file
    if path is None:
        return None
    with suppress(OSError):
        if create:
            make_private_folder(path.parent)
        return os.open(path, os.O_RDWR | (os.O_CREAT if create else 0), 0o600)
    return None


def _take(descriptor: int, number: int) -> bool:
    """Lock one byte, which may lie behind the file's end; False if another process has it."""
    try:
        if sys.platform == "win32":  # pragma: no cover  # tried by hand only
            import msvcrt  # noqa: PLC0415  # exists on Windows only

            os.lseek(descriptor, number, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415  # does not exist on Windows

            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
    except OSError:
        return False
    return True
