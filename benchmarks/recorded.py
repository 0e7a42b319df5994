"""A server of recorded bytes, in a process of its own: what it answers was made once, by the demo platform, beforehand.

The first time that something is asked, the demo platform in the same process makes the answer; from then on it is the
same bytes, sent after as long as `latency` says. A bench asks everything once in a round that does not count.
"""

import json
import sys
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import anyio
import httpx2
from anyio.abc import SocketAttribute, SocketStream
from anyio.from_thread import start_blocking_portal
from anyio.streams.buffered import BufferedByteReceiveStream

from benchmarks.comparison import contract
from whitespace_mcp.demo import Platform, serve

HEAD_LIMIT: Final = 65_536
MADE: Final = "/made/"
"""Where contracts of 60 KB of wording are, which the demo's market does not have: `/made/expiring`, `/made/changed`."""


@dataclass(frozen=True)
class RecordedRequest:
    """What an answer depends on."""

    method: str
    target: str
    user_id: str
    token: str
    body: bytes


@dataclass
class Recorder:
    """Answers by what was asked.

    Attributes:
        root: the address of the demo platform that makes them.
        latency: seconds before an answer is sent.
        requests: how many there were.
        targets: what they asked for, since that was last told.
    """

    root: str
    latency: float = 0.0
    requests: int = 0
    targets: list[str] = field(default_factory=list[str])
    _answers: dict[RecordedRequest, bytes] = field(default_factory=dict[RecordedRequest, bytes])
    _http: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=300))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    async def answer(self, request: RecordedRequest) -> bytes:
        """The bytes of an answer, its head included."""
        self.requests += 1
        self.targets.append(request.target)
        former = self._answers.get(request)
        if former is None:
            former = await anyio.to_thread.run_sync(self._record, request)
        if self.latency:
            await anyio.sleep(self.latency)
        return former

    def renew(self, root: str) -> None:
        """Make anew what a change to a slip touches: the lists, the newest summaries, and what is told of the slip."""
        stale = [request for request in self._answers if root in request.target or "/summary" in request.target]
        lists = [request for request in self._answers if request.target.endswith("/risks")]
        for request in stale:
            del self._answers[request]
        again = [request for request in stale if "?" not in request.target and request.method == "GET"]
        for request in (*lists, *again):
            self._record(request)

    def put(self, target: str, body: bytes, like: RecordedRequest) -> None:
        """Have an answer of one's own at an address, for whoever asks like that."""
        head = f"HTTP/1.1 200 .\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._answers[replace(like, target=target)] = head.encode() + body

    def _record(self, request: RecordedRequest) -> bytes:
        with self._lock:
            if request.target.startswith(MADE):
                made = contract(1, changed=request.target.endswith("changed"))
                self.put(request.target, json.dumps(made).encode(), request)
                return self._answers[request]
            headers = {"Authorization": request.token, "UserID": request.user_id, "Content-Type": "application/json"}
            headers = {name: value for name, value in headers.items() if value}
            response = self._http.request(
                request.method, self.root + request.target, headers=headers, content=request.body
            )
            body = response.content
            kind = response.headers.get("Content-Type", "application/json")
            head = f"HTTP/1.1 {response.status_code} .\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
            self._answers[request] = head.encode() + body
            return self._answers[request]


@dataclass(frozen=True)
class Recording:
    """A recorder that is being served at an address."""

    root: str
    recorder: Recorder
    platform: Platform


@contextmanager
def recording(platform: Platform) -> Generator[Recording]:
    """Serve what a demo platform answers, each answer made once."""
    with serve(platform) as running, start_blocking_portal("asyncio") as portal:
        recorder = Recorder(running.root)
        with portal.wrap_async_context_manager(_listening(recorder)) as root:
            yield Recording(root, recorder, platform)


@asynccontextmanager
async def _listening(recorder: Recorder) -> AsyncGenerator[str]:
    """The address of a listener that is open while the block runs."""

    async def connected(stream: SocketStream) -> None:
        async with stream:
            reader = BufferedByteReceiveStream(stream)
            with suppress(anyio.EndOfStream, anyio.IncompleteRead, anyio.BrokenResourceError):
                while True:
                    await stream.send(await recorder.answer(await _request_read(reader)))

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = int(listener.extra(SocketAttribute.local_port))  # noqa: S610  # anyio's, not Django's
    async with listener, anyio.create_task_group() as tasks:
        tasks.start_soon(listener.serve, connected)
        yield f"http://127.0.0.1:{port}"
        tasks.cancel_scope.cancel()


async def _request_read(reader: BufferedByteReceiveStream) -> RecordedRequest:
    """One request of a connection."""
    first, *lines = (await reader.receive_until(b"\r\n\r\n", HEAD_LIMIT)).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.receive_exactly(int(headers.get("content-length", "0")))
    method, target, _ = first.split(" ", 2)
    return RecordedRequest(method, target, headers.get("userid", ""), headers.get("authorization", ""), body)


def main() -> None:
    platform = Platform(documents=(int(sys.argv[1]), int(sys.argv[2])), token_lifetime_s=36_000)
    login = platform.login
    with recording(platform) as served:
        answer: dict[str, Any] = {
            "root": served.root,
            "bucket": platform.bucket,
            "refresh_token": login.refresh_token,
            "user_ids": [membership.user_id for membership in login.memberships],
            "company_ids": [membership.company_id for membership in login.memberships],
        }
        print(json.dumps(answer), flush=True)
        changed = platform.roots(login.memberships[0].user_id)[0]
        for line in sys.stdin:
            word, _, value = line.strip().partition(" ")
            if word == "change":
                platform.touch(changed)
                served.recorder.renew(changed)
            elif word == "latency":
                served.recorder.latency = float(value)
            elif word == "targets":
                targets, served.recorder.targets = served.recorder.targets, []
                print(json.dumps(targets), flush=True)
                continue
            print(served.recorder.requests, flush=True)


if __name__ == "__main__":
    main()
