"""Risk summaries: what the platform's own inbox shows, 60 a page, newest change first (platform.md 5.1)."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from whitespace_mcp.demo.market.book import Market, Viewer
from whitespace_mcp.demo.market.documents import Document
from whitespace_mcp.demo.market.seeds import share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.views.summary import actions_of, summary_of, tokens_of

PAGE: Final = 60
_AFTER_ALL: Final = "~"
"""Sorts behind every root."""


class Filters(BaseModel):
    """What `POST /api/summary` can ask for; different keys must all hold, the values of one key are alternatives."""

    model_config = ConfigDict(strict=True)

    umr: str = Field("", alias="umrSearch")
    name: str = Field("", alias="nameSearch")
    with_actions: bool | None = Field(None, alias="withActions")
    statuses: list[str] | None = None
    types: list[str] | None = None
    owner: list[str] | None = None
    labels: list[str] | None = None
    facilities: list[str] | None = None
    roots: list[str] | None = Field(None, alias="rootIDs")

    def match(self, slip: Slip, documents: list[Document], viewer: Viewer) -> bool:
        """Whether the summary of a slip, of which the viewer sees these documents, is asked for."""
        if not self.model_fields_set:
            return True
        tokens = frozenset(tokens_of(slip, documents, viewer))
        if self.umr.strip() and f"umr:{self.umr.strip().lower()}" not in tokens:
            return False
        if self.name and not any(token.startswith(f"name:{self.name.lower()}") for token in tokens):
            return False
        if self.with_actions is not None and self.with_actions != bool(actions_of(slip, viewer)):
            return False
        alternatives = {
            "status": self.statuses,
            "ctype": self.types,
            "facility": self.facilities,
            "label": self.labels and [label.lower() for label in self.labels],
        }
        return (
            (self.roots is None or slip.root in self.roots)
            and (self.owner is None or _ownership(tokens, viewer) in self.owner)
            and all(
                words is None or not tokens.isdisjoint(f"{kind}:{word}" for word in words)
                for kind, words in alternatives.items()
            )
        )


def _ownership(tokens: frozenset[str], viewer: Viewer) -> str:
    if f"owner:{viewer.user_id}" in tokens:
        return "My Risks"
    return "Other Risks" if any(token.startswith("owner:") for token in tokens) else "Unassigned Risks"


class Summaries:
    """The summaries of one viewer, in order; valid until the market changes."""

    def __init__(self, market: Market, viewer: Viewer, *, per_team: bool) -> None:
        self._market = market
        self._viewer = viewer
        entries = (
            entry for slip in market.slips(viewer.company_id) for entry in self._entries(slip, per_team=per_team)
        )
        # Descending by moment, then by root: the negated key lets bisect find a cursor's place.
        self._order = sorted(entries, key=lambda entry: _place(entry[0].stirred, entry[0].root))
        self._places = [_place(slip.stirred, slip.root) for slip, _ in self._order]

    def after(self, last: str | None, before: str | None) -> int | None:
        """Where the page after a cursor begins; None when the cursor means nothing.

        Args:
            last: root of the last item seen. Alone: after that item as it is now.
            before: `updatedAt` of that item. Alone: whatever is older.
        """
        if before is None:
            if not last:
                return 0
            slip = self._market.slip(last)
            return None if slip is None else bisect_right(self._places, _place(slip.stirred, last))
        try:
            moment = int(datetime.fromisoformat(before).replace(tzinfo=UTC).timestamp())
        except ValueError:
            return None
        return bisect_right(self._places, _place(moment, last or _AFTER_ALL))

    def page(self, filters: Filters, start: int, size: int) -> list[dict[str, Any]]:
        """At most `size` matching summaries from a place on.

        `start` is the number of the first.
        """
        page: list[dict[str, Any]] = []
        for slip, channel in self._order[start:]:
            documents = self._market.documents(self._viewer, slip)
            if filters.match(slip, documents, self._viewer):
                page.append(summary_of(slip, documents, self._viewer, channel))
                if len(page) == size:
                    break
        return page

    def pinned(self) -> list[dict[str, Any]]:
        """The few that a viewer has pinned."""
        viewer = self._viewer
        pinned = [entry for entry in self._order if share_of(f"pin {viewer.user_id} {entry[0].root}") < 0.01]
        return [
            summary_of(slip, self._market.documents(viewer, slip), viewer, channel) for slip, channel in pinned[:12]
        ]

    def _entries(self, slip: Slip, *, per_team: bool) -> Iterator[tuple[Slip, str]]:
        visible = {channel for document in self._market.documents(self._viewer, slip) for channel in document.channels}
        channels = sorted(visible & self._viewer.channels - {self._viewer.user_id, "shared"})
        for channel in channels if per_team else channels[:1]:
            yield slip, channel


def _place(moment: int, root: str) -> tuple[int, str]:
    return (-moment, root)
