"""How many tokens an answer will cost, roughly and rather too many: no vocabulary is shipped to count them exactly."""

import json
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeVar

from whitespace_mcp.answers.base import Answer

E = TypeVar("E")
_PIECES: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\sA-Za-z\d]+|\s{2,}", re.ASCII)
_WORD: Final = 5
"""Letters of a word's further token; its first one can be longer."""
_CAPITALS: Final = 3
"""The same of a word in capitals, as ids and some titles are."""
_NUMBER: Final = 3


def rough_tokens(text: str) -> int:
    """An estimate from the pieces into which tokenisers cut text: words (`FirmOrder` is two), numbers, signs."""
    return sum(map(_tokens, _PIECES.findall(text)))


@lru_cache(8_192)
def _tokens(piece: str) -> int:
    """Of one piece; answers consist of the same ones over and over."""
    if piece[0].isspace():
        return 0
    if piece.isascii() and piece.isalpha():
        return 1 + (len(piece) - 1) // (_CAPITALS if piece.isupper() else _WORD)
    if piece.isascii() and piece.isdecimal():
        return -(-len(piece) // _NUMBER)
    return sum(2 if sign > "\x7f" else 0 for sign in piece) + (sum(sign <= "\x7f" for sign in piece) + 2) // 3


def beginning(entries: list[E], room: int, size: Callable[[E], int], *, least: int = 0) -> list[E]:
    """The first of some entries, as many as there is `room` for by their `size`; `least` of them anyway."""
    for n, entry in enumerate(entries):
        room -= size(entry)
        if room < 0:
            return entries[: max(n, least)]
    return entries


def size_of(data: Any) -> int:
    """Bytes of any data as JSON, or three for each token where tokens are short: ids of the platform are."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return max(len(text.encode(errors="replace")), 3 * rough_tokens(text))


def answer_tokens(part: Answer) -> int:
    """An estimate for an answer or a part of one, as it is sent."""
    return rough_tokens(json.dumps(part.plain(), ensure_ascii=False, separators=(",", ":")))
