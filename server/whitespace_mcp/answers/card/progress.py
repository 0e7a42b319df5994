"""What is under way on a risk: endorsements by state, open actions, internal review."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.documents.endorsements import Amendment, amendments
from whitespace_mcp.documents.inbox import inbox_risks
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, id_of, of_type
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.meanings import ACTIONS
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.stages import is_endorsement
from whitespace_mcp.terms.text import clean

_SOMEBODY: Final = "other_"
"""Stands for carriers that an endorsement may have and whose part cannot be seen."""


class OpenAction(Answer):
    """Something that waits for the organisation's team, in the platform's word, and since when."""

    action: str
    meaning: str | None = None
    since: str | None = None


def open_actions(
    root: str, summaries: Sequence[Document], background: Iterable[Document], prefix: str, role: str | None
) -> list[OpenAction]:
    """What waits for the organisation's teams: the inbox's actions and alerts that nobody has cleared.

    Alerts for another `role` than the organisation's are left out. `root` is the slip's, `prefix` the organisation's
    channel prefix.
    """
    attention = of_type(background, "RWAttentionWanted")
    alerts = [document | {"cleared": document.get("hasBeenCleared")} for document in attention]
    seen = {id_of(document) for document in alerts}
    unseen = [_without(summary, seen) | {"rootID": root} for summary in summaries]
    desk = inbox_risks([*unseen, {"rootID": root, "docs": alerts}], own_prefix=prefix, role=role)
    actions = desk[0].asked if desk else {}
    return [
        OpenAction(action=action, meaning=ACTIONS.get(action), since=actions[action] or None)
        for action in sorted(actions)
    ]


def endorsements_of(
    records: Iterable[Mapping[str, Any]],
    stubs: Iterable[Document],
    papers: Iterable[Document],
    background: Sequence[Document],
    broker_channel: str | None,
    prefix: str,
) -> list[Amendment]:
    """The endorsements of a slip, newest first, as `get_endorsements` tells them.

    `records` are the slip's documents in the list of risks, `stubs` the same in its summaries, which tell their
    channels; `papers` are the endorsements' documents, as far as they were read. `broker_channel` is the placing
    broker's, `prefix` the asking organisation's channel prefix.
    """
    channels = {id_of(stub): stub.get("channels") for stub in stubs}
    unseen = [] if broker_channel and channel_company(broker_channel) == prefix else [_SOMEBODY]
    documents = {id_of(paper): paper for paper in papers}
    for record in records:
        if record["stage"] == "endorsement" or is_endorsement(record["id"]):
            stub: Document = {
                "_id": record["id"],
                "channels": channels.get(record["id"]) or unseen,
                "control": {"status": record["status"], "placingBrokerChannel": broker_channel},
            }
            documents.setdefault(record["id"], stub)
    followers, activities = (of_type(background, kind) for kind in ("RWEndorsementFollower", "RWActivity"))
    return amendments(documents.values(), followers, activities or None, prefix)


def internal_review(background: Iterable[Document], prefix: str) -> str | None:
    """The state of the organisation's own internal review, without what anybody wrote in it."""
    reviews: dict[str, str] = {}
    for document in of_type(background, "RWRiskAuthorisationState"):
        channel = id_of(document).partition("::RiskAuthState::")[2]
        request = as_object(document.get("currentAuthRequest"))
        status = as_text(request.get("status"))
        if status and channel_company(channel) in ("", prefix):
            moment = instant(request.get("updatedAt")) or instant(request.get("createdAt")) or ""
            reviews[moment] = clean(status, 40) or "(no state)"
    if not reviews:
        return None
    last = max(reviews)
    return f"{reviews[last]} since {last[:10]}, internal to this organisation" if last else reviews[last]


def _without(summary: Document, seen: set[str]) -> Document:
    """A summary without the alerts that are known in full."""
    return summary | {"docs": [stub for stub in as_list(summary.get("docs")) if id_of(as_object(stub)) not in seen]}
