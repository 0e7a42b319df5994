"""What leaders are called, where the record names them by channel, by company or in words."""

from collections.abc import Iterable

from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import section_label
from whitespace_mcp.documents.leaders import NAME, LeaderMention, party_is_channel
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import fold, typed


def named_leader(mention: LeaderMention, names: Names) -> tuple[str, str]:
    """A leader's name, with its team where a channel tells it, and the form in which two places name one company."""
    if mention.is_channel:
        return typed(names.party(mention.party), NAME), fold(names.company(channel_company(mention.party)))
    return typed(mention.party, NAME), fold(mention.party)


def leaders_in_row(mentions: Iterable[LeaderMention], names: Names) -> list[str]:
    """The slip's leaders, each once, then those of sections that others lead: `section 2: Kestrel (Marine)`.

    A company without a team is the one team of it that is named anywhere; where several are, none is put in place of
    another. The bureau's leader is not among them.
    """
    led = [(mention, *named_leader(mention, names)) for mention in mentions if mention.of != "bureau"]
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
