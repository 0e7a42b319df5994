"""Answer of `get_data`, and how much of a value or a table it shows."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys
from whitespace_mcp.terms.text import squeeze

VALUE: Final = 400
"""Characters of one value at most."""
PART: Final = 700
"""Tokens of one entry, roughly: a larger group comes in parts, a longer table is cut and says so."""
CELL: Final = 160
DataKind = Literal["data", "ACORDGPM", "questionnaire", "headings"]


class DataGroup(Answer):
    """Values that belong together; a list where the same tag has several.

    `sections` are the contract's own that it is about (none: the whole contract), `carriers` the only ones to which
    it applies, `controlled` marks what the platform made itself; a group of many values comes in parts.
    """

    heading: str | None = None
    sections: list[str] | None = None
    carriers: list[str] | None = None
    controlled: Literal[True] | None = None
    part: str | None = None
    values: dict[str, str | list[str]]


class QuestionEntry(Answer):
    """An answered question; a table's answer comes in rows."""

    question: str
    tag: str | None = None
    answer: str | None = None
    rows: list[dict[str, str]] | None = None
    rows_left_out: int | None = None


class Data(Answer):
    """Answer of `get_data`; `total` counts groups, answered questions or headings."""

    organisation: OrganisationKeys
    found_in: int | None = None
    risk: str | None = None
    name: str | None = None
    umr: str | None = None
    as_of: str
    document: str | None = None
    source: str | None = None
    sections: dict[str, str] | None = None
    total: int
    groups: list[DataGroup] | None = None
    questions: list[QuestionEntry] | None = None
    unanswered: list[str] | None = None
    headings: list[str] | None = None
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


def matching(names: Iterable[str], terms: Sequence[str]) -> list[str]:
    """The names that hold one of the words, in any case; all of them if none is asked for."""
    keys = [squeeze(word) for word in terms]
    return [name for name in names if not keys or any(key in squeeze(name) for key in keys)]
