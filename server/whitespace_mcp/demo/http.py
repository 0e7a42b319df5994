"""What the platform needs beside Starlette: headers of its own, queries as its gateway reads them, compact JSON."""

import gzip
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_plus

import msgspec
from starlette.requests import Request
from starlette.responses import Response

JSON: Final = "application/json"
HTML: Final = "text/html"
_HEXADECIMAL: Final = frozenset("0123456789abcdefABCDEF")


class PlatformRequest(Request):
    """A request with what the platform looks at."""

    @property
    def path(self) -> str:
        """Percent-decoded, without the query."""
        return str(self.scope["path"])

    @property
    def query(self) -> dict[str, str]:
        """As the gateway reads it."""
        return _read_query(bytes(self.scope.get("query_string", b"")).decode("latin-1"))

    @property
    def user_id(self) -> str | None:
        """The `UserID` header; an empty one is none."""
        return self.headers.get("userid") or None

    @property
    def bearer(self) -> str | None:
        """The bearer token, if one came."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def json_response(value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Any value as compact JSON, UTF-8; names keep their letters.

    `value` is the body, `status` that of HTTP, `headers` go beside the content type.
    """
    return Response(dump(value), status, headers, JSON)


def typed_response(body: bytes, content_type: str, status: int = 200) -> Response:
    """A body of exactly this type: no charset is added, as the front server adds none.

    `body` is text or bytes, `content_type` the whole header, `status` that of HTTP.
    """
    return Response(body, status, {"content-type": content_type})


def gzipped(response: Response) -> Response:
    """The same, packed; big or small, error or not."""
    packed = Response(gzip.compress(bytes(response.body), 1), response.status_code, dict(response.headers))
    packed.headers["content-length"] = str(len(packed.body))
    packed.headers["content-encoding"] = "gzip"
    return packed


def dump(value: object) -> bytes:
    """Compact JSON; names keep their letters, as the platform's do."""
    return msgspec.json.encode(value)


def raw_response(status: int, body: bytes, headers: Iterable[tuple[str, str]]) -> Response:
    """An answer with exactly these headers, repeated ones included, and the length of its body.

    `status` is that of HTTP, `body` the bytes, `headers` pairs in order.
    """
    response = Response(body, status)
    pairs = [*headers, ("content-length", str(len(body)))]
    response.raw_headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    return response


def _read_query(text: str) -> dict[str, str]:
    """Decode a query as a Go server does: the first of equal names counts, a raw plus is a space.

    A pair with a raw semicolon or a percent sign that begins no escape is dropped (platform.md 2.1: such characters
    cut or corrupt a token).
    """
    values: dict[str, str] = {}
    for pair in text.split("&"):
        if pair and ";" not in pair and _is_well_escaped(pair):
            name, _, value = pair.partition("=")
            values.setdefault(unquote_plus(name), unquote_plus(value))
    return values


def _is_well_escaped(text: str) -> bool:
    return all(len(rest) >= 2 and _HEXADECIMAL.issuperset(rest[:2]) for rest in text.split("%")[1:])
