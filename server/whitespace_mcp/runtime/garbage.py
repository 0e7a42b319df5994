"""What is imported and built at the start stays for good: nobody needs to look for garbage among it."""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Generator[None]:
    """Collect no garbage inside, and never look again at what is there afterwards.

    Imports make a hundred thousand objects and no garbage; to look through them again and again is a tenth of a start.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.freeze()
            gc.enable()
