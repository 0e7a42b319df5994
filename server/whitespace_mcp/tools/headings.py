"""Which headings of a contract a caller means."""

from collections.abc import Sequence

from whitespace_mcp.answers.wording.clauses import Clause, ContractWording
from whitespace_mcp.config.errors import BadArgument, listed
from whitespace_mcp.terms.text import clean, squeeze


def chosen(wording: ContractWording, headings: Sequence[str], section: str | None) -> list[Clause]:
    """The clauses that the call is about, in the contract's order; all of them if it names none.

    `headings` are names or numbers, `section` a section's id or title.

    Raises:
        BadArgument: one that the contract does not have; the message lists those that come near, or all.
    """
    clauses = list(wording.clauses)
    if section is not None:
        clauses = _of_section(wording, section)
    if not headings:
        return clauses
    wanted = {clause.index for heading in headings for clause in _of_heading(clauses, heading)}
    return [clause for clause in clauses if clause.index in wanted]


def _of_section(wording: ContractWording, words: str) -> list[Clause]:
    key = squeeze(words)
    names = {clause.section: {squeeze(clause.section)} for clause in wording.clauses if clause.section}
    for section, title in wording.titles.items():
        names.setdefault(section, {squeeze(section)}).add(squeeze(title))
    sections = {section for section, keys in names.items() if key in keys}
    sections = sections or {section for section, keys in names.items() if key and any(key in name for name in keys)}
    if len(sections) == 1:
        return [clause for clause in wording.clauses if clause.section in sections]
    raise BadArgument(
        "section",
        "could be several sections of this contract" if sections else "is no section of this contract",
        allowed=f"Sections: {listed(sorted(sections) or names)}." if names else "It has none; leave it out.",
    )


def _of_heading(clauses: Sequence[Clause], words: str) -> list[Clause]:
    text, key = words.strip(), squeeze(words)
    matching = [clause for clause in clauses if text.isdecimal() and str(clause.index) == text]
    matching = matching or [clause for clause in clauses if key in clause.names]
    if matching:
        return matching
    near = [clause for clause in clauses if len(key) > 2 and any(key in name for name in clause.names)]
    if len({clause.heading for clause in near}) == 1 and near[0].heading != "NonMRCHeading":
        return near
    raise BadArgument(
        "heading",
        "could be several headings of this contract" if near else "is none of this contract's headings",
        allowed=f"Pass one of: {listed(map(_label, near), most=60)}."
        if near
        else f"It has: {listed(map(_label, clauses), most=60)}. Words of the text are found with search."
        if clauses
        else "It has none.",
    )


def _label(clause: Clause) -> str:
    """How a message names a heading: as it can be passed."""
    name = clause.title if clause.heading in {"NonMRCHeading", "CustomMRCHeading", "Unknown"} else clause.heading
    return f"{clause.index} {clean(name, 70)}"
