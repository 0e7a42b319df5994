"""Answer of `get_wording`: the outline of a contract, the text of chosen headings, long ones in parts."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from whitespace_mcp.answers.base import Answer, RiskAnswer
from whitespace_mcp.answers.size import rough_tokens
from whitespace_mcp.answers.wording.clauses import Clause, ContractWording
from whitespace_mcp.terms.text import few, squeeze

SOURCE: Final = "contract text, written by the parties"
PART: Final = 1_000
"""Tokens of one heading's text in one entry, roughly; longer texts come in parts."""
MOST_CARRIERS: Final = 10
_NOBODY: Final = "no carrier"
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_WORD: Final = re.compile(r"\S+\s*|\s+")


class OutlineEntry(Answer):
    """A heading: `characters` is the length of its text, `carriers` the only ones that it applies to."""

    index: int
    heading: str
    title: str | None = None
    characters: int
    carriers: list[str] | None = None
    attachment: str | None = None


class OutlineSection(Answer):
    """A section of the contract with its headings in order."""

    section: str
    title: str | None = None
    headings: list[OutlineEntry]


class TextEntry(Answer):
    """The text under a heading, or a part of it."""

    index: int
    section: str | None = None
    heading: str
    title: str | None = None
    carriers: list[str] | None = None
    attachment: str | None = None
    part: str | None = None
    text: str


class PassageEntry(Answer):
    """A quotation: word for word, with the line breaks of the contract."""

    index: int
    heading: str
    title: str | None = None
    carriers: list[str] | None = None
    quote: str


class Wording(RiskAnswer):
    """Answer of `get_wording`; `total` counts headings, or passages where something was searched."""

    document: str
    status: str | None = None
    source: str = SOURCE
    total: int
    sections: list[OutlineSection] | None = None
    texts: list[TextEntry] | None = None
    passages: list[PassageEntry] | None = None
    next_cursor: str | None = None
    notes: list[str] | None = None


def keys_of(clause: Clause, company: Callable[[str], str]) -> dict[str, Any]:
    """What every entry names a heading by; `company` names a company by its channel prefix."""
    return {
        "index": clause.index,
        "heading": clause.heading,
        "title": shown_title(clause),
        "carriers": carriers(clause, company),
    }


def outline(clauses: Iterable[Clause], company: Callable[[str], str]) -> list[OutlineEntry]:
    """Each heading, without its text."""
    return [
        OutlineEntry(**keys_of(clause, company), characters=len(clause.text), attachment=clause.attachment)
        for clause in clauses
    ]


def by_section(entries: Iterable[OutlineEntry], wording: ContractWording) -> list[OutlineSection]:
    """The headings below their sections, in the contract's order."""
    section_of = {clause.index: clause.section for clause in wording.clauses}
    sections: list[OutlineSection] = []
    for entry in entries:
        section = section_of[entry.index]
        if not sections or sections[-1].section != (section or "none"):
            title = wording.titles.get(section)
            other = title if title and squeeze(title) != squeeze(section) else None
            sections.append(OutlineSection(section=section or "none", title=other, headings=[]))
        sections[-1].headings.append(entry)
    return sections


def texts(clauses: Iterable[Clause], company: Callable[[str], str]) -> list[TextEntry]:
    """The text of each heading, a long one in parts; what has neither text nor file has an entry that says so."""
    entries: list[TextEntry] = []
    for clause in clauses:
        cut = list(parts(clause.text)) or [""]
        for number, text in enumerate(cut, 1):
            entries.append(
                TextEntry(
                    **keys_of(clause, company),
                    section=clause.section or None,
                    attachment=clause.attachment,
                    part=f"{number} of {len(cut)}" if len(cut) > 1 else None,
                    text=text.rstrip() or "(no text)",
                )
            )
    return entries


def parts(text: str) -> Iterator[str]:
    """A text in pieces of about `PART` tokens at most, cut between lines, else between words; together they are it."""
    piece, size = "", 0
    for small in _small(text):
        cost = rough_tokens(small) + 1
        if piece and size + cost > PART:
            yield piece
            piece, size = "", 0
        piece, size = piece + small, size + cost
    if piece:
        yield piece


def shown_title(clause: Clause) -> str | None:
    """The heading as people read it, where it says more than the MRC heading."""
    return clause.title if clause.title and squeeze(clause.title) != squeeze(clause.heading) else None


def carriers(clause: Clause, company: Callable[[str], str]) -> list[str] | None:
    """The names of the only carriers that a vertical term applies to."""
    return None if clause.carriers is None else named_carriers(clause.carriers, company)


def named_carriers(prefixes: Sequence[str], company: Callable[[str], str]) -> list[str]:
    """Carriers by name, the first of many; a vertical term that was given to nobody says so."""
    return few([company(prefix) for prefix in prefixes], MOST_CARRIERS) or [_NOBODY]


def _small(text: str) -> Iterator[str]:
    for line in _LINE.findall(text):
        if rough_tokens(line) < PART:
            yield line
            continue
        for word in _WORD.findall(line):
            yield from (word[start : start + PART // 2] for start in range(0, len(word), PART // 2))
