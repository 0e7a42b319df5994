"""What a book counts: groups, and of how many slips something is not known."""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple


class GroupCount(NamedTuple):
    """One group: the values of its keys, and how many slips and documents it holds."""

    keys: tuple[Any, ...]
    slips: int
    documents: int


@dataclass(frozen=True)
class NotKnown:
    """Of how many slips it is not known whether they are asked for, or what is shown of them.

    Attributes:
        slips: how many.
        facts: by fact and reason.
        seconds: in about how many more will be known, if more is being read.
    """

    slips: int
    facts: dict[str, dict[str, int]]
    seconds: int | None = None

    def plain(self) -> dict[str, Any] | None:
        """As answers show it; None where everything is known."""
        plain: dict[str, Any] = {"slips": self.slips, "facts": self.facts}
        return (plain | ({"seconds": self.seconds} if self.seconds else {})) if self.slips else None


ALL_KNOWN: Final = NotKnown(0, {})
