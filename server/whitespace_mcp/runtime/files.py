"""Files of ours that nobody else may read, replaced in one step so that no process ever finds half of one."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def replace_private(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file beside the old one and put it in its place; readable by its owner only.

    Args:
        path: where; missing folders are made, for their owner only.
        parts: what, one after the other.

    Raises:
        OSError: the place cannot be written; nothing is left behind.
    """
    make_private_folder(path.parent)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def make_private_folder(folder: Path) -> None:
    """Make a folder and those above it that are missing, each for its owner only whatever the umask is.

    Raises:
        OSError: it cannot be made.
    """
    for missing in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
