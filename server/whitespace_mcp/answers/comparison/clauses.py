"""Two contracts' headings side by side: which belong together, what moved, what changed in each."""

import bisect
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final

from whitespace_mcp.answers.comparison.texts import ChangedPassage, differences, passages
from whitespace_mcp.answers.wording.clauses import Clause
from whitespace_mcp.terms.text import plain, squeeze

Pair = tuple[Clause, Clause]

_NAMELESS: Final = frozenset({"nonmrcheading", "custommrcheading", "unknown", ""})
LEAST_MOVED: Final = 4
"""Words of a paragraph that is told as moved to another heading; shorter ones stand in many places."""


@dataclass(frozen=True)
class Move:
    """A paragraph, all text of a heading, or a heading itself, and where it stands in the two contracts.

    `text` is empty where a heading stands in another order; then `after` has the headings behind which it stands, None
    at the top.
    """

    text: str
    risk: Clause
    other: Clause
    after: tuple[Clause | None, Clause | None] | None = None


@dataclass(frozen=True)
class ChangedClause:
    """A heading that both have with what differs under it."""

    risk: Clause
    other: Clause
    passages: tuple[ChangedPassage, ...]


@dataclass
class Clauses:
    """The headings of two contracts compared; every difference stands in one of the lists."""

    only_risk: list[Clause] = field(default_factory=list[Clause])
    only_other: list[Clause] = field(default_factory=list[Clause])
    moved: list[Move] = field(default_factory=list[Move])
    changed: list[ChangedClause] = field(default_factory=list[ChangedClause])
    equal: int = 0


@dataclass
class _OpenPair:
    """A pair whose texts differ, and the paragraphs of each side that the other does not have."""

    pair: Pair
    blocks: list[tuple[list[str], list[str]]]


def compare_clauses(risk: Sequence[Clause], other: Sequence[Clause]) -> Clauses:
    """Compare two contracts' headings.

    Headings belong together by name, title, section and carriers, as far as needed; of several with one name those of
    equal text first. A paragraph that one side has lost and the other has gained is told as moved, and so is a heading
    that stands in another order among those that both have.
    """
    clauses = Clauses()
    pairs, left, left_other = _pairs(risk, other)
    clauses.equal = sum(_same(clause, another) for clause, another in pairs)
    elsewhere = [pair for pair in pairs if _same(*pair) and squeeze(pair[0].section) != squeeze(pair[1].section)]
    clauses.moved = [Move(clause.text, clause, another) for clause, another in elsewhere]
    clauses.equal -= len(elsewhere)
    listed = {id(clause) for clause, _ in elsewhere}
    displaced = _displaced([pair for pair in pairs if id(pair[0]) not in listed])
    clauses.moved += [Move("", *pair, (_before(pair[0], risk), _before(pair[1], other))) for pair in displaced]
    clauses.equal -= sum(_same(*pair) for pair in displaced)
    open_pairs = [_OpenPair(pair, _blocks(pair[0].text, pair[1].text)) for pair in pairs if not _same(*pair)]
    by_text, left, left_other = _matched(left, left_other, _whole)
    clauses.moved += [Move(clause.text, clause, another) for clause, another in by_text if clause.text]
    clauses.only_risk += left + [clause for clause, _ in by_text if not clause.text]
    clauses.only_other += left_other + [another for _, another in by_text if not another.text]
    clauses.moved += _moved_paragraphs(open_pairs)
    clauses.changed = [change for pair in open_pairs if (change := _change(pair))]
    return clauses


def _pairs(risk: Sequence[Clause], other: Sequence[Clause]) -> tuple[list[Pair], list[Clause], list[Clause]]:
    """Clauses that belong together, and those of either side that stand alone."""

    def named(clause: Clause) -> Hashable:
        return squeeze(clause.heading), clause.carriers

    def full(clause: Clause) -> Hashable:
        return named(clause), squeeze(clause.title), squeeze(clause.section)

    def titled(clause: Clause) -> Hashable:
        return named(clause), squeeze(clause.title)

    def by_name(clause: Clause) -> Hashable | None:
        return named(clause) if squeeze(clause.heading) not in _NAMELESS else None

    keys: tuple[Callable[[Clause], Hashable | None], ...] = (
        lambda clause: (full(clause), _whole(clause)),
        lambda clause: (titled(clause), _whole(clause)),
        full,
        titled,
        by_name,
    )
    pairs: list[Pair] = []
    left, left_other = list(risk), list(other)
    for key in keys:
        matched, left, left_other = _matched(left, left_other, key)
        pairs += matched
    return sorted(pairs, key=lambda pair: pair[0].index), left, left_other


def _displaced(pairs: Sequence[Pair]) -> list[Pair]:
    """The fewest headings without which the others stand in the same order on both sides.

    Which they are where there is a choice does not depend on which contract comes first.
    """
    mine = [clause for clause, _ in pairs]
    theirs = [clause for _, clause in sorted(pairs, key=lambda pair: pair[1].index)]
    swapped = [_identity(clause) for clause in mine] > [_identity(clause) for clause in theirs]
    order = sorted(pairs, key=lambda pair: pair[1].index) if swapped else list(pairs)
    ranks = [pair[0].index if swapped else pair[1].index for pair in order]
    rising = _rising(ranks)
    return sorted((pair for n, pair in enumerate(order) if n not in rising), key=lambda pair: pair[0].index)


def _rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising part of some numbers, each of which is there once."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int | None] = []
    for place, number in enumerate(numbers):
        at = bisect.bisect_left(ends, number)
        before.append(places[at - 1] if at else None)
        ends[at : at + 1], places[at : at + 1] = [number], [place]
    chain: set[int] = set()
    last = places[-1] if places else None
    while last is not None:
        chain.add(last)
        last = before[last]
    return chain


def _identity(clause: Clause) -> tuple[str, str, str, str]:
    """What orders headings that stand on both sides, whatever their place."""
    return squeeze(clause.heading), squeeze(clause.title), squeeze(clause.section), repr((clause.carriers, clause.text))


def _before(clause: Clause, among: Sequence[Clause]) -> Clause | None:
    """The heading that a heading stands behind."""
    return max((other for other in among if other.index < clause.index), key=lambda other: other.index, default=None)


def _matched(
    risk: Sequence[Clause], other: Sequence[Clause], key: Callable[[Clause], Hashable | None]
) -> tuple[list[Pair], list[Clause], list[Clause]]:
    """The first of each key with the first, the second with the second; None is nobody's key."""
    waiting: dict[Hashable, list[Clause]] = {}
    for clause in other:
        waiting.setdefault(key(clause), []).append(clause)
    pairs: list[Pair] = []
    alone: list[Clause] = []
    for clause in risk:
        own = key(clause)
        if own is not None and waiting.get(own):
            pairs.append((clause, waiting[own].pop(0)))
        else:
            alone.append(clause)
    taken = {id(another) for _, another in pairs}
    return pairs, alone, [clause for clause in other if id(clause) not in taken]


def _same(clause: Clause, other: Clause) -> bool:
    return _whole(clause) == _whole(other) and plain(clause.title) == plain(other.title)


def _whole(clause: Clause) -> Hashable:
    """All that stands under a heading, in the form in which what looks the same is the same."""
    return tuple(map(plain, _paragraphs(clause.text))), plain(clause.attachment or "")


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _blocks(text: str, other: str) -> list[tuple[list[str], list[str]]]:
    """Runs of paragraphs that differ, each side's."""
    lines, others = _paragraphs(text), _paragraphs(other)
    spans = differences([plain(line) for line in lines], [plain(line) for line in others])
    return [(lines[a:b], others[c:d]) for a, b, c, d in spans]


def _moved_paragraphs(open_pairs: Sequence[_OpenPair]) -> list[Move]:
    """Paragraphs that both sides have in different places; they are taken out of the blocks."""
    waiting: dict[str, list[tuple[_OpenPair, int]]] = {}
    for pair in open_pairs:
        for number, (_, added) in enumerate(pair.blocks):
            for line in added:
                waiting.setdefault(plain(line), []).append((pair, number))
    moved: list[Move] = []
    for pair in open_pairs:
        for lost, _ in pair.blocks:
            for line in list(lost):
                places = waiting.get(plain(line), [])
                near = [place for place in places if place[0] is pair]
                if not near and (not places or len(line.split()) < LEAST_MOVED):
                    continue
                target, number = place = (near or places)[0]
                places.remove(place)
                lost.remove(line)
                added = target.blocks[number][1]
                added.remove(next(text for text in added if plain(text) == plain(line)))
                moved.append(Move(line, pair.pair[0], target.pair[1]))
    return moved


def _change(pair: _OpenPair) -> ChangedClause | None:
    risk, other = pair.pair
    changes = [passage for lost, added in pair.blocks for passage in passages("\n".join(lost), "\n".join(added))]
    for mine, theirs in ((risk.title, other.title), (risk.attachment or "", other.attachment or "")):
        if plain(mine) != plain(theirs):
            changes.append(ChangedPassage(mine, theirs, ((mine, theirs),)))
    return ChangedClause(risk, other, tuple(changes)) if changes else None
