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
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
