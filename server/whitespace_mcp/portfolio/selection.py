"""Which risks are asked for: the filters of `get_risks`, and their SQL."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from whitespace_mcp.portfolio.summary_facts import Fact
from whitespace_mcp.terms.stages import Stage
from whitespace_mcp.terms.text import NO_VALUE, fold, squeeze

Unit = Literal["slip", "document"]
Sort = Literal["newest", "oldest", "name", "umr"]
Facility = Literal["only", "exclude"]
Missing = Literal["umr", "name"]
Owner = Literal["mine", "unassigned", "other"]

ORDER: Final[dict[Sort, tuple[str, bool]]] = {
    "newest": ("updated", True),
    "oldest": ("updated", False),
    "name": ("name_key", False),
    "umr": ("umr_key", False),
}
"""The column that each sort looks at, and whether downwards; rows without it come last, ties are ordered by id."""


BROKER: Final = "lower(substr(broker_channel, 1, instr(broker_channel || '_', '_') - 1))"
"""The placing broker's channel prefix, in SQL."""


@dataclass(frozen=True)
class Words:
    """The different statuses and contract types of a book, as written: few, however long the list."""

    statuses: tuple[str, ...]
    types: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """Filters, already checked and in the form in which rows hold them; an empty one selects all.

    Attributes:
        unit: whether slips are counted, seen through their current document, or documents.
        stages, statuses: any of these; statuses squeezed.
        name: folded substring; `umr`: key, of any document of the slip; `contract_type`: folded.
        brokers: any of these channel prefixes; `broker_channels`: any of these channels; lower case.
        team: own team's channel, lower case; "" selects nothing.
        updated_since (inclusive), updated_before (exclusive): instants.
        inception_from, inception_to: dates, both inclusive.
        owner: whose the slip is on the organisation's side, seen by `person`, an MU id.
        waiting: whether something is open for the organisation's teams.
        limit_over: a currency, and an amount in the form of `amount_key` that the limit must exceed.
    """

    unit: Unit = "slip"
    stages: tuple[Stage, ...] = ()
    statuses: tuple[str, ...] = ()
    name: str | None = None
    umr: str | None = None
    contract_type: str | None = None
    facility: Facility | None = None
    brokers: tuple[str, ...] | None = None
    broker_channels: tuple[str, ...] | None = None
    team: str | None = None
    updated_since: str | None = None
    updated_before: str | None = None
    missing: Missing | None = None
    inception_from: str | None = None
    inception_to: str | None = None
    owner: Owner | None = None
    person: str = ""
    waiting: bool | None = None
    limit_over: tuple[str, str] | None = None

    @property
    def facts(self) -> frozenset[Fact]:
        """What it asks that only summaries tell."""
        asked: dict[Fact, object] = {
            "inception": self.inception_from or self.inception_to,
            "owner": self.owner,
            "waiting": self.waiting,
            "limit": self.limit_over,
        }
        return frozenset(fact for fact, value in asked.items() if value is not None)

    def without_facts(self) -> "Selection":
        """The same without what only summaries tell."""
        return replace(self, inception_from=None, inception_to=None, owner=None, waiting=None, limit_over=None)

    def canonical(self) -> dict[str, Any]:
        """The filters as plain data, for the cursor's digest; the order of words does not matter."""
        told = asdict(replace(self, stages=tuple(sorted(self.stages)), statuses=tuple(sorted(self.statuses))))
        return {key: value for key, value in told.items() if value not in (None, ())}

    def where(self, words: Words) -> tuple[str, list[Any]]:
        """The SQL condition over `documents`, and its parameters.

        Args:
            words: the statuses and types that the book holds.
        """
        channel = f"|{self.team}|" if self.team is not None else None
        facility = None if self.facility is None else int(self.facility == "only")
        statuses = [word for word in (*words.statuses, NO_VALUE) if squeeze(word) in self.statuses]
        types = [word for word in (*words.types, NO_VALUE) if fold(word) == self.contract_type]
        tests: list[tuple[str, Any]] = [
            ("instr(name_key, ?) > 0", self.name),
            ("root IN (SELECT root FROM documents WHERE umr_key = ?)", self.umr),
            ("facility = ?", facility),
            ("instr('|' || lower(teams), ?) > 0", channel),
            ("updated >= ?", self.updated_since),
            ("updated < ?", self.updated_before),
        ]
        any_of: list[tuple[str, Sequence[str] | None]] = [
            (stage_column(self.unit), self.stages or None),
            (f"coalesce(status, '{NO_VALUE}')", statuses if self.statuses else None),
            (f"coalesce(type, '{NO_VALUE}')", types if self.contract_type else None),
            (BROKER, self.brokers),
            ("lower(broker_channel)", self.broker_channels),
        ]
        parts = ["current = 1"] if self.unit == "slip" else []
        parts += [condition for condition, value in tests if value is not None]
        parameters: list[Any] = [value for _, value in tests if value is not None]
        for column, values in any_of:
            if values is not None:
                parts.append(f"{column} IN ({', '.join('?' * len(values))})")
                parameters += values
        if self.missing is not None:
            parts.append(f"{self.missing} IS NULL")
        for condition, values in self._told():
            parts.append(condition)
            parameters += values
        return " AND ".join(parts) or "1", parameters

    def _told(self) -> Iterator[tuple[str, list[str]]]:
        """Conditions over what summaries tell; a slip of which it is not known matches none."""
        if self.inception_from is not None:
            yield "inception >= ?", [self.inception_from]
        if self.inception_to is not None:
            yield "inception <= ?", [self.inception_to]
        if self.limit_over is not None:
            yield "currency = ? AND amount > ?", list(self.limit_over)
        if self.waiting is not None:
            yield f"waits {'<>' if self.waiting else '='} ''", []
        if self.owner == "unassigned":
            yield "owners = ''", []
        elif self.owner is not None:
            found = ">" if self.owner == "mine" else "="
            yield f"owners <> '' AND instr(owners, ?) {found} 0", [f"|{self.person}|"]


def stage_column(unit: Unit) -> str:
    """Where the stage of a unit stands."""
    return "slip_stage" if unit == "slip" else "stage"
