"""Connections that say nothing, or half of something, do not keep others out of the HTTP server.

uvicorn waits for a request as long as a peer likes. Here a request has `REQUEST_SECONDS` to arrive whole, and a peer
that has too many connections loses the one that has been silent for longest. What is used of uvicorn beyond its
documented interface is used in this module only, and `tests/test_web.py` shows that it still does what it should.
"""

from collections import Counter
from typing import Any, Final, cast

from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

REQUEST_SECONDS: Final = 10.0
"""For a request to arrive, head and body, from the moment that it could have begun."""
MOST: Final = 500
"""Connections at a time."""
PER_PEER: Final = 400
"""Connections of one address; a proxy in front of the server is one."""


class Connections:
    """The connections of one server; what its limits are for stands with their usual values."""

    def __init__(self, seconds: float = REQUEST_SECONDS, most: int = MOST, per_peer: int = PER_PEER) -> None:
        self.seconds = seconds
        self._most = most
        self._per_peer = per_peer
        self._peers: Counter[str] = Counter()
        self._silent: dict[Connection, None] = {}

    def protocol(self, *args: Any, **more: Any) -> "Connection":
        """A new connection, made by uvicorn."""
        return Connection(self, *args, **more)

    def admit(self, connection: "Connection") -> None:
        """Count a new connection, and close the oldest silent one, else the new one itself, if it is one too many."""
        self._peers[connection.peer] += 1
        self._silent[connection] = None
        if self._peers[connection.peer] > self._per_peer:
            next(other for other in self._silent if other.peer == connection.peer).drop()
        elif self._peers.total() > self._most:
            next(iter(self._silent)).drop()

    def waits(self, connection: "Connection") -> None:
        """Note that a connection waits for a request."""
        self._silent.setdefault(connection)

    def works(self, connection: "Connection") -> None:
        """Note that a connection has a whole request."""
        self._silent.pop(connection, None)

    def end(self, connection: "Connection") -> None:
        """Count a connection no more."""
        self._peers[connection.peer] -= 1
        self._peers += Counter()  # without those that have none
        self._silent.pop(connection, None)


class Connection(H11Protocol):
    """One connection, whose requests have to arrive in time."""

    def __init__(self, all_connections: Connections, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._all = all_connections
        self._limit: Any = None
        self.peer = ""

    def connection_made(self, transport: Any) -> None:
        """Begin, and wait for a request."""
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else ""
        self._wait()
        self._all.admit(self)

    def data_received(self, data: bytes) -> None:
        """Take a piece of a request."""
        super().data_received(data)
        if self._arrived():
            self._end_waiting()
            self._all.works(self)
        elif self._limit is None:
            self._wait()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if not self._arrived():
            self._all.waits(self)
            if self._limit is None:
                self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._end_waiting()
        self._all.end(self)
        super().connection_lost(exc)

    def drop(self) -> None:
        """Close without an answer: there is nobody who has asked anything."""
        self._end_waiting()
        self.transport.abort()

    def _arrived(self) -> bool:
        """Whether a whole request is here that has not been answered yet."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request
        return cycle is not None and not cycle.more_body and not cycle.response_complete

    def _wait(self) -> None:
        self._limit = self.loop.call_later(self._all.seconds, self.drop)

    def _end_waiting(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None
