"""The endorsements of a slip, read: each document with the carriers' parts and how far it is (platform.md 5.3, 5.8)."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from whitespace_mcp.documents.agreement import Follower, Role, Standing, followers_of, role_of, standing, steps_of
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, id_of
from whitespace_mcp.documents.period_changes import CHANGES, items_of_changes
from whitespace_mcp.documents.placeholders import filled
from whitespace_mcp.terms.ids import SHARED, channel_company, segments_of
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import clean, ranked, typed

FEW_WORDS: Final = 80
_FORMULA: Final = re.compile(r"^it is (?:(?:hereby|noted|understood|and|further) )*agreed that ", re.IGNORECASE)


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
        number = as_text(as_object(self.document.get("control")).get("endorsementNumber"))
        last = segments_of(self.id)[-1:]
        return clean(number, 20) if number else last[0].removeprefix("EN") if last else None

    @property
    def created(self) -> str | None:
        """When it was made, ISO 8601 in UTC."""
        return instant(self.document.get("createdAt"))

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorts the newest first when reversed."""
        number = self.number or ""
        return (int(number) if number.isdecimal() and len(number) < 10 else 0, self.created or "", self.id)


def amendments(
    documents: Iterable[Document], followers: Iterable[Document], activities: Iterable[Document] | None, own_prefix: str
) -> list[Amendment]:
    """Every endorsement once, the newest first.

    `documents` are contract documents; `activities` are None where the slip's history cannot be read.
    `own_prefix` is the asking organisation's channel prefix.
    """
    parties, history = followers_of(followers), list(activities or [])
    latest: dict[str, Document] = {}
    for document in documents:
        own_id = id_of(document)
        if own_id and (own_id not in latest or _rank(document) > _rank(latest[own_id])):
            latest[own_id] = document
    endorsements: list[Amendment] = []
    for own_id, document in latest.items():
        carriers = _with_unseen(document, parties.get(own_id, []), own_prefix)
        status = as_text(as_object(document.get("control")).get("status"))
        steps = steps_of(own_id, history)
        state = standing(status, carriers, steps, history=activities is not None)
        endorsements.append(Amendment(own_id, document, carriers, state))
    return sorted(endorsements, key=lambda endorsement: endorsement.order, reverse=True)


def by_state(endorsements: Sequence[Amendment]) -> dict[str, int]:
    """How many there are in each state, the most frequent first."""
    return ranked(Counter(endorsement.standing.state for endorsement in endorsements))


def changes_of(document: Document) -> str:
    """The text under the headings of the section of changes, each after its heading; "" where there is none."""
    parts: list[str] = []
    for item in items_of_changes(document):
        if text := filled(item):
            title = as_text(item.get("originalHeading")) if as_text(item.get("mrcHeading")) != CHANGES else None
            parts.append(f"{title}: {text}" if title else text)
    return "\n".join(parts)


def in_few_words(document: Document) -> str:
    """What an endorsement changes, cut short and without the formula at its beginning; "" where it does not say."""
    return typed(_FORMULA.sub("", changes_of(document)), FEW_WORDS)


def _with_unseen(document: Document, seen: Sequence[Follower], own_prefix: str) -> tuple[Follower, ...]:
    """The carriers whose part is known, and for a carrier's view those that the contract names beside them."""
    own_id = id_of(document)
    control = as_object(document.get("control"))
    broker = (as_text(control.get("placingBrokerChannel")) or "").lower()
    there = {follower.channel.lower() for follower in seen}
    proposed: dict[str, Role] = {
        channel: role_of(role) for channel, role in as_object(document.get("proposedEndorsementFollowers")).items()
    }
    channels = [channel for channel in as_list(document.get("channels")) if isinstance(channel, str)]
    named: dict[str, Follower] = {}
    is_broker = channel_company(broker) == own_prefix
    for channel in [*proposed, *([] if is_broker else channels)]:
        key = channel.lower()
        outside = channel_company(channel) in (channel_company(broker), own_prefix) or "_" not in channel
        if key not in there and key != SHARED and not outside:
            role: Role = proposed.get(channel, "other")
            agreed = False if is_broker else None
            named.setdefault(key, Follower(own_id, channel, role, agreed))
    return (*seen, *(named[key] for key in sorted(named)))


def _rank(document: Document) -> tuple[str, str]:
    return (instant(document.get("updatedAt")) or "", repr(document))
