"""A demo platform that is there when somebody asks it: a start does not wait until its market is drawn.

Its address is open from the beginning. With the first connection what it takes is imported and drawn, in a thread of
its own; that connection is answered then.
"""

import secrets
import select
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from whitespace_mcp.demo.listener import address_of, listen
from whitespace_mcp.demo.options import BUCKET


@dataclass(frozen=True)
class Waiting:
    """A platform at an address, by the clock of this machine; nobody knows its token but who started it."""

    root: str
    bucket: str
    refresh_token: str


@contextmanager
def serve_late() -> Generator[Waiting]:
    """Answer requests on loopback while the block runs, from the first on."""
    waiting, awaited = socket.socketpair()
    token = secrets.token_urlsafe(61)
    with waiting, awaited, listen(0) as listener:
        thread = threading.Thread(target=_answer, args=(listener, awaited, token), name="demo platform, when asked")
        thread.start()
        try:
            yield Waiting(address_of(listener), BUCKET, token)
        finally:
            waiting.send(b".")
            thread.join()


def _answer(listener: socket.socket, end: socket.socket, refresh_token: str) -> None:
    """Wait for a connection, then answer all until the end is told."""
    with listener:
        if end in select.select([listener, end], [], [])[0]:
            return
        from whitespace_mcp.demo.platform import Platform  # noqa: PLC0415  # what a start need not wait for
        from whitespace_mcp.demo.serving import serve  # noqa: PLC0415  # as above

        with serve(Platform(now=time.time, refresh_token=refresh_token), listener=listener):
            end.recv(1)
