"""What a route is given, and what it answers to a bad call."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from whitespace_mcp.demo.http import HTML, PlatformRequest, typed_response
from whitespace_mcp.demo.market.book import Viewer
from whitespace_mcp.demo.world import World


@dataclass(frozen=True)
class Call:
    """One request of somebody who was admitted."""

    world: World
    viewer: Viewer
    request: PlatformRequest
    body: bytes

    @property
    def parts(self) -> dict[str, str]:
        """The path's variable parts."""
        return self.request.path_params


Handler = Callable[[Call], Response]
Entry = tuple[str, str, Handler]
"""Method, path with `{names}`, and what answers it."""

EMPTY: Final = Response(b"", 400)
"""What the platform says to a bad call: nothing (platform.md 2.5)."""
SHELL: Final = typed_response(
    b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Placing</title>\n<base href="/">\n'
    b'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    b'<script src="runtime.5f2c.js" type="module"></script>\n</head>\n'
    b"<body><placing-root>One moment please ...</placing-root></body>\n</html>\n",
    HTML,
)
"""The web app's page, which stands at every path that is nothing else (platform.md 1.4)."""


def html_error(status: int, title: str) -> Response:
    """An error page of the front server, which knows nothing of JSON."""
    page = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1>"
        "</center>\r\n<hr><center>front</center>\r\n</body>\r\n</html>\r\n"
    )
    return typed_response(page.encode(), HTML, status)
