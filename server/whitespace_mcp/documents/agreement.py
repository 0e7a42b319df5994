"""How far an endorsement is: from its followers' agreement, their roles and the history, with the status as a witness.

The status word alone decides nothing: an `EndorsementFinalised` document can still await a party (platform.md 4.4).
Leaders and agreement parties are asked; notify parties are told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, id_of, is_yes
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import clean, squeeze

EndorsementState = Literal[
    "in_preparation", "shown", "awaiting_agreement", "agreed", "completed", "withdrawn", "declined"
]
Role = Literal["leader", "agreement_party", "notify_party", "non_notify_party", "does_not_apply", "unchosen", "other"]

TO_AGREE: Final[frozenset[Role]] = frozenset({"leader", "agreement_party"})
TO_NOTIFY: Final[frozenset[Role]] = frozenset({"notify_party"})

_ROLES: Final[dict[str, Role]] = {
    "leader": "leader",
    "agreementparty": "agreement_party",
    "agreeementparty": "agreement_party",
    "notifyparty": "notify_party",
    "nonnotifyparty": "non_notify_party",
    "doesnotapply": "does_not_apply",
    "unchosen": "unchosen",
}
_SHOWED: Final = "Showed Endorsement"
_DECLINED: Final = "Declined Endorsement"
_WITHDREW: Final = "Withdrew Endorsement"
_COMPLETED: Final = "Completed Endorsement"
_STEPS: Final = (_SHOWED, _DECLINED, _WITHDREW, _COMPLETED)
_ENDS: Final[dict[EndorsementState, tuple[str, str]]] = {
    "withdrawn": (_WITHDREW, "withdrawn"),
    "declined": (_DECLINED, "declined"),
    "completed": (_COMPLETED, "finalised"),
}
"""The states that end an endorsement: the activity that does it, and how the platform's status word ends then."""


@dataclass(frozen=True)
class Follower:
    """One carrier's part in an endorsement; `agreed` is None where the organisation cannot see it."""

    endorsement: str
    channel: str
    role: Role
    agreed: bool | None
    at: str | None = None
    user_id: str | None = None
    instruction: str | None = None
    participation: tuple[Document, ...] = ()


@dataclass(frozen=True)
class Step:
    """One entry of the history that moves an endorsement."""

    activity: str
    at: str
    user_id: str | None


@dataclass(frozen=True)
class Standing:
    """How far an endorsement is, and what contradicts that."""

    state: EndorsementState
    awaiting: tuple[Follower, ...] = ()
    steps: tuple[Step, ...] = ()
    conflicts: list[str] = field(default_factory=list[str])

    @property
    def contradicted(self) -> bool:
        """Whether the history says that it was completed, though somebody who is asked has no agreement on record."""
        return self.state == "awaiting_agreement" and bool(self.steps) and self.steps[-1].activity == _COMPLETED

    @property
    def shown(self) -> str | None:
        """When it was last shown."""
        return self._last(_SHOWED)

    @property
    def ended(self) -> str | None:
        """When it was withdrawn, declined or completed, whichever it is."""
        return self._last(_ENDS[self.state][0]) if self.state in _ENDS else None

    def _last(self, activity: str) -> str | None:
        return max((step.at for step in self.steps if step.activity == activity), default=None) or None


def followers_of(documents: Iterable[Document]) -> dict[str, list[Follower]]:
    """Follower documents, whole or as summaries list them, by endorsement; one for each carrier's channel.

    Of several for the same channel the latest counts.
    """
    read = [(instant(document.get("updatedAt")) or "", part) for document in documents if (part := _follower(document))]
    read.sort(key=lambda entry: (entry[0], bool(entry[1].agreed), repr(entry[1])))
    latest = {(follower.endorsement, follower.channel.lower()): follower for _, follower in read}
    followers: dict[str, list[Follower]] = {}
    for _, follower in sorted(latest.items()):
        followers.setdefault(follower.endorsement, []).append(follower)
    return followers


def role_of(value: object) -> Role:
    """A carrier's role in our words."""
    text = as_text(value)
    return _ROLES.get(squeeze(text), "other") if text else "unchosen"


def unseen(party: Follower) -> bool:
    """Whether a carrier may be asked, and whether it has agreed cannot be seen."""
    return party.agreed is None and party.role not in TO_NOTIFY | {"non_notify_party", "does_not_apply"}


def steps_of(endorsement_id: str, activities: Iterable[Document]) -> tuple[Step, ...]:
    """What happened to one endorsement, oldest first; every entry once."""
    steps: dict[str, Step] = {}
    for document in activities:
        activity = as_text(document.get("hardcodedActivity")) or as_text(document.get("activity")) or ""
        parent = as_text(document.get("parentDocID")) or ""
        if activity in _STEPS and (parent == endorsement_id or parent.startswith(f"{endorsement_id}::")):
            at = instant(document.get("createdAt")) or ""
            step = Step(activity, at, as_text(document.get("userID")))
            steps[id_of(document) or repr(step)] = step
    return tuple(sorted(steps.values(), key=lambda step: (step.at, _STEPS.index(step.activity), step.user_id or "")))


def standing(
    status: str | None, parties: Sequence[Follower], steps: tuple[Step, ...], *, history: bool = True
) -> Standing:
    """How far an endorsement is; completed is what the broker's completing activity says, not the status word.

    `status` is the platform's word; without `history` the slip's could not be read, and that word alone tells of a
    completion.
    """
    word = squeeze(status or "")
    invited = [party for party in parties if party.role in TO_AGREE]
    awaiting = tuple(party for party in invited if party.agreed is False)
    last = steps[-1].activity if steps else None
    shown = bool(steps) or any(party.agreed for party in parties) or _is_shown(word)
    state: EndorsementState
    if last == _WITHDREW or word.endswith("withdrawn"):
        state = "withdrawn"
    elif word.endswith(("declined", "rejected")) or (last == _DECLINED and (awaiting or not invited)):
        state = "declined"
    elif not shown:
        state = "in_preparation"
    elif awaiting:
        state = "awaiting_agreement"
    elif last == _COMPLETED or (not history and word.endswith("finalised") and any(p.agreed for p in parties)):
        state = "completed"
    elif invited and all(party.agreed for party in invited) and not any(map(unseen, parties)):
        state = "agreed"
    else:
        state = "shown"
    return Standing(
        state, awaiting if state == "awaiting_agreement" else (), steps, _conflicts(state, status, steps, awaiting)
    )


def _is_shown(word: str) -> bool:
    return word.startswith("endorsement") and not word.endswith("inpreparation")


def _conflicts(
    state: EndorsementState, status: str | None, steps: tuple[Step, ...], awaiting: tuple[Follower, ...]
) -> list[str]:
    """What the record says against the state that was found."""
    word, last = squeeze(status or ""), steps[-1] if steps else None
    said = f"The platform's status is {clean(status or '', 60) or 'missing'}"
    history = f"the history's last step is {last.activity} ({last.at[:10]})" if last else "the history has no such step"
    conflicts: list[str] = []
    if state == "awaiting_agreement" and (word.endswith("finalised") or (last and last.activity == _COMPLETED)):
        conflicts.append(f"{said} and {history}, but {len(awaiting)} asked to agree have no agreement on record")
    if state in _ENDS:
        activity, ending = _ENDS[state]
        by_word = word.endswith((ending, "rejected") if state == "declined" else ending)
        if by_word != (last is not None and last.activity == activity):
            conflicts.append(f"{said}, {history}")
    if word.endswith("finalised") and state == "shown":
        conflicts.append(f"{said}, but neither agreement nor completion is on record here")
    if word.endswith("finalised") and state == "agreed":
        conflicts.append(f"{said}, but no activity on record completes it")
    if word.endswith("inpreparation") and state not in {"in_preparation", "withdrawn", "declined"}:
        conflicts.append(f"{said}, {history}")
    return list(dict.fromkeys(conflicts))


def _follower(document: Document) -> Follower | None:
    stem, _, tail = id_of(document).partition("::ENF::")
    endorsement = as_text(document.get("endorsementDocID")) or (stem if tail else None)
    channel = as_text(document.get("uwrChannel")) or tail
    if not endorsement or not channel:
        return None
    agreement = as_object(document.get("agreement"))
    role = document.get("followerType") or document.get("role") or agreement.get("followerType")
    return Follower(
        endorsement=endorsement,
        channel=channel,
        role=role_of(role),
        agreed=bool(agreement) or is_yes(document.get("agreed")),
        at=instant(agreement.get("dateOfAgreement")),
        user_id=as_text(agreement.get("user")),
        instruction=as_text(agreement.get("instruction")),
        participation=tuple(as_object(part) for part in as_list(document.get("mtpc")) if as_object(part)),
    )
