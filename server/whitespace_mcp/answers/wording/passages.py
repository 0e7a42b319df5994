"""Searching within a contract's wording: quoted passages, so that an assistant can cite."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from unicodedata import normalize

from whitespace_mcp.answers.wording.clauses import Clause
from whitespace_mcp.terms.text import LOOKALIKES, clean

AROUND: Final = 120
"""Characters quoted on either side of what was found."""
NEAR: Final = 300
"""Characters within which several words have to stand where they do not stand as a phrase."""

_ALIKE: Final = {
    alike: f"[{re.escape(sign + others)}]" for sign, others in LOOKALIKES.items() for alike in (sign, *others)
}
"""Signs that people type one way and contracts write another."""
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CUT: Final = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True)
class Passage:
    """A piece of a clause's text, word for word."""

    clause: Clause
    quote: str


@dataclass(frozen=True)
class SearchResult:
    """What a search brought, and whether the words stand there as they were asked or only near one another."""

    passages: tuple[Passage, ...]
    near: bool = False


def search(clauses: Iterable[Clause], text: str) -> SearchResult:
    """The passages that hold a phrase, in any case and across lines; else those where all its words stand together.

    A heading whose name holds the phrase, or all the words, counts too, quoted with how its text begins.
    """
    words = normalize("NFC", clean(text, 2_000)).split()
    if not words:
        return SearchResult(())
    everything = [replace(clause, text=normalize("NFC", clause.text)) for clause in clauses]
    phrase = re.compile(r"\s+".join(map(_loosely, words)), re.IGNORECASE)
    exact = [passage for clause in everything for passage in _with_phrase(clause, phrase)]
    if exact or len(words) == 1:
        return SearchResult(tuple(exact))
    patterns = [re.compile(_loosely(word), re.IGNORECASE) for word in dict.fromkeys(words)]
    together = [passage for clause in everything if (passage := _with_words(clause, patterns))]
    return SearchResult(tuple(together), near=bool(together))


def _with_phrase(clause: Clause, phrase: re.Pattern[str]) -> Iterator[Passage]:
    quoted_to = -1
    for match in phrase.finditer(clause.text):
        if match.end() > quoted_to:
            quote, quoted_to = _quote(clause.text, match.start(), match.end(), after=quoted_to)
            yield Passage(clause, quote)
    if quoted_to < 0 and phrase.search(_name(clause)):
        yield _beginning(clause)


def _with_words(clause: Clause, patterns: list[re.Pattern[str]]) -> Passage | None:
    """The shortest stretch of a clause's text that holds every word, if it is short enough; else its name may."""
    places = sorted(
        (match.start(), match.end(), number)
        for number, pattern in enumerate(patterns)
        for match in pattern.finditer(clause.text)
    )
    last: dict[int, tuple[int, int]] = {}
    best: tuple[int, int] | None = None
    for start, end, number in places:
        last[number] = (start, end)
        if len(last) == len(patterns):
            span = min(place[0] for place in last.values()), max(place[1] for place in last.values())
            if best is None or span[1] - span[0] < best[1] - best[0]:
                best = span
    if best is not None and best[1] - best[0] <= NEAR:
        return Passage(clause, _quote(clause.text, *best)[0])
    name = _name(clause)
    return _beginning(clause) if all(pattern.search(name) for pattern in patterns) else None


def _beginning(clause: Clause) -> Passage:
    return Passage(clause, _quote(clause.text, 0, 0)[0] or "(no text)")


def _name(clause: Clause) -> str:
    """What a heading is called: its title, and the platform's name as it is and as words."""
    return f"{clause.title} {clause.heading} {_HUMP.sub(' ', clause.heading)}"


def _quote(text: str, start: int, end: int, after: int = -1) -> tuple[str, int]:
    """What is quoted around a place, cut between words, and where it ends; it begins behind `after`."""
    begin, finish = min(start, max(0, after, start - AROUND)), min(len(text), end + AROUND)
    while 0 < begin < start and not text[begin - 1].isspace():
        begin += 1
    while end < finish < len(text) and not text[finish].isspace():
        finish -= 1
    quote = text[begin:finish].strip()
    lead, tail = _CUT if begin > 0 else "", _CUT if finish < len(text) else ""
    return (f"{lead}{quote}{tail}" if quote else ""), finish


def _loosely(word: str) -> str:
    return "".join(_ALIKE.get(sign) or re.escape(sign) for sign in word)
