"""Every filter of risk lists, one row of a table each: the tools' signatures, the SQL and the cursor follow from it.

A condition over what is not always known is NULL where it is not: SQL's own logic of three values then tells what
matches (true), what cannot (false), and what may (NULL).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from whitespace_mcp.portfolio import values
from whitespace_mcp.portfolio.facts import LIVING, FactName
from whitespace_mcp.terms.text import NO_VALUE, fold, squeeze

Unit = Literal["slip", "document"]
Facility = Literal["only", "exclude"]
Missing = Literal["umr", "name"]
Placed = Literal["nothing", "short", "full", "over", "unreadable", "not_accepted"]
UmrForm = Literal["none", "no_b", "malformed", "padded", "shared", "well_formed"]
Subjectivity = Literal["open", "overdue", "answered"]

BROKER: Final = "lower(substr(broker_channel, 1, instr(broker_channel || '_', '_') - 1))"
"""The placing broker's channel prefix, in SQL."""
_SHORT: Final = len("IC00000000")
_BARRED_ACTIONS: Final = "'|' || replace(lower(waits), ', ', '|') || '|'"

Condition = tuple[str, list[Any]]
"""SQL over the tables of a book, and its parameters."""


@dataclass(frozen=True)
class Words:
    """The different statuses and contract types of a book, as written: few, however long the list."""

    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def joined(self, other: "Words") -> "Words":
        """Those of both."""
        statuses, types = {*self.statuses, *other.statuses}, {*self.types, *other.types}
        return Words(tuple(statuses), tuple(types))


@dataclass(frozen=True)
class Scope:
    """What is counted, and what filters mean in one organisation.

    Attributes:
        unit: what is counted.
        words: those of its book.
        person: the MU id that `mine` is about.
        names: for each filter by name (broker, team, owner, declared_to) what the name stands for here, a name that
            stands for nothing here is missing and selects nothing; for `overdue` the day in London, ISO 8601.
    """

    unit: Unit = "slip"
    words: Words = field(default_factory=Words)
    person: str = ""
    names: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def stage_column(self) -> str:
        """Where the stage of the unit stands."""
        return "slip_stage" if self.unit == "slip" else "stage"


@dataclass(frozen=True)
class Filter:
    """One filter.

    Attributes:
        kind: the type of its argument.
        about: what the schema says of it.
        read: its argument's value in a form in which equal questions are equal, plain data; raises BadArgument.
        where: the condition that such a value means.
        fact: what it looks at that the list does not tell.
        until: the filter that is the other end of the same range, whose value may not be before this one's.
    """

    kind: Any
    about: str
    read: Callable[[str, Any], Any]
    where: Callable[[Any, Scope], Condition]
    fact: FactName | None = None
    until: str | None = None


def any_of(column: str, among: Sequence[Any]) -> Condition:
    """A column has one of some values."""
    return f"{column} IN ({', '.join('?' * len(among))})", list(among)


def _compared(sql: str) -> Callable[[Any, Scope], Condition]:
    return lambda value, _: (sql, [value])


def _status(statuses: Sequence[str], scope: Scope) -> Condition:
    among = [word for word in (*scope.words.statuses, NO_VALUE) if squeeze(word) in statuses]
    return any_of(f"coalesce(status, '{NO_VALUE}')", among)


def _type(kind: str, scope: Scope) -> Condition:
    among = [word for word in (*scope.words.types, NO_VALUE) if fold(word) == kind]
    return any_of(f"coalesce(type, '{NO_VALUE}')", among)


def _name(key: str, _: Scope) -> Condition:
    return ("name IS NULL", []) if key == NO_VALUE else ("instr(name_key, ?) > 0", [key])


def _broker(words: str, scope: Scope) -> Condition:
    if words == NO_VALUE:
        return "broker_channel IS NULL", []
    prefixes, channels = scope.names.get("broker", ((), ()))
    return any_of(BROKER, prefixes) if prefixes else any_of("lower(broker_channel)", channels)


def _team(words: str, scope: Scope) -> Condition:
    """Every team that is named has it; an organisation without such teams has nothing."""
    if words == NO_VALUE:
        return "teams = ''", []
    teams = scope.names.get("team", ())
    return " AND ".join(["instr('|' || lower(teams), ?) > 0"] * len(teams)) or "0", [f"|{team}|" for team in teams]


def _owner(whose: str, scope: Scope) -> Condition:
    if whose in {"unassigned", NO_VALUE}:
        return "owners = ''", []
    if whose == "other":
        return "owners <> '' AND instr(owners, ?) = 0", [f"|{scope.person}|"]
    parties = ((scope.person,),) if whose == "mine" else scope.names.get("owner", ())
    theirs = "EXISTS (SELECT 1 FROM json_each(?) WHERE instr(owners, value) > 0)"
    tests = " AND ".join([theirs] * len(parties)) or "0"
    among = [json.dumps([f"|{person}{_bar(person)}" for person in people]) for people in parties]
    return f"CASE WHEN owners IS NOT NULL THEN {tests} END", among


def _bar(name: str) -> str:
    """What ends an id of a list between bars; nothing behind a short one, which only begins like it."""
    return "" if len(name) == _SHORT else "|"


def _action(kinds: Sequence[str], _: Scope) -> Condition:
    names = values.action_names(kind for kind in kinds if kind != NO_VALUE)
    tests = [f"instr({_BARRED_ACTIONS}, ?) > 0"] * len(names) + ["waits = ''"] * (NO_VALUE in kinds)
    return " OR ".join(tests), [f"|{name}|" for name in names]


def _declared_to(words: str, scope: Scope) -> Condition:
    if fold(words) == NO_VALUE:
        return "facilities = ''", []
    facility = str(scope.names.get("declared_to", "")).upper()
    return "instr('|' || upper(facilities), ?) > 0", [f"|{facility}{_bar(facility)}"]


_BEGINS: Final = "min(begins, coalesce(inception, begins))"
"""The day before which no period can end: the contract's inception, or the summary's where that is earlier."""


def _expires(every: str, none: str) -> Callable[[Any, Scope], Condition]:
    """True where the periods of all sections end as asked, false where none does, NULL where some do."""
    sql = f"CASE WHEN terms IS NOT 1 OR endorsements IS NOT 1 THEN NULL WHEN {every} THEN 1 WHEN {none} THEN 0 END"
    return lambda day, _: (sql, [day] * sql.count("?"))


def _leader(_: str, scope: Scope) -> Condition:
    """Each company that is named leads; a contract that names no leader has none."""
    parties = scope.names.get("leader", ())
    theirs = "EXISTS (SELECT 1 FROM json_each(?) WHERE instr(leader_key, value) > 0)"
    tests = " AND ".join([theirs] * len(parties)) or "leader IS NULL"
    return f"CASE WHEN terms = 1 THEN {tests} END", [json.dumps(marks) for marks in parties]


def _in_several(wanted: bool, scope: Scope) -> Condition:  # noqa: FBT001  # as every filter's value
    among = json.dumps(sorted(scope.names.get("in_several", ())))
    return "(root IN (SELECT value FROM json_each(?))) = ?", [among, int(wanted)]


def _placed(states: Sequence[str], _: Scope) -> Condition:
    condition, parameters = any_of("placed", [state for state in states if state != "not_accepted"])
    beside = " OR not_accepted > 0" if "not_accepted" in states else ""
    return f"CASE WHEN slip_stage <> 'firm_order' THEN 0 ELSE ({condition}){beside} END", parameters


def _subjectivity(state: str, scope: Scope) -> Condition:
    test = {"open": "open > 0", "answered": "answered > 0", "overdue": "coalesce(due < ?, 0)"}[state]
    return f"CASE WHEN NOT ({LIVING}) THEN 0 WHEN lines = 1 THEN {test} END", (
        [scope.names.get("subjectivity", "")] if state == "overdue" else []
    )


def _umr_form(forms: Sequence[UmrForm], _: Scope) -> Condition:
    unusual = " OR ".join(UMR_FORMS.values())
    tests = [f"NOT ({unusual})" if form == "well_formed" else UMR_FORMS[form] for form in forms]
    return " OR ".join(tests), []


_COMPACT: Final = "replace(upper(umr), ' ', '')"
_TAIL: Final = f"length({_COMPACT}) BETWEEN {{0}} + 5 AND {{0}} + 16 AND NOT {_COMPACT} GLOB '*[^0-9A-Z]*'"
_GOOD: Final = f"({_COMPACT} GLOB 'B[0-9][0-9][0-9][0-9]*' AND {_TAIL.format(1)})"
_NO_B: Final = f"({_COMPACT} GLOB '[0-9][0-9][0-9][0-9]*' AND {_TAIL.format(0)})"
UMR_FORMS: Final[dict[UmrForm, str]] = {
    "none": "umr IS NULL",
    "no_b": _NO_B,
    "malformed": f"(umr IS NOT NULL AND NOT {_GOOD} AND NOT {_NO_B})",
    "padded": f"(umr IS NOT NULL AND (padded OR length({_COMPACT}) <> length(umr)))",
    "shared": "umr_shared = 1",
}
"""What a UMR can be but well formed: B, four digits of the broker, one to twelve letters or digits."""

FILTERS: Final[dict[str, Filter]] = {
    "stage": Filter(
        list[str], "Any of: draft, firm_order, signed ...", values.stages,
        lambda stages, scope: any_of(scope.stage_column, stages),
    ),
    "status": Filter(list[str], "In the platform's words.", values.statuses, _status),
    "name": Filter(str, "Part of the contract's title.", values.folded, _name),
    "umr": Filter(
        str, "With or without its B.", values.umr,
        _compared("root IN (SELECT root FROM documents WHERE umr_key = ?)"),
    ),
    "contract_type": Filter(str, "", values.folded, _type),
    "facility": Filter(
        Facility, "", values.as_is, lambda which, _: ("facility = ?", [int(which == "only")])
    ),
    "broker": Filter(str, "Placing broker: name or channel.", values.folded, _broker),
    "team": Filter(str, "Id or name.", values.folded, _team),
    "updated_since": Filter(
        str, "ISO 8601, inclusive; UTC.", values.moment, _compared("updated >= ?"), until="updated_before"
    ),
    "updated_before": Filter(str, "Exclusive.", values.moment, _compared("updated < ?")),
    "missing": Filter(Missing, "umr: as umr_form none.", values.as_is, lambda column, _: (f"{column} IS NULL", [])),
    "inception_from": Filter(
        str, "Date, inclusive.", values.day, _compared("inception >= ?"), "inception", "inception_to"
    ),
    "inception_to": Filter(str, "Inclusive.", values.day, _compared("inception <= ?"), "inception"),
    "expiry_from": Filter(
        str, "Date, inclusive.", values.day, _expires("expiry >= ?", "expiry_last < ?"), "expiry", "expiry_to"
    ),
    "expiry_to": Filter(
        str, "Inclusive.", values.day,
        _expires("expiry_last <= ?", f"expiry > ? OR (expiry IS NULL AND {_BEGINS} > ?)"),
        "expiry",
    ),
    "owner": Filter(str, "mine, unassigned, other, inactive (not live), or a name.", values.owner, _owner, "owner"),
    "waiting": Filter(
        bool, "Something is open for our teams.", values.as_is,
        lambda waits, _: (f"waits {'<>' if waits else '='} ''", []), "waiting",
    ),
    "action": Filter(
        list[str], "Open action: firm order, quote request, endorsement ...", values.actions, _action,
        "waiting",
    ),
    "limit_over": Filter(
        str, "USD 5,000,000: that currency only.", values.amount,
        lambda limit, _: ("currency = ? AND amount > ?", list(limit)), "limit",
    ),
    "declared_to": Filter(str, "A facility's risk id or UMR.", values.plainly, _declared_to, "facilities"),
    "leader": Filter(str, "Leading company, part of its name, or us.", values.folded, _leader, "leader"),
    "in_several": Filter(bool, "With 'all': seen by several of them.", values.as_is, _in_several),
    "placed": Filter(list[Placed], "Firm orders, lines against order.", values.words, _placed, "placed"),
    "subjectivity": Filter(Subjectivity, "", values.as_is, _subjectivity, "subjectivities"),
    "umr_form": Filter(list[UmrForm], "", values.words, _umr_form),
    "unknown": Filter(bool, "List what is not_known.", values.as_is, lambda _, __: ("1", [])),
}  # fmt: skip
"""In the order in which the tools publish them."""
