"""What is asked of lists of risks: which, in one organisation's terms, in which order, and what is shown of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal

from whitespace_mcp.portfolio.facts import SOURCES, FactName, Part, of_depth, parts_of
from whitespace_mcp.portfolio.filters import FILTERS, Condition, Terms, Words
from whitespace_mcp.portfolio.groups import Group, facts_of
from whitespace_mcp.session.organisation import Organisation

Sort = Literal["newest", "oldest", "name", "umr", "waiting", "expiry"]

Column = Literal["updated", "name_key", "umr_key", "since", "expiry"]

ORDER: Final[dict[Sort, tuple[Column, bool]]] = {
    "newest": ("updated", True),
    "oldest": ("updated", False),
    "name": ("name_key", False),
    "umr": ("umr_key", False),
    "waiting": ("since", False),
    "expiry": ("expiry", False),
}
"""The column that each sort looks at, and whether downwards; rows without it come last, ties are ordered by id."""

ORDER_FACTS: Final[dict[Sort, tuple[FactName, ...]]] = {"waiting": ("waiting",), "expiry": ("expiry",)}
"""What a sort looks at that lists do not tell."""


@dataclass(frozen=True)
class Query:
    """What is asked of the lists; without filters it selects all.

    Attributes:
        values: the filters, as `filters.checked` gives them.
        terms: what is counted, and what names mean in one organisation.
        show: columns of rows that lists do not tell; `group_by`: keys of groups.
        sort: the order of rows.
        organisations: whose lists; `refresh`: ask the platform even if a list is fresh.
    """

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    terms: Terms = field(default_factory=Terms)
    show: tuple[FactName, ...] = ()
    group_by: tuple[Group, ...] = ()
    sort: Sort = "newest"
    organisations: tuple[Organisation, ...] = ()
    refresh: bool = False

    @cached_property
    def facts(self) -> tuple[FactName, ...]:
        """What its filters look at that the list does not tell, each once."""
        return tuple(dict.fromkeys(fact for name in self.values if (fact := FILTERS[name].fact)))

    @cached_property
    def shown(self) -> tuple[FactName, ...]:
        """What is ordered, grouped or shown by besides; with the filter `unknown` slips that lack it are selected.

        What only contracts and lines tell is read for the rows of a page alone.
        """
        deep = () if self.values.get("unknown") else self.deep
        shown: tuple[FactName, ...] = tuple(fact for fact in self.show if fact not in deep)
        return (*shown, *ORDER_FACTS.get(self.sort, ()), *facts_of(self.group_by))

    @cached_property
    def deep(self) -> tuple[FactName, ...]:
        """The columns of rows that only contracts and lines tell."""
        return of_depth(self.show)

    @cached_property
    def needs(self) -> tuple[FactName, ...]:
        """All that it needs that lists do not tell."""
        return (*self.facts, *self.shown, *self.show)

    @cached_property
    def needs_summaries(self) -> bool:
        """Whether it needs what summaries tell, be it only when a slip has changed."""
        return bool(parts_of(self.needs) - {"terms"})

    @property
    def tables(self) -> str:
        """The tables that it has to look at."""
        return tables_of(self.terms, (*self.facts, *self.shown))

    def canonical(self) -> dict[str, Any]:
        """The question as plain data, for the cursor: nothing of the process, the address or the moment is in it."""
        organisations = [organisation.id for organisation in self.organisations]
        return {"organisations": organisations, "unit": self.terms.unit, "values": dict(self.values), "sort": self.sort}

    def of(self, words: Words) -> "Query":
        """The question as it is put to a book with these words."""
        return replace(self, terms=replace(self.terms, words=words))

    def where(self) -> Condition:
        """The condition that is true of what is selected."""
        return self.unknown() if self.values.get("unknown") else self._all(FILTERS)

    def unknown(self) -> Condition:
        """The condition that is true of what may be asked for, but of which something is not known."""
        everything, parameters = self._all(FILTERS)
        lacking = " OR ".join(f"({lacks(fact)})" for fact in self.shown) or "0"
        return f"(({everything}) IS NULL OR (({everything}) AND ({lacking})))", [*parameters, *parameters]

    def may_cheaply(self) -> Condition:
        """The condition that lists and summaries leave: true of what contracts and lines are worth reading of."""
        cheap = [name for name in FILTERS if FILTERS[name].fact is None or _is_cheap(FILTERS[name].fact)]
        everything, parameters = self._all(cheap)
        return f"({everything}) IS NOT FALSE", parameters

    def _all(self, names: Iterable[str]) -> Condition:
        """All of some filters; NULL where one is and none is false."""
        parts: list[str] = []
        parameters: list[Any] = []
        for name in names:
            if name in self.values:
                condition, values = FILTERS[name].where(self.values[name], self.terms)
                parts.append(f"({condition})" if FILTERS[name].fact else f"(({condition}) IS TRUE)")
                parameters += values
        return " AND ".join(parts) or "1", parameters


def tables_of(terms: Terms, facts: Iterable[FactName]) -> str:
    """The tables of a book that tell some facts: the list's, the summaries', and what was read in depth."""
    parts: set[Part] = {part for fact in facts for part in SOURCES[fact].parts}
    tables = ["current_documents" if terms.unit == "slip" else "documents"]
    if parts:
        tables.append("LEFT JOIN summary_facts USING (root)")
    if parts - {"summary"}:
        tables.append("LEFT JOIN depth USING (root)")
    return " ".join(tables)


def lacks(fact: FactName) -> str:
    """SQL that is true where a fact cannot be shown; what only summaries may tell counts as told once they are read."""
    source = SOURCES[fact]
    untold = f" OR ({source.untold}) IS NOT NULL" if source.parts != ("summary",) else ""
    return f"({source.applies}) AND (({source.unread}){untold})"


def _is_cheap(fact: FactName | None) -> bool:
    return fact is not None and SOURCES[fact].parts == ("summary",)
