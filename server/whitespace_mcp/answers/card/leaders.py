"""Who leads, as each place of the record says it. Never inferred from the size or the order of lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import Contract, section_label, tag_facts
from whitespace_mcp.documents.json import Document, as_text
from whitespace_mcp.documents.participation import section_leaders
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import fold, typed

NAME: int = 80


class Leader(Answer):
    """A leader of the slip, of the bureau, or of a section, and who says so; `conflict` where sources differ."""

    of: str
    name: str
    source: str
    conflict: Literal[True] | None = None


@dataclass(frozen=True)
class _Said:
    of: str
    name: str
    key: str
    source: str


def leaders_of(contract: Contract, documents: Iterable[Document], names: Names) -> list[Leader]:
    """Slip leader, bureau leader and leader per section, each with its sources.

    Args:
        contract: the contract.
        documents: the documents behind the slip, of any types.
        names: the directory.
    """
    said = [
        *_from_text(contract, "slip", "Contract_Leader_Name", "SlipLeader"),
        *_from_control(contract, names),
        *_from_text(contract, "bureau", "Bureau_Leader_Name", "BureauLeader"),
    ]
    for section, channel, source in section_leaders(documents):
        of = f"section {section_label(section)}"
        known = "_" in channel
        said.append(
            _of_channel(of, channel, source, names) if known else _Said(of, typed(channel, NAME), fold(channel), source)
        )
    return _merged(said)


def _from_text(contract: Contract, of: str, tag: str, heading: str) -> list[_Said]:
    facts = tag_facts(contract, tag)
    if not facts:
        text = contract.text(heading)
        facts = [text] if text else []
    return [
        _Said(
            of if fact.section is None else f"section {section_label(fact.section)}",
            typed(fact.value, NAME),
            fold(fact.value),
            fact.source,
        )
        for fact in facts
    ]


def _from_control(contract: Contract, names: Names) -> list[_Said]:
    channel = contract.word("leadUnderwriterChannel")
    if channel:
        return [_of_channel("slip", channel, "control leadUnderwriterChannel", names)]
    named = contract.word("leadUnderwriter")
    return [_Said("slip", typed(named, NAME), fold(named), "control leadUnderwriter")] if named else []


def _of_channel(of: str, channel: str, source: str, names: Names) -> _Said:
    company = names.company(channel_company(channel))
    return _Said(of, typed(names.party(as_text(channel) or ""), NAME), fold(company), source)


def _merged(said: Sequence[_Said]) -> list[Leader]:
    """One entry for each name; sources that say the same share it."""
    found: dict[tuple[str, str], Leader] = {}
    for one in said:
        known = found.get((one.of, one.key))
        if known is None:
            found[one.of, one.key] = Leader(of=one.of, name=one.name, source=one.source)
        elif one.source not in known.source.split(", "):
            known.source = f"{known.source}, {one.source}"
    for (of, key), leader in found.items():
        others = [other for (same, other) in found if same == of and other != key]
        leader.conflict = True if any(not _same(key, other) for other in others) else None
    return [leader for leader in found.values() if leader.name]


def _same(one: str, other: str) -> bool:
    """Whether two names can be the same company's: one is part of the other, as in `Kestrel` and `Kestrel (Marine)`."""
    return one in other or other in one
