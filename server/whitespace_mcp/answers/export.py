"""Lists as files: what stands in their cells, and what the assistant is told about them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, cast

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.depth_cells import DEPTH_CELLS
from whitespace_mcp.answers.risks import OrganisationSums

COLUMNS: Final = (
    "id", "name", "umr", "stage", "status", "contract_type", "facility", "broker", "team", "updated", "documents",
)  # fmt: skip
"""Of every export, in order; `updated` is an instant in UTC."""
_DATES: Final = frozenset({"inception", "expiry", "due"})
_INSTANTS: Final = frozenset({"updated", "activity", "due_at", "since"})
_NUMBERS: Final = frozenset({"written", "signed"})
CELLS: Final[dict[str, tuple[str, ...]]] = {
    "limit": ("limit_currency", "limit_amount", "limit"),
    "owner": ("owner", "owner_state"),
} | DEPTH_CELLS
"""What a column of the list becomes: dates and numbers, with their currency, beside the platform's own words."""


class SavedTable(Answer):
    """A table that was saved; `about_path` is the second file of a CSV export, which says what was asked and when."""

    path: str
    about_path: str | None = None
    format: Literal["xlsx", "csv"]
    rows: int
    bytes: int
    columns: list[str]


class Export(SavedTable):
    """Answer of `export_risks`."""

    organisations: list[OrganisationSums]
    as_of: str
    guarded: int | None = None
    notes: list[str] | None = None


def columns_of(show: Iterable[str], *, several: bool, documents: bool) -> list[str]:
    """The columns of an export.

    `show` are those that lists do not tell; rows may be of `several` organisations, and may be `documents`.
    """
    own = [name for name in COLUMNS if not (documents and name == "documents")]
    more = [part for name in show for part in CELLS.get(name, (name,))]
    return [*(["organisation"] if several else []), *own, *(["current"] if documents else ["umr_shared"]), *more]


def cells_of(
    row: Mapping[str, Any], record: Mapping[str, Any], columns: Sequence[str], deep: Mapping[str, Any]
) -> list[Any]:
    """The cells of one row: numbers, dates, yes or no where they are that, else text; None where nothing is known.

    `row` is of `risks.risk_values`, `record` of the portfolio; cells of `depth_cells` (`deep`) go before what the row
    says. `columns` are in order.
    """
    values: dict[str, Any] = {**row, **deep}
    if "limit_amount" in columns:
        values |= {
            "limit_currency": record.get("currency"),
            "limit_amount": _number(record["amount"]) if record.get("amount") else None,
        }
    owner = row.get("owner")
    if isinstance(owner, dict):
        entry = cast("dict[str, str]", owner)
        values |= {"owner": entry["name"], "owner_state": entry["state"]}
    values["facility"] = bool(record["facility"])
    values["status"] = record["status"]
    values["current"] = row["current"] is None
    values["umr_shared"] = bool(row["umr_shared"])
    values["documents"] = record["documents"]
    return [cell(name, values.get(name)) for name in columns]


def cell(name: str, value: Any) -> Any:
    """A value of an answer as a cell of the column of that name."""
    if isinstance(value, list):
        return "; ".join(map(str, cast("list[Any]", value)))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {part}" for key, part in cast("dict[str, Any]", value).items())
    if not isinstance(value, str):
        return value
    if name in _NUMBERS:
        return _number(value)
    if name in _DATES:
        return _date(value)
    return _instant(value) if name in _INSTANTS else value


def _number(text: str) -> Decimal | str:
    try:
        number = Decimal(text.removesuffix("%").strip())
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def _date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _instant(text: str) -> datetime | date | str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.astimezone(UTC) if moment.tzinfo else _date(text[:10])


def about_rows(export_of: Mapping[str, Any], organisations: Sequence[OrganisationSums]) -> list[tuple[str, str]]:
    """What was asked, when, and what is not known, a line each."""
    lines = [(name, as_written(value)) for name, value in export_of.items()]
    for sums in organisations:
        keys = sums.plain()
        head = f"{keys.pop('name')} ({keys.pop('company_id')})"
        del keys["id"]
        lines += [(f"{head}: {key}", as_written(part)) for key, part in keys.items()]
    return lines


def as_written(value: object) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
