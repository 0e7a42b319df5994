"""What one summary says that waits for the organisation's teams, and whose the risk is (platform.md 5.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from whitespace_mcp.documents.json import Document, as_list, as_text, objects_of
from whitespace_mcp.documents.visibility import team_of_summary
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.moments import epoch_moment, instant, iso
from whitespace_mcp.terms.text import clean, fold

_NO_YEAR: Final = 2100
"""From then on it is no moment of an inbox."""


@dataclass(frozen=True)
class InboxRisk:
    """One risk as the inbox has it: its newest change, the own teams that it is listed for, its own side's owners.

    `asked` is each open action and since when: the oldest where it stands several times; "" where not told.
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


def inbox_risks(summaries: Iterable[Document], *, own_prefix: str, role: str | None) -> list[InboxRisk]:
    """The risks of summaries, one each however many teams list it, in the order in which they came.

    Alerts for another `role` than the organisation's are left out; `own_prefix` is its channel prefix.
    """
    slips: dict[str, InboxRisk] = {}
    for summary in summaries:
        root = as_text(summary.get("rootID"))
        if root is not None:
            slip = _inbox_risk(root, summary, own_prefix, role)
            slips[root] = _merged(slips[root], slip) if root in slips else slip
    return list(slips.values())


def epoch(text: str) -> str:
    """The instant of an epoch in seconds as text, `1640793869.0`; empty where it is none."""
    moment = epoch_moment(text)
    return iso(moment) if moment and moment.year < _NO_YEAR else ""


def _inbox_risk(root: str, summary: Document, own_prefix: str, role: str | None) -> InboxRisk:
    stubs = objects_of(summary.get("docs"))
    actions: dict[str, str] = {}
    for action in as_list(summary.get("actions")):
        name, _, moment = (as_text(action) or "").rpartition(":")
        _ask(actions, name or moment, epoch(moment) if name else "")
    for stub in stubs:
        if stub.get("type") == "RWAttentionWanted" and stub.get("cleared") is False and _is_for(stub, role):
            _ask(actions, as_text(stub.get("action")) or "", instant(stub.get("updatedAt")) or "")
    owners = {
        owner
        for stub in stubs
        if stub.get("type") == "RWRiskOwner"
        and channel_company(as_text(stub.get("ownerChannel")) or "") == own_prefix
        and (owner := as_text(stub.get("ownerUserID")))
    }
    updated, team = instant(summary.get("updatedAt")) or "", tuple(team_of_summary(summary))
    return InboxRisk(root, updated, actions, team, tuple(sorted(owners)))


def _ask(actions: dict[str, str], name: str, since: str) -> None:
    name = clean(name, 60)
    if name:
        actions[name] = _earliest(actions.get(name), since)


def _earliest(*moments: str | None) -> str:
    """The first of those that are told; "" where none is."""
    return min(filter(None, moments), default="")


def _is_for(stub: Document, role: str | None) -> bool:
    recipient = as_text(stub.get("recipientRole"))
    return role is None or recipient is None or fold(recipient) == fold(role)


def all_actions(actions: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """The open actions of two summaries of one slip, and since when: the earliest that either of them tells."""
    every = {**actions, **more}
    return {name: _earliest(actions.get(name), more.get(name)) for name in every}


def _merged(slip: InboxRisk, other: InboxRisk) -> InboxRisk:
    return InboxRisk(
        slip.root,
        max(slip.updated, other.updated),
        all_actions(slip.asked, other.asked),
        tuple(sorted({*slip.channels, *other.channels})),
        tuple(sorted({*slip.owners, *other.owners})),
    )
