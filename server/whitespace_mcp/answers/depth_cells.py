"""Cells of an export that only contracts, lines and endorsements tell: dates and numbers, and why there is none."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Final

from whitespace_mcp.answers.depth_columns import NONE_TOLD, UNSEEN, idle, subjectivity_figures
from whitespace_mcp.documents.facts_of_lines import LineFacts
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.terms.text import NOT_READ

DEPTH_CELLS: Final[dict[str, tuple[str, ...]]] = {
    "expiry": ("expiry", "expiry_changed_by"),
    "period": ("period",),
    "premium": ("premium_currency", "premium_amount", "premium"),
    "order": ("order_percent", "order"),
    "placed": ("placed_state", "placed_written", "placed_of", "not_accepted", "placed"),
    "leader": ("leader",),
    "subjectivities": (
        "subjectivities_open", "subjectivities_overdue", "subjectivities_answered", "subjectivities_next_due",
    ),
}  # fmt: skip
"""What each column of a list becomes; the last of them holds the words, those before it what can be reckoned with."""

_MONEY: Final = re.compile(r"\b([A-Z]{3}) ?(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,6})?(?![\d,.]*\d)", re.ASCII)
_STATES: Final = {
    "several": "several, by section; the words stand in the cell",
    "unreadable": "unreadable; the words stand in the cell",
    "none": NONE_TOLD,
}

Cells = dict[str, Any]
Lacking = dict[str, str]
"""Why a column has no date or number, by column."""


def depth_cells(name: str, facts: SlipFacts | None, *, stage: str, today: date) -> tuple[Cells, Lacking]:
    """The cells that stand beside the words of one column, and which of them have to stay empty.

    `name` is a key of `DEPTH_CELLS`; `facts` are None where the slip was not read. At some stages (`stage`) a column
    says nothing at all; `today` is the day in London.
    """
    if idle(name, stage):
        return {name: None}, {}
    if facts is None:
        return {name: None}, {name: NOT_READ}
    read = _READERS.get(name)
    return read(facts, today) if read else ({}, {})


def _expiry(facts: SlipFacts, _today: date) -> tuple[Cells, Lacking]:
    return {}, {} if facts.expiry_day else {"expiry": _STATES.get(facts.expiry_state, facts.expiry_state)}


def _premium(facts: SlipFacts, _today: date) -> tuple[Cells, Lacking]:
    """The amount, where the contract states one alone."""
    amounts = {
        (currency, Decimal(whole.replace(",", "") + fraction))
        for text in facts.terms.premium
        for currency, whole, fraction in _MONEY.findall(text)
    }
    if len(amounts) == 1 and len(facts.terms.premium) == 1:
        ((currency, amount),) = amounts
        return {"premium_currency": currency, "premium_amount": amount}, {}
    why = "no amount that can be read" if not amounts else "several amounts; the words stand beside it"
    return {}, {"premium_amount": why}


def _order(facts: SlipFacts, _today: date) -> tuple[Cells, Lacking]:
    percents = {order.percent for order in facts.terms.order}
    if len(percents) == 1 and (percent := next(iter(percents))) is not None:
        return {"order_percent": percent}, {}
    why = "unreadable, or not in the contract" if None in percents or not percents else "several, by section"
    return {}, {"order_percent": why}


def _placed(facts: SlipFacts, _today: date) -> tuple[Cells, Lacking]:
    lines = facts.lines
    if lines is None:
        return {}, {}
    if lines.placed is None:
        return {"not_accepted": len(lines.not_accepted)}, {"placed_state": UNSEEN}
    return {"placed_state": lines.placed, "not_accepted": len(lines.not_accepted)} | _sums(lines), {}


def _sums(lines: LineFacts) -> Cells:
    """Written lines and what they make up when complete, of a contract that has one section only."""
    if len(lines.sections) != 1:
        return {}
    (section,) = lines.sections
    return {"placed_written": section.written, "placed_of": section.written_full}


def _subjectivities(facts: SlipFacts, today: date) -> tuple[Cells, Lacking]:
    if facts.lines is None:
        return {}, {}
    figures = subjectivity_figures(facts.lines, today)
    return {f"subjectivities_{name}": value for name, value in figures.items()}, {}


_READERS: Final[dict[str, Callable[[SlipFacts, date], tuple[Cells, Lacking]]]] = {
    "expiry": _expiry, "premium": _premium, "order": _order, "placed": _placed, "subjectivities": _subjectivities,
}  # fmt: skip
