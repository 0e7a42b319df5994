"""What a route is given, and how its answer is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from whitespace_mcp.demo.http import HTML, PlatformRequest, json_response, typed_response
from whitespace_mcp.demo.market.book import Viewer
from whitespace_mcp.demo.market.documents import Document, documents_of
from whitespace_mcp.demo.market.slips import Slip
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

    def documents(self, slip: Slip) -> list[Document]:
        """The contract documents of a slip that the caller sees."""
        return self.world.market.documents(self.viewer, slip)

    def slip(self, root: str) -> Slip | None:
        """A slip by its bare root, if the caller sees anything of it."""
        slip = self.world.market.slip(root)
        return slip if slip and self.documents(slip) else None


Handler = Callable[[Call], object]
"""Gives a response, or what becomes JSON; None for a call that is answered with nothing (platform.md 2.5)."""
Entry = tuple[str, str, Handler]
"""Method, path with `{names}`, and what answers it."""

SHELL: Final = typed_response(
    b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Placing</title>\n<base href="/">\n'
    b'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    b'<script src="runtime.5f2c.js" type="module"></script>\n</head>\n'
    b"<body><placing-root>One moment please ...</placing-root></body>\n</html>\n",
    HTML,
)
"""The web app's page, which stands at every path that is nothing else (platform.md 1.4)."""


def of_slip(answer: Callable[[Call, Slip], object]) -> Handler:
    """A route about the slip that the path's bare root names, if the caller sees anything of it."""

    def handler(call: Call) -> object:
        slip = call.slip(call.parts["root"])
        return answer(call, slip) if slip else None

    return handler


def of_document(answer: Callable[[Call, Slip, Document], object]) -> Handler:
    """A route about the contract document that the path names, if the caller sees it."""

    def handler(call: Call) -> object:
        slip = call.world.market.slip(call.parts["id"].partition("::")[0])
        for document in documents_of(slip) if slip else []:
            if slip and document.id == call.parts["id"] and call.viewer.sees(document):
                return answer(call, slip, document)
        return None

    return handler


def response_of(answer: object) -> Response:
    """What a handler gave, as it is sent."""
    if isinstance(answer, Response):
        return answer
    return Response(b"", 400) if answer is None else json_response(answer)


def html_error(status: int, title: str) -> Response:
    """An error page of the front server, which knows nothing of JSON."""
    page = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1>"
        "</center>\r\n<hr><center>front</center>\r\n</body>\r\n</html>\r\n"
    )
    return typed_response(page.encode(), HTML, status)
