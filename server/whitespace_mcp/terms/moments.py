"""Moments as the platform writes them, in eight styles (platform.md 9), and as answers give them: ISO 8601 in UTC."""

import re
from datetime import UTC, date, datetime

from whitespace_mcp.config.errors import BadArgument

_PLATFORM = re.compile(r"(\d{4}-\d\d-\d\d)[ T@]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.\d+)?Z?", re.ASCII)


def instant(value: object) -> str | None:
    """The instant that a platform text names, as `2026-11-23T21:46:00Z`, or None if it names none.

    `2021-12-29 16:04:30` (documents), `2022-05-09T11:44:41.000Z`, `2022-06-17T13:26:00` and `2026-07-03@12:42:50`
    are read as UTC, which the platform says of summaries only. Comparing two results as text compares the moments.
    """
    if not isinstance(value, str):
        return None
    match = _PLATFORM.fullmatch(value)
    return f"{match[1]}T{match[2]}Z" if match is not None and is_day(match[1]) else None


def is_day(text: str) -> bool:
    """Whether the calendar has a day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def asked_instant(argument: str, text: str) -> str:
    """The instant that a caller's `updated_since` or `updated_before` names; a bare date is 00:00 UTC.

    Raises:
        BadArgument: it is neither a date nor a date and time in ISO 8601.
    """
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return f"{date.fromisoformat(text).isoformat()}T00:00:00Z"
        moment = datetime.fromisoformat(text)
        return iso(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise BadArgument(
            argument, "is not a date or a date and time", allowed="ISO 8601; without an offset it is UTC.",
            example="2026-01-31",
        ) from None  # fmt: skip


def iso(moment: datetime) -> str:
    """An aware moment as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
