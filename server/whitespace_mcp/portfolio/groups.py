"""What risks can be grouped by: the SQL of each key, and the fact that it needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from whitespace_mcp.portfolio.facts import SOURCES, FactName
from whitespace_mcp.portfolio.filters import BROKER, UMR_FORMS, Terms

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


def sql_of(group: Group, terms: Terms) -> str:
    """The SQL of a key in the unit that is counted."""
    key = KEYS[group]
    sql = terms.stage_column if group == "stage" else key.sql
    if key.fact is None:
        return sql
    source = SOURCES[key.fact]
    return f"iif(({source.applies}) AND ({source.unread}), '{UNREAD}', {sql})"


def facts_of(groups: Iterable[str]) -> tuple[FactName, ...]:
    """What groups need that the list does not tell."""
    return tuple(dict.fromkeys(key.fact for name, key in KEYS.items() if name in groups and key.fact))
