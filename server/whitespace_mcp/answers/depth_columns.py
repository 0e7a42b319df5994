"""Columns of a row that only contracts, lines and endorsements tell."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Final

from whitespace_mcp.answers.leaders import leaders_in_row
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.contract import section_label
from whitespace_mcp.documents.facts_of_lines import LineFacts, PlacedSection
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.terms.stages import WITH_LINES
from whitespace_mcp.terms.text import NOT_READ, typed

NONE_TOLD: Final = "not in the contract"
UNSEEN: Final = "not every line is visible"
_APPLIES: Final = {
    "placed": (frozenset({"firm_order"}), "(told of firm orders only)"),
    "subjectivities": (WITH_LINES, "(no lines at this stage)"),
}
"""Stages of a slip at which a column can say anything, and what stands there otherwise."""
_LONG: Final = 240


def idle(name: str, stage: str) -> str | None:
    """What stands in a column at a stage at which it can say nothing; None where it can."""
    stages, words = _APPLIES.get(name, (frozenset({stage}), ""))
    return None if stage in stages else words


def depth_in_row(
    facts: SlipFacts | None, shown: Iterable[str], *, stage: str, today: date, names: Names
) -> dict[str, Any]:
    """The columns that are shown; each says so where nothing is known.

    `facts` are None where they could not be read; of the columns `shown` others than these are ignored. `stage` is the
    slip's, `today` the day in London.
    """
    columns: dict[str, Any] = {}
    for name in shown:
        if words := idle(name, stage):
            columns[name] = words
        elif facts is None and name in _READERS:
            columns[name] = f"({NOT_READ})"
        elif facts is not None and name in _READERS:
            columns |= _READERS[name](facts, today, names)
    return columns


def expiry_text(facts: SlipFacts) -> str:
    """When cover ends: `2026-09-04`, `unreadable ("???")`, each section's day, or that the contract tells none."""
    return facts.expiry_day.isoformat() if facts.expiry_day else facts.expiry_text or NONE_TOLD


def _joined(texts: Iterable[str]) -> str:
    return typed("; ".join(texts), _LONG) or NONE_TOLD


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


def subjectivity_figures(lines: LineFacts, today: date) -> dict[str, int | date]:
    """How many wait, are overdue and are answered, and the next London date from today on which one is due, if any."""
    waiting = lines.open_subjectivities()
    due = [record.due for record in waiting if record.due and record.due >= today]
    return {
        "open": len(waiting),
        "overdue": len(lines.overdue_subjectivities(today)),
        "answered": sum(record.state == "answered" for record in waiting),
        **({"next_due": min(due)} if due else {}),
    }


def _subjectivities(lines: LineFacts, today: date) -> dict[str, int | str]:
    figures = subjectivity_figures(lines, today)
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in figures.items()
        if value or name == "open"
    }


def _of(section: str | None) -> str:
    return f"section {section_label(section)}: " if section is not None else ""


_READERS: Final[dict[str, Callable[[SlipFacts, date, Names], dict[str, Any]]]] = {
    "expiry": lambda facts, _today, _names: {
        "expiry": expiry_text(facts), "expiry_changed_by": ", ".join(facts.expiry_changed_by) or None,
    },
    "period": lambda facts, _today, _names: {"period": _joined(facts.terms.period)},
    "premium": lambda facts, _today, _names: {"premium": _joined(facts.terms.premium)},
    "order": lambda facts, _today, _names: {
        "order": _joined(f"{_of(order.section)}{order.text}" for order in facts.terms.order),
    },
    # As the contract has them, like the groups: what only lines name is on the card, and would come and go here.
    "leader": lambda facts, _today, names: {"leader": _joined(leaders_in_row(facts.terms.leaders, names))},
    "placed": lambda facts, _today, _names: _placed(facts.lines) if facts.lines else {},
    "subjectivities": lambda facts, today, _names: (
        {"subjectivities": _subjectivities(facts.lines, today)} if facts.lines else {}
    ),
}  # fmt: skip
