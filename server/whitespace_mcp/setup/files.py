"""Files that are replaced in one step, so that nobody ever finds half of one."""

import errno
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from whitespace_mcp.config.errors import NotConfigured
from whitespace_mcp.runtime.files import make_private_folder


def replace(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file beside the old one and put it in its place; a link stays a link.

    Folders that are missing on the `path` are made, for their owner only. Windows keeps a person's own folders to that
    person, whatever the `mode`; `text` is written in UTF-8.

    Raises:
        NotConfigured: the place cannot be written.
    """
    try:
        path = path.resolve()
        if path.exists() and not (path.is_file() or path.is_dir()):  # a device or a pipe would be gone
            raise OSError(errno.EINVAL, "it is not a file")
        make_private_folder(path.parent)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    except OSError as error:
        raise unwritable(path, error) from None
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(path)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)  # it is there only if something went wrong or was interrupted


def remove_unfinished(folder: Path, names: Iterable[str]) -> None:
    """Remove what a process has left of `replace` that was killed on the way."""
    for name in names:
        for path in folder.glob(f".{name}-*"):
            with suppress(OSError):
                path.unlink()


def read_regular(path: Path) -> str:
    """The text of a file, without the mark that some editors put first. A pipe or a device is never waited for.

    Raises:
        OSError: it is not there, no file, or cannot be read.
        ValueError: it is no UTF-8.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "it is not a file")
    return path.read_bytes().decode("utf-8-sig")


def remove(path: Path) -> bool:
    """Remove a file; whether there was one.

    Raises:
        NotConfigured: it cannot be removed.
    """
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise unwritable(path, error) from None
    return True


def unwritable(path: Path, error: OSError) -> NotConfigured:
    """A read-only home, a full disk, a file where a folder should be."""
    return NotConfigured(
        f"{path} cannot be changed ({system_reason(error)})",
        do="Make its folder writable for you and try again; the server also works from environment variables alone.",
    )


def system_reason(error: OSError) -> str:
    """What the system says of a failure, as a part of a sentence."""
    return (error.strerror or type(error).__name__).lower()
