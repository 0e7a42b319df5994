"""What is asked of lists of risks (which, in what order or groups, what is shown), and what of it is not known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from whitespace_mcp.portfolio.facts import SOURCES, FactName, Part
from whitespace_mcp.portfolio.filters import BROKER, FILTERS, UMR_FORMS, Condition, Scope, Words
from whitespace_mcp.portfolio.values import in_order
from whitespace_mcp.session.organisation import Organisation

Sort = Literal["newest", "oldest", "name", "umr", "waiting", "expiry", "shortfall"]

Column = Literal["updated", "name_key", "umr_key", "since", "expiry", "lacking"]

ORDER: Final[dict[Sort, tuple[Column, bool]]] = {
    "newest": ("updated", True),
    "oldest": ("updated", False),
    "name": ("name_key", False),
    "umr": ("umr_key", False),
    "waiting": ("since", False),
    "expiry": ("expiry", False),
    "shortfall": ("lacking", True),
}
"""The column that each sort looks at, and whether downwards; rows without it come last, ties are ordered by id."""

_MONTH: Final = len("2026-01")

ORDER_FACTS: Final[dict[Sort, tuple[FactName, ...]]] = {
    "waiting": ("waiting",), "expiry": ("expiry",), "shortfall": ("placed",),
}  # fmt: skip
"""What a sort looks at that lists do not tell."""


Group = Literal[
    "stage", "status", "contract_type", "facility", "broker", "team", "updated_month", "inception_month", "owner",
    "waiting", "action", "name", "declared_to", "umr_form", "placed", "expiry_month", "leader",
]  # fmt: skip

UNREAD: Final = "?"
"""The value of what was not read yet."""
NOT_FIRM: Final = "-"
"""The value of `placed` of slips that are not at firm order."""


@dataclass(frozen=True)
class GroupKey:
    """SQL of a group's value, and the fact that it looks at; where that was not read, the value is `UNREAD`."""

    sql: str
    fact: FactName | None = None


_FORMS: Final = " || ".join(f"iif({test}, '{form}, ', '')" for form, test in UMR_FORMS.items())

KEYS: Final[dict[Group, GroupKey]] = {
    "stage": GroupKey("stage"),
    "status": GroupKey("status"),
    "contract_type": GroupKey("type"),
    "facility": GroupKey("facility"),
    "broker": GroupKey(BROKER),
    "team": GroupKey("teams"),
    "updated_month": GroupKey("substr(updated, 1, 7)"),
    "inception_month": GroupKey("substr(inception, 1, 7)", "inception"),
    "owner": GroupKey("owners", "owner"),
    "waiting": GroupKey("waits", "waiting"),
    "action": GroupKey("waits", "waiting"),
    "name": GroupKey("name_key"),
    "umr_form": GroupKey(f"rtrim({_FORMS}, ', ')"),
    "declared_to": GroupKey("facilities", "facilities"),
    "placed": GroupKey(
        f"iif(slip_stage <> 'firm_order', '{NOT_FIRM}', coalesce(placed, 'not every line is visible'))", "placed"
    ),
    "expiry_month": GroupKey("iif(expiry = expiry_last, substr(expiry, 1, 7), expiry_state)", "expiry"),
    "leader": GroupKey("leader", "leader"),
}


def sql_of(group: Group, scope: Scope) -> str:
    """The SQL of a key in the unit that is counted."""
    key = KEYS[group]
    sql = scope.stage_column if group == "stage" else key.sql
    if key.fact is None:
        return sql
    source = SOURCES[key.fact]
    return f"iif(({source.applies}) AND ({source.unread}), '{UNREAD}', {sql})"


def facts_of(groups: Iterable[str]) -> tuple[FactName, ...]:
    """What groups need that the list does not tell."""
    return tuple(dict.fromkeys(key.fact for name, key in KEYS.items() if name in groups and key.fact))


class GroupCount(NamedTuple):
    """One group: the values of its keys, and how many slips and documents it holds."""

    keys: tuple[Any, ...]
    slips: int
    documents: int


@dataclass(frozen=True)
class NotKnown:
    """Of how many slips it is not known whether they are asked for, or what is shown of them.

    Attributes:
        slips: how many.
        facts: by fact and reason.
        seconds: in about how many more will be known, if more is being read.
    """

    slips: int
    facts: dict[str, dict[str, int]]
    seconds: int | None = None

    def plain(self) -> dict[str, Any] | None:
        """As answers show it; None where everything is known."""
        plain: dict[str, Any] = {"slips": self.slips, "facts": self.facts}
        return (plain | ({"seconds": self.seconds} if self.seconds else {})) if self.slips else None


ALL_KNOWN: Final = NotKnown(0, {})


@dataclass(frozen=True)
class Query:
    """What is asked of the lists; without filters it selects all.

    Attributes:
        values: the filters, as `read_filters` gives them.
        scope: what is counted, and what names mean in one organisation.
        show: columns of rows that lists do not tell; `group_by`: keys of groups.
        sort: the order of rows.
        organisations: whose lists; `refresh`: ask the platform even if a list is fresh.
    """

    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    scope: Scope = field(default_factory=Scope)
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
        return tables_of(self.scope, (*self.facts, *self.shown))

    def canonical(self) -> dict[str, Any]:
        """The question as plain data, for the cursor: nothing of the process, the address or the moment is in it."""
        organisations = [organisation.id for organisation in self.organisations]
        return {"organisations": organisations, "unit": self.scope.unit, "values": dict(self.values), "sort": self.sort}

    def of(self, words: Words) -> "Query":
        """The question as it is put to a book with these words."""
        return replace(self, scope=replace(self.scope, words=words))

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
        cheap = [name for name, each in FILTERS.items() if each.fact is None or not of_depth((each.fact,))]
        everything, parameters = self._all(cheap)
        return f"({everything}) IS NOT FALSE", parameters

    def _all(self, names: Iterable[str]) -> Condition:
        """All of some filters; NULL where one is and none is false."""
        parts: list[str] = []
        parameters: list[Any] = []
        for name in names:
            if name in self.values:
                condition, values = FILTERS[name].where(self.values[name], self.scope)
                parts.append(f"({condition})" if FILTERS[name].fact else f"(({condition}) IS TRUE)")
                parameters += values
        return " AND ".join(parts) or "1", parameters


EVERYTHING: Final = Query()
"""Nothing in particular is asked."""


def read_filters(given: Mapping[str, Any]) -> dict[str, Any]:
    """The filters of a call in a form in which equal questions are equal; those that are not given are left out.

    Raises:
        BadArgument: a value that cannot be used, or two that contradict each other.
    """
    read = {name: FILTERS[name].read(name, given[name]) for name in FILTERS if given.get(name) is not None}
    plain_values = {name: value for name, value in read.items() if value not in (None, [], "")}
    for name in plain_values:
        if (until := FILTERS[name].until) in plain_values:
            is_month = until == "updated_before" and len(str(given[name]).strip()) == _MONTH
            in_order(plain_values, name, until, exclusive=is_month)
    return plain_values


def parts_of(facts: Iterable[FactName]) -> frozenset[Part]:
    """All that has to be read for some facts."""
    return frozenset(part for fact in facts for part in SOURCES[fact].parts)


def of_depth(facts: Iterable[FactName]) -> tuple[FactName, ...]:
    """Those that only contracts, lines and endorsements tell."""
    return tuple(fact for fact in facts if SOURCES[fact].parts != ("summary",))


def tables_of(scope: Scope, facts: Iterable[FactName]) -> str:
    """The tables of a book that tell some facts: the list's, the summaries', and what was read in depth."""
    parts = parts_of(facts)
    tables = ["current_documents" if scope.unit == "slip" else "documents"]
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
