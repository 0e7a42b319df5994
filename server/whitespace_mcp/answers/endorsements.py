"""The endorsements of a risk: what each changes, how far it is, and with whom it lies (reference 5.3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from whitespace_mcp.answers.agreement import (
    ASKED,
    TOLD,
    EndorsementState,
    Follower,
    Role,
    Standing,
    followers_of,
    role_of,
    standing,
    steps_of,
    unseen,
)
from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.organisations import OrganisationKeys
from whitespace_mcp.answers.people import Names
from whitespace_mcp.answers.placeholders import filled
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text
from whitespace_mcp.terms.channels import SHARED
from whitespace_mcp.terms.ids import channel_company, segments_of, short_document
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import clean, clean_lines

LISTED_TEXT: Final = 500
WHOLE_TEXT: Final = 3_000
MOST_NAMED: Final = 8
"""Carriers that a list names; the rest is counted."""
MOST_PARTIES: Final = 16
"""Carriers' parts that a whole endorsement shows; the rest is counted."""

_CHANGES: Final = "ContractChanges"
_EFFECTIVE: Final = "EndorsementEffectiveDate"


class ParticipantChange(Answer):
    """A change to one carrier's participation, in mid-term."""

    carrier: str
    change: str | None = None
    section: str | None = None
    new_percentage: str | None = None
    leader: Literal[True] | None = None


class PartyEntry(Answer):
    """One carrier's part; without `agreed` its agreement cannot be seen."""

    carrier: str
    role: str
    agreed: bool | None = None
    at: str | None = None
    by: str | None = None


class EndorsementEntry(Answer):
    """One endorsement. `awaiting` are asked and have not agreed, `told` are not asked, `unseen` cannot be seen."""

    id: str
    number: str | None = None
    type: str | None = None
    state: EndorsementState
    status: str | None = None
    effective: str | None = None
    changes: str | None = None
    participants: list[ParticipantChange] | None = None
    awaiting: list[str] | None = None
    agreed: list[str] | None = None
    told: list[str] | None = None
    unseen: list[str] | None = None
    your_part: PartyEntry | None = None
    instruction: str | None = None
    created: str | None = None
    shown: str | None = None
    completed: str | None = None
    ended: str | None = None
    ended_by: str | None = None
    conflicts: list[str] | None = None
    parties: list[PartyEntry] | None = None
    parties_left_out: int | None = None


class Endorsements(Answer):
    """Answer of `get_endorsements`."""

    organisation: OrganisationKeys
    risk: str
    name: str | None = None
    umr: str | None = None
    total: int
    by_state: dict[str, int] | None = None
    endorsements: list[EndorsementEntry]
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


@dataclass(frozen=True)
class Amendment:
    """One endorsement as it was read: its document, the carriers' parts and how far it is."""

    id: str
    document: Document
    parties: tuple[Follower, ...]
    standing: Standing

    @property
    def number(self) -> str | None:
        """Its number, from the contract or the id."""
        told = as_text(as_object(self.document.get("control")).get("endorsementNumber"))
        last = segments_of(self.id)[-1:]
        return clean(told, 20) if told else last[0].removeprefix("EN") if last else None

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts the newest first when reversed."""
        number = self.number or ""
        return (int(number) if number.isdecimal() and len(number) < 10 else 0, _created(self.document) or "", self.id)


def amendments(
    documents: Iterable[Document], followers: Iterable[Document], activities: Iterable[Document] | None, own_prefix: str
) -> list[Amendment]:
    """Every endorsement once, the newest first.

    Args:
        documents: the endorsements' contract documents.
        followers: `RWEndorsementFollower` documents of the slip.
        activities: `RWActivity` documents of the slip; None where its history cannot be read.
        own_prefix: the asking organisation's channel prefix.
    """
    parties, history = followers_of(followers), list(activities or [])
    latest: dict[str, Document] = {}
    for document in documents:
        own_id = as_text(document.get("_id"))
        if own_id and (own_id not in latest or _rank(document) > _rank(latest[own_id])):
            latest[own_id] = document
    found: list[Amendment] = []
    for own_id, document in latest.items():
        known = _with_unseen(document, parties.get(own_id, []), own_prefix)
        status = as_text(as_object(document.get("control")).get("status"))
        steps = steps_of(own_id, history)
        state = standing(status, known, steps, history=activities is not None)
        found.append(Amendment(own_id, document, known, state))
    return sorted(found, key=lambda one: one.order, reverse=True)


def entry(one: Amendment, names: Names, short_root: str, own_prefix: str, *, whole: bool) -> EndorsementEntry:
    """An endorsement as an answer shows it.

    Args:
        one: the endorsement.
        names: the directory.
        short_root: the slip's short id.
        own_prefix: the asking organisation's channel prefix.
        whole: with its whole text and every carrier's part.
    """
    control, state = as_object(one.document.get("control")), one.standing
    own = next((p for p in one.parties if channel_company(p.channel) == own_prefix), None)
    ended = {"withdrawn": "Withdrew Endorsement", "declined": "Declined Endorsement"}.get(state.state)
    instructions = {party.instruction for party in one.parties if party.instruction}
    return EndorsementEntry(
        id=short_document(one.id, short_root),
        number=one.number,
        type=_word(control.get("endorsementType")),
        state=state.state,
        status=_word(control.get("status")),
        effective=_heading_text(one.document, _EFFECTIVE, 100),
        changes=_changes(one.document, WHOLE_TEXT if whole else LISTED_TEXT),
        participants=_participants(one, names) or None,
        awaiting=_named(state.awaiting, names),
        agreed=None if whole else _named([p for p in one.parties if p.agreed], names),
        told=None if whole else _named([p for p in one.parties if p.role in TOLD], names),
        unseen=_named([p for p in one.parties if unseen(p)], names),
        your_part=_party(own, names) if own else None,
        instruction=clean(", ".join(sorted(instructions)), 80) or None,
        created=_created(one.document),
        shown=state.moment("Showed Endorsement"),
        completed=state.moment("Completed Endorsement") if state.state == "completed" else None,
        ended=state.moment(ended) if ended else None,
        ended_by=names.person(state.steps[-1].user_id) if ended and state.steps else None,
        conflicts=state.conflicts or None,
        parties=[_party(party, names) for party in one.parties[:MOST_PARTIES]] if whole else None,
        parties_left_out=max(0, len(one.parties) - MOST_PARTIES) or None if whole else None,
    )


def by_state(found: Sequence[Amendment]) -> dict[str, int]:
    """How many there are in each state, the most frequent first."""
    counts: dict[str, int] = {}
    for one in found:
        counts[one.standing.state] = counts.get(one.standing.state, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _with_unseen(document: Document, seen: Sequence[Follower], own_prefix: str) -> tuple[Follower, ...]:
    """The carriers whose part is known, and for a carrier's view those that the contract names beside them."""
    own_id = as_text(document.get("_id")) or ""
    control = as_object(document.get("control"))
    broker = (as_text(control.get("placingBrokerChannel")) or "").lower()
    known = {follower.channel.lower() for follower in seen}
    proposed: dict[str, Role] = {
        channel: role_of(role) for channel, role in as_object(document.get("proposedEndorsementFollowers")).items()
    }
    channels = [channel for channel in as_list(document.get("channels")) if isinstance(channel, str)]
    named: dict[str, Follower] = {}
    is_broker = channel_company(broker) == own_prefix
    for channel in [*proposed, *([] if is_broker else channels)]:
        key = channel.lower()
        outside = channel_company(channel) in (channel_company(broker), own_prefix) or "_" not in channel
        if key not in known and key != SHARED and not outside:
            role: Role = proposed.get(channel, "other")
            agreed = False if is_broker else None
            named.setdefault(key, Follower(own_id, channel, role, agreed))
    return (*seen, *(named[key] for key in sorted(named)))


def _named(parties: Iterable[Follower], names: Names) -> list[str] | None:
    told = [
        f"{names.party(party.channel)}, {party.role.replace('_', ' ')}"
        if party.role in ASKED
        else names.party(party.channel)
        for party in parties
    ]
    rest = len(told) - MOST_NAMED
    return [*told[:MOST_NAMED], *([f"and {rest} more"] if rest > 0 else [])] or None


def _party(party: Follower, names: Names) -> PartyEntry:
    return PartyEntry(
        carrier=names.party(party.channel),
        role=party.role,
        agreed=party.agreed if party.role in ASKED or party.agreed else None,
        at=party.at,
        by=names.person(party.user_id),
    )


def _participants(one: Amendment, names: Names) -> list[ParticipantChange]:
    changes = [
        ParticipantChange(
            carrier=names.party(party.channel),
            change=_word(part.get("type")),
            section=_word(part.get("sectionID")),
            new_percentage=_word(part.get("newPercentage")) or _guided(as_object(part.get("guidance"))),
            leader=True if part.get("setLeader") is True else None,
        )
        for party in one.parties
        for part in party.participation
    ]
    return changes[:MOST_NAMED]


def _guided(guidance: Document) -> str | None:
    low, high = _word(guidance.get("minString")), _word(guidance.get("maxString"))
    return f"{low} to {high}" if low and high and low != high else low or high


def _changes(document: Document, limit: int) -> str | None:
    """The text under the headings of the section of changes, each after its heading."""
    parts: list[str] = []
    for item in _line_items(document):
        heading = as_text(item.get("mrcHeading"))
        if item.get("mrcSection") == _CHANGES and heading != _EFFECTIVE:
            text = filled(item)
            if text:
                title = as_text(item.get("originalHeading")) if heading != _CHANGES else None
                parts.append(f"{title}: {text}" if title else text)
    return clean_lines("\n".join(parts), limit) or None


def _heading_text(document: Document, heading: str, limit: int) -> str | None:
    texts = [filled(item) for item in _line_items(document) if item.get("mrcHeading") == heading]
    return clean(" ".join(filter(None, texts)), limit) or None


def _line_items(document: Document) -> list[Document]:
    return [as_object(item) for item in as_list(as_object(document.get("MRCContract")).get("lineItems"))]


def _word(value: object) -> str | None:
    text = as_text(value)
    return clean(text, 60) or None if text else None


def _created(document: Document) -> str | None:
    return instant(document.get("createdAt"))


def _rank(document: Document) -> tuple[str, str]:
    return (instant(document.get("updatedAt")) or "", repr(document))
