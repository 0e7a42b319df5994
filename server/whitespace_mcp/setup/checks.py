"""What one check of the doctor found."""

from dataclasses import dataclass
from typing import Any, Literal

from whitespace_mcp.config.errors import WhitespaceError

CheckOutcome = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True)
class Check:
    """One row of the doctor's table: what was looked at, how it is, what was found, and what to do about it.

    `skipped` is neither good nor bad.
    """

    name: str
    verdict: CheckOutcome
    reason: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """The row for a program."""
        row = {"name": self.name, "verdict": self.verdict, "reason": self.reason}
        return row | ({"remedy": self.remedy} if self.remedy else {})


def failed(name: str, error: WhitespaceError) -> Check:
    """A check that ended with one of our errors."""
    about = f" ({error.organisation})" if error.organisation else ""
    return Check(name, "failed", f"{error.what}{about}", " ".join(filter(None, [error.retry, error.do])))
