"""The guided tour: a real client asks a real server process about an invented market."""

import time
from collections.abc import Callable
from functools import partial
from typing import cast

from mcp import MCPError

from whitespace_mcp.demo import Platform
from whitespace_mcp.tour.ending import what_next
from whitespace_mcp.tour.guide import TourFailed, guided
from whitespace_mcp.tour.pictures import PageNotWritten, show_pictures
from whitespace_mcp.tour.terminal import Printer
from whitespace_mcp.tour.walk import walk

__all__ = ["run"]


def run(*, colour: bool, platform: Platform | None = None, pictures: bool = False) -> int:
    """Take the tour, or show the pictures.

    Another `platform` may stand for the usual demo platform; `pictures` shows them in a browser, `colour` is for a
    terminal.

    Returns:
        The exit code: 0, 1 when something was not as it should be, 130 when the reader had enough.
    """
    printer = Printer.of_stdout(colour=colour)
    shown = show_pictures if pictures else _tour
    return _to_its_end(printer, partial(shown, printer, platform or Platform(now=time.time)))


def _to_its_end(printer: Printer, go: Callable[[], None]) -> int:
    try:
        go()
    except KeyboardInterrupt:
        printer.gap()
        printer.text("Stopped. Start again at any time; nothing was left behind.")
        return 130
    except BrokenPipeError:
        raise  # the reader of a pipe has seen enough; click ends the command quietly
    except PageNotWritten as error:
        printer.gap()
        printer.text(
            f"The page cannot be written into this folder ({error}). Go to a folder of your own and try again."
        )
        return 1
    except Exception as error:  # noqa: BLE001  # whatever it is, a newcomer is told in a sentence
        printer.gap()
        printer.text(f"Sorry, the tour stopped: {_reason(error).rstrip('.')}.")
        printer.text("Trying once more may help. If it stops again, please report it together with the lines above.")
        return 1
    return 0


def _tour(printer: Printer, platform: Platform) -> None:
    began = time.monotonic()
    printer.title("A tour of whitespace-mcp")
    printer.gap()
    printer.text(
        "You ask your AI assistant in plain words; it calls a tool of whitespace-mcp, which asks the Whitespace"
        " platform. On this tour a real MCP client asks a real server process. Only the platform is an imitation, with"
        " an invented market: nothing leaves this machine, and no login is needed."
    )
    printer.gap()
    with guided(platform, printer) as guide:
        protocol, tools = guide.connection()
        printer.text(f"Connected over stdio, MCP {protocol}. Tools: {', '.join(tools)}.")
        walk(guide)
        seconds = time.monotonic() - began
    printer.gap()
    printer.text(f"That was it: {guide.calls} tool calls, {platform.renewals} token renewals, {seconds:.1f} s in all.")
    what_next(printer)


def _reason(error: Exception) -> str:
    """What went wrong, under all the wrapping of task groups."""
    if isinstance(error, ExceptionGroup):
        return _reason(cast("ExceptionGroup[Exception]", error).exceptions[0])
    if isinstance(error, TourFailed):
        return str(error)
    if isinstance(error, MCPError):
        return f"the server did not answer ({error})"
    return f"{type(error).__name__}: {error}"
