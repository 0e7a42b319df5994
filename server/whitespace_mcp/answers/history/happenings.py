"""Activities as things that happened: each once, repeats of one day folded, counted by kind (platform.md 5.8)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from whitespace_mcp.answers.history.answer import HistoryEntry
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.json import Document, as_text, id_of
from whitespace_mcp.terms.ids import root_of, segments_of, short_document
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import clean, fold, ranked

MOST_KINDS: Final = 12
OTHER_KINDS: Final = "(other kinds)"


@dataclass(frozen=True)
class Happening:
    """One activity; those of one day, person, document and kind can be folded into one."""

    id: str
    at: str
    activity: str
    text: str | None
    user_id: str | None
    parent: str
    times: int = 1

    @property
    def root(self) -> str:
        """The slip it is about."""
        return root_of(self.parent or self.id)


def happenings(
    documents: Iterable[Document], *, kinds: Sequence[str] = (), since: str | None = None, before: str | None = None
) -> list[Happening]:
    """Activities, the newest first, each once.

    `documents` are `RWActivity`; only those of some `kinds` (any case), at or after `since`, and before `before`: an
    activity without a moment is outside both.
    """
    wanted = {fold(kind) for kind in kinds}
    by_id: dict[str, Happening] = {}
    for document in documents:
        happening = _happening(document)
        inside = (since is None or happening.at >= since) and (
            before is None or (happening.at and happening.at < before)
        )
        if inside and (not wanted or fold(happening.activity) in wanted):
            by_id[happening.id] = max(happening, by_id.get(happening.id, happening), key=repr)
    return sorted(by_id.values(), key=lambda happening: (happening.at, happening.id), reverse=True)


def folded(events: Sequence[Happening]) -> list[Happening]:
    """Neighbours of one day that are alike in all else become one, with the newest's moment and how many they are."""
    rows: list[Happening] = []
    for event in events:
        last = rows[-1] if rows else None
        if last is not None and _likeness(last) == _likeness(event):
            rows[-1] = replace(last, times=last.times + event.times)
        else:
            rows.append(event)
    return rows


def counted(events: Iterable[Happening]) -> dict[str, int]:
    """How often each kind happened, the most frequent first."""
    counts = Counter[str]()
    for event in events:
        counts[event.activity] += event.times
    return ranked(counts)


def shortened(counts: dict[str, int], most: int = MOST_KINDS) -> dict[str, int]:
    """The most frequent kinds; the rest is summed, so that the total stays."""
    if len(counts) <= most:
        return counts
    largest = dict(list(counts.items())[: most - 1])
    return largest | {OTHER_KINDS: sum(counts.values()) - sum(largest.values())}


def happened(event: Happening, names: Names, *, short_root: str | None = None) -> HistoryEntry:
    """An activity as an answer shows it.

    `short_root` is the slip's short id, where the answer is about one slip.
    """
    return HistoryEntry(
        at=event.at or None,
        activity=event.activity,
        text=event.text,
        by=names.person(event.user_id),
        document=short_document(event.parent, short_root) if short_root and segments_of(event.parent) else None,
        times=event.times if event.times > 1 else None,
    )


def _happening(document: Document) -> Happening:
    shown = clean(as_text(document.get("activity")) or "", 160)
    kind = clean(as_text(document.get("hardcodedActivity")) or "", 100) or shown or "(no name)"
    own_id = id_of(document)
    parent = as_text(document.get("parentDocID")) or own_id.partition("::ACTI::")[0]
    at, user_id = instant(document.get("createdAt")) or "", as_text(document.get("userID"))
    return Happening(
        id=own_id or f"{parent} {kind} {at} {user_id}",
        at=at,
        activity=kind,
        text=shown if shown and fold(shown) != fold(kind) else None,
        user_id=user_id,
        parent=parent,
    )


def _likeness(event: Happening) -> tuple[str | None, ...]:
    return (event.at[:10], event.activity, event.text, event.user_id, event.parent)
