"""Who leads, with every place of the record that says so."""

from collections.abc import Iterable, Sequence
from typing import Literal

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.leaders import named_leader
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import Contract
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.leaders import leader_label, leader_mentions


class Leader(Answer):
    """A leader of the slip, of the bureau, or of a section, and who says so; `conflict` where sources differ."""

    of: str
    name: str
    source: str | None = None
    conflict: Literal[True] | None = None


def leaders_of(contract: Contract, documents: Iterable[Document], names: Names) -> list[Leader]:
    """Slip leader, bureau leader and leader per section, each name once with its sources.

    Sections with the same leader share an entry: `sections 1, 2`.
    """
    leaders: dict[tuple[str, str], Leader] = {}
    for mention in leader_mentions(contract, documents):
        name, key = named_leader(mention, names)
        leader = leaders.setdefault(
            (leader_label(mention), key), Leader(of=leader_label(mention), name=name, source=mention.source)
        )
        sources = (leader.source or mention.source).split(", ")
        leader.source = ", ".join(dict.fromkeys([*sources, mention.source]))
    for (of, key), leader in leaders.items():
        others = [other for (same, other) in leaders if same == of and other != key]
        leader.conflict = True if any(not _same(key, other) for other in others) else None
    return _joined([leader for leader in leaders.values() if leader.name])


def _joined(leaders: Sequence[Leader]) -> list[Leader]:
    """Sections of which the same places say the same share one entry."""
    joined: dict[tuple[str, str | None, bool], Leader] = {}
    for leader in leaders:
        prefix, _, section = leader.of.partition(" ")
        key = (leader.name, leader.source, leader.conflict is True)
        if section and prefix == "section" and key in joined:
            joined[key].of = f"sections {joined[key].of.partition(' ')[2]}, {section}"
        else:
            joined[key if section else (leader.of, *key[1:])] = leader
    return list(joined.values())


def _same(name: str, other: str) -> bool:
    """Whether two names can be the same company's: one is part of the other, as in `Kestrel` and `Kestrel (Marine)`."""
    return name in other or other in name
