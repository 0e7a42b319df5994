"""The demo's pictures in a browser: real answers of a real server process, in one page that needs nothing else."""

import json
import webbrowser
from pathlib import Path
from typing import Any, Final

from whitespace_mcp.demo import Platform
from whitespace_mcp.setup.files import system_reason
from whitespace_mcp.tour.guide import TourGuide, guided
from whitespace_mcp.tour.terminal import Printer
from whitespace_mcp.views import Picture, standalone

FILE: Final = "whitespace-demo.html"
_MOST_PAGES: Final = 20


class PageNotWritten(Exception):
    """The page cannot be written, and why."""


def show_pictures(printer: Printer, platform: Platform) -> None:
    """Ask for both pictures, write their page into the current folder, and open it.

    Raises:
        TourFailed: an answer is an error.
        PageNotWritten: the page cannot be written.
    """
    printer.title("Two pictures of an invented market")
    printer.gap()
    with guided(platform, printer) as guide:
        pictures = [_book(guide), _placement(guide)]
    try:
        path = Path(FILE).absolute()
        path.write_text(standalone(pictures), encoding="utf-8", newline="\n")
    except OSError as error:
        raise PageNotWritten(system_reason(error)) from None
    printer.gap()
    printer.text(
        "In your assistant the same questions bring the same pictures, if its app draws. Here they are in a page:"
    )
    printer.verbatim(path.as_uri())
    if not webbrowser.open(path.as_uri()):
        printer.text("No browser was to be had here; open that address in one.")


def _book(guide: TourGuide) -> Picture:
    question, arguments = "How do our books stand?", {"organisation": "all"}
    _, text = guide.ask(question, "show_book", **arguments)
    return _picture(question, "show_book", arguments, text, {})


def _placement(guide: TourGuide) -> Picture:
    """A placing that is short and has something open: there is most to see."""
    short: dict[str, Any] = {"organisation": "CALDERFINCH", "placed": ["short"], "subjectivity": "open", "page_size": 1}
    answer, _ = guide.ask("Which firm orders are short, with subjectivities open?", "get_risks", **short)
    (row,) = answer["risks"]
    question = f"How far is {row['name']} placed?"
    arguments = {"risk": row["id"], "organisation": short["organisation"]}
    answer, text = guide.ask(question, "show_placement", **arguments)
    pages: dict[str, str] = {}
    while (cursor := answer.get("next_cursor")) and len(pages) < _MOST_PAGES:
        answer, pages[cursor] = guide.ask("And the further lines?", "get_lines", **arguments, cursor=cursor)
    return _picture(question, "show_placement", arguments, text, pages)


def _picture(question: str, tool: str, arguments: dict[str, Any], text: str, pages: dict[str, str]) -> Picture:
    call = f"{tool}({', '.join(f'{name}={json.dumps(value)}' for name, value in arguments.items())})"
    return Picture(question, call, tool, arguments, text, pages)
