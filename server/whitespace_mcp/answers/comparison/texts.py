"""What differs between two sequences, and between two paragraphs word by word; the other way round it is the same.

`difflib` finds what is common. It takes the first of equally long matches, so that its result depends on which side
comes first: here the sides have an order of their own, and are swapped back afterwards.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.terms.text import plain

CONTEXT: Final = 4
"""Words that are shown before and after those that differ."""
JOINED: Final = 2
"""Words between two differences that are shown as one."""
MOST_STEPS: Final = 1_000_000
"""Words times words; a longer passage is told as replaced as a whole, in time that anybody waits for."""
_WORD: Final = re.compile(r"\S+")

Span = tuple[int, int, int, int]
"""A difference: from and to on one side, from and to on the other."""


@dataclass(frozen=True)
class ChangedPassage:
    """Words that differ with those around them, empty where a side has none; `words` are those that differ, alone."""

    risk: str
    other: str
    words: tuple[tuple[str, str], ...]


def differences(words: Sequence[str], other: Sequence[str]) -> list[Span]:
    """Where two sequences differ, in order; swapped sides give swapped spans."""
    start, end = _common(words, other)
    inner, outer = list(words[start : len(words) - end]), list(other[start : len(other) - end])
    if not inner and not outer:
        return []
    if not inner or not outer or len(inner) * len(outer) > MOST_STEPS:
        return [(start, start + len(inner), start, start + len(outer))]
    swapped = inner > outer
    first, second = (outer, inner) if swapped else (inner, outer)
    spans = [
        (a, b, c, d)
        for kind, a, b, c, d in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    return [
        (c + start, d + start, a + start, b + start) if swapped else (a + start, b + start, c + start, d + start)
        for a, b, c, d in spans
    ]


def passages(text: str, other: str) -> list[ChangedPassage]:
    """The words that differ between two texts, each with a few around it; near ones stand in one passage."""
    words, others = _WORD.findall(text), _WORD.findall(other)
    together: list[list[Span]] = []
    for span in differences([plain(word) for word in words], [plain(word) for word in others]):
        last = together[-1][-1] if together else None
        if last and span[0] - last[1] <= JOINED and span[2] - last[3] <= JOINED:
            together[-1].append(span)
        else:
            together.append([span])
    return [
        ChangedPassage(
            _around(words, spans[0][0], spans[-1][1]),
            _around(others, spans[0][2], spans[-1][3]),
            tuple((" ".join(words[a:b]), " ".join(others[c:d])) for a, b, c, d in spans),
        )
        for spans in together
    ]


def _common(words: Sequence[str], other: Sequence[str]) -> tuple[int, int]:
    """How many elements two sequences share at the beginning, and then at the end."""
    most = min(len(words), len(other))
    start = next((place for place in range(most) if words[place] != other[place]), most)
    most -= start
    end = next((place for place in range(most) if words[-1 - place] != other[-1 - place]), most)
    return start, end


def _around(words: Sequence[str], start: int, end: int) -> str:
    before, after = max(0, start - CONTEXT), min(len(words), end + CONTEXT)
    text = " ".join(words[before:after])
    return f"{'… ' if before else ''}{text}{' …' if after < len(words) else ''}" if text else ""
