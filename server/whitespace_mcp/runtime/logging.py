"""Logging to stderr, and nowhere near a secret."""

import logging
from typing import Final

NOISY: Final = ("httpx2", "httpcore2")
"""Log requests at INFO and DEBUG."""
HEADERS: Final = "httpcore2"
"""Logs the headers of answers, the gateway's session cookie among them."""


def quieten() -> None:
    """Keep libraries that log requests at WARNING, and the one that logs headers silent, whatever level is set."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    transport = logging.getLogger(HEADERS)
    transport.propagate = False
    if not transport.handlers:
        transport.addHandler(logging.NullHandler())
