"""What happened to a slip, in the platform's vocabulary (platform.md 5.8, 7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from whitespace_mcp.demo.market.changes import followers_of
from whitespace_mcp.demo.market.documents import Document, documents_of
from whitespace_mcp.demo.market.lines import lines_of
from whitespace_mcp.demo.market.linesets import stem_of
from whitespace_mcp.demo.market.seeds import named_identifier, share_of
from whitespace_mcp.demo.market.slips import Change, Share, Slip

_ASKED = {"M": "Showed Marketed Risk for Quote", "QR": "Quote Requested"}
_ENDED = {
    "QuotationRequestDeclined": "Declined Quote Request",
    "QuotationRequestWithdrawn": "Withdrew Quote Request",
    "FirmOrderDeclined": "Declined Firm Order",
    "FirmOrderWithdrawn": "Withdrew Firm Order",
    "QuotedByUnderwriter": "Quoted",
    "NotTakenUp": "Quote Not Taken Up",
    "QuotationInPreparation": "Quote in Preparation",
}
_CHANGED: dict[Change, str] = {
    "draft": "Created New Endorsement",
    "shown": "Showed Endorsement",
    "agreed": "Accepted Endorsement",
    "finalised": "Completed Endorsement",
    "withdrawn": "Withdrew Endorsement",
    "declined": "Declined Endorsement",
}


@dataclass(frozen=True)
class Event:
    """One entry of the history."""

    activity: str
    moment: int
    user_id: str
    parent: str
    """The document that it happened to."""
    channels: tuple[str, ...]
    more: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def id(self) -> str:
        """The activity document's id."""
        name = f"{self.parent} {self.activity} {self.moment} {self.channels[0]}"
        return f"{self.parent}::ACTI::{named_identifier('', name)}"


def history_of(slip: Slip) -> list[Event]:
    """Every entry, in no order that means anything."""
    events = [*_beginnings(slip), *_steps(slip), *_lines(slip), *_changes(slip)]
    # The platform documents no order, so a client must not find one.
    return sorted(events, key=lambda event: event.id[-8:])


def _beginnings(slip: Slip) -> Iterator[Event]:
    own = (slip.broker.channel,)
    luck = share_of(f"begun {slip.root}")
    if luck < 0.3 or slip.plan.renews:
        copied = {
            "clonedFromID": slip.plan.renews or named_identifier("IC", f"origin {slip.root}"),
            "clonedFromUMR": f" {slip.umr[:-2]}",
            "clonedFromInsuredName": slip.insured,
        }
        yield Event("Cloned From Risk", slip.created, slip.author_id, slip.root, own, copied)
    else:
        yield Event("Created New Draft", slip.created, slip.author_id, slip.root, own)
    for number in range(1 + int(luck * 4)):
        moment = slip.created + 600 * (number + 1)
        yield Event("Changed or Added a Line item", moment, slip.author_id, slip.root, own)


def _steps(slip: Slip) -> Iterator[Event]:
    documents = documents_of(slip)
    for document in documents:
        segment = document.segments[0] if document.segments else ""
        step = _ASKED.get(segment.rstrip("0123456789"))
        if step:
            yield Event(step, document.created, document.author, document.id, document.channels)
        if document.status in _ENDED:
            user = document.author if "Withdrawn" in document.status else _carriers_person(slip, document)
            yield Event(_ENDED[document.status], document.updated, user, document.id, document.channels)
    stages = {"::BQ1": "Bindable Quote Shown", "::FO": "Marked as Firm Order", "::SIGNED": "Signed Lines"}
    for document in documents:
        activity = stages.get(document.id.removeprefix(slip.root))
        if activity:
            yield Event(activity, document.created, slip.author_id, document.id, _everybody(slip, activity))


def _everybody(slip: Slip, activity: str) -> tuple[str, ...]:
    if activity != "Signed Lines":
        return (slip.broker.channel,)
    return (slip.broker.channel, *(share.team.channel for share in slip.shares if share.part == "signed"))


def _carriers_person(slip: Slip, document: Document) -> str:
    share = next((share for share in slip.shares if share.team == document.carrier), None)
    return share.user_id if share else document.author


def _lines(slip: Slip) -> Iterator[Event]:
    if not slip.is_firm:
        return
    moment = slip.moment(6)
    for share in slip.shares:
        both = (share.team.channel, slip.broker.channel)
        yield Event("Requested a Line", moment, slip.author_id, f"{slip.root}::FO", both)
    channels: set[str] = set()
    for line in lines_of(slip):
        if line.share.team.channel not in channels:
            channels.add(line.share.team.channel)
            activity = "Line Written" if line.written else "Wrote No Cover Given Line"
            yield _line_event(slip, line.share, activity, line.stamped)


def _line_event(slip: Slip, share: Share, activity: str, moment: int) -> Event:
    offline = share.team.company_id.startswith("OFFLINE")
    activity = "Off-Platform Line Written" if offline and activity == "Line Written" else activity
    user = slip.author_id if offline else share.user_id
    return Event(activity, moment, user, stem_of(slip, share.team), (share.team.channel, slip.broker.channel))


def _changes(slip: Slip) -> Iterator[Event]:
    for document in documents_of(slip):
        if document.endorsement:
            change = slip.endorsements[document.endorsement - 1]
            own = (slip.broker.channel,)
            yield Event("Created New Endorsement", document.created, slip.author_id, document.id, own)
            if change not in ("draft", "shown"):
                moment = document.created + (document.updated - document.created) // 8
                yield Event(_CHANGED["shown"], moment, slip.author_id, document.id, document.channels)
            yield from _agreements(slip, document)
            if change not in ("draft", "agreed"):
                leader = next((follower.share.user_id for follower in followers_of(slip, document)), slip.author_id)
                user = leader if change == "declined" else slip.author_id
                yield Event(_CHANGED[change], document.updated, user, document.id, document.channels)


def _agreements(slip: Slip, document: Document) -> Iterator[Event]:
    """Each carrier that agreed says so; only it and the broker are told."""
    for follower in followers_of(slip, document):
        if follower.has_agreed:
            share = follower.share
            yield Event("Accepted Endorsement", follower.agreed_at, share.user_id, document.id, slip.both(share.team))
