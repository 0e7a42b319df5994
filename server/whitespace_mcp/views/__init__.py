"""The page for hosts that draw (MCP Apps): built from `source/` by `make views`, one file without an address in it."""

from importlib.metadata import version
from importlib.resources import files
from typing import Final

VIEW_URI: Final = f"ui://whitespace/{version('whitespace-mcp')}/view.html"
"""Its address; hosts may keep what they read there, so another release has another one."""


def page() -> str:
    """The page."""
    return files(__name__).joinpath("view.html").read_text(encoding="utf-8")
