"""What a fault comes to in the middle of reading the book in depth; `test_depth_faults.py` runs each row."""

from dataclasses import dataclass
from typing import Any, Final, Literal

from faults.messages import TRIED, Outcome
from faults.table import FAULTS, Fault, Spot
from whitespace_mcp.portfolio.depth_failures import MOST_WHY, OUTAGE
from whitespace_mcp.terms.text import shortened

Course = Literal["each alone", "the platform", "somebody else", "the login"]
_STOPS: Final = f"after {OUTAGE} slips in a row reading stops, and goes on with the next question"
COURSES: Final[dict[Course, str]] = {
    "each alone": "each slip by itself: the others are read",
    "the platform": _STOPS,
    "somebody else": f"{_STOPS}, the tries counted",
    "the login": "reading stops at once, and goes on with the next question",
}
"""What becomes of the other slips."""
_COURSE: Final[dict[str, Course]] = {
    "cut off": "the platform", "deadline": "the platform", "limited": "the platform", "not available": "the platform",
    "wrong address": "somebody else", "account": "the login", "MU id": "the login",
}  # fmt: skip
READ_WELL: Final = 4
"""Slips that are read before the fault."""


@dataclass(frozen=True)
class InDepth:
    """What `not_known` says of a slip that met the fault, and what becomes of the others."""

    why: str
    course: Course


@dataclass(frozen=True)
class Middle(Spot):
    """Behind the first few documents of slips, or of what stands behind them."""

    begins: Literal["/api/risks/IC", "/api/overview/"]

    @property
    def path(self) -> str:
        """Where its requests begin."""
        return self.begins

    @property
    def where(self) -> dict[str, Any]:
        """What every switch takes."""
        return super().where | {"skip": READ_WELL}


def in_depth(fault: Fault) -> InDepth | None:
    """What a fault comes to; None where contracts do not meet it."""
    words = fault.outcome("document")
    if words is None or words.words is None:
        return None
    return InDepth(_why(words), _COURSE.get(words.name, "each alone"))


def rows() -> list[tuple[InDepth, list[str]]]:
    """Every outcome with the faults that come to it, for the page."""
    results: dict[InDepth, list[str]] = {}
    for fault in FAULTS:
        outcome = in_depth(fault)
        if outcome is not None:
            results.setdefault(outcome, []).append(fault.name)
    return list(results.items())


def _why(text: Outcome) -> str:
    words = (text.words or "").replace(TRIED, "").partition(". ")[0]
    if text.name == "deadline":
        words = "The platform did not answer in time"
    if words.startswith("..."):
        words = words[3:].strip()
    what = shortened(words.partition(";")[0].rstrip("."), MOST_WHY)
    return what[:1].lower() + what[1:]
