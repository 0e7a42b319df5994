"""Endorsements: what each changes, and what each carrier has to say to it (platform.md 5.3)."""

from dataclasses import dataclass, replace
from typing import Final, Literal

from whitespace_mcp.demo.market.documents import Document
from whitespace_mcp.demo.market.seeds import pick, share_of
from whitespace_mcp.demo.market.slips import Share, Slip

FollowerRole = Literal["leader", "agreementParty", "notifyParty", "nonNotifyParty", "unchosen"]
_COMPLETED_TOO_EARLY: Final = 0.6
"""Of those with agreement parties: the broker completed them although one has not agreed (platform.md 4.4)."""
_TEXTS: Final = (
    "It is noted and agreed that the location in the attached schedule is added, at an additional premium.",
    "It is noted and agreed that the period of this contract is extended by thirty days, all other terms unchanged.",
    "It is noted and agreed that the name of the insured is amended as shown in the schedule.",
    "It is noted and agreed that the deductible is increased as from the effective date, the premium unchanged.",
    "It is noted and agreed that the vessel sold during the period is deleted, the return premium being pro rata.",
)


@dataclass(frozen=True)
class Follower:
    """One carrier's part in an endorsement."""

    share: Share
    role: FollowerRole
    has_agreed: bool
    agreed_at: int = 0
    """Seconds since 1970; 0 where it has not."""


EXTENDED: Final = "It is agreed that this contract expires on {day} and not before, at pro rata additional premium."
"""What an endorsement says that extends the period; `{day}` stands for the new expiry."""


def change_text(slip: Slip, document: Document) -> str:
    """What an endorsement says."""
    if document.endorsement == slip.plan.extension:
        return EXTENDED
    return pick(f"change {document.id}", _TEXTS)


def kind_of(document: Document) -> Literal["standard", "mtpc"]:
    """An ordinary change, or one of the participants in mid-term."""
    return "mtpc" if share_of(f"kind {document.id}") < 0.12 else "standard"


def followers_of(slip: Slip, document: Document) -> list[Follower]:
    """The carriers of an endorsement; the leader first."""
    carriers = [share for share in slip.shares if share.has_line]
    change = slip.endorsements[document.endorsement - 1]
    agreed = change in ("agreed", "finalised")
    followers: list[Follower] = []
    for number, share in enumerate(carriers):
        role: FollowerRole = "unchosen" if change == "draft" else "leader" if number == 0 else _role(document, share)
        followers.append(Follower(share, role, agreed and role in ("leader", "agreementParty")))
    if change == "finalised" and share_of(f"late {document.id}") < _COMPLETED_TOO_EARLY:
        parties = [number for number, follower in enumerate(followers) if follower.role == "agreementParty"]
        for number in parties[-1:]:
            followers[number] = replace(followers[number], has_agreed=False)
    return _dated(followers, document, change)


def _dated(followers: list[Follower], document: Document, change: str) -> list[Follower]:
    """One after the other they agree; what all agreed to has its last agreement as its last change."""
    many = sum(follower.has_agreed for follower in followers) + (change == "finalised")
    dated: list[Follower] = []
    for follower in followers:
        number = sum(other.has_agreed for other in dated) + 1
        moment = document.created + (document.updated - document.created) * (number + 1) // (many + 1)
        dated.append(replace(follower, agreed_at=moment) if follower.has_agreed else follower)
    return dated


def _role(document: Document, share: Share) -> FollowerRole:
    luck = share_of(f"role {document.id} {share.team.channel}")
    return "agreementParty" if luck < 0.4 else "notifyParty" if luck < 0.8 else "nonNotifyParty"
