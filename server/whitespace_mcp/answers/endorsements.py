"""The endorsements of a risk: what each changes, how far it is, and with whom it lies (platform.md 5.3)."""

from collections.abc import Iterable
from typing import Final, Literal

from whitespace_mcp.answers.base import Answer, RiskAnswer
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.agreement import TO_AGREE, TO_NOTIFY, EndorsementState, Follower, unseen
from whitespace_mcp.documents.endorsements import Amendment, changes_of
from whitespace_mcp.documents.json import Document, as_object, line_items, typed_text
from whitespace_mcp.documents.period_changes import EFFECTIVE
from whitespace_mcp.documents.placeholders import filled
from whitespace_mcp.terms.ids import channel_company, short_document
from whitespace_mcp.terms.text import clean, clean_lines, few

LISTED_TEXT: Final = 500
WHOLE_TEXT: Final = 3_000
MOST_NAMED: Final = 8
"""Carriers that a list names; the rest is counted."""
MOST_PARTIES: Final = 16
"""Carriers' parts that a whole endorsement shows; the rest is counted."""


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


class Endorsements(RiskAnswer):
    """Answer of `get_endorsements`."""

    total: int
    by_state: dict[str, int] | None = None
    meaning: dict[str, str] | None = None
    endorsements: list[EndorsementEntry]
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


def entry(endorsement: Amendment, names: Names, short_root: str, own_prefix: str, *, whole: bool) -> EndorsementEntry:
    """An endorsement as an answer shows it.

    `short_root` is the slip's short id, `own_prefix` the asking organisation's channel prefix; `whole` adds its whole
    text and every carrier's part.
    """
    control, state = as_object(endorsement.document.get("control")), endorsement.standing
    own = next((p for p in endorsement.parties if channel_company(p.channel) == own_prefix), None)
    given_up = state.state in {"withdrawn", "declined"}
    instructions = {party.instruction for party in endorsement.parties if party.instruction}
    return EndorsementEntry(
        id=short_document(endorsement.id, short_root),
        number=endorsement.number,
        type=typed_text(control.get("endorsementType")),
        state=state.state,
        status=typed_text(control.get("status")),
        effective=_heading_text(endorsement.document, EFFECTIVE, 100),
        changes=clean_lines(changes_of(endorsement.document), WHOLE_TEXT if whole else LISTED_TEXT) or None,
        participants=_participants(endorsement, names) or None,
        awaiting=_named(state.awaiting, names),
        agreed=None if whole else _named([p for p in endorsement.parties if p.agreed], names),
        told=None if whole else _named([p for p in endorsement.parties if p.role in TO_NOTIFY], names),
        unseen=_named([p for p in endorsement.parties if unseen(p)], names),
        your_part=_party(own, names) if own else None,
        instruction=clean(", ".join(sorted(instructions)), 80) or None,
        created=endorsement.created,
        shown=state.shown,
        completed=state.ended if state.state == "completed" else None,
        ended=state.ended if given_up else None,
        ended_by=names.person(state.steps[-1].user_id) if given_up and state.steps else None,
        conflicts=state.conflicts or None,
        parties=[_party(party, names) for party in endorsement.parties[:MOST_PARTIES]] if whole else None,
        parties_left_out=max(0, len(endorsement.parties) - MOST_PARTIES) or None if whole else None,
    )


def _named(parties: Iterable[Follower], names: Names) -> list[str] | None:
    named = [
        names.party(party.channel) + (f", {party.role.replace('_', ' ')}" if party.role in TO_AGREE else "")
        for party in parties
    ]
    return few(named, MOST_NAMED) or None


def _party(party: Follower, names: Names) -> PartyEntry:
    return PartyEntry(
        carrier=names.party(party.channel),
        role=party.role,
        agreed=party.agreed if party.role in TO_AGREE or party.agreed else None,
        at=party.at,
        by=names.person(party.user_id),
    )


def _participants(endorsement: Amendment, names: Names) -> list[ParticipantChange]:
    changes = [
        ParticipantChange(
            carrier=names.party(party.channel),
            change=typed_text(part.get("type")),
            section=typed_text(part.get("sectionID")),
            new_percentage=typed_text(part.get("newPercentage")) or _guided(as_object(part.get("guidance"))),
            leader=True if part.get("setLeader") is True else None,
        )
        for party in endorsement.parties
        for part in party.participation
    ]
    return changes[:MOST_NAMED]


def _guided(guidance: Document) -> str | None:
    low, high = typed_text(guidance.get("minString")), typed_text(guidance.get("maxString"))
    return f"{low} to {high}" if low and high and low != high else low or high


def _heading_text(document: Document, heading: str, limit: int) -> str | None:
    texts = [filled(item) for item in line_items(document) if item.get("mrcHeading") == heading]
    return clean(" ".join(filter(None, texts)), limit) or None
