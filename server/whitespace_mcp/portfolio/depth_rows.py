"""What only contracts and lines tell of the slips of a question: read for what it selects, or for rows that are shown.

It is read of several organisations side by side, each as far as the time of the call allows.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import anyio.to_thread

from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.portfolio.depth import Depth, Tell
from whitespace_mcp.portfolio.depth_facts import Wanted
from whitespace_mcp.portfolio.facts import FactName, Part
from whitespace_mcp.portfolio.query import NotKnown, Query, of_depth
from whitespace_mcp.portfolio.selection import PagedRow, Result, View
from whitespace_mcp.portfolio.summaries import Summaries
from whitespace_mcp.runtime.call import seconds_left
from whitespace_mcp.runtime.side_by_side import side_by_side

WAITING_SHARE: Final = 0.8
"""How much of the time that a call has left is spent on waiting for summaries, and then for contracts and lines."""

LONG: Final = 5_000
"""Slips of a list from which what has to be read is reckoned in a worker thread."""


async def read_selected(views: Sequence[View], tell: Tell) -> None:
    """Read what decides about the slips that the rest of the question leaves."""
    wanted = {
        view.organisation.id: _datable(await wanted_of(view, (*view.query.facts, *view.query.shown)), view.summaries)
        for view in views
        if of_depth((*view.query.facts, *view.query.shown))
    }
    await _read_deep(views, wanted, tell)


async def _read_deep(views: Sequence[View], wanted: Mapping[str, list[Wanted]], tell: Tell) -> None:
    """Read what is wanted by MU id; organisations without an entry are left alone."""
    seconds = WAITING_SHARE * seconds_left()
    totals = {user_id: len(slips) for user_id, slips in wanted.items()}
    progress = dict.fromkeys(wanted, 0)

    async def read(view: View) -> None:
        user_id = view.organisation.id

        async def tell_sum(done: int, _: int, what: str) -> None:
            progress[user_id] = done
            await tell(sum(progress.values()), sum(totals.values()), what)

        await view.depth.read(view.book, wanted[user_id], seconds=seconds, tell=tell_sum)

    await side_by_side(read, [(view,) for view in views if view.organisation.id in wanted])


def _datable(wanted: list[Wanted], summaries: Summaries) -> list[Wanted]:
    """Those of which it is known when they changed; lines of the others are read when the summaries tell."""
    if summaries.complete or summaries.failure:
        return wanted
    return [slip for slip in wanted if slip.activity is not None or slip.parts == frozenset[Part](("terms",))]


async def wanted_of(view: View, facts: Sequence[FactName], roots: Collection[str] | None = None) -> list[Wanted]:
    """What has to be read of a list's slips, reckoned in a worker thread where the list is long.

    `roots` are the only slips that matter; None stands for all that match.
    """
    if view.book.slips < LONG:
        return view.selection.wanted(facts, roots)
    return await anyio.to_thread.run_sync(view.selection.wanted, facts, roots)


async def read_rows(
    page: Sequence[PagedRow], query: Query, views: Sequence[View], tell: Tell
) -> tuple[dict[tuple[str, str], SlipFacts], dict[str, NotKnown]]:
    """What only contracts and lines tell of the rows of a page.

    Returns:
        The facts by MU id and root, and by MU id of how many rows they are not known.
    """
    every: dict[tuple[str, str], SlipFacts] = {}
    lacking: dict[str, NotKnown] = {}
    for view in views:
        user_id = view.organisation.id
        if roots := {record["root"] for owner, record in page if owner == user_id}:
            wanted = await wanted_of(view, query.deep, roots)
            await view.depth.read(view.book, wanted, seconds=seconds_left() * WAITING_SHARE, tell=tell)
            every |= {(user_id, root): facts for root, facts in (await view.depth.facts(wanted)).items()}
            lacking[user_id] = view.depth.not_known(wanted)
    return every, lacking


def with_rows(results: Sequence[Result], lacking: Mapping[str, NotKnown]) -> list[Result]:
    """Results with what is not known of the rows that are shown, by MU id, where nothing else is not known."""
    return [
        (organisation, replace(view, not_known=lacking[organisation.id]))
        if isinstance(view, View) and organisation.id in lacking and not view.not_known.slips
        else (organisation, view)
        for organisation, view in results
    ]


@dataclass(frozen=True)
class DepthRows:
    """What is known of all matches, by MU id; asked for some slips at a time, so that it need not be held at once.

    Attributes:
        wanted: by root; `depths`: where it is known.
        lacking: of how many slips it is not known.
    """

    wanted: Mapping[str, Mapping[str, Wanted]]
    depths: Mapping[str, Depth]
    lacking: Mapping[str, NotKnown]

    async def facts(self, user_id: str, roots: Collection[str]) -> dict[str, SlipFacts]:
        """The facts of those of some slips of which all that is shown is known, by root."""
        wanted = self.wanted.get(user_id)
        if wanted is None:
            return {}
        return await self.depths[user_id].facts([wanted[root] for root in roots if root in wanted])


async def read_all_rows(query: Query, views: Sequence[View], tell: Tell) -> DepthRows:
    """Read what the columns of a question need, of every match."""
    wanted: dict[str, list[Wanted]] = {}
    for view in views if query.deep else ():
        roots = await anyio.to_thread.run_sync(view.selection.ids)
        wanted[view.organisation.id] = await wanted_of(view, query.deep, roots)
    await _read_deep(views, wanted, tell)
    depths = {view.organisation.id: view.depth for view in views if view.organisation.id in wanted}
    return DepthRows(
        wanted={user_id: {slip.root: slip for slip in slips} for user_id, slips in wanted.items()},
        depths=depths,
        lacking={user_id: depths[user_id].not_known(slips) for user_id, slips in wanted.items()},
    )
