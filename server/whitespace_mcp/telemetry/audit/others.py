"""What one chain of the trail says of the others in the folder beside it, so that none can vanish unnoticed.

A chain that is written now and then has a line that names the newest file of each other chain, with its length and last
hash. A chain that nobody else wrote beside is named by nobody.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from whitespace_mcp.telemetry.audit.chain import newest_link

EVENT: Final = "others"
"""Of such a line; its `chains` has each chain's file, lines and hash by the name of its folder."""
LOOK_SECONDS: Final = 60.0
"""How often others are looked at, at most: what an other wrote since then is not named yet."""


class Others:
    """The other chains beside one.

    Args:
        folder: of the one chain; the others are beside it.
        now: the time of day in UTC.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now
        self._looked: datetime | None = None
        self._named: dict[str, dict[str, Any]] = {}

    def news(self) -> dict[str, dict[str, Any]]:
        """The others that are longer than when they were named last; none within `LOOK_SECONDS` of the last look."""
        now = self._now()
        if self._looked is not None and 0 <= (now - self._looked).total_seconds() < LOOK_SECONDS:
            return {}
        self._looked = now
        ends = {folder.name: end for folder in self._folders() if (end := _end(folder))}
        news = {name: end for name, end in ends.items() if end != self._named.get(name)}
        self._named |= news
        return news

    def _folders(self) -> list[Path]:
        try:
            return sorted(each for each in self._folder.parent.iterdir() if each != self._folder and each.is_dir())
        except OSError:
            return []


def _end(folder: Path) -> dict[str, Any] | None:
    """The newest file of a chain, and where it ends; None where that cannot be read."""
    with suppress(OSError):
        return newest_link(folder)
    return None
