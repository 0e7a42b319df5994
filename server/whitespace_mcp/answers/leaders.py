"""What leaders are called, where the record names them by channel, by company or in words."""

from collections.abc import Iterable

from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import section_label
from whitespace_mcp.documents.leaders import NAME, LeaderMention
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.text import fold, typed


def named_leader(mention: LeaderMention, names: Names) -> tuple[str, str]:
    """A leader's name, with its team where a channel tells it, and the form in which two places name one company."""
    if mention.is_channel:
        return typed(names.party(mention.party), NAME), fold(names.company(channel_company(mention.party)))
    return typed(mention.party, NAME), fold(mention.party)


def leaders_in_row(mentions: Iterable[LeaderMention], names: Names) -> list[str]:
    """The slip's leaders, each company once, then those of sections that others lead: `section 2: Kestrel (Marine)`.

    Where places name one company the longest name stands: the one with the team. The bureau's leader is not among them.
    """
    of_slip: dict[str, str] = {}
    of_sections: dict[str, tuple[str, list[str]]] = {}
    for mention in mentions:
        name, key = named_leader(mention, names)
        if mention.of == "slip":
            of_slip[key] = max(of_slip.get(key, ""), name, key=len)
        elif mention.of == "section" and mention.section:
            former, sections = of_sections.get(key, ("", list[str]()))
            label = section_label(mention.section)
            of_sections[key] = max(former, name, key=len), [*sections, *([] if label in sections else [label])]
    return [
        *(max(name, of_sections.get(key, ("",))[0], key=len) for key, name in of_slip.items()),
        *(
            f"section{'s' if len(sections) > 1 else ''} {', '.join(sections)}: {name}"
            for key, (name, sections) in of_sections.items()
            if key not in of_slip or len(of_slip) > 1
        ),
    ]
