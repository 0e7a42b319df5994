"""What an assistant should know about the figures of a list or of sums."""

from collections.abc import Sequence
from typing import Final

from whitespace_mcp.answers.people import Names
from whitespace_mcp.portfolio.matches import Match
from whitespace_mcp.portfolio.names import INACTIVE
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.terms.text import fold

UPDATED_NOTE: Final = (
    "'updated' is the contract document's last edit; it does not move when a line is written or a comment posted."
)
SUMMARIES_NOTE: Final = (
    "The platform does not serve its risk list here: these documents come from its summaries, without contract type."
)
LACKING_NOTE: Final = "not_known: slips that may belong here as well; unknown=true lists them."
LIMIT_NOTE: Final = "limit is one line for a contract that can have several limits; currencies are not converted."
LINES_NOTE: Final = (
    "written and signed add up the lines that this organisation may see, as the platform's summaries tell them,"
    " each on its contract's basis; get_lines has order and basis."
)

EACH_NOTE: Final = "A slip that two organisations see counts in each, so in a sum of them twice."
ALONE_NOTE: Final = "Only this organisation was looked through; organisation='all' looks through each."


def notes_of(query: Query, matches: Sequence[Match], names: Names) -> list[str] | None:
    """The notes that apply, if any; `names` are the market's."""
    notes = who_is_meant(query, matches, names)
    if {"updated_since", "updated_before"} & set(query.values):
        notes.append(UPDATED_NOTE)
    notes += [match.reading for match in matches if match.reading]
    if any(match.not_known.slips for match in matches) and not query.values.get("unknown"):
        notes.append(LACKING_NOTE)
    if "limit_over" in query.values or "limit" in query.show:
        notes.append(LIMIT_NOTE)
    if {"written", "signed"} & set(query.show):
        notes.append(LINES_NOTE)
    if any(match.view and match.view.book.source == "summaries" for match in matches):
        notes.append(SUMMARIES_NOTE)
    return notes or None


def who_is_meant(query: Query, matches: Sequence[Match], names: Names) -> list[str]:
    """Who is counted where a part of a broker's or a colleague's name was passed; a whole name says that itself."""
    meant: dict[str, dict[str, None]] = {"broker": {}, "owner": {}}
    for match in matches:
        prefixes, _ = match.query.terms.names.get("broker", ((), ()))
        people = match.query.terms.names.get("owner", ()) if query.values.get("owner") != INACTIVE else ()
        meant["broker"].update(dict.fromkeys(map(names.company, prefixes)))
        meant["owner"].update(dict.fromkeys(map(names.own, people)))
    return [
        f"{name} '{query.values[name]}' is {', '.join(called)}."
        for name, called in meant.items()
        if called and query.values[name] not in map(fold, called)
    ]
