"""Which risks are asked for: the filters of `get_risks`, and their SQL."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from whitespace_mcp.terms.stages import Stage
from whitespace_mcp.terms.text import fold, squeeze

Unit = Literal["slip", "document"]
Sort = Literal["newest", "oldest", "name", "umr"]

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
    """

    unit: Unit = "slip"
    stages: tuple[Stage, ...] = ()
    statuses: tuple[str, ...] = ()
    name: str | None = None
    umr: str | None = None
    contract_type: str | None = None
    facility: Literal["only", "exclude"] | None = None
    brokers: tuple[str, ...] | None = None
    broker_channels: tuple[str, ...] | None = None
    team: str | None = None
    updated_since: str | None = None
    updated_before: str | None = None
    missing: Literal["umr", "name"] | None = None

    def canonical(self) -> dict[str, Any]:
        """The filters as plain data, for the cursor's digest."""
        return {key: value for key, value in asdict(self).items() if value not in (None, ())}

    def where(self, words: Words) -> tuple[str, list[Any]]:
        """The SQL condition over `documents`, and its parameters.

        Args:
            words: the statuses and types that the book holds.
        """
        channel = f"|{self.team}|" if self.team is not None else None
        facility = None if self.facility is None else int(self.facility == "only")
        statuses = [word for word in words.statuses if squeeze(word) in self.statuses] if self.statuses else None
        types = [word for word in words.types if fold(word) == self.contract_type] if self.contract_type else None
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
            ("status", statuses),
            ("type", types),
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
        return " AND ".join(parts) or "1", parameters


def stage_column(unit: Unit) -> str:
    """Where the stage of a unit stands."""
    return "slip_stage" if unit == "slip" else "stage"
