"""Draw the icon: `python scripts/icon.py` writes icon.png for the bundle and a small one for the server itself.

A slip with its lines of wording and the corner that a stamp goes into. Only a few colours are used, so that the small
one stays below 300 bytes.
"""

import struct
import zlib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FILES: Final = {"icon.png": 512, "server/whitespace_mcp/icon.png": 48}
NONE, GROUND, PAPER, INK, STAMP = range(5)
COLOURS: Final = ((0, 0, 0, 0), (18, 52, 86, 255), (250, 248, 240, 255), (150, 162, 176, 255), (198, 60, 52, 255))
SHAPES: Final = (  # left, top, right, bottom, radius of the corners, colour; in forty-eighths of the side
    (1, 1, 47, 47, 10, GROUND),
    (12, 7, 36, 41, 2, PAPER),
    (16, 12, 32, 14, 0, INK),
    (16, 17, 32, 19, 0, INK),
    (16, 22, 26, 24, 0, INK),
    (23, 28, 33, 38, 5, STAMP),
)


def rows(side: int) -> list[bytes]:
    """The picture: for each row of pixels, the number of each pixel's colour."""
    return [bytes(_colour((x + 0.5) * 48 / side, (y + 0.5) * 48 / side) for x in range(side)) for y in range(side)]


def _colour(x: float, y: float) -> int:
    shade = NONE
    for left, top, right, bottom, radius, colour in SHAPES:
        if left <= x < right and top <= y < bottom:
            away_x = max(left + radius - x, x - right + radius, 0)
            away_y = max(top + radius - y, y - bottom + radius, 0)
            if away_x**2 + away_y**2 <= radius**2 or not radius:
                shade = colour
    return shade


def png(side: int) -> bytes:
    """The picture as a file with a palette."""
    header = struct.pack(">IIBBBBB", side, side, 8, 3, 0, 0, 0)
    palette = b"".join(bytes(colour[:3]) for colour in COLOURS)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows(side)), 9)
    parts = [(b"IHDR", header), (b"PLTE", palette), (b"tRNS", bytes(COLOURS[0][3:])), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


if __name__ == "__main__":
    for name, side in FILES.items():
        (ROOT / name).write_bytes(png(side))
