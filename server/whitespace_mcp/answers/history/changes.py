"""The slips of which something changed since an instant, as their summaries show it (platform.md 5.1)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.answers.history.answer import Change, HistoryEntry
from whitespace_mcp.answers.history.happenings import folded, happenings
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, id_of, objects_of, type_of
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.stages import is_endorsement
from whitespace_mcp.terms.text import clean, few, ranked

CHANGES_NOTE: Final = (
    "Counted are slips whose latest change is since then, by what changed; 'created' is new here, 'other' names no"
    " document, such as an agreement. A slip can count under several. Deletions are not seen. 'happened' are the"
    " newest activities of each; a risk's own history has all."
)
MOST_LINES: Final = 4
MOST_HAPPENED: Final = 4
"""Lines and activities that a slip that changed shows; the rest is counted."""
_LINE_SETS: Final = {"RWWrittenLineSet": "written", "RWSignedLineSet": "signed"}
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


@dataclass(frozen=True)
class ChangedSlip:
    """A slip that changed: when last, what, and the lines that did: channel, `written` or `signed`, percentages."""

    root: str
    at: str
    kinds: tuple[Change, ...]
    lines: tuple[tuple[str, str, str], ...] = ()


def changed_slips(summaries: Iterable[Document], since: str) -> list[ChangedSlip]:
    """The slips of which something changed, the latest first; a slip that several teams have is one."""
    latest: dict[str, str] = {}
    stubs: dict[str, list[Document]] = {}
    for summary in summaries:
        at, root = instant(summary.get("updatedAt")) or "", as_text(summary.get("rootID"))
        if root is not None and at >= since:
            latest[root] = max(at, latest.get(root, ""))
            stubs.setdefault(root, []).extend(objects_of(summary.get("docs")))
    slips = [
        ChangedSlip(
            root, at, tuple(sorted(_kinds(stubs[root], since))) or ("other",), _changed_lines(stubs[root], since)
        )
        for root, at in latest.items()
    ]
    return sorted(slips, key=lambda slip: (slip.at, slip.root), reverse=True)


def counted_changes(slips: Iterable[ChangedSlip]) -> dict[str, int]:
    """How many slips have each kind of change, the most frequent first."""
    return ranked(Counter(kind for slip in slips for kind in slip.kinds))


def changed_entry(slip: ChangedSlip, names: Names) -> HistoryEntry:
    """A slip that changed as an answer shows it, without its name and what happened."""
    lines = [f"{names.party(channel)}: {kind} {percent}" for channel, kind, percent in slip.lines]
    return HistoryEntry(at=slip.at, changed=list(slip.kinds), lines=few(lines, MOST_LINES) or None)


def behind_change(documents: Iterable[Document], since: str, names: Names) -> tuple[list[str], int]:
    """The newest activities since an instant in a line each, and how many more there are.

    `documents` are the `RWActivity` of one slip, `since` is inclusive.
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
        kind = _LINE_SETS.get(type_of(stub))
        at = instant(stub.get("updatedAt")) or ""
        if kind and at >= since:
            for channel, lines in as_object(stub.get("carriers")).items():
                percents = [f"{percent}%" for line in as_list(lines) if (percent := as_text(line))]
                change = (at, clean(" + ".join(percents), 60))
                newest[channel, kind] = max(change, newest.get((channel, kind), change))
    return tuple((channel, kind, percent) for (channel, kind), (_, percent) in sorted(newest.items()) if percent)


def _kind(document: Document) -> Change:
    kind = _BY_TYPE.get(type_of(document), "other")
    return "endorsements" if kind == "contract" and is_endorsement(id_of(document)) else kind
