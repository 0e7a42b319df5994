"""What happened: a risk's history, one kind of activity in a period, and what changed since (platform.md 5.1, 5.8)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text
from whitespace_mcp.terms.ids import root_of, segments_of, short_document
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import clean, fold

Change = Literal["created", "contract", "endorsements", "lines", "chat", "attachments", "owner", "alerts", "other"]

CHANGES_NOTE: Final = (
    "Counted are slips whose latest change is since then, by what changed; 'created' is new here, 'other' names no"
    " document, such as an agreement. A slip can count under several. Deletions are not seen. 'happened' are the"
    " newest activities of each; a risk's own history has all."
)

MOST_KINDS: Final = 12
MOST_LINES: Final = 4
MOST_HAPPENED: Final = 4
"""Lines and activities that a slip that changed shows; the rest is counted."""
OTHER_KINDS: Final = "(other kinds)"

_LINE_SETS: Final = {"RWWrittenLineSet": "written", "RWSignedLineSet": "signed"}
_ENDORSEMENT: Final = re.compile(r"EN\d+")
_BY_TYPE: Final[dict[str, Change]] = {
    "RWPlacing": "contract",
    "RWWrittenLineSet": "lines",
    "RWSignedLineSet": "lines",
    "RWQuotedLine": "lines",
    "RWNoCoverGivenLinesStorer": "lines",
    "RWLineGuidanceSet": "lines",
    "RWBindableQuoteGuidance": "lines",
    "RWSubjectivityResponse": "lines",
    "RWComment": "chat",
    "RWBrokerMessage": "chat",
    "RWAttachmentCollection": "attachments",
    "RWRiskOwner": "owner",
    "RWAttentionWanted": "alerts",
    "RWEndorsementFollower": "endorsements",
}


class HistoryEntry(Answer):
    """Something that happened, or with `changed` a slip that changed; `times` folds repeats of one day.

    Of a slip that changed `lines` are those that did, each with its percentage, and `happened` its newest activities.
    """

    at: str | None = None
    activity: str | None = None
    text: str | None = None
    by: str | None = None
    document: str | None = None
    times: int | None = None
    risk: str | None = None
    name: str | None = None
    stage: str | None = None
    changed: list[Change] | None = None
    lines: list[str] | None = None
    happened: list[str] | None = None
    more: int | None = None


class History(Answer):
    """Answer of `get_history`; `total` counts activities, or with `changes` slips, and `counts` sums it by kind."""

    organisation: OrganisationKeys
    found_in: int | None = None
    shows: Literal["risk", "activity", "changes"]
    risk: str | None = None
    name: str | None = None
    umr: str | None = None
    since: str | None = None
    before: str | None = None
    as_of: str
    total: int
    risks: int | None = None
    counts: dict[str, int] | None = None
    entries: list[HistoryEntry]
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


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


@dataclass(frozen=True)
class Changed:
    """A slip that changed: when last, what, and the lines that did: channel, `written` or `signed`, percentages."""

    root: str
    at: str
    kinds: tuple[Change, ...]
    lines: tuple[tuple[str, str, str], ...] = ()


def happenings(
    documents: Iterable[Document], *, kinds: Sequence[str] = (), since: str | None = None, before: str | None = None
) -> list[Happening]:
    """Activities, the newest first, each once.

    Args:
        documents: `RWActivity` documents.
        kinds: only these, any case.
        since: an instant, inclusive.
        before: an instant, exclusive; an activity without a moment is outside both.
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
            rows[-1] = Happening(
                last.id, last.at, last.activity, last.text, last.user_id, last.parent, last.times + event.times
            )
        else:
            rows.append(event)
    return rows


def counted(events: Iterable[Happening]) -> dict[str, int]:
    """How often each kind happened, the most frequent first."""
    counts: dict[str, int] = {}
    for event in events:
        counts[event.activity] = counts.get(event.activity, 0) + event.times
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def shortened(counts: dict[str, int], most: int = MOST_KINDS) -> dict[str, int]:
    """The most frequent kinds; the rest is summed, so that the total stays."""
    if len(counts) <= most:
        return counts
    largest = dict(list(counts.items())[: most - 1])
    return largest | {OTHER_KINDS: sum(counts.values()) - sum(largest.values())}


def changed_slips(summaries: Iterable[Document], since: str) -> list[Changed]:
    """The slips of which something changed, the latest first; a slip that several teams have is one.

    Args:
        summaries: `RWRiskSummary` documents.
        since: an instant, inclusive.
    """
    latest: dict[str, str] = {}
    stubs: dict[str, list[Document]] = {}
    for summary in summaries:
        at, root = instant(summary.get("updatedAt")) or "", as_text(summary.get("rootID"))
        if root is not None and at >= since:
            latest[root] = max(at, latest.get(root, ""))
            stubs.setdefault(root, []).extend(map(as_object, as_list(summary.get("docs"))))
    slips = [
        Changed(root, at, tuple(sorted(_kinds(stubs[root], since))) or ("other",), _changed_lines(stubs[root], since))
        for root, at in latest.items()
    ]
    return sorted(slips, key=lambda slip: (slip.at, slip.root), reverse=True)


def counted_changes(slips: Iterable[Changed]) -> dict[str, int]:
    """How many slips have each kind of change, the most frequent first."""
    counts: dict[str, int] = {}
    for slip in slips:
        for kind in slip.kinds:
            counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def happened(event: Happening, names: Names, *, short_root: str | None = None) -> HistoryEntry:
    """An activity as an answer shows it.

    Args:
        event: the activity.
        names: the directory.
        short_root: the slip's short id, where the answer is about one slip.
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
    own_id = as_text(document.get("_id"))
    parent = as_text(document.get("parentDocID")) or (own_id or "").partition("::ACTI::")[0]
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


def changed_entry(slip: Changed, names: Names) -> HistoryEntry:
    """A slip that changed as an answer shows it, without its name and what happened."""
    lines = [f"{names.party(channel)}: {kind} {percent}" for channel, kind, percent in slip.lines]
    rest = len(lines) - MOST_LINES
    shown = lines[:MOST_LINES] + ([f"and {rest} more"] if rest > 0 else [])
    return HistoryEntry(at=slip.at, changed=list(slip.kinds), lines=shown or None)


def behind_change(documents: Iterable[Document], since: str, names: Names) -> tuple[list[str], int]:
    """The newest activities since an instant in a line each, and how many more there are.

    Args:
        documents: `RWActivity` documents of one slip.
        since: an instant, inclusive.
        names: the directory.
    """
    rows = folded(happenings(documents, since=since))
    shown = [
        f"{event.at} {event.text or event.activity}"
        + (f" x{event.times}" if event.times > 1 else "")
        + (f", {person}" if (person := names.person(event.user_id)) else "")
        for event in rows[:MOST_HAPPENED]
    ]
    return shown, sum(event.times for event in rows[MOST_HAPPENED:])


def _kinds(stubs: Sequence[Document], since: str) -> set[Change]:
    """What of a slip changed; an owner that came with the slip has not."""
    changed = [stub for stub in stubs if (instant(stub.get("updatedAt")) or "") >= since]
    kinds: set[Change] = {_kind(stub) for stub in changed}
    begun = [at for stub in stubs if stub.get("type") == "RWPlacing" and (at := instant(stub.get("createdAt")))]
    first = min(begun, default="")
    owners = [instant(stub.get("updatedAt")) or "" for stub in changed if stub.get("type") == "RWRiskOwner"]
    if owners and max(owners) <= first:
        kinds.discard("owner")
    if first >= since:
        kinds.add("created")
    return kinds


def _changed_lines(stubs: Iterable[Document], since: str) -> tuple[tuple[str, str, str], ...]:
    """Carriers' lines that were written or signed since: channel, which of the two, percentages as listed."""
    newest: dict[tuple[str, str], tuple[str, str]] = {}
    for stub in stubs:
        kind = _LINE_SETS.get(as_text(stub.get("type")) or "")
        at = instant(stub.get("updatedAt")) or ""
        if kind and at >= since:
            for channel, lines in as_object(stub.get("carriers")).items():
                percents = [f"{percent}%" for line in as_list(lines) if (percent := as_text(line))]
                change = (at, clean(" + ".join(percents), 60))
                newest[channel, kind] = max(change, newest.get((channel, kind), change))
    return tuple((channel, kind, percent) for (channel, kind), (_, percent) in sorted(newest.items()) if percent)


def _kind(document: Document) -> Change:
    kind = _BY_TYPE.get(as_text(document.get("type")) or "", "other")
    own_id = as_text(document.get("id")) or as_text(document.get("_id")) or ""
    if kind == "contract" and any(map(_ENDORSEMENT.fullmatch, segments_of(own_id))):
        return "endorsements"
    return kind
