"""The market's days: which is its latest working day, and when a day begins in London."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

CLOSE: Final = 1_795_194_000
"""Friday 20 November 2026, 17:00 UTC: the last working moment of a market to which no clock was given."""
_LONDON: Final = ZoneInfo("Europe/London")
_SATURDAY: Final = 5
_CLOSING_HOUR: Final = 17


def close_before(now: float) -> int:
    """The latest 17:00 UTC of a Monday to Friday that is not after a moment; seconds since 1970, both."""
    moment = datetime.fromtimestamp(now, UTC)
    close = moment.replace(hour=_CLOSING_HOUR, minute=0, second=0, microsecond=0)
    while close > moment or close.weekday() >= _SATURDAY:
        close -= timedelta(days=1)
    return int(close.timestamp())


def london_day(seconds: float) -> date:
    """The date in London at a moment."""
    return datetime.fromtimestamp(seconds, _LONDON).date()


def london_moment(day: date, hour: int = 0) -> int:
    """An hour of a day in London as seconds since 1970: midnight is 23:00 UTC of the day before in summer."""
    return int(datetime.combine(day, time(hour), _LONDON).timestamp())


def utc_midnight(day: date) -> int:
    """The beginning of a day in UTC, seconds since 1970."""
    return int(datetime.combine(day, time(), UTC).timestamp())
