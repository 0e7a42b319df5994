"""Which open items are asked for, in what order, and their sums, whatever page is shown."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from whitespace_mcp.answers.open_items import ItemFilter, OpenItem
from whitespace_mcp.terms.text import fold, ranked

NOT_TOLD: Final = "not told"
OTHERS: Final = "(others)"
MOST_CARRIERS: Final = 10
_NEAR: Final = 3
_ALIKE: Final = 0.6
_LATEST: Final = "9999-12-31"
_BETWEEN: Final = re.compile(r"(?<=\)), ")
"""Between two parties: each ends with its team, `Kestrel Syndicate 1887 (Marine)`."""
_MORE: Final = re.compile(r"and \d+ more")


def in_order(items: Iterable[OpenItem]) -> list[OpenItem]:
    """Soonest due first, those without a date behind, the oldest of these first."""
    return sorted(items, key=lambda item: (item.due or _LATEST, item.since or _LATEST, item.risk, repr(item)))


def undated(items: Iterable[OpenItem], wanted: ItemFilter) -> int:
    """How many items only lack an opening day to be asked for, where these are chosen by it."""
    if wanted.since is None:
        return 0
    matching, _ = narrowed([item for item in items if item.since is None], replace(wanted, since=None))
    return len(matching)


def narrowed(items: Sequence[OpenItem], wanted: ItemFilter) -> tuple[list[OpenItem], list[str] | None]:
    """The items that are asked for, soonest due first; where a carrier has none, carriers whose names come near.

    A company's whole name stands for that company alone: `Tidewell` is not `Tidewell Re`.
    """
    matching = in_order(filter(wanted.matches, items))
    if wanted.carrier is None:
        return matching, None
    names = {fold(item.carrier): item.carrier for item in items if item.carrier}
    if any(wanted.carrier in _companies(name) for name in names):
        return [item for item in matching if wanted.carrier in _companies(fold(item.carrier or ""))], None
    if any(wanted.carrier in name for name in names):
        return matching, None
    words = {word: name for name in names for word in (name, *name.split(" "))}
    close = difflib.get_close_matches(wanted.carrier, words, n=_NEAR, cutoff=_ALIKE)
    return matching, list(dict.fromkeys(names[words[word]] for word in close)) or None


def counted(items: Sequence[OpenItem]) -> dict[str, Any]:
    """The sums of an answer over all items."""
    by_kind = Counter(item.kind for item in items)
    by_side = Counter(item.lies_with or NOT_TOLD for item in items)
    return {
        "matched": len(items),
        "slips": len({item.risk for item in items}),
        "by_kind": dict(by_kind),
        "by_lies_with": dict(by_side),
        "overdue": sum(item.overdue is True for item in items),
    }


def by_carrier(items: Sequence[OpenItem], carrier: str | None) -> dict[str, int] | None:
    """How many items each company has, the most first; None where no item names one.

    An item that awaits several counts for each of them.

    `carrier` is the name, or the part of one, folded, by which they were chosen.
    """
    counts: Counter[str] = Counter()
    for item in items:
        parties = [party for party in _BETWEEN.split(item.carrier or "") if party and not _MORE.fullmatch(party)]
        meant = [party for party in parties if carrier is None or carrier in fold(party)]
        whole = [party for party in meant if carrier in _companies(fold(party))]
        counts.update(set(map(_company, whole or meant)))
    most = dict(list(ranked(counts).items())[:MOST_CARRIERS])
    rest = counts.total() - sum(most.values())
    return most | ({OTHERS: rest} if rest else {}) or None


def _companies(parties: str) -> list[str]:
    """The companies' names alone, without their teams and what the platform adds, as `(off-platform)`."""
    return [party.partition(" (")[0] for party in _BETWEEN.split(parties)]


def _company(party: str) -> str:
    """`Kestrel Syndicate 1887` of its team; what the platform adds to the name stays."""
    return re.sub(r" \([^()]*\)$", "", party)
