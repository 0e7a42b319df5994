"""What risks can be grouped by: the SQL of each key, and the fact that it needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from whitespace_mcp.portfolio.facts import SOURCES, Fact
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
class Key:
    """SQL of a group's value, and the fact that it looks at; where that was not read, the value is `UNREAD`."""

    sql: str
    fact: Fact | None = None


_FORMS: Final = " || ".join(f"iif({test}, '{form}, ', '')" for form, test in UMR_FORMS.items())

KEYS: Final[dict[Group, Key]] = {
    "stage": Key("stage"),
    "status": Key("status"),
    "contract_type": Key("type"),
    "facility": Key("facility"),
    "broker": Key(BROKER),
    "team": Key("teams"),
    "updated_month": Key("substr(updated, 1, 7)"),
    "inception_month": Key("substr(inception, 1, 7)", "inception"),
    "owner": Key("owners", "owner"),
    "waiting": Key("waits", "waiting"),
    "action": Key("waits", "waiting"),
    "name": Key("name_key"),
    "umr_form": Key(f"rtrim({_FORMS}, ', ')"),
    "declared_to": Key("facilities", "facilities"),
    "placed": Key(
        f"iif(slip_stage <> 'firm_order', '{NOT_FIRM}', coalesce(placed, 'not every line is visible'))", "placed"
    ),
    "expiry_month": Key("coalesce(substr(expiry, 1, 7), expiry_state)", "expiry"),
    "leader": Key("leader", "leader"),
}


def sql_of(group: Group, terms: Terms) -> str:
    """The SQL of a key in the unit that is counted."""
    key = KEYS[group]
    sql = terms.stage_column if group == "stage" else key.sql
    if key.fact is None:
        return sql
    source = SOURCES[key.fact]
    return f"iif(({source.applies}) AND ({source.unread}), '{UNREAD}', {sql})"


def facts_of(groups: Iterable[str]) -> tuple[Fact, ...]:
    """What groups need that the list does not tell."""
    return tuple(dict.fromkeys(key.fact for name, key in KEYS.items() if name in groups and key.fact))
