"""The socket that a demo platform listens on."""

import os
import socket


def listen(port: int) -> socket.socket:
    """A bound socket on loopback; port 0 takes a free one.

    It says that it is TCP, because asyncio switches Nagle's algorithm off for such only; without that, every answer on
    a kept connection waits 40 ms for the client's acknowledgement of its head.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def address_of(listener: socket.socket) -> str:
    """`http://127.0.0.1:PORT`, without a slash at the end."""
    host, port = listener.getsockname()
    return f"http://{host}:{port}"
