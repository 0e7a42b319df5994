"""The table of faults: what goes wrong, what the assistant reads, how often the platform is asked.

`test_matrix.py` runs every row in front of every kind of call; `docs/reliability.md` is made from the same rows.
"""

import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from faults.calls import Kind, method_of, path_of
from faults.messages import (
    ACCOUNT,
    BAD_JSON,
    CUT,
    DEAD_TOKEN,
    DISABLED,
    ELSEWHERE,
    FAILED,
    FRESH_REFUSED,
    FROM_SUMMARIES,
    IN_FRONT,
    LARGE,
    LATE,
    LATE_LIST,
    LIST_REFUSED,
    LOGIN_CUT,
    LOGIN_DOWN,
    LOGIN_FAULT,
    LOGIN_GONE,
    LOGIN_IN_FRONT,
    LOGIN_LATE,
    LOGIN_PACKED,
    LOGIN_PATH,
    MISSING,
    NO_BUCKET,
    NO_LOGIN_SERVICE,
    NO_PDF,
    NO_PROVIDER,
    NOT_ACCEPTED,
    NOT_ENABLED,
    PACKED,
    SHAPE,
    TRIED,
    UNCONFIGURED,
    UNFILTERED,
    UNFILTERED_AFTER_RENEWAL,
    UNTRUSTED,
    WHO,
    Outcome,
    limited,
    login_limited,
    login_refuses,
    platform_down,
    refuses,
)
from whitespace_mcp.demo import Faults

MAX_BODY: Final = 1_000_000
"""Bytes that one answer may have in these tests, decoded."""
MOVED: Final = "MOVED"
"""Stands in headers for an address where nobody may ever ask."""


@dataclass(frozen=True)
class Spot:
    """Where a fault is put."""

    faults: Faults
    kind: Kind
    user_id: str | None
    """Of the organisation that is to notice it; None for renewals, which know none."""
    moved: str
    """The address that stands for `MOVED`."""

    @property
    def path(self) -> str:
        """Where its requests begin."""
        return path_of(self.kind)

    @property
    def where(self) -> dict[str, Any]:
        """What every switch of the demo platform takes."""
        method = None if self.kind == "file" else method_of(self.kind)  # what GET does not serve is tried by POST
        return {"user_id": self.user_id, "method": method, "times": None}


@dataclass(frozen=True)
class Fault:
    """One row: a fault, and what each kind of call comes to.

    Attributes:
        name: what goes wrong, for the page.
        put: makes it happen, until the switches are cleared.
        read: what reads come to; a search by POST asks once and does not say for how long it tried.
        renewal: what a renewal comes to; None where there is no such fault of the gateway.
        but: kinds that differ.
        hangs: whether the call ends by its deadline.
    """

    name: str
    put: Callable[[Spot], object]
    read: Outcome | None
    renewal: Outcome | None
    but: Mapping[Kind, Outcome] = field(default_factory=dict[Kind, Outcome])
    hangs: bool = False

    def outcome(self, kind: Kind) -> Outcome | None:
        """What one kind of call comes to; None if the row does not concern it."""
        if kind in self.but:
            return self.but[kind]
        if kind == "renewal":
            return self.renewal
        if kind == "search" and self.read and self.read.words:
            return Outcome(self.read.words.replace(TRIED, ""), 1, self.read.name)
        return self.read


HTML: Final = "<!doctype html><html><title>canary</title></html>"
CHUNKED: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
OPEN: Final = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
PIECE: Final = b"10000\r\n" + b" " * 65_536 + b"\r\n"


def raw(data: bytes, **rest: Any) -> Callable[[Spot], object]:
    """Bytes in place of an answer."""

    def put(spot: Spot) -> object:
        return spot.faults.wreck(spot.path, data, **spot.where, **rest)

    return put


def answer(
    status: int, body: bytes | str | Mapping[str, object] = b"", media: str = "application/json", **headers: str
) -> Callable[[Spot], object]:
    """A well-formed answer of another kind; underscores in names of headers stand for hyphens."""

    def put(spot: Spot) -> object:
        named = {name.replace("_", "-"): value.replace(MOVED, spot.moved) for name, value in headers.items()}
        return spot.faults.add(spot.path, status=status, body=body, content_type=media, headers=named, **spot.where)

    return put


def cut(after: int | None) -> Callable[[Spot], object]:
    """The true answer, of which so many bytes arrive; None for not even its head."""

    def put(spot: Spot) -> object:
        return spot.faults.drop(spot.path, after=after, **spot.where)

    return put


def _promised(size: int) -> bytes:
    return OPEN[:-2] + b"Content-Length: %d\r\n\r\n" % size


def _packed(coding: str, body: bytes) -> Callable[[Spot], object]:
    return answer(200, body, Content_Encoding=coding)


def _gateway(status: int, error: str, reason: str, outcome: Outcome, name: str = "") -> Fault:
    body = {"error": error, "reason": reason}
    return Fault(f"{status} `{name or reason or error}`", answer(status, body), None, outcome)


SERVED_ELSEWHERE: Final[Mapping[Kind, Outcome]] = {"list": FROM_SUMMARIES}

CONNECTION: Final = (
    Fault("Closed before an answer", cut(None), CUT, LOGIN_CUT),
    Fault("Reset before an answer", raw(b"", then="reset"), CUT, LOGIN_CUT),
    Fault("Closed in the middle of the body", cut(20), CUT, LOGIN_CUT),
    Fault("Reset in the middle of the body", raw(_promised(500) + b'[{"id', then="reset"), CUT, LOGIN_CUT),
    Fault("Closed in the middle of the head", raw(b"HTTP/1.1 200 OK\r\nContent-"), CUT, LOGIN_CUT),
    Fault("Something that is not HTTP", raw(b"SSH-2.0-OpenSSH_9.9\r\n"), CUT, LOGIN_CUT),
    Fault(
        "Headers of 200 kB", raw(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200_000 + b"\r\n\r\n"), CUT, LOGIN_CUT
    ),
    Fault("Silence", raw(b"", then="silence"), LATE, LOGIN_LATE, {"list": LATE_LIST}, hangs=True),
    Fault(
        "Silence in the middle of the body", raw(_promised(500) + b"[", then="silence"),
        LATE, LOGIN_LATE, {"list": LATE_LIST}, hangs=True,
    ),
    Fault(
        "A byte now and then", raw(_promised(50_000) + b"[", then="go on", pause_s=0.05),
        LATE, LOGIN_LATE, {"list": LATE_LIST}, hangs=True,
    ),
)  # fmt: skip
LENGTH: Final = (
    Fault("Content-Length too large", raw(_promised(500) + b"[]"), CUT, LOGIN_CUT),
    Fault("Content-Length too small", raw(_promised(3) + b'[{"id":1}]'), BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF}),
    Fault("No Content-Length, and cut off", raw(OPEN + b'[{"id"'), BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF}),
    Fault("Content-Length that is no number", raw(OPEN[:-2] + b"Content-Length: x\r\n\r\n[]"), CUT, LOGIN_CUT),
    Fault("Two Content-Lengths", raw(OPEN[:-2] + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n[]"), CUT, LOGIN_CUT),
    Fault("Chunks that are none", raw(CHUNKED + b"zz\r\n[]"), CUT, LOGIN_CUT),
    Fault("Chunks without an end", raw(CHUNKED + b"2\r\n[]\r\n"), CUT, LOGIN_CUT),
    Fault("An endless body", raw(CHUNKED, then="go on", more=PIECE), LARGE, NO_LOGIN_SERVICE),
    Fault(
        "A body of 200 MB", raw(_promised(200_000_000), then="go on", more=b" " * 65_536), LARGE, NO_LOGIN_SERVICE
    ),
    Fault(
        "500 with an endless body",
        raw(CHUNKED.replace(b"200 OK", b"500 Oh"), then="go on", more=PIECE),
        FAILED, NO_LOGIN_SERVICE,
    ),
)  # fmt: skip
BODY: Final = (
    Fault("Empty body", answer(200), BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF}),
    Fault("Truncated JSON", answer(200, '[{"id":"IC'), BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF}),
    Fault("Invalid JSON", answer(200, "{id: canary}"), BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF}),
    Fault("JSON nested 100,000 deep", answer(200, "[" * 100_000), BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF}),
    Fault("UTF-16", answer(200, '[{"id":"IC"}]'.encode("utf-16")), BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF}),
    Fault(
        "Latin-1 that says it is UTF-8",
        answer(200, '[{"id":"caf\u00e9"}]'.encode("latin-1"), "application/json; charset=utf-8"),
        BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF},
    ),
    *(
        Fault(
            f"Another shape: `{document}`", answer(200, document), SHAPE, NO_LOGIN_SERVICE, {"file": NO_PDF}
        )
        for document in ("null", "true", '"canary"', "42", "{}")
    ),
    Fault(
        "Another shape: a list of other things", answer(200, '["canary",1,null,[]]'),
        SHAPE, NO_LOGIN_SERVICE, {"file": NO_PDF},
    ),
    Fault(
        "200 with the body of an error", answer(200, {"error": True, "reason": "Invalid WSAUTH: canary"}),
        SHAPE, NO_LOGIN_SERVICE, {"file": NO_PDF},
    ),
    Fault("HTML with 200", answer(200, HTML, "text/html"), ELSEWHERE, NO_LOGIN_SERVICE, SERVED_ELSEWHERE),
    Fault(
        "HTML that says it is JSON", answer(200, HTML), BAD_JSON, NO_LOGIN_SERVICE, {"file": NO_PDF}
    ),
    Fault(
        "No media type", answer(200, "[]", ""), ELSEWHERE, NO_LOGIN_SERVICE, {**SERVED_ELSEWHERE, "file": NO_PDF}
    ),
    Fault("Text that says it is gzip", _packed("gzip", b"canary"), PACKED, LOGIN_PACKED),
    Fault("Text that says it is deflate", _packed("deflate", b"\xff" * 9), PACKED, LOGIN_PACKED),
    Fault("Truncated gzip", _packed("gzip", gzip.compress(b"[" + b" " * 999 + b"]")[:-12]), BAD_JSON, NO_LOGIN_SERVICE,
          {"file": NO_PDF}),
    Fault("gzip of something else", _packed("gzip", gzip.compress(b"canary")), BAD_JSON, NO_LOGIN_SERVICE,
          {"file": NO_PDF}),
    Fault("A gzip bomb", _packed("gzip", gzip.compress(b" " * 10_000_000, 1)), LARGE, NO_LOGIN_SERVICE),
    Fault("A deflate bomb", _packed("deflate", zlib.compress(b" " * 10_000_000, 1)), LARGE, NO_LOGIN_SERVICE),
)  # fmt: skip
REDIRECTS: Final = tuple(
    Fault(
        f"{status} {name}", answer(status, "", "text/html", Location=location),
        ELSEWHERE, NO_LOGIN_SERVICE,
    )
    for status, name, location in (
        (302, "to the same host", "/api/version"),
        (301, "to another host", f"http://{MOVED}/api/risks"),
        (307, "to another host, method kept", f"http://{MOVED}/api/summary"),
        (308, "to another host by its name alone", f"//{MOVED}/"),
        (302, "from https to http, or back", f"https://{MOVED}/api/risks"),
        (302, "to itself", "/api/risks"),
        (302, "to nowhere", ""),
    )
)  # fmt: skip
TOO_LARGE: Final = "<html><center>Request Header Or Cookie Too Large</center><hr>nginx canary</html>"
STATUSES: Final = (
    Fault("400 of a proxy: too large a header", answer(400, TOO_LARGE, "text/html"), IN_FRONT, LOGIN_IN_FRONT),
    Fault("400 empty", answer(400), MISSING, NO_LOGIN_SERVICE, {"list": LIST_REFUSED}),
    Fault(
        "401 `Invalid WSAUTH`, whatever the token", answer(401, {"error": True, "reason": "Invalid WSAUTH"}),
        FRESH_REFUSED, NO_LOGIN_SERVICE, {"search": UNFILTERED_AFTER_RENEWAL},
    ),
    Fault(
        "401 about the UserID",
        answer(401, {"error": True, "reason": "Invalid WSAUTH: Valid UserID must be supplied"}),
        NOT_ACCEPTED, NO_LOGIN_SERVICE, {"search": UNFILTERED},
    ),
    Fault(
        "403", answer(403, HTML, "text/html"),
        Outcome("The platform refuses this login (403). Trying again will not help. " + ACCOUNT, 1, "account"),
        NO_LOGIN_SERVICE, {"search": UNFILTERED},
    ),
    Fault("404 in JSON", answer(404, {"error": True, "reason": "canary"}), MISSING, NO_LOGIN_SERVICE, SERVED_ELSEWHERE),
    Fault("404 in HTML", answer(404, HTML, "text/html"), ELSEWHERE, NO_LOGIN_SERVICE, SERVED_ELSEWHERE),
    Fault("405 in HTML", answer(405, HTML, "text/html"), ELSEWHERE, NO_LOGIN_SERVICE, SERVED_ELSEWHERE),
    *(Fault(f"{status}", answer(status, "canary", "text/plain"), refuses(status), NO_LOGIN_SERVICE)
      for status in (406, 409, 413)),
    Fault("429", answer(429, "", ""), limited("in a minute"), login_limited("in a minute")),
    Fault(
        "429, Retry-After in seconds", answer(429, "", "", Retry_After="3"),
        limited("in 3 seconds", "; tried for 6 seconds"), login_limited("in 3 seconds"),
        {"search": limited("in 3 seconds", "", 1)},
    ),
    Fault(
        "429, Retry-After as a date, by the platform's clock",
        answer(429, "", "", Date="Mon, 05 Jan 2026 12:00:00 GMT", Retry_After="Mon, 05 Jan 2026 12:00:03 GMT"),
        limited("in 3 seconds", "; tried for 6 seconds"), login_limited("in 3 seconds"),
        {"search": limited("in 3 seconds", "", 1)},
    ),
    Fault(
        "429, Retry-After in an hour", answer(429, "", "", Retry_After="3600"),
        limited("in 60 minutes", "", 1), login_limited("in 60 minutes"),
    ),
    Fault(
        "500", answer(500, {"error": True, "reason": "canary"}),
        FAILED, None,
    ),
    Fault("500 in HTML", answer(500, HTML, "text/html"), FAILED, NO_LOGIN_SERVICE),
    *(Fault(f"{status}", answer(status, HTML, "text/html"), platform_down(status), LOGIN_DOWN)
      for status in (502, 503, 504)),
)  # fmt: skip
GATEWAY: Final = (
    _gateway(400, "Bad Request", "Refresh token must be present for oidc refresh", UNCONFIGURED),
    _gateway(400, "Bad Request", "Unable to identify provider for callback request", NO_PROVIDER),
    _gateway(401, "Unauthorized", "Invalid login", NOT_ENABLED),
    _gateway(400, "Bad Request", 'invalid database name "X"', NO_BUCKET),
    _gateway(400, "Bad Request", "User is disabled", DISABLED),
    _gateway(401, "Unauthorized", "Login required", LOGIN_GONE),
    _gateway(404, "not_found", 'no such database "x"', LOGIN_GONE),
    _gateway(404, "not_found", "unknown URL", LOGIN_PATH),
    _gateway(405, "Method Not Allowed", "", login_refuses(405)),
    _gateway(406, "Not Acceptable", "only application/json available", login_refuses(406)),
    _gateway(429, "Too Many Requests", "canary", login_limited("in a minute"), "Too Many Requests"),
    _gateway(500, "Internal Server Error", "Unable to refresh token.", DEAD_TOKEN),
    _gateway(500, "Internal Server Error", "No id_token field in oauth2 token.", LOGIN_FAULT),
    _gateway(
        500, "Internal Server Error",
        "Internal error: OIDC initialization error: unable to discover config after 5 attempts", LOGIN_DOWN,
    ),
    _gateway(500, "Internal Server Error", "Internal error: could not verify the id_token", LOGIN_FAULT),
    _gateway(503, "Service Unavailable", "DB is currently under maintenance", LOGIN_DOWN),
    _gateway(503, "Service Unavailable", "DB is Starting - try again later", LOGIN_DOWN),
    Fault("200 without an id token", answer(200, {"name": "canary"}), None, NO_LOGIN_SERVICE),
    Fault(
        "200 with an id token that no header can hold", answer(200, {"id_token": "canary\r\nX: y"}),
        None, NO_LOGIN_SERVICE,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """An address at which nobody can be asked, and what every kind of call to it comes to.

    Attributes:
        name: what is wrong with it, for the page.
        address: which of the test's addresses it is.
        told: the words, and how many times a connection was tried.
    """

    name: str
    address: Literal["refused", "nowhere", "plain", "self-signed", "silent"]
    told: Outcome


def _unreachable(name: str, address: Literal["refused", "nowhere", "plain", "silent"]) -> Place:
    words = (
        f"No connection to {WHO}{TRIED}. Trying again in a minute may help. If it lasts, check WHITESPACE_ROOT, the"
        " network and the proxy."
    )
    return Place(name, address, Outcome(words, 3, "no connection"))


PLACES: Final = (
    _unreachable("Connection refused", "refused"),
    _unreachable("A name that no resolver knows", "nowhere"),
    _unreachable("TLS with something that speaks none", "plain"),
    _unreachable("TLS with somebody who says nothing", "silent"),
    Place("TLS with a certificate that nobody trusts", "self-signed", UNTRUSTED),
)

GROUPS: Final[Mapping[str, tuple[Fault, ...]]] = {
    "The connection": CONNECTION,
    "Lengths and sizes": LENGTH,
    "Bodies": BODY,
    "Redirects": REDIRECTS,
    "Statuses": STATUSES,
    "What the gateway says to a renewal": GATEWAY,
}
FAULTS: Final = tuple(fault for group in GROUPS.values() for fault in group)
