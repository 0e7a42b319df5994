"""What every route can reach."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from whitespace_mcp.demo.accounts import Accounts
from whitespace_mcp.demo.market.book import Market, Viewer
from whitespace_mcp.demo.market.companies import Directory
from whitespace_mcp.demo.market.documents import when
from whitespace_mcp.demo.options import Options
from whitespace_mcp.demo.views.summaries import Summaries

MOST_ANSWERS: Final = 2_000
"""Remembered at a time; most are of some kilobytes."""


@dataclass
class World:
    """The state of one platform. Whoever reads or changes it holds the lock."""

    market: Market
    directory: Directory
    accounts: Accounts
    options: Options
    lock: threading.RLock
    now: Callable[[], float]
    first_answers: dict[tuple[str, ...], Response]
    """Answers of the market as it was drawn, shared by all copies of it."""
    _indexes: dict[str, tuple[int, Summaries]] = field(default_factory=dict[str, tuple[int, Summaries]])
    _later: tuple[int, dict[tuple[str, ...], Response]] = field(default_factory=lambda: (0, {}))

    def moment(self) -> str:
        """Now, as the platform writes it."""
        return when(self.now())

    def summaries(self, viewer: Viewer) -> Summaries:
        """A viewer's summaries as they are now."""
        version, summaries = self._indexes.get(viewer.user_id, (-1, None))
        if summaries is None or version != self.market.version:
            summaries = Summaries(self.market, viewer, per_team=self.options.summary_per_team)
            self._indexes[viewer.user_id] = (self.market.version, summaries)
        return summaries

    def remembered(self, question: tuple[str, ...], make: Callable[[], Response]) -> Response:
        """The answer that was made earlier, if nothing has changed in the market since; else a new one."""
        version = self.market.version
        if version != self._later[0]:
            self._later = (version, {})
        answers = self._later[1] if version else self.first_answers
        if question not in answers:
            while len(answers) >= MOST_ANSWERS:
                del answers[next(iter(answers))]
            answers[question] = make()
        return answers[question]
