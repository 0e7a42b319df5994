"""Who is on a risk: broker, leaders, owners, and who declined or withdrew."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.card.budget import CardBudget
from whitespace_mcp.answers.leaders import Leader, leaders_of
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import Contract
from whitespace_mcp.documents.json import Document, as_text, texts_of
from whitespace_mcp.documents.line_sets import carrier_of
from whitespace_mcp.documents.placing import Placing
from whitespace_mcp.terms.ids import SHARED, channel_company, segments_of, short_id
from whitespace_mcp.terms.stages import Stage
from whitespace_mcp.terms.text import shortened, typed

NOBODY: Final = "nobody on this side"
NO_LEADER: Final = "none in the record"
SHORTEST_NAME: Final = 40
_FIRM: Final = frozenset({"FOD", "FOW"})
_ENDED: Final[tuple[Stage, ...]] = ("declined", "withdrawn", "not_taken_up")
_KINDS: Final = (("QR", "quote request"), ("BQ", "bindable quote"), ("MU", "quote"), ("M", "marketed"))


class Parties(Answer):
    """People and companies by name. `owner` is the asking organisation's, `carriers_owners` are the carriers'."""

    broker: str | None = None
    leaders: list[Leader] | Literal["none in the record"] = "none in the record"
    owner: str | None = None
    carriers_owners: list[str] | None = None
    declined: list[str] | None = None
    withdrawn: list[str] | None = None
    not_taken_up: list[str] | None = None


def owners_of(owners: Sequence[Document], prefix: str, user_id: str, names: Names) -> tuple[list[str], list[str]]:
    """The owners of the asking organisation's side, and of others', as texts.

    `owners` are RWRiskOwner documents; `prefix` is the organisation's channel prefix, `user_id` its MU id, the person
    who asks.
    """
    own: dict[str, None] = {}
    others: dict[str, None] = {}
    for document in owners:
        channel, user = as_text(document.get("ownerChannel")) or "", as_text(document.get("ownerUserID"))
        if not user or not channel:
            continue
        member = names.member(user)
        person = typed(member[0] if member else short_id(user), 60)
        team = typed(names.team(channel), 40)
        if channel_company(channel) == prefix:
            own[f"you ({team})" if user == user_id else f"{person} ({team})"] = None
        else:
            others[f"{person}, {typed(names.party(channel), 80)}"] = None
    return sorted(own), sorted(others)


def ended_of(
    placing: Placing, records: Sequence[Mapping[str, Any]], stubs: Sequence[Document], names: Names
) -> dict[str, list[str]]:
    """Who declined, withdrew or was not taken up: carriers by the stage that their document ended in.

    `records` are the slip's documents in the list of risks, of whose endings the first counts; `stubs` tell whose they
    are.
    """
    channels = {as_text(stub.get("id")) or "": texts_of(stub.get("channels")) for stub in stubs}
    broker = channel_company(placing.contract.word("placingBrokerChannel") or "")
    endings: dict[str, str] = {}
    for channel, ending in placing.endings.items():
        endings.setdefault(names.party(channel), ending)
    for record in records:
        stage: Stage = record["stage"]
        first = (segments_of(record["id"]) or [""])[0]
        if stage in _ENDED and first not in _FIRM:
            kind = next((kind for start, kind in _KINDS if first.startswith(start)), "")
            carrier = carrier_of(record["id"]) if first.startswith("BQ") else None
            whose = carrier or _carrier(channels.get(record["id"], []), broker)
            if whose or first.startswith("MU"):
                party = names.party(whose) if whose else names.person(first) or ""
                endings.setdefault(f"{party}: {kind}" if kind else party, stage)
    shown = {typed(party, 100): stage for party, stage in endings.items()}
    return {stage: sorted(party for party, ended in shown.items() if party and ended == stage) for stage in _ENDED}


def leaders_within(
    contract: Contract, background: Sequence[Document], names: Names, budget: CardBudget
) -> list[Leader]:
    """Every leader, always; in the smallest card without their sources."""
    leaders = leaders_of(contract, background, names)
    for leader in leaders:
        leader.name = shortened(leader.name, max(budget.text, SHORTEST_NAME))
        leader.source = leader.source if budget.people else None
    return leaders


def _carrier(channels: Sequence[str], broker: str) -> str | None:
    """The one channel of a document that is not the broker's."""
    others = [
        channel
        for channel in channels
        if "_" in channel and channel.lower() != SHARED and channel_company(channel) != broker
    ]
    return others[0] if len(others) == 1 else None
