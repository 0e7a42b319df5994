"""A server that says exactly the bytes it is told to, for what the demo platform would never send."""

import socket
import ssl
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

DRIP_SECONDS: Final = 0.005


@dataclass
class Raw:
    """A listening socket that answers every connection alike.

    Attributes:
        address: `127.0.0.1:PORT`.
        heads: the request line and headers of each request that came, in order.
    """

    address: str
    heads: list[str] = field(default_factory=list[str])


@contextmanager
def raw_server(
    answer: bytes, *, drip: threading.Event | None = None, tls: ssl.SSLContext | None = None
) -> Generator[Raw]:
    """Read a request, write the answer, close the connection.

    Args:
        answer: what is written.
        tls: how to speak TLS; without it, in plain.
        drip: until it is set, a blank is written every few milliseconds after the answer.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(600)
    raw = Raw(f"127.0.0.1:{listener.getsockname()[1]}")
    threads: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):  # the listener was closed, or nobody came for ten minutes
            while True:
                connection, _ = listener.accept()
                threads.append(threading.Thread(target=_answer, args=(connection, raw, answer, drip, tls)))
                threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield raw
    finally:
        if drip is not None:
            drip.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(60)
        for thread in threads:
            thread.join(60)


@contextmanager
def endless_server(answer: bytes) -> Generator[Raw]:
    """Begin an answer that promises far more than it has, and go on with a blank now and then."""
    size = len(answer.partition(b"\r\n\r\n")[2])
    promised = answer.replace(b"Content-Length: %d" % size, b"Content-Length: 99999999")
    with raw_server(promised, drip=threading.Event()) as raw:
        yield raw


def _answer(
    connection: socket.socket, raw: Raw, answer: bytes, drip: threading.Event | None, tls: ssl.SSLContext | None
) -> None:
    connection.settimeout(60)
    with suppress(OSError), tls.wrap_socket(connection, server_side=True) if tls else connection as connection:
        head = b""
        while b"\r\n\r\n" not in head and (chunk := connection.recv(65_536)):
            head += chunk
        raw.heads.append(head.partition(b"\r\n\r\n")[0].decode("latin-1"))
        connection.sendall(answer)
        while drip is not None and not drip.wait(DRIP_SECONDS):
            connection.sendall(b" ")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass


def http_answer(body: bytes, *headers: str, status: str = "200 OK", media: str = "application/json") -> bytes:
    """One whole HTTP/1.1 answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media}", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + body


def closed_port() -> int:
    """A port on loopback where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
