"""Answer of `get_history`, of all its three kinds (platform.md 5.1, 5.8)."""

from typing import Literal

from whitespace_mcp.answers.base import Answer, OrganisationKeys

Change = Literal["created", "contract", "endorsements", "lines", "chat", "attachments", "owner", "alerts", "other"]


class HistoryEntry(Answer):
    """Something that happened, or with `changed` a slip that changed; `times` folds repeats of one day.

    Of a slip that changed `lines` are those that did, each with its percentage, and `happened` its newest activities.
    """

    at: str | None = None
    activity: str | None = None
    text: str | None = None
    by: str | None = None
    document: str | None = None
    times: int | None = None
    risk: str | None = None
    name: str | None = None
    stage: str | None = None
    changed: list[Change] | None = None
    lines: list[str] | None = None
    happened: list[str] | None = None
    more: int | None = None


class History(Answer):
    """Answer of `get_history`; `total` counts activities, or with `changes` slips, and `counts` sums it by kind."""

    organisation: OrganisationKeys
    found_in: int | None = None
    shows: Literal["risk", "activity", "changes"]
    risk: str | None = None
    name: str | None = None
    umr: str | None = None
    since: str | None = None
    before: str | None = None
    as_of: str
    total: int
    risks: int | None = None
    counts: dict[str, int] | None = None
    entries: list[HistoryEntry]
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None
