"""Files that are replaced in one step, so that nobody ever finds half of one."""

import os
import tempfile
from pathlib import Path

from whitespace_mcp.config.errors import NotConfigured


def replace(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file beside the old one and put it in its place; a link stays a link.

    Args:
        path: where; missing folders are made, for their owner only.
        text: what, in UTF-8.
        mode: permissions; Windows keeps a person's own folders to that person anyway.

    Raises:
        NotConfigured: the place cannot be written.
    """
    try:
        path = path.resolve()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
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
        beside.unlink(missing_ok=True)
        raise unwritable(path, error) from None


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
        f"{path} cannot be changed ({(error.strerror or type(error).__name__).lower()})",
        retry="",
        do="Make its folder writable for you and try again; the server also works from environment variables alone.",
    )
