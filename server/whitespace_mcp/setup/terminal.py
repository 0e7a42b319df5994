"""Talking to a person in a terminal: colours where they are wanted, and secrets that are not shown."""

import os
import select
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import click

_QUIET: Final = 0.3
"""Seconds without a further character after which a pasted text is over."""
_END: Final = "\x04"
_ERASE: Final = frozenset({"\x7f", "\x08"})


def on_terminal() -> bool:
    """Whether a person reads the output; it may be closed."""
    return sys.stdout is not None and sys.stdout.isatty()  # pyright: ignore[reportUnnecessaryComparison]


def painted(text: str, **style: Any) -> str:
    """Text in colour, if this is a terminal and its owner has not said no (NO_COLOR)."""
    wanted = on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return click.style(text, **style) if wanted else text


def say(text: str = "", **style: Any) -> None:
    """A line for the person; what the output cannot show is replaced, never an error."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    click.echo(painted(text.encode(encoding, "replace").decode(encoding), **style))


def progress(text: str) -> None:
    """What is being waited for; beside the output, which may be read by a program."""
    click.echo(f"  {text} ...", err=True)


def ask_secret(prompt: str) -> str:
    """Ask for something that is not shown.

    On a terminal all of a pasted text is taken, line breaks and lengths included that a terminal's own line input
    would cut: what is left over would otherwise answer the next question, or reach the shell.
    """
    if sys.platform == "win32":  # pragma: no cover  # tried by hand only
        import msvcrt  # noqa: PLC0415  # exists on Windows only

        text: str = click.prompt(prompt, hide_input=True)
        while msvcrt.kbhit():
            text += msvcrt.getwch()
        return text
    if not sys.stdin.isatty():
        return str(click.prompt(prompt, hide_input=True))
    try:
        with _silent(sys.stdin.fileno()):  # before the question is seen: what is typed at once is not shown either
            click.echo(f"{prompt}: ", nl=False)
            return _typed(sys.stdin.fileno())
    finally:
        click.echo()


@contextmanager
def _silent(terminal: int) -> Generator[None]:
    """A terminal that shows nothing of what is typed, and hands it over without waiting for the end of the line."""
    import termios  # noqa: PLC0415  # does not exist on Windows

    before = termios.tcgetattr(terminal)
    silent = termios.tcgetattr(terminal)
    silent[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(terminal, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _typed(terminal: int) -> str:
    """All that is typed or pasted until Enter and a short silence."""
    typed: list[str] = []
    while not _over(typed, terminal):
        for character in os.read(terminal, 65_536).decode(errors="replace") or _END:
            if character == _END:
                raise click.Abort
            if character in _ERASE:
                del typed[-1:]
            else:
                typed.append(character)
    return "".join(typed)


def _over(typed: list[str], terminal: int) -> bool:
    return bool(typed) and typed[-1] in "\r\n" and not select.select([terminal], [], [], _QUIET)[0]
