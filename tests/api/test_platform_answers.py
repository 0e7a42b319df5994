"""What each answer of the platform means: attempts, waits and words (platform.md 1.4, 2.5)."""

import gzip
import json
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import anyio
import pytest

from support.clock import FakeClock, passing
from support.sessions import error_of, everything_in, requests_to, session_of
from support.sockets import DRIP_SECONDS, closed_port, endless_server, http_answer, raw_server
from whitespace_mcp.api.failures import later
from whitespace_mcp.api.identity import companies, market, my_details, platform_version
from whitespace_mcp.api.reads import RISKS, SLIP_DOCUMENTS, SUMMARY_SEARCH, Read
from whitespace_mcp.config.errors import (
    BadAnswer,
    BadRequest,
    NotFound,
    Redirected,
    TooLarge,
    Unavailable,
    UserIdRefused,
    WhitespaceError,
    WrongAddress,
    explain,
)
from whitespace_mcp.demo import Running
from whitespace_mcp.documents.identity import Company
from whitespace_mcp.documents.json import read_json, read_list, read_object
from whitespace_mcp.session.session import Session

PATH = "/api/risks"


async def ask(session: Session, read: Read = RISKS, **arguments: Any) -> bytes:
    """A read on behalf of a single-organisation login."""
    return await session.api.fetch(read, user_id=None, **arguments)


async def failure(running: Running, clock: FakeClock, **changes: Any) -> WhitespaceError:
    """The error of one list."""
    async with session_of(running, clock, running.platform.logins["single"], **changes) as session:
        error = await error_of(lambda: ask(session))
    words = everything_in(error)
    assert "canary" not in words
    assert running.platform.logins["single"].refresh_token not in words
    return error


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_platform_that_is_down_is_asked_three_times(running: Running, clock: FakeClock, status: int) -> None:
    body = "<html>canary</html>"
    running.platform.faults.add(PATH, status=status, body=body, content_type="text/html", times=None)
    error = await failure(running, clock)
    assert isinstance(error, Unavailable)
    assert explain(error) == (f"The platform is not available ({status}); tried for 2 seconds. Try again in a minute.")
    assert requests_to(running.platform, PATH) == 3
    assert clock.slept == [0.5, 2.0]


@pytest.mark.parametrize("failures", [1, 2])
async def test_trouble_that_passes_is_not_noticed(running: Running, clock: FakeClock, failures: int) -> None:
    running.platform.faults.add(PATH, status=503, times=failures - 1)
    running.platform.faults.drop(PATH, after=1)
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        assert read_list(await ask(session)) == []
    assert requests_to(running.platform, PATH) == failures + 1


@pytest.mark.parametrize(
    ("value", "slept"),
    [
        ("3", [3.0, 3.0]),
        (" 1 ", [1.0, 1.0]),
        ("0", [0.0, 0.0]),
        ("soon", [0.5, 2.0]),
        ("-1", [0.5, 2.0]),
        ("\u00b2", [0.5, 2.0]),
        ("Mon, 05 Jan 2026 09:00:00 -0000", [0.5, 2.0]),
        ("Mon, 05 Jan 2026 08:00:00 GMT", [0.0, 0.0]),
    ],
)
async def test_a_rate_limit_is_waited_for_as_long_as_it_says(
    running: Running, clock: FakeClock, value: str, slept: list[float]
) -> None:
    answer = http_answer(b"", "Retry-After: " + value, status="429 Too Many Requests")
    with raw_server(answer) as raw:
        error = await failure(running, clock, api_url=f"http://{raw.address}")
    assert explain(error).startswith("The platform limits how often it may be asked")
    assert clock.slept == slept
    assert len(raw.heads) == 3


async def test_a_rate_limit_may_name_the_moment(running: Running, clock: FakeClock) -> None:
    at = format_datetime(clock.now() + timedelta(seconds=4), usegmt=True)
    running.platform.faults.add(PATH, status=429, headers={"Retry-After": at})
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        assert await ask(session)
    assert clock.slept == [4.0]


@pytest.mark.parametrize(
    ("value", "slept", "when"), [("9", [], "9 seconds"), ("3600", [], "60 minutes"), ("5", [5.0], "5 seconds")]
)
async def test_more_than_eight_seconds_are_not_waited_for(
    running: Running, clock: FakeClock, value: str, slept: list[float], when: str
) -> None:
    running.platform.faults.add(PATH, status=503, headers={"Retry-After": value}, times=None)
    error = await failure(running, clock)
    assert clock.slept == slept
    assert requests_to(running.platform, PATH) == len(slept) + 1
    assert f"Try again in {when}." in explain(error)


async def test_a_post_is_never_sent_twice(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/api/summary", status=503, method="POST", times=None)
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        error = await error_of(lambda: ask(session, SUMMARY_SEARCH, body={}))
    assert isinstance(error, Unavailable)
    assert requests_to(running.platform, "/api/summary") == 1
    assert clock.slept == []


def test_when_to_try_again_is_told_as_people_say_it() -> None:
    waits = {None: "in a minute", 0.2: "in a second", 100: "in 100 seconds", 150: "in 3 minutes", 1e9: "in a minute"}
    assert {seconds: later(seconds) for seconds in waits} == waits


async def test_what_is_not_on_the_list_of_reads_cannot_be_sent(running: Running, clock: FakeClock) -> None:
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        with pytest.raises(PermissionError):
            await ask(session, Read("POST", "/comments"), body={})
    assert running.platform.requests == []


WRONG_ADDRESS = "did not come from the platform's API. Trying again will not help. The address in the configuration"
MISSING = "Not found, or not visible to this organisation. Trying again will not help."


@pytest.mark.parametrize(
    ("status", "media", "body", "expected", "words"),
    [
        (200, "text/html", "<!doctype html><html>canary", WrongAddress, WRONG_ADDRESS),
        (200, "", "canary", WrongAddress, WRONG_ADDRESS),
        (404, "text/html", " <html>canary", WrongAddress, WRONG_ADDRESS),
        (405, "text/html", "<html>canary", WrongAddress, WRONG_ADDRESS),
        (301, "text/html", "", Redirected, WRONG_ADDRESS),
        (404, "application/json", '{"error":true,"reason":"canary"}', NotFound, MISSING),
        (404, "", "", NotFound, MISSING),
        (400, "application/json", "", BadRequest, MISSING),
        (400, "application/json", '{"error":true}', BadRequest, MISSING),
        (500, "application/json", '{"error":true,"reason":"canary"}', BadAnswer, "If it lasts, ask Whitespace Support"),
        (500, "text/html", "<html>canary" + "x" * 100_000, BadAnswer, "failed on this request (500)"),
        (418, "text/plain", "canary", BadAnswer, "(418). Trying again will not help. Ask differently, or ask"),
        (204, "", "", BadAnswer, "refused this request (204)"),
    ],
)  # fmt: skip
async def test_an_answer_that_cannot_be_used_is_told_and_asked_for_once(
    running: Running, clock: FakeClock, status: int, media: str, body: str, expected: type[WhitespaceError], words: str
) -> None:
    running.platform.faults.add(PATH, status=status, body=body, content_type=media, times=None)
    error = await failure(running, clock)
    assert type(error) is expected
    assert words in explain(error)
    assert requests_to(running.platform, PATH) == 1


async def test_a_byte_order_mark_before_the_json_is_no_matter(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add(PATH, status=200, body='\ufeff[{"id": "IC1"}]')
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        assert read_list(await ask(session)) == [{"id": "IC1"}]
    body = {"reason": "Invalid WSAUTH: Valid UserID must be supplied", "error": True}
    running.platform.faults.add(PATH, status=401, body="\ufeff" + json.dumps(body))
    assert isinstance(await failure(running, clock), UserIdRefused)
    assert running.platform.renewals == 2, "one for each session: an error about the UserID never renews"


async def test_a_wrong_address_names_the_settings_to_check(running: Running, clock: FakeClock) -> None:
    error = await failure(running, clock, api_url=f"{running.root}/wrong")
    assert isinstance(error, WrongAddress)
    assert "WHITESPACE_ROOT" in explain(error)
    assert "WHITESPACE_API_URL" in explain(error)


async def test_no_connection_is_told_as_such(running: Running, clock: FakeClock) -> None:
    error = await failure(running, clock, api_url=f"http://127.0.0.1:{closed_port()}/canary")
    assert explain(error) == (
        "No connection to the platform; tried for 2 seconds. Trying again in a minute may help."
        " If it lasts, check WHITESPACE_ROOT, the network and the proxy."
    )
    assert clock.slept == [0.5, 2.0]


async def test_a_broken_answer_is_asked_for_again_and_told(running: Running, clock: FakeClock) -> None:
    running.platform.faults.drop(PATH, after=1, times=None)
    error = await failure(running, clock)
    assert explain(error).startswith("The answer of the platform was cut off in transit; tried for 2 seconds.")
    assert "ask a narrower question" in explain(error)
    assert requests_to(running.platform, PATH) == 3


async def test_a_silent_platform_is_told_as_such(running: Running, clock: FakeClock) -> None:
    hold = running.platform.faults.hold(PATH, times=None)
    async with passing(at=lambda: hold.hits):
        error = await failure(running, clock)
    assert explain(error).startswith("The platform did not answer in time")
    assert requests_to(running.platform, PATH) == 3


async def test_an_answer_without_end_is_left(running: Running, clock: FakeClock) -> None:
    with endless_server(http_answer(b"[")) as raw:
        async with passing(at=lambda: len(raw.heads), pause=DRIP_SECONDS):
            error = await failure(running, clock, api_url=f"http://{raw.address}")
    assert explain(error).startswith("The platform did not answer in time")
    assert len(raw.heads) == 3


async def test_the_body_of_an_error_is_not_read_to_its_end(running: Running, clock: FakeClock) -> None:
    page = http_answer(b"<html>" + b"x" * 100_000, status="500 Internal Server Error", media="text/html")
    with endless_server(page) as raw, anyio.fail_after(60):
        error = await failure(running, clock, api_url=f"http://{raw.address}")
    assert isinstance(error, BadAnswer)


LIMIT = 1_000_000


@pytest.mark.parametrize("encodings", [0, 1, 2], ids=["plain", "gzip", "gzip twice"])
async def test_more_than_the_limit_is_not_read(running: Running, clock: FakeClock, encodings: int) -> None:
    import tracemalloc  # noqa: PLC0415  # slow to have around

    body = b"[" + b" " * (60 * LIMIT if encodings else LIMIT) + b"]"
    for _ in range(encodings):
        body = gzip.compress(body, 1)
    answer = http_answer(body, "Content-Encoding: " + (", ".join(["gzip"] * encodings) or "identity"))
    del body
    with raw_server(answer) as raw:
        tracemalloc.start()
        try:
            error = await failure(running, clock, api_url=f"http://{raw.address}", max_body=LIMIT)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert isinstance(error, TooLarge)
    assert explain(error) == (
        "The platform's answer is larger than 1 MB. Trying again will not help."
        " Narrow the question, or raise WHITESPACE_MAX_BODY."
    )
    assert peak < 20 * LIMIT
    assert len(raw.heads) == 1


async def test_exactly_the_limit_is_read(running: Running, clock: FakeClock) -> None:
    body = b"[" + b" " * (LIMIT - 2) + b"]"
    with raw_server(http_answer(gzip.compress(body), "Content-Encoding: gzip")) as raw:
        changes = {"api_url": f"http://{raw.address}", "max_body": LIMIT}
        async with session_of(running, clock, running.platform.logins["single"], **changes) as session:
            assert await ask(session) == body


async def test_a_body_that_cannot_be_decompressed_is_told(running: Running, clock: FakeClock) -> None:
    with raw_server(http_answer(b"canary", "Content-Encoding: gzip")) as raw:
        error = await failure(running, clock, api_url=f"http://{raw.address}")
    assert isinstance(error, BadAnswer)
    assert "cannot be decompressed" in explain(error)


async def directory(session: Session) -> list[Company]:
    return companies(await market(session.api))


@pytest.mark.parametrize("body", ["", "[", '{"canary": ', "NaN", "[1] canary"])
async def test_what_is_no_json_is_told_as_cut_off(running: Running, clock: FakeClock, body: str) -> None:
    for path in ("/api/shared/corporate", "/api/user/myDetails", "/api/version"):
        running.platform.faults.add(path, status=200, body=body, times=None)
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        for call in (
            lambda: directory(session),
            lambda: my_details(session.api, user_id=None),
            lambda: platform_version(session.api),
        ):
            error = await error_of(call)
            assert type(error) is BadAnswer
            assert "Trying again may help" in explain(error)
            assert "canary" not in everything_in(error)


@pytest.mark.parametrize("body", [b'"text"', b"7", b"null", b"true"])
def test_a_document_of_another_shape_is_told(body: bytes) -> None:
    for read, other in ((read_object, b"[]"), (read_list, b"{}")):
        for document in (body, other):
            with pytest.raises(BadAnswer, match="unexpected shape"):
                read(document)


def test_an_error_that_comes_with_status_200_is_no_document() -> None:
    with pytest.raises(BadAnswer, match="unexpected shape"):
        read_object(b'{"error":true,"reason":"Invalid WSAUTH"}')
    assert read_object(b'{"error":"", "reason":"moved"}') == {"error": "", "reason": "moved"}


async def test_an_id_of_a_slip_that_does_not_exist_is_not_found(running: Running, clock: FakeClock) -> None:
    running.platform.faults.add("/api/risks/root/", status=400, body="")
    async with session_of(running, clock, running.platform.logins["single"]) as session:
        assert isinstance(await error_of(lambda: ask(session, SLIP_DOCUMENTS, ids={"root": "IC0"})), NotFound)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'["\\ud83d cut"]', ["\ufffd cut"]),
        (b'["\\udc00\\ud83d\\ude00"]', ["\ufffd\U0001f600"]),
        (b'["\\\\ud800", "\\uD800\\uD800"]', ["\\ud800", "\ufffd\ufffd"]),
        (b'["\\ud800x\\"\\u00e9"]', ['\ufffdx"\u00e9']),
    ],
)
def test_half_a_character_spoils_no_answer(body: bytes, expected: list[str]) -> None:
    assert read_json(body) == expected
