"""Things that go wrong on request: answers, delays and broken connections in place of the platform's own."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from typing import Final, Literal, TypedDict, Unpack

import anyio
from anyio import from_thread
from anyio.lowlevel import current_token

from whitespace_mcp.demo.http import PlatformRequest, dump

RENEWAL: Final = "/sync/"
Then = Literal["close", "reset", "silence", "go on"]
GatewayTrouble = Literal["no id token", "discovery", "verification", "maintenance", "starting", "disabled"]
_GATEWAY: Final[dict[GatewayTrouble, tuple[int, str, str]]] = {
    "no id token": (500, "Internal Server Error", "No id_token field in oauth2 token."),
    "discovery": (500, "Internal Server Error",
                  "Internal error: OIDC initialization error: unable to discover config after 5 attempts"),
    "verification": (500, "Internal Server Error", "Internal error: could not verify the id_token"),
    "maintenance": (503, "Service Unavailable", "DB is currently under maintenance"),
    "starting": (503, "Service Unavailable", "DB is Starting - try again later"),
    "disabled": (400, "Bad Request", "User is disabled"),
}  # fmt: skip


class Which(TypedDict, total=False):
    """Which of the requests whose path begins alike a rule is for: the first, unless something else is said.

    `times` is how many (None: until `clear`), of which `skip` pass first; only with this `UserID` header, only this
    method.
    """

    times: int | None
    skip: int
    user_id: str | None
    method: str | None


@dataclass(eq=False)
class _Rule:
    """Which requests something applies to: `Which`, where `times` and `skip` count down.

    `path` is a prefix, decoded, as `/api/risks`; `hits` is how many requests it has been applied to.
    """

    path: str
    _: KW_ONLY
    times: int | None = 1
    skip: int = 0
    user_id: str | None = None
    method: str | None = None
    hits: int = field(default=0, init=False)

    def takes(self, request: PlatformRequest) -> bool:
        """Whether this request is one of those; counts it if so. The caller holds the lock."""
        if not request.path.startswith(self.path) or self.times == 0:
            return False
        if self.method not in (None, request.method) or self.user_id not in (None, request.user_id):
            return False
        if self.skip:
            self.skip -= 1
            return False
        if self.times is not None:
            self.times -= 1
        self.hits += 1
        return True


@dataclass(eq=False, kw_only=True)
class Fault(_Rule):
    """An answer given in place of the platform's own."""

    status: int
    body: bytes
    headers: list[tuple[str, str]]


@dataclass(eq=False, kw_only=True)
class Drop(_Rule):
    """A connection that is closed before the answer, or after so many bytes of its body."""

    after: int | None


@dataclass(eq=False, kw_only=True)
class Wreck(_Rule):
    """Bytes written in place of an HTTP answer, and what becomes of the connection then; as `Faults.wreck` has them."""

    data: bytes
    then: Then
    more: bytes
    pause_s: float


class Hold(_Rule):
    """Requests that are parked on arrival until they are let on. Used from any thread."""

    def __init__(self, path: str, **which: Unpack[Which]) -> None:
        super().__init__(path, **which)
        self._condition = threading.Condition()
        self._parked: list[_Parked] = []
        self._arrived = 0
        self._released = False

    def wait_arrived(self, n: int = 1, timeout: float = 60) -> None:
        """Block this thread until `n` requests have been parked, counting those that were let on since.

        Raises:
            TimeoutError: fewer came in time (seconds).
        """
        with self._condition:
            if not self._condition.wait_for(lambda: self._arrived >= n, timeout):
                msg = f"{self._arrived} of {n} requests to {self.path} arrived within {timeout} s"
                raise TimeoutError(msg)

    def release(self) -> None:
        """Let on all that are parked, and from now on everything that arrives."""
        with self._condition:
            self._released = True
            parked, self._parked = self._parked, []
        for place in parked:
            place.wake()

    async def park(self) -> None:
        """Wait, as a request in the platform's own event loop, until released."""
        place = _Parked()
        with self._condition:
            self._arrived += 1
            self._condition.notify_all()
            if self._released:
                return
            self._parked.append(place)
        await place.wait()


class _Parked:
    """One waiting request; woken from its own thread or another."""

    def __init__(self) -> None:
        self._event = anyio.Event()
        self._thread = threading.get_ident()
        self._token = current_token()

    async def wait(self) -> None:
        await self._event.wait()

    def wake(self) -> None:
        if threading.get_ident() == self._thread:
            self._event.set()
            return
        with suppress(anyio.RunFinishedError):  # the platform was stopped meanwhile
            from_thread.run_sync(self._event.set, token=self._token)


class Faults:
    """What goes wrong next. Rules apply in the order in which they were made; a hold comes before its neighbours."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holds: list[Hold] = []
        self._rules: list[Fault | Drop | Wreck] = []

    def add(
        self,
        path: str,
        *,
        status: int = 503,
        body: bytes | str | Mapping[str, object] = b"",
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        **which: Unpack[Which],
    ) -> Fault:
        """Answer requests whose path begins with `path` like this instead.

        Args:
            path: a prefix, decoded: `/api/risks`, `/sync/`.
            status: of the answer.
            body: text and bytes as they are, an object as compact JSON.
            content_type: of the answer; empty for none.
            headers: more of them, `Retry-After` for example.
            which: of these requests.
        """
        media = [("content-type", content_type)] if content_type else []
        fault = Fault(path, status=status, body=_as_bytes(body), headers=[*media, *(headers or {}).items()], **which)
        self._keep(fault)
        return fault

    def gateway(self, trouble: GatewayTrouble, *, times: int | None = 1, skip: int = 0) -> Fault:
        """Let token renewal fail in one of the ways that are not the token's fault (platform.md 2.1).

        `times` is for how many requests, `skip` how many pass before.
        """
        status, error, reason = _GATEWAY[trouble]
        return self.add(RENEWAL, status=status, body={"error": error, "reason": reason}, times=times, skip=skip)

    def hold(self, path: str, **which: Unpack[Which]) -> Hold:
        """Park requests whose path begins with `path`; released, they are answered as usual (or by a fault)."""
        hold = Hold(path, **which)
        with self._lock:
            self._holds.append(hold)
        return hold

    def drop(self, path: str, *, after: int | None = None, **which: Unpack[Which]) -> Drop:
        """Close the connection before an answer, or after `after` bytes of its body.

        `path` begins the requests'.
        """
        drop = Drop(path, after=after, **which)
        self._keep(drop)
        return drop

    def wreck(
        self,
        path: str,
        data: bytes = b"",
        *,
        then: Then = "close",
        more: bytes = b" ",
        pause_s: float = 0.0,
        **which: Unpack[Which],
    ) -> Wreck:
        """Write these bytes, which need not be HTTP, in place of an answer.

        Args:
            path: a prefix, as for `add`.
            data: what is written first.
            then: close the connection, reset it, say nothing more, or go on until the client leaves.
            more: what "go on" writes again and again.
            pause_s: seconds between these; without, as fast as the client reads.
            which: of these requests.
        """
        wreck = Wreck(path, data=data, then=then, more=more, pause_s=pause_s, **which)
        self._keep(wreck)
        return wreck

    def clear(self) -> None:
        """Forget all of it, and let on whatever is parked."""
        with self._lock:
            holds, self._holds, self._rules = self._holds, [], []
        for hold in holds:
            hold.release()

    def hold_for(self, request: PlatformRequest) -> Hold | None:
        """The hold that this request runs into, counted."""
        with self._lock:
            return next((hold for hold in self._holds if hold.takes(request)), None)

    def rule_for(self, request: PlatformRequest) -> Fault | Drop | Wreck | None:
        """The fault, drop or wreck that this request runs into, counted."""
        with self._lock:
            return next((rule for rule in self._rules if rule.takes(request)), None)

    def _keep(self, rule: Fault | Drop | Wreck) -> None:
        with self._lock:
            self._rules.append(rule)


def _as_bytes(body: bytes | str | Mapping[str, object]) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else dump(body)
