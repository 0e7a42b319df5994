"""Risk summaries: what the platform's own inbox shows, 60 a page, newest change first (platform.md 5.1)."""

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from whitespace_mcp.demo.market.book import Market, Viewer
from whitespace_mcp.demo.market.documents import Document
from whitespace_mcp.demo.market.seeds import share_of
from whitespace_mcp.demo.market.slips import Slip
from whitespace_mcp.demo.views.summary import actions_of, summary_of, tokens_of

PAGE: Final = 60
_AFTER_ALL: Final = "~"
"""Sorts behind every root."""
_LISTS: Final = ("statuses", "types", "owner", "labels", "facilities", "rootIDs")


class BadFilter(Exception):  # it is a refusal
    """The body of a filtered summary is not one."""


@dataclass(frozen=True)
class Filters:
    """What `POST /api/summary` can ask for; different keys must all hold, the values of one key are alternatives."""

    umr: str = ""
    name: str = ""
    with_actions: bool | None = None
    lists: tuple[tuple[str, frozenset[str]], ...] = ()

    @classmethod
    def read(cls, body: bytes) -> "Filters":
        """Read the body of a request.

        Raises:
            BadFilter: not an object, or a value of the wrong kind.
        """
        try:
            content: Any = json.loads(body or b"{}")
        except ValueError:
            raise BadFilter from None
        if not isinstance(content, dict):
            raise BadFilter
        filters = cast("dict[str, Any]", content)
        umr, name, actions = filters.get("umrSearch", ""), filters.get("nameSearch", ""), filters.get("withActions")
        if not isinstance(umr, str) or not isinstance(name, str) or not isinstance(actions, bool | None):
            raise BadFilter
        lists = tuple((key, _words(filters[key])) for key in _LISTS if key in filters)
        return cls(umr.strip().lower(), name.lower(), actions, lists)

    def match(self, slip: Slip, documents: list[Document], viewer: Viewer) -> bool:
        """Whether the summary of a slip, of which the viewer sees these documents, is asked for."""
        if not (self.umr or self.name or self.lists or self.with_actions is not None):
            return True
        tokens = frozenset(tokens_of(slip, documents, viewer))
        if self.umr and f"umr:{self.umr}" not in tokens:
            return False
        if self.name and not any(token.startswith(f"name:{self.name}") for token in tokens):
            return False
        if self.with_actions is not None and self.with_actions != bool(actions_of(slip, viewer)):
            return False
        return all(_holds(key, values, tokens, slip.root, viewer) for key, values in self.lists)


def _words(value: Any) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in cast("list[Any]", value)):
        raise BadFilter
    return frozenset(cast("list[str]", value))


def _holds(key: str, values: frozenset[str], tokens: frozenset[str], root: str, viewer: Viewer) -> bool:
    match key:
        case "rootIDs":
            return root in values
        case "owner":
            return _ownership(tokens, viewer) in values
        case "types":
            return not tokens.isdisjoint(f"ctype:{word}" for word in values)
        case "statuses":
            return not tokens.isdisjoint(f"status:{word}" for word in values)
        case "facilities":
            return not tokens.isdisjoint(f"facility:{word}" for word in values)
        case _:
            return not tokens.isdisjoint(f"label:{word.lower()}" for word in values)


def _ownership(tokens: frozenset[str], viewer: Viewer) -> str:
    if f"owner:{viewer.user_id}" in tokens:
        return "My Risks"
    return "Other Risks" if any(token.startswith("owner:") for token in tokens) else "Unassigned Risks"


class Summaries:
    """The summaries of one viewer, in order; valid until the market changes."""

    def __init__(self, market: Market, viewer: Viewer, *, per_team: bool) -> None:
        self._market = market
        self._viewer = viewer
        entries = (entry for slip in market.slips(viewer) for entry in self._entries(slip, per_team=per_team))
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
        pinned = [entry for entry in self._order if share_of(f"pin {self._viewer.user_id} {entry[0].root}") < 0.01]
        return [self._summary(slip, channel) for slip, channel in pinned[:12]]

    def _summary(self, slip: Slip, channel: str) -> dict[str, Any]:
        return summary_of(slip, self._market.documents(self._viewer, slip), self._viewer, channel)

    def _entries(self, slip: Slip, *, per_team: bool) -> Iterator[tuple[Slip, str]]:
        visible = {channel for document in self._market.documents(self._viewer, slip) for channel in document.channels}
        channels = sorted(visible & self._viewer.channels - {self._viewer.user_id, "shared"})
        for channel in channels if per_team else channels[:1]:
            yield slip, channel


def _place(moment: int, root: str) -> tuple[int, str]:
    return (-moment, root)
