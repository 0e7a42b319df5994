"""Logging to stderr, and nowhere near a secret."""

import logging
from typing import Final

NOISY: Final = ("httpx2", "httpcore2")


def quieten() -> None:
    """Keep libraries that log requests at WARNING, whatever level is configured for ours."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
