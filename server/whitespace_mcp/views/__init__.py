"""The page for hosts that draw (MCP Apps): built from `source/` by `make views`, one file without an address in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Any, Final

VIEW_URI: Final = f"ui://whitespace/{version('whitespace-mcp')}/view.html"
"""Its address; hosts may keep what they read there, so another release has another one."""


def page() -> str:
    """The page."""
    return files(__name__).joinpath("view.html").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Picture:
    """An answer that is to be drawn without a host: asked in a person's words, and as the assistant calls the tool.

    `pages` are the texts of the answers that follow, by cursor.
    """

    asked: str
    call: str
    tool: str
    arguments: Mapping[str, Any]
    text: str
    pages: Mapping[str, str]


def standalone(pictures: Sequence[Picture]) -> str:
    """A page for any browser that stands in for a host and shows pictures; it holds everything that it needs."""
    shown = json.dumps({"page": page(), "pictures": [asdict(picture) for picture in pictures]}).replace("<", "\\u003c")
    return files(__name__).joinpath("host.html").read_text(encoding="utf-8").replace("/* shown */", shown)
