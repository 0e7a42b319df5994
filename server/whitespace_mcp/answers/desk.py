"""What waits for the organisation's teams: inbox actions, pinned risks, and whose risks are (reference 5.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.organisations import OrganisationKeys
from whitespace_mcp.api.documents import Document, as_list, as_object, as_text
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.moments import instant, iso
from whitespace_mcp.terms.text import clean, fold

Show = Literal["actions", "pinned", "mine", "unassigned", "others"]

MEANING: Final = {
    "uwFirmOrder": "a firm order to answer: write a line or decline",
    "uwRequestToQuote": "a request to quote to answer",
    "uwEndorsement": "an endorsement to agree or decline",
    "uwSubjectivity": "a subjectivity to attend to",
    "brReadyForSigning": "a firm order ready for signing",
}
"""What the inbox actions that were seen ask for; others are shown as the platform names them."""

_FIRST: Final = Decimal(0)
_LAST: Final = Decimal(4_102_444_800)
"""The year 2100; later is no moment of an inbox."""


class ActionSum(Answer):
    """One kind of action: on how many risks, and since when at the earliest."""

    slips: int
    oldest: str | None = None


class DeskRow(Answer):
    """One risk; `asked` gives each open action and since when. It is the team's, and yours only if you own the risk."""

    risk: str
    name: str | None = None
    umr: str | None = None
    stage: str | None = None
    asked: dict[str, str] | None = None
    whose: Literal["you", "your team"] | None = None
    team: str | None = None
    owner: str | None = None
    updated: str | None = None


class Desk(Answer):
    """Answer of `my_desk`; `slips` counts the risks that are shown here, or with `at_least` those read so far."""

    organisation: OrganisationKeys
    show: Show
    slips: int
    at_least: Literal[True] | None = None
    yours: int | None = None
    by_action: dict[str, ActionSum] | None = None
    meaning: dict[str, str] | None = None
    risks: list[DeskRow]
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


@dataclass(frozen=True)
class Waiting:
    """One risk as the inbox has it.

    Attributes:
        root: the slip; `updated`: its newest change.
        asked: each open action, and since when: the oldest where it stands several times; "" where not told.
        channels: the own team channels that it is listed for.
        owners: MU ids of the own side's owners.
    """

    root: str
    updated: str
    asked: dict[str, str]
    channels: tuple[str, ...]
    owners: tuple[str, ...]

    @property
    def oldest(self) -> str:
        """Since when the first of its actions is open; those without a moment come last."""
        return min((since for since in self.asked.values() if since), default="~")

    @property
    def newest(self) -> str:
        """Since when the last of its actions is open."""
        return max(self.asked.values(), default="")


def waiting(summaries: Iterable[Document], *, own_prefix: str, role: str | None) -> list[Waiting]:
    """The risks of summaries, one each however many teams list it, in the order in which they came.

    Args:
        summaries: `RWRiskSummary` documents.
        own_prefix: the asking organisation's channel prefix.
        role: its role; alerts for the other side are left out.
    """
    found: dict[str, Waiting] = {}
    for summary in summaries:
        root = as_text(summary.get("rootID"))
        if root is not None:
            one = _waiting(root, summary, own_prefix, role)
            found[root] = _merged(found[root], one) if root in found else one
    return list(found.values())


def matching(found: Sequence[Waiting], show: Show, user_id: str) -> list[Waiting]:
    """The risks that belong under what is shown; checked here too, since how the filters combine is not documented.

    Args:
        found: risks as the inbox has them.
        show: what is asked for.
        user_id: the person's MU id.
    """
    match show:
        case "actions":
            return [one for one in found if one.asked]
        case "mine":
            return [one for one in found if user_id in one.owners]
        case "unassigned":
            return [one for one in found if not one.owners]
        case "others":
            return [one for one in found if one.owners and user_id not in one.owners]
        case "pinned":
            return list(found)


def in_order(found: Sequence[Waiting], show: Show, *, oldest_first: bool) -> list[Waiting]:
    """By since when something is asked, or where that is not what is shown by the newest change.

    Risks by owner are read from the newest downwards only as far as a page needs, so they stay in the platform's
    order: another one among changes of the same second would move them from page to page.
    """
    if show == "actions":
        if oldest_first:
            return sorted(found, key=lambda one: (one.oldest, one.root))
        return sorted(found, key=lambda one: (one.newest, one.root), reverse=True)
    if show == "pinned" or oldest_first:
        return sorted(found, key=lambda one: (one.updated, one.root), reverse=not oldest_first)
    return list(found)


def summed(found: Iterable[Waiting]) -> dict[str, ActionSum]:
    """On how many risks each action is open, the most frequent first."""
    slips: dict[str, int] = {}
    oldest: dict[str, str] = {}
    for one in found:
        for action, since in one.asked.items():
            slips[action] = slips.get(action, 0) + 1
            if since:
                oldest[action] = min(since, oldest.get(action, since))
    ranked = sorted(slips, key=lambda action: (-slips[action], action))
    return {action: ActionSum(slips=slips[action], oldest=oldest.get(action)) for action in ranked}


def epoch(text: str | None) -> str:
    """The instant of an epoch in seconds as text, `1640793869.0`; empty where it is none."""
    try:
        seconds = Decimal(text or "")
        return iso(datetime.fromtimestamp(int(seconds), UTC)) if _FIRST <= seconds < _LAST else ""
    except (InvalidOperation, ValueError):
        return ""


def _waiting(root: str, summary: Document, own_prefix: str, role: str | None) -> Waiting:
    stubs = [as_object(stub) for stub in as_list(summary.get("docs"))]
    asked: dict[str, str] = {}
    for action in as_list(summary.get("actions")):
        name, _, moment = (as_text(action) or "").rpartition(":")
        _ask(asked, name or moment, epoch(moment) if name else "")
    for stub in stubs:
        if stub.get("type") == "RWAttentionWanted" and stub.get("cleared") is False and _is_for(stub, role):
            _ask(asked, as_text(stub.get("action")) or "", instant(stub.get("updatedAt")) or "")
    owners = {
        owner
        for stub in stubs
        if stub.get("type") == "RWRiskOwner"
        and channel_company(as_text(stub.get("ownerChannel")) or "") == own_prefix
        and (owner := as_text(stub.get("ownerUserID")))
    }
    channel = (as_text(summary.get("_id")) or "").split("::")[2:3]
    return Waiting(root, instant(summary.get("updatedAt")) or "", asked, tuple(channel), tuple(sorted(owners)))


def _ask(asked: dict[str, str], name: str, since: str) -> None:
    name = clean(name, 60)
    if name:
        known = asked.get(name)
        asked[name] = min(filter(None, (known, since)), default="")


def _is_for(stub: Document, role: str | None) -> bool:
    recipient = as_text(stub.get("recipientRole"))
    return role is None or recipient is None or fold(recipient) == fold(role)


def _merged(one: Waiting, other: Waiting) -> Waiting:
    asked = dict(one.asked)
    for name, since in other.asked.items():
        _ask(asked, name, since)
    return Waiting(
        one.root,
        max(one.updated, other.updated),
        asked,
        tuple(sorted({*one.channels, *other.channels})),
        tuple(sorted({*one.owners, *other.owners})),
    )
