"""The icons are what the script draws, and not something that somebody found."""

import struct
import sys
import zlib
from importlib import import_module
from typing import Any

import pytest
from repository import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
drawing: Any = import_module("icon")


def chunks(picture: bytes) -> list[tuple[bytes, bytes]]:
    """The parts of a PNG file; what is packed is unpacked, since versions of zlib pack differently."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    chunks: list[tuple[bytes, bytes]] = []
    at = 8
    while at < len(picture):
        length, kind = struct.unpack(">I4s", picture[at : at + 8])
        content = picture[at + 8 : at + 8 + length]
        chunks.append((kind, zlib.decompress(content) if kind == b"IDAT" else content))
        at += length + 12
    return chunks


@pytest.mark.parametrize(("name", "side"), drawing.FILES.items())
def test_an_icon_is_what_the_script_draws(name: str, side: int) -> None:
    content = (ROOT / name).read_bytes()
    assert chunks(content) == chunks(drawing.png(side)), "run: python scripts/icon.py"
    assert struct.unpack(">II", dict(chunks(content))[b"IHDR"][:8]) == (side, side)
