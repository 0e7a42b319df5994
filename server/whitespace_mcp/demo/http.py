"""The little of HTTP that the platform needs: a request, an answer, and how the two are spelt."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote_plus

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON: Final = "application/json"
HTML: Final = "text/html"


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    method: str
    path: str
    """Percent-decoded, without the query."""
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case; of repeated ones the last."""
    body: bytes = b""

    @property
    def user_id(self) -> str | None:
        """The `UserID` header; an empty one is none."""
        return self.headers.get("userid") or None

    @property
    def bearer(self) -> str | None:
        """The bearer token, if one came."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None


@dataclass(frozen=True)
class Answer:
    """What the platform says."""

    status: int
    body: bytes
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(value: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Any value as compact JSON, UTF-8."""
    return Answer(status, dump(value), JSON, headers)


def dump(value: object) -> bytes:
    """Compact JSON; names keep their letters (`ensure_ascii` is off), as the platform's do."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def read_request(scope: Scope, body: bytes) -> Request:
    """The request that an ASGI scope describes."""
    headers: list[tuple[bytes, bytes]] = list(scope["headers"])
    return Request(
        method=str(scope["method"]),
        path=str(scope["path"]),
        query=read_query(bytes(scope.get("query_string", b"")).decode("latin-1")),
        headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers},
        body=body,
    )


def read_query(text: str) -> dict[str, str]:
    """Decode a query as a Go server does: the first of equal names counts, a raw plus is a space.

    A pair with a raw semicolon or a percent sign that begins no escape is dropped (reference 2.1: such characters
    cut or corrupt a token).
    """
    found: dict[str, str] = {}
    for pair in text.split("&"):
        if pair and ";" not in pair and _well_escaped(pair):
            name, _, value = pair.partition("=")
            found.setdefault(unquote_plus(name), unquote_plus(value))
    return found


def _well_escaped(text: str) -> bool:
    hexadecimal = frozenset("0123456789abcdefABCDEF")
    return all(len(rest) >= 2 and hexadecimal.issuperset(rest[:2]) for rest in text.split("%")[1:])


async def read_body(receive: Receive) -> bytes:
    """The whole body of a request."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(bytes(message.get("body", b"")))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(parts)


def header_list(answer: Answer) -> list[tuple[bytes, bytes]]:
    """The headers of an answer as ASGI wants them."""
    pairs = [*answer.headers, ("content-length", str(len(answer.body)))]
    if answer.content_type:
        pairs.insert(0, ("content-type", answer.content_type))
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
