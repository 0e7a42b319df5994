"""Work that makes no garbage: nobody needs to look for any in its middle, and not ever among what stays for good."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def uncollected(*, for_good: bool = False) -> Generator[None]:
    """Collect no garbage inside.

    Imports make a hundred thousand objects and no garbage; to look through them again and again is a tenth of a start.
    Reading a list makes no cycles, and collecting in its middle doubles its time.

    Args:
        for_good: never look again at what is there afterwards.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if for_good:
                gc.freeze()
            gc.enable()
