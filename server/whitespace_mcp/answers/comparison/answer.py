"""The answer of `compare_risks`: values, then headings that one side has, then what moved, then changed passages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer, RiskAnswer
from whitespace_mcp.answers.comparison.clauses import Clauses, Move
from whitespace_mcp.answers.comparison.texts import ChangedPassage
from whitespace_mcp.answers.comparison.values import NONE, NOTHING, ValueEntry
from whitespace_mcp.answers.wording.answer import carriers, keys_of, shown_title
from whitespace_mcp.answers.wording.clauses import Clause
from whitespace_mcp.terms.text import clean, plain

LISTED_TEXT: Final = 240
"""Characters of a text that one side alone has, or that moved; `get_wording` has all of it."""
PASSAGE_TEXT: Final = 700
"""Characters of each side of a changed passage."""

DifferenceKind = Literal["values", "only_risk", "only_other", "moved", "changed"]


class HeadingEntry(Answer):
    """A heading that one side alone has, by its index there, with the beginning of its text.

    `carriers`: it applies to these only.
    """

    index: int
    heading: str
    title: str | None = None
    carriers: list[str] | None = None
    text: str | None = None


class MovedEntry(Answer):
    """A text, or without one a heading, that both have in different places: where it stands in each contract."""

    text: str | None = None
    risk: str
    other: str


class ChangedPassageEntry(Answer):
    """Words that differ with a few around them; a side that has none of them is left out."""

    risk: str | None = None
    other: str | None = None


class ChangedEntry(Answer):
    """A heading that both have, by its index on each side, and the passages that differ; `carriers` as above."""

    heading: str
    title: str | None = None
    carriers: list[str] | None = None
    index: list[int]
    passages: list[ChangedPassageEntry]


class ComparedRisk(Answer):
    """The other side: short id, name, UMR and document."""

    risk: str
    name: str | None = None
    umr: str | None = None
    document: str
    stage: str | None = None


class Comparison(RiskAnswer):
    """Answer of `compare_risks`; `counts` are of the whole comparison, `equal` the headings that say the same.

    `unmentioned`: the contract's headings of which an endorsement says nothing.
    """

    document: str
    stage: str | None = None
    other: ComparedRisk
    equal: int
    unmentioned: int | None = None
    counts: dict[str, int] | None = None
    values: list[ValueEntry] | None = None
    only_risk: list[HeadingEntry] | None = None
    only_other: list[HeadingEntry] | None = None
    moved: list[MovedEntry] | None = None
    changed: list[ChangedEntry] | None = None
    next_cursor: str | None = None
    notes: list[str] | None = None


@dataclass(frozen=True)
class Difference:
    """One difference as a page counts it: its kind, its place among those, and the entry that shows it."""

    kind: DifferenceKind
    number: int
    entry: Answer


def without_unmentioned(
    values: list[ValueEntry], clauses: Clauses, amended: tuple[bool, ...]
) -> tuple[list[ValueEntry], Clauses, int]:
    """The differences without what an endorsement does not mention of its contract, and how many headings that are.

    An endorsement that has most of the contract's headings is taken for a whole contract.

    Args:
        values: that differ.
        clauses: compared.
        amended: of each side whether it is an endorsement; nothing is left out where both are, or neither.
    """
    missing = clauses.only_other if amended[0] else clauses.only_risk
    if len(set(amended)) == 1 or len(missing) <= clauses.equal + len(clauses.moved) + len(clauses.changed):
        return values, clauses, 0
    stated = [value for value in values if not {NOTHING, NONE} & set(value.risk if amended[0] else value.other)]
    rest = replace(clauses, only_other=[]) if amended[0] else replace(clauses, only_risk=[])
    return stated, rest, len(missing)


def differences_of(values: Sequence[ValueEntry], clauses: Clauses, company: Callable[[str], str]) -> list[Difference]:
    """Every difference once, the most telling first: what stands under values is not told again as a passage.

    `company` names a company by its channel prefix.
    """
    changed: list[Answer] = [
        _changed(change.risk, change.other, passage, company)
        for change in clauses.changed
        for passage in change.passages
        if not _in_values(passage, values)
    ]
    kinds: dict[DifferenceKind, list[Answer]] = {
        "values": list(values),
        "only_risk": [_heading(clause, company) for clause in clauses.only_risk],
        "only_other": [_heading(clause, company) for clause in clauses.only_other],
        "moved": [_moved(clause) for clause in clauses.moved],
        "changed": changed,
    }
    return [Difference(kind, number, entry) for kind, entries in kinds.items() for number, entry in enumerate(entries)]


def counts_of(differences: Sequence[Difference]) -> dict[str, int]:
    """How many differences there are of each kind; of `changed` the headings."""
    counts: dict[str, set[str]] = {}
    for difference in differences:
        name = str(difference.entry.index) if isinstance(difference.entry, ChangedEntry) else str(difference.number)
        counts.setdefault(difference.kind, set()).add(name)
    return {kind: len(names) for kind, names in counts.items()}


def filled(answer: Comparison, differences: Sequence[Difference]) -> Comparison:
    """The answer with a page of differences where they belong; passages under one heading stand together."""
    of: dict[str, list[Answer]] = {}
    for difference in differences:
        entries = of.setdefault(difference.kind, [])
        last = entries[-1] if entries else None
        if (
            isinstance(difference.entry, ChangedEntry)
            and isinstance(last, ChangedEntry)
            and last.index == difference.entry.index
        ):
            entries[-1] = last.model_copy(update={"passages": [*last.passages, *difference.entry.passages]})
        else:
            entries.append(difference.entry)
    return answer.model_copy(update=of)


def _in_values(passage: ChangedPassage, values: Sequence[ValueEntry]) -> bool:
    """Whether all words that differ stand in one value that differs, each side's in its own."""

    def holds(texts: Sequence[str], words: str) -> bool:
        return not words or any(f" {plain(words)} " in f" {plain(text)} " for text in texts)

    return any(
        all(holds(value.risk, mine) and holds(value.other, theirs) for mine, theirs in passage.words)
        for value in values
    )


def _heading(clause: Clause, company: Callable[[str], str]) -> HeadingEntry:
    text = clause.text or (f"file {clause.attachment}" if clause.attachment else "")
    return HeadingEntry(**keys_of(clause, company), text=clean(text, LISTED_TEXT) or None)


def _moved(moved: Move) -> MovedEntry:
    after = moved.after or (None, None)
    places = [_place(clause, before) for clause, before in zip((moved.risk, moved.other), after, strict=True)]
    return MovedEntry(text=clean(moved.text, LISTED_TEXT) or None, risk=places[0], other=places[1])


def _changed(risk: Clause, other: Clause, passage: ChangedPassage, company: Callable[[str], str]) -> ChangedEntry:
    entry = ChangedPassageEntry(
        risk=clean(passage.risk, PASSAGE_TEXT) or None, other=clean(passage.other, PASSAGE_TEXT) or None
    )
    return ChangedEntry(
        heading=risk.heading,
        title=shown_title(risk),
        carriers=carriers(risk, company),
        index=[risk.index, other.index],
        passages=[entry],
    )


def _place(clause: Clause, following: Clause | None) -> str:
    after = f", after {shown_title(following) or following.heading}" if following else ""
    return f"{clause.index} {shown_title(clause) or clause.heading}{after}"
