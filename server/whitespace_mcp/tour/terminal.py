"""What the tour is written on: wrapped to the terminal, in the characters and colours that it can show."""

import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

import click

WIDEST: Final = 100
_NARROWEST: Final = 72
_LABEL: Final = 11
_KEPT_TOGETHER: Final = "\N{NO-BREAK SPACE}"
_PLAINER: Final = str.maketrans({
    "─": "-", "│": "|", "…": "~", "“": '"', "”": '"', "\N{EN DASH}": "-", "\N{EM DASH}": "-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'", "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "ß": "ss",
})  # fmt: skip


def kept_together(text: str) -> str:
    """Text that is not to be broken at its spaces."""
    return text.replace(" ", _KEPT_TOGETHER)


class Printer:
    """Lines for a reader.

    Nothing but lines to be copied goes beyond its width; what the encoding cannot show is written in plainer
    characters.
    """

    def __init__(self, *, colour: bool, width: int, encoding: str) -> None:
        self._colour = colour
        self._width = width
        self._encoding = encoding
        self._ends_empty = False

    @classmethod
    def of_stdout(cls, *, colour: bool) -> "Printer":
        """As wide as the terminal, within reason; a pipe counts as wide."""
        columns = shutil.get_terminal_size((WIDEST, 24)).columns
        width = max(_NARROWEST, min(columns, WIDEST))
        return cls(colour=colour, width=width, encoding=sys.stdout.encoding or "ascii")

    def title(self, text: str) -> None:
        """What all of it is."""
        self._line()
        self._line(text, bold=True)

    def heading(self, text: str) -> None:
        """The beginning of a part."""
        rule = "─" * (self._width - len(text) - 6)
        self.gap()
        self._line(f"── {text} {rule}", bold=True)
        self._line()

    def text(self, text: str) -> None:
        """A paragraph."""
        for line in textwrap.wrap(text, self._width - 2, break_on_hyphens=False):
            self._line(f"  {line}")

    def note(self, text: str) -> None:
        """What an answer says beside its table."""
        for line in textwrap.wrap(text, self._width - 4, break_on_hyphens=False):
            self._line(f"    {line}")
        self._line()

    def labelled(self, label: str, text: str, **style: Any) -> None:
        """A paragraph with a word in the margin."""
        lines = textwrap.wrap(text, self._width - _LABEL - 2, break_on_hyphens=False, break_long_words=False)
        for number, line in enumerate(lines):
            margin = click.style(f"{'' if number else label:<{_LABEL}}", dim=True)
            self._echo(f"  {margin}{self._shown(line.replace(_KEPT_TOGETHER, ' '), **style)}")

    def quoted(self, text: str) -> None:
        """The very words of an answer."""
        self._line()
        for line in textwrap.wrap(text, self._width - 8, break_on_hyphens=False):
            self._line(f"    │ {line}", fg="yellow")
        self._line()

    def pairs(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names and what they are."""
        self.table((), rows)

    def table(self, header: Sequence[str], rows: Sequence[Sequence[Any]], *, flexible: int = -1) -> None:
        """Columns; numbers stand on the right.

        `header` are their names, or nothing; the `flexible` one of the columns, counted in `rows`, gives way when the
        page is too narrow.
        """
        cells = [[self._cell(str(cell)) for cell in row] for row in ([header, *rows] if header else rows)]
        right = [isinstance(cell, int) for cell in rows[-1]]
        widths = [max(len(row[column]) for row in cells) for column in range(len(right))]
        widths[flexible] -= max(0, sum(widths) + 2 * len(widths) + 2 - self._width)
        self._line()
        for number, row in enumerate(cells):
            shown = [
                _fitted(cell, width).rjust(width) if on_right else _fitted(cell, width).ljust(width)
                for cell, width, on_right in zip(row, widths, right, strict=True)
            ]
            self._line(f"    {'  '.join(shown)}".rstrip(), dim=bool(header) and number == 0)
        self._line()

    def verbatim(self, text: str) -> None:
        """Lines to be copied: never wrapped."""
        self._line()
        for line in text.splitlines():
            self._line(f"    {line}", fg="cyan")
        self._line()

    def gap(self) -> None:
        """An empty line, unless the last one is."""
        if not self._ends_empty:
            self._line()

    def _line(self, text: str = "", **style: Any) -> None:
        self._echo(self._shown(text, **style))

    def _shown(self, text: str, **style: Any) -> str:
        return click.style(self._in_encoding(text), **style) if style else self._in_encoding(text)

    def _echo(self, text: str) -> None:
        self._ends_empty = not text
        click.echo(text, color=self._colour)

    def _cell(self, text: str) -> str:
        return self._in_encoding("".join(character if character.isprintable() else " " for character in text))

    def _in_encoding(self, text: str) -> str:
        try:
            text.encode(self._encoding)
        except UnicodeEncodeError:
            text = unicodedata.normalize("NFKD", text.translate(_PLAINER))
            return "".join(c for c in text if not unicodedata.combining(c)).encode("ascii", "replace").decode("ascii")
        return text


def _fitted(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: max(0, width - 1)].rstrip()}…"
