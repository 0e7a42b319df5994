"""Moments and days: as the platform writes them, in eight styles, as contracts do, as London counts (platform.md 9).

Answers give moments as ISO 8601 in UTC.
"""

import re
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from whitespace_mcp.config.errors import BadArgument

_PLATFORM = re.compile(r"(\d{4}-\d\d-\d\d)[ T@]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.\d+)?Z?", re.ASCII)
LONDON: Final = ZoneInfo("Europe/London")
_NAMES: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTHS: Final = {name: n for n, month in enumerate(_NAMES, 1) for name in (month, month[:3])} | {"sept": 9}
_WRITTEN: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]+)\.?,?[ -](\d{4})", re.ASCII)
_MONTH_FIRST: Final = re.compile(r"([A-Za-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_SECONDS: Final = re.compile(r"\s*(\d{1,12})(?:\.\d*)?\s*", re.ASCII)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def instant(value: object) -> str | None:
    """The instant that a platform text names, as `2026-11-23T21:46:00Z`, or None if it names none.

    `2021-12-29 16:04:30` (documents), `2022-05-09T11:44:41.000Z`, `2022-06-17T13:26:00` and `2026-07-03@12:42:50`
    are read as UTC, which the platform says of summaries only. Comparing two results as text compares the moments.
    """
    if not isinstance(value, str):
        return None
    match = _PLATFORM.fullmatch(value)
    return f"{match[1]}T{match[2]}Z" if match is not None and _is_day(match[1]) else None


def _is_day(text: str) -> bool:
    """Whether the calendar has a day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def asked_instant(argument: str, text: str) -> str:
    """The instant that a caller's `updated_since` or `updated_before` names.

    A bare date, also one that is written out, is 00:00 UTC, a month its first day.

    Raises:
        BadArgument: it is neither a date nor a date and time in ISO 8601.
    """
    try:
        if match := re.fullmatch(r"(\d{4}-\d\d)(-\d\d)?", text):
            return f"{date.fromisoformat(match[1] + (match[2] or '-01')).isoformat()}T00:00:00Z"
        if day := written_day(text):
            return f"{day.isoformat()}T00:00:00Z"
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


def deadline_of(moment: datetime) -> tuple[date, str | None]:
    """The London date on which an aware moment runs out, and the instant where it is another hour than midnight there.

    `2026-07-16` of `2026-07-15T23:00:00Z`; the instant is ISO 8601 in UTC.
    """
    local = moment.astimezone(LONDON)
    return local.date(), None if local.time() == time.min else iso(moment)


def london_day(moment: datetime) -> date:
    """The day that it is in London at an aware moment."""
    return moment.astimezone(LONDON).date()


def epoch_moment(value: object) -> datetime | None:
    """The moment that seconds since 1970 name: a number, or a text such as `1708560000.0`; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        match = _SECONDS.fullmatch(str(value))
        return datetime.fromtimestamp(int(match[1]), UTC) if match and int(match[1]) else None
    except (ValueError, OverflowError, OSError):  # a year that Python or the system does not have
        return None


def written_day(text: str) -> date | None:
    """The day that a whole text names: `05 Sep 2022`, `1 January 2022` or `2022-09-05`; None for anything else.

    Month names are English whatever the machine's language. `41 August 2022` is no day.
    """
    folded = " ".join(text.split())
    try:
        if _ISO.fullmatch(folded):
            return date.fromisoformat(folded)
        match = _WRITTEN.fullmatch(_MONTH_FIRST.sub(r"\2 \1 \3", folded))
        month = _MONTHS.get(match[2].lower()) if match else None
        return date(int(match[3]), month, int(match[1])) if match and month else None
    except ValueError:
        return None
