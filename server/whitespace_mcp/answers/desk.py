"""What waits for the organisation's teams: inbox actions, pinned risks, and whose risks are (platform.md 5.1)."""

from collections.abc import Iterable, Sequence
from typing import Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys
from whitespace_mcp.documents.inbox import InboxRisk
from whitespace_mcp.terms.text import ranked

Show = Literal["actions", "pinned", "mine", "unassigned", "others"]


class ActionSum(Answer):
    """One kind of action: on how many risks, and since when at the earliest."""

    slips: int
    oldest: str | None = None


class DeskRow(Answer):
    """One risk; `asked` gives each open action and since when. It is the team's, and yours only if you own the risk.

    `activity` is when anything of the risk last changed, a line or a comment included.
    """

    risk: str
    name: str | None = None
    umr: str | None = None
    stage: str | None = None
    asked: dict[str, str] | None = None
    whose: Literal["you", "your team"] | None = None
    team: str | None = None
    owner: str | None = None
    activity: str | None = None


class Desk(Answer):
    """Answer of `my_desk`; `slips` counts the risks that are shown here, or with `at_least` those read so far."""

    organisation: OrganisationKeys
    show: Show
    as_of: str
    slips: int
    at_least: Literal[True] | None = None
    yours: int | None = None
    by_action: dict[str, ActionSum] | None = None
    meaning: dict[str, str] | None = None
    risks: list[DeskRow]
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


def matching(slips: Sequence[InboxRisk], show: Show, user_id: str) -> list[InboxRisk]:
    """The risks that belong under what is shown; checked here too, since how the filters combine is not documented.

    `user_id` is the person's MU id.
    """
    match show:
        case "actions":
            return [slip for slip in slips if slip.asked]
        case "mine":
            return [slip for slip in slips if user_id in slip.owners]
        case "unassigned":
            return [slip for slip in slips if not slip.owners]
        case "others":
            return [slip for slip in slips if slip.owners and user_id not in slip.owners]
        case "pinned":
            return list(slips)


def in_order(slips: Sequence[InboxRisk], show: Show, *, oldest_first: bool) -> list[InboxRisk]:
    """By since when something is asked, or where that is not what is shown by the newest change.

    Risks by owner are read from the newest downwards only as far as a page needs, so they stay in the platform's
    order: another one among changes of the same second would move them from page to page.

    `oldest_first` turns it round.
    """
    if show == "actions":
        if oldest_first:
            return sorted(slips, key=lambda slip: (slip.oldest, slip.root))
        return sorted(slips, key=lambda slip: (slip.newest, slip.root), reverse=True)
    if show == "pinned" or oldest_first:
        return sorted(slips, key=lambda slip: (slip.updated, slip.root), reverse=not oldest_first)
    return list(slips)


def summed(waiting: Iterable[InboxRisk]) -> dict[str, ActionSum]:
    """On how many risks each action is open, the most frequent first."""
    moments: dict[str, list[str]] = {}
    for slip in waiting:
        for action, since in slip.asked.items():
            moments.setdefault(action, []).append(since)
    counts = ranked({action: len(every) for action, every in moments.items()})
    return {
        action: ActionSum(slips=count, oldest=min(filter(None, moments[action]), default=None))
        for action, count in counts.items()
    }
