"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta

import anyio.lowlevel


class FakeClock:
    """Time stands still until `advance`; sleeping advances it at once and is remembered."""

    def __init__(self) -> None:
        self._seconds = 1_000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return datetime(2026, 1, 5, 9, 0, tzinfo=UTC) + timedelta(seconds=self._seconds - 1_000.0)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await anyio.lowlevel.checkpoint()

    def advance(self, seconds: float) -> None:
        self._seconds += seconds
