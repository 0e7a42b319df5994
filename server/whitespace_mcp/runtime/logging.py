"""Logging to stderr, and nowhere near a secret, an answer or the id of a session.

The level that is configured is ours: libraries that handle whole messages would write answers, requests and session
ids below WARNING, so they stay at that. The one exception is the SDK's note that a tool failed, which holds our own
words.
"""

import logging
from typing import Final

OURS: Final = "whitespace_mcp"
FAILURES: Final = "mcp.server.mcpserver.server"
"""Notes at INFO which tool or resource failed, in our words, and at DEBUG nothing."""
NOISY: Final = ("httpx2", "httpcore2")
"""Log requests at INFO and DEBUG."""
HEADERS: Final = "httpcore2"
"""Logs the headers of answers, the gateway's session cookie among them."""


def set_level(level: str) -> None:
    """Log from `level` on what is ours; everything else keeps the level that it has.

    Args:
        level: a name of the standard library's, such as `DEBUG`.
    """
    for name in (OURS, FAILURES):
        logging.getLogger(name).setLevel(level)


def quieten() -> None:
    """Keep libraries that log requests at WARNING, and the one that logs headers silent, whatever level is set."""
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    transport = logging.getLogger(HEADERS)
    transport.propagate = False
    if not transport.handlers:
        transport.addHandler(logging.NullHandler())
