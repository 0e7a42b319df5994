"""How much a card may say: less and less until it fits its budget, and what that left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class CardBudget:
    """Limits of one try, and what it left out by the name of its list.

    Documents, facts, sections and people are entries of each kind of list, `text` is characters of a fact, `essential`
    entries of what the contract says first of all, where no other facts fit.
    """

    documents: int
    facts: int
    sections: int
    people: int
    text: int
    essential: int
    left_out: dict[str, int] = field(default_factory=dict[str, int])

    def places(self) -> dict[str, str] | None:
        """Which tool and argument brings what was left out: the lists by tool."""
        by_tool: dict[str, list[str]] = {}
        for name in self.left_out:
            by_tool.setdefault(_PLACES.get(name, "get_data"), []).append(name)
        return {tool: ", ".join(names) for tool, names in by_tool.items()} or None

    def few(self, name: str, entries: Sequence[T], most: int) -> list[T] | None:
        """The first of some entries; the others are noted as left out.

        `name` is the answer's key, `most` how many are shown.
        """
        if len(entries) > most:
            self.left_out[name] = len(entries) - most
        return list(entries[:most]) or None


_OPTIONAL: Final = "read_platform (if offered) operation={}"
_PLACES: Final = {
    "documents": "get_risks unit=document umr=...",
    "lines": "get_lines",
    "declined": "get_lines",
    "withdrawn": "get_lines",
    "not_taken_up": "get_lines quotes=true",
    "open_actions": "my_desk",
    "facilities": "get_risks show=facilities",
    "period": "get_wording heading=Period",
    "limit": "get_wording heading=LimitOfLiability",
    "deductible": "get_wording search=deductible",
    "premium": "get_wording heading=Premium",
    "period_changed": "get_endorsements",
    "labels": _OPTIONAL.format("labels"),
    "owner": _OPTIONAL.format("owners"),
    "carriers_owners": _OPTIONAL.format("owners"),
}
_SIZES: Final = (
    (6, 4, 6, 8, 140, 1),
    (4, 3, 4, 5, 100, 1),
    (3, 3, 3, 3, 100, 1),
    (2, 2, 3, 2, 100, 1),
    (2, 2, 2, 2, 70, 1),
    (1, 1, 2, 1, 70, 1),
    (1, 1, 1, 1, 50, 1),
    (1, 1, 1, 0, 34, 1),
    (1, 1, 1, 0, 20, 1),
    (1, 0, 0, 0, 34, 1),
    (1, 0, 0, 0, 20, 1),
    (1, 0, 0, 0, 20, 0),
)


def budgets() -> list[CardBudget]:
    """The tries, from the most to say to the least."""
    return [CardBudget(*size) for size in _SIZES]
