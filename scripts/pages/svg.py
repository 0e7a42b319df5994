"""A drawing, from the top down: shapes and texts in the few styles that it has, for a light page and a dark one."""

from html import escape
from typing import Final

SANS: Final = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif"
MONO: Final = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace"
STYLE: Final = f"""\
    :root {{ --page: #ffffff; --edge: #d5dae1; --ink: #1c2430; --quiet: #5d6877; --mine: #e3edfb; --code: #f3f5f8;
      --one: #2f6ac4; --two: #b3691e; --rest: #e9ecf0; --open: #b3261e; }}
    @media (prefers-color-scheme: dark) {{ :root {{ --page: #12161c; --edge: #343c47; --ink: #e4e9f0; --quiet: #98a4b3;
      --mine: #1e3454; --code: #1c222b; --one: #74a5ee; --two: #e0a05a; --rest: #2a313b; --open: #f2938c; }} }}
    text {{ font: 14px {SANS}; fill: var(--ink); }}
    .strong {{ font-weight: 600; }} .small {{ font-size: 12px; }} .quiet {{ fill: var(--quiet); }}
    .code {{ font: 12px {MONO}; fill: var(--quiet); }} .open {{ fill: var(--open); }} .on {{ fill: var(--page); }}
    .end {{ text-anchor: end; }} .middle {{ text-anchor: middle; }}
"""


class Drawing:
    """What is drawn so far.

    Attributes:
        width: of the whole; its height is told at the end.
    """

    def __init__(self, width: int) -> None:
        self.width = width
        self._parts: list[str] = []

    def box(self, x: float, y: float, width: float, height: float, fill: str, *, round_by: float = 0) -> None:
        """A box in one of the style's colours."""
        self._parts.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{round_by:g}" fill="var(--{fill})"/>'
        )

    def text(self, x: float, y: float, text: str, style: str = "") -> None:
        """A line of text; `y` is where it stands on."""
        named = f' class="{style}"' if style else ""
        self._parts.append(f'<text x="{x:g}" y="{y:g}"{named}>{escape(text, quote=False)}</text>')

    def made(self, height: float, title: str, text: str) -> str:
        """The whole file.

        Args:
            height: of the whole.
            title: what it is.
            text: what it shows, for people who cannot see it.
        """
        size = f'width="{self.width}" height="{height:g}" viewBox="0 0 {self.width} {height:g}"'
        inner = f'x="0.5" y="0.5" width="{self.width - 1}" height="{height - 1:g}" rx="12"'
        frame = f'<rect {inner} fill="var(--page)" stroke="var(--edge)"/>'
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title told">',
            f'  <title id="title">{escape(title)}</title>',
            f'  <desc id="told">{escape(text)}</desc>',
            f"  <style>\n{STYLE}  </style>",
            f"  {frame}",
            *(f"  {part}" for part in self._parts),
            "</svg>",
            "",
        ]
        return "\n".join(lines)
