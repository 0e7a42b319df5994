"""The table of routes: method and path to the function that answers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.demo.http import HTML, Answer, Request
from whitespace_mcp.demo.market.book import Viewer
from whitespace_mcp.demo.world import World


@dataclass(frozen=True)
class Call:
    """One request of somebody who was admitted."""

    world: World
    viewer: Viewer
    request: Request
    parts: dict[str, str]
    """The path's variable parts."""


Handler = Callable[[Call], Answer]
Route = tuple[str, str, Handler]
"""Method, path with `{names}`, and what answers it."""

EMPTY: Final = Answer(400, b"", "")
"""What the platform says to a bad call: nothing (reference 2.5)."""
SHELL: Final = Answer(
    200,
    b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Placing</title>\n<base href="/">\n'
    b'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    b'<script src="runtime.5f2c.js" type="module"></script>\n</head>\n'
    b"<body><placing-root>One moment please ...</placing-root></body>\n</html>\n",
    HTML,
)
"""The web app's page, which stands at every path that is nothing else (reference 1.4)."""
_PARTS: Final = re.compile(r"\{(\w+)\}")


def html_error(status: int, title: str) -> Answer:
    """An error page of the front server, which knows nothing of JSON."""
    page = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1>"
        "</center>\r\n<hr><center>front</center>\r\n</body>\r\n</html>\r\n"
    )
    return Answer(status, page.encode(), HTML)


class Table:
    """Finds what answers a request."""

    def __init__(self, routes: list[Route]) -> None:
        self._exact = {(method, path): handler for method, path, handler in routes if "{" not in path}
        self._patterns = [(method, _pattern(path), handler) for method, path, handler in routes if "{" in path]

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, str]] | None:
        """The handler and the path's variable parts."""
        handler = self._exact.get((method, path))
        if handler:
            return handler, {}
        for verb, pattern, handler in self._patterns:
            match = pattern.fullmatch(path) if verb == method else None
            if match:
                return handler, match.groupdict()
        return None


def _pattern(path: str) -> re.Pattern[str]:
    parts = _PARTS.split(path)
    return re.compile("".join(f"(?P<{part}>[^/]+)" if odd % 2 else re.escape(part) for odd, part in enumerate(parts)))
