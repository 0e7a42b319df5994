"""Faults: wrong answers, parked requests, broken connections, and the record of what arrived."""

import http.client
import socket
import threading
from collections.abc import Callable

import pytest
from demo_caller import Caller, Reply, call, renewal_of

from whitespace_mcp.demo import Running


class Aside:
    """Something done in another thread."""

    def __init__(self, work: Callable[[], Reply]) -> None:
        self._reply: Reply | None = None
        self._work = work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self._reply = self._work()

    def reply(self) -> Reply:
        self._thread.join(60)
        assert self._reply is not None
        return self._reply


def test_a_fault_answers_so_many_times_and_then_no_more(caller: Caller, small: Running) -> None:
    fault = small.platform.faults.add("/api/risks", status=503, body="busy", headers={"Retry-After": "7"}, times=2)
    for _ in range(2):
        reply = caller.ask("/api/risks")
        assert (reply.status, reply.body, reply.headers["retry-after"]) == (503, b"busy", "7")
    assert caller.ask("/api/risks").status == 200
    assert fault.hits == 2


def test_a_fault_can_last_until_it_is_cleared(caller: Caller, small: Running) -> None:
    small.platform.faults.add("/api/", body={"odd": True}, status=200, times=None)
    assert [caller.ask("/api/risks").json for _ in range(3)] == [{"odd": True}] * 3
    small.platform.faults.clear()
    assert len(caller.get("/api/risks")) == 90


def test_a_fault_is_for_some_requests_only(caller: Caller, small: Running) -> None:
    other = small.platform.login.memberships[1].user_id
    small.platform.faults.add("/api/risks", user_id=other, times=None)
    small.platform.faults.add("/api/summary", method="POST", times=None)
    small.platform.faults.add("/api/version", skip=1)
    assert caller.ask("/api/risks").status == 200
    assert caller.ask("/api/risks", UserID=other).status == 503
    assert caller.ask("/api/summary").status == 200
    assert caller.ask("/api/summary", "POST", body={}).status == 503
    assert [call(small, "/api/version").status for _ in range(3)] == [200, 503, 200]


def test_a_fault_can_be_a_page_of_html_or_bytes_without_a_type(small: Running) -> None:
    small.platform.faults.add("/api/version", status=502, body=b"<html>", content_type="text/html")
    small.platform.faults.add("/api/version", status=200, body=b"\xff", content_type="")
    first, second = call(small, "/api/version"), call(small, "/api/version")
    assert (first.status, first.content_type, first.body) == (502, "text/html", b"<html>")
    assert (second.content_type, second.body) == ("", b"\xff")


def test_held_requests_wait_until_they_are_released(caller: Caller, small: Running) -> None:
    hold = small.platform.faults.hold("/api/risks", times=2)
    asking = [Aside(lambda: caller.ask("/api/risks")) for _ in range(2)]
    hold.wait_arrived(2)
    assert [seen.status for seen in small.platform.requests if seen.path == "/api/risks"] == [0, 0]
    assert caller.ask("/api/risks").status == 200, "a third one is not held"
    hold.release()
    assert [aside.reply().status for aside in asking] == [200, 200]


def test_waiting_for_requests_that_do_not_come_ends(small: Running) -> None:
    hold = small.platform.faults.hold("/api/risks")
    with pytest.raises(TimeoutError, match="0 of 1 requests to /api/risks"):
        hold.wait_arrived(timeout=0.01)


def test_what_arrives_after_the_release_is_not_held(caller: Caller, small: Running) -> None:
    hold = small.platform.faults.hold("/api/risks", times=None)
    hold.release()
    assert caller.ask("/api/risks").status == 200
    hold.wait_arrived(1)


def test_clearing_lets_the_parked_go_on_and_a_fault_can_follow_a_hold(caller: Caller, small: Running) -> None:
    hold = small.platform.faults.hold("/api/risks")
    small.platform.faults.add("/api/risks", status=504)
    first = Aside(lambda: caller.ask("/api/risks"))
    hold.wait_arrived()
    hold.release()
    assert first.reply().status == 504
    hold = small.platform.faults.hold("/api/risks")
    two = Aside(lambda: caller.ask("/api/risks"))
    hold.wait_arrived()
    small.platform.faults.clear()
    assert two.reply().status == 200


def test_a_connection_can_be_dropped_before_the_answer(caller: Caller, small: Running) -> None:
    small.platform.faults.drop("/api/risks")
    with pytest.raises(http.client.RemoteDisconnected):
        caller.ask("/api/risks")
    assert small.platform.requests[-1].status == 0
    assert caller.ask("/api/risks").status == 200


def test_a_connection_can_be_dropped_in_the_middle_of_the_answer(caller: Caller, small: Running) -> None:
    whole = caller.ask("/api/risks").body
    small.platform.faults.drop("/api/risks", after=1000)
    with pytest.raises(http.client.IncompleteRead) as cut:
        caller.ask("/api/risks")
    assert cut.value.partial == whole[:1000]
    assert cut.value.expected == len(whole) - 1000


def test_the_platform_notes_what_arrives_without_the_secret(caller: Caller, small: Running) -> None:
    caller.ask("/api/summary?last=a%20b")
    call(small, renewal_of("the secret", provider="x"), Cookie="a=b")
    call(small, "/api/nothing%3A", "POST")
    first, second, third = small.platform.requests[-3:]
    assert (first.method, first.path, first.query) == ("GET", "/api/summary", {"last": "a b"})
    assert (first.user_id, first.has_bearer, first.has_cookie, first.status) == (caller.user_id, True, False, 400)
    assert second.query == {"refresh_token": "***", "provider": "x"}
    assert (second.user_id, second.has_bearer, second.has_cookie, second.status) == (None, False, True, 400)
    assert (third.method, third.path, third.status) == ("POST", "/api/nothing:", 405)
    assert "the secret" not in repr(small.platform.requests)


def test_a_connection_can_carry_something_else_than_http(caller: Caller, small: Running) -> None:
    small.platform.faults.wreck("/api/risks", b"SSH-2.0-x\r\n")
    with pytest.raises(http.client.BadStatusLine):
        caller.ask("/api/risks")
    small.platform.faults.wreck("/api/risks", then="reset")
    with pytest.raises(ConnectionResetError):
        caller.ask("/api/risks")
    assert caller.ask("/api/risks").status == 200


def test_an_answer_can_go_on_until_the_client_leaves(small: Running) -> None:
    wreck = small.platform.faults.wreck("/api/risks", b"HTTP/1.1 200 OK\r\n\r\n", then="go on", more=b"x" * 1000)
    address = small.root.removeprefix("http://").partition(":")
    with socket.create_connection((address[0], int(address[2])), timeout=60) as connection:
        connection.sendall(b"GET /api/risks HTTP/1.1\r\nHost: x\r\n\r\n")
        got = b""
        while len(got) < 100_000:
            got += connection.recv(65_536)
    assert got.startswith(b"HTTP/1.1 200 OK\r\n\r\nxxx")
    assert wreck.hits == 1
