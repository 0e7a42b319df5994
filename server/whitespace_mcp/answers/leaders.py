"""Who leads, with every place of the record that says so, and what leaders are called there."""

from collections.abc import Iterable, Sequence
from typing import Literal

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import Contract, section_label
from whitespace_mcp.documents.json import Document
from whitespace_mcp.documents.leaders import NAME, LeaderMention, leader_label, leader_mentions, party_is_channel
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import fold, typed


class Leader(Answer):
    """A leader of the slip, of the bureau, or of a section, and who says so; `conflict` where sources differ."""

    of: str
    name: str
    source: str | None = None
    conflict: Literal[True] | None = None


def _named_leader(mention: LeaderMention, names: Names) -> tuple[str, str]:
    """A leader's name, with its team where a channel tells it, and the form in which two places name one company."""
    if mention.is_channel:
        return typed(names.party(mention.party), NAME), fold(names.company(channel_company(mention.party)))
    return typed(mention.party, NAME), fold(mention.party)


def leaders_in_row(mentions: Iterable[LeaderMention], names: Names) -> list[str]:
    """The slip's leaders, each once, then those of sections that others lead: `section 2: Kestrel (Marine)`.

    A company without a team is the one team of it that is named anywhere; where several are, none is put in place of
    another. The bureau's leader is not among them.
    """
    led = [(mention, *_named_leader(mention, names)) for mention in mentions if mention.of != "bureau"]
    spelled: dict[str, str] = {}
    teams: dict[str, set[str]] = {}
    for _, name, key in led:
        spelled.setdefault(fold(name), name)
        if fold(name) != key:
            teams.setdefault(key, set()).add(fold(name))
    of_slip: dict[str, None] = {}
    of_sections: dict[str, dict[str, None]] = {}
    for mention, name, key in led:
        only = next(iter(teams[key])) if len(teams.get(key, ())) == 1 else fold(name)
        called = spelled[only]
        if mention.of == "slip":
            of_slip[called] = None
        elif mention.section:
            of_sections.setdefault(called, {})[section_label(mention.section)] = None
    return [
        *of_slip,
        *(
            f"section{'s' if len(sections) > 1 else ''} {', '.join(sections)}: {called}"
            for called, sections in of_sections.items()
            if called not in of_slip or len(of_slip) > 1
        ),
    ]


def leading_companies(parties: Iterable[str], names: Names) -> dict[str, str]:
    """The companies behind some leaders without their teams, each once by its folded name, in that order."""
    named = [names.company(channel_company(party)) if party_is_channel(party) else party for party in parties]
    companies = {fold(company): company for company in reversed(named)}
    return dict(sorted(companies.items()))


def leaders_of(contract: Contract, documents: Iterable[Document], names: Names) -> list[Leader]:
    """Slip leader, bureau leader and leader per section, each name once with its sources.

    Sections with the same leader share an entry: `sections 1, 2`.
    """
    leaders: dict[tuple[str, str], Leader] = {}
    for mention in leader_mentions(contract, documents):
        name, key = _named_leader(mention, names)
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
