"""How seldom garbage is looked for; conftest.py imports this before what is large."""

import gc

gc.set_threshold(100_000, 50, 100)  # a tenth of the suite's time would go into looking through what all tests share


def keep_what_is_imported() -> None:
    """Never look again through what is there now: modules, and the cases that were collected."""
    gc.freeze()


def look_for_the_last_time() -> None:
    """Find what the tests left, once; pytest looks five times more, and then there is nothing to look through."""
    gc.collect()
    gc.freeze()
