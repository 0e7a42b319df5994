"""Columns of a row that only contracts, lines and endorsements tell."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from whitespace_mcp.answers.leaders import leaders_in_row
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import section_label
from whitespace_mcp.documents.facts_of_lines import LineFacts, PlacedSection
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.documents.subjectivities import SubjectivityRecord
from whitespace_mcp.terms.stages import WITH_LINES
from whitespace_mcp.terms.text import typed

NONE_TOLD: Final = "not in the contract"
UNSEEN: Final = "not every line is visible"
NOT_READ: Final = "not read yet"
APPLIES: Final = {
    "placed": (frozenset({"firm_order"}), "(told of firm orders only)"),
    "subjectivities": (WITH_LINES, "(no lines at this stage)"),
}
"""Stages of a slip at which a column can say anything, and what stands there otherwise."""
_LONG: Final = 240


def depth_in_row(
    facts: SlipFacts | None, shown: Iterable[str], *, stage: str, today: date, names: Names
) -> dict[str, Any]:
    """The columns that are shown; each says so where nothing is known.

    `facts` are None where they could not be read; of the columns `shown` others than these are ignored. `stage` is the
    slip's, `today` the day in London.
    """
    idle = {name: text for name, (stages, text) in APPLIES.items() if stage not in stages}
    columns: dict[str, Any] = {name: idle[name] for name in set(shown) & set(idle)}
    wanted = set(shown) & {*_COLUMNS, *APPLIES} - set(idle)
    if facts is None:
        return columns | dict.fromkeys(wanted, f"({NOT_READ})")
    columns |= {name: _COLUMNS[name](facts) for name in wanted & set(_COLUMNS)}
    if "expiry" in wanted:
        columns["expiry_changed_by"] = ", ".join(facts.expiry_changed_by) or None
    if "leader" in wanted:
        columns["leader"] = _leaders(facts, names)
    if facts.lines is not None and "placed" in wanted:
        columns |= _placed(facts.lines)
    if facts.lines is not None and "subjectivities" in wanted:
        columns["subjectivities"] = _subjectivities(facts.lines, today)
    return columns


def expiry_text(facts: SlipFacts) -> str:
    """When cover ends: `2026-09-04`, `unreadable ("???")`, each section's day, or that the contract tells none."""
    return facts.expiry_day.isoformat() if facts.expiry_day else facts.expiry_text or NONE_TOLD


def _joined(texts: Iterable[str]) -> str:
    return typed("; ".join(texts), _LONG) or NONE_TOLD


def _order(facts: SlipFacts) -> str:
    return _joined(f"{_of(order.section)}{order.text}" for order in facts.terms.order)


_COLUMNS: Final[dict[str, Callable[[SlipFacts], str]]] = {
    "expiry": expiry_text,
    "period": lambda facts: _joined(facts.terms.period),
    "premium": lambda facts: _joined(facts.terms.premium),
    "order": _order,
    "leader": lambda _: NONE_TOLD,
}


def _leaders(facts: SlipFacts, names: Names) -> str:
    """As the contract has them, like the groups; what only lines name is on the card, and would come and go here."""
    return _joined(leaders_in_row(facts.terms.leaders, names))


def _placed(lines: LineFacts) -> dict[str, Any]:
    sections = [_section(section) for section in lines.sections]
    return {
        "placed": "; ".join(sections) if lines.placed and sections else lines.placed or UNSEEN,
        "not_accepted": len(lines.not_accepted) or None,
    }


def _section(section: PlacedSection) -> str:
    """How far one section is: `section 1: short, written 60 of 75 (% of whole)`."""
    sum_of = f", {section.written_of}" if section.written is not None or section.state == "nothing" else ""
    return f"{_of(section.section)}{section.state or UNSEEN}{sum_of}"


def _subjectivities(lines: LineFacts, today: date) -> dict[str, Any]:
    waiting = lines.open_subjectivities()
    columns: dict[str, Any] = {
        "open": len(waiting),
        "overdue": len(lines.overdue_subjectivities(today)),
        "answered": sum(record.state == "answered" for record in waiting),
    }
    due = next_due(waiting, today)
    return {name: count for name, count in columns.items() if count or name == "open"} | (
        {"next_due": due.isoformat()} if due else {}
    )


def next_due(waiting: Iterable[SubjectivityRecord], today: date) -> date | None:
    """The next London date on which one of the open ones is due, from today on; those before it are overdue."""
    return min((record.due for record in waiting if record.due and record.due >= today), default=None)


def _of(section: str | None) -> str:
    return f"section {section_label(section)}: " if section is not None else ""
