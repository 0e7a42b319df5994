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
    found: dict[str, Happening] = {}
    for document in documents:
        one = _happening(document)
        inside = (since is None or one.at >= since) and (before is None or (one.at and one.at < before))
        if inside and (not wanted or fold(one.activity) in wanted):
            found[one.id] = max(one, found.get(one.id, one), key=repr)
    return sorted(found.values(), key=lambda one: (one.at, one.id), reverse=True)


def folded(found: Sequence[Happening]) -> list[Happening]:
    """Neighbours of one day that are alike in all else become one, with the newest's moment and how many they are."""
    rows: list[Happening] = []
    for one in found:
        last = rows[-1] if rows else None
        if last is not None and _likeness(last) == _likeness(one):
            rows[-1] = Happening(
                last.id, last.at, last.activity, last.text, last.user_id, last.parent, last.times + one.times
            )
        else:
            rows.append(one)
    return rows


def counted(found: Iterable[Happening]) -> dict[str, int]:
    """How often each kind happened, the most frequent first."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.activity] = counts.get(one.activity, 0) + one.times
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def shortened(counts: dict[str, int], most: int = MOST_KINDS) -> dict[str, int]:
    """The most frequent kinds; the rest is summed, so that the total stays."""
    if len(counts) <= most:
        return counts
    kept = dict(list(counts.items())[: most - 1])
    return kept | {OTHER_KINDS: sum(counts.values()) - sum(kept.values())}


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
    return sorted(slips, key=lambda one: (one.at, one.root), reverse=True)


def counted_changes(slips: Iterable[Changed]) -> dict[str, int]:
    """How many slips have each kind of change, the most frequent first."""
    counts: dict[str, int] = {}
    for slip in slips:
        for kind in slip.kinds:
            counts[kind] = counts.get(kind, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def happened(one: Happening, names: Names, *, short_root: str | None = None) -> HistoryEntry:
    """An activity as an answer shows it.

    Args:
        one: the activity.
        names: the directory.
        short_root: the slip's short id, where the answer is about one slip.
    """
    return HistoryEntry(
        at=one.at or None,
        activity=one.activity,
        text=one.text,
        by=names.person(one.user_id),
        document=short_document(one.parent, short_root) if short_root and segments_of(one.parent) else None,
        times=one.times if one.times > 1 else None,
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


def _likeness(one: Happening) -> tuple[str | None, ...]:
    return (one.at[:10], one.activity, one.text, one.user_id, one.parent)


def changed_entry(one: Changed, names: Names) -> HistoryEntry:
    """A slip that changed as an answer shows it, without its name and what happened."""
    lines = [f"{names.party(channel)}: {kind} {percent}" for channel, kind, percent in one.lines]
    rest = len(lines) - MOST_LINES
    shown = lines[:MOST_LINES] + ([f"and {rest} more"] if rest > 0 else [])
    return HistoryEntry(at=one.at, changed=list(one.kinds), lines=shown or None)


def behind_change(documents: Iterable[Document], since: str, names: Names) -> tuple[list[str], int]:
    """The newest activities since an instant in a line each, and how many more there are.

    Args:
        documents: `RWActivity` documents of one slip.
        since: an instant, inclusive.
        names: the directory.
    """
    rows = folded(happenings(documents, since=since))
    shown = [
        f"{one.at} {one.text or one.activity}"
        + (f" x{one.times}" if one.times > 1 else "")
        + (f", {person}" if (person := names.person(one.user_id)) else "")
        for one in rows[:MOST_HAPPENED]
    ]
    return shown, sum(one.times for one in rows[MOST_HAPPENED:])


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
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for stub in stubs:
        kind = _LINE_SETS.get(as_text(stub.get("type")) or "")
        at = instant(stub.get("updatedAt")) or ""
        if kind and at >= since:
            for channel, lines in as_object(stub.get("carriers")).items():
                percents = [f"{percent}%" for line in as_list(lines) if (percent := as_text(line))]
                told = (at, clean(" + ".join(percents), 60))
                found[channel, kind] = max(told, found.get((channel, kind), told))
    return tuple((channel, kind, percent) for (channel, kind), (_, percent) in sorted(found.items()) if percent)


def _kind(document: Document) -> Change:
    kind = _BY_TYPE.get(as_text(document.get("type")) or "", "other")
    own_id = as_text(document.get("id")) or as_text(document.get("_id")) or ""
    if kind == "contract" and any(map(_ENDORSEMENT.fullmatch, segments_of(own_id))):
        return "endorsements"
    return kind
