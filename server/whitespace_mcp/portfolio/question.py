"""One question to the lists of one or several organisations: names are resolved, then it is read, then answered.

Lists are read side by side. What only summaries tell is read where the question needs it, then what only contracts and
lines tell, of the slips that the rest of the question leaves; each as far as the time of the call allows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import anyio.to_thread

from whitespace_mcp.config.errors import BadArgument, NotFound, WhitespaceError, WrongAddress, explain
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.depth import Tell
from whitespace_mcp.portfolio.depth_rows import WAITING_SHARE, read_selected
from whitespace_mcp.portfolio.names import (
    US,
    WHOSE,
    broker_named,
    facility_named,
    is_channel,
    leaders_named,
    people_named,
    teams_named,
)
from whitespace_mcp.portfolio.query import Query, of_depth, parts_of
from whitespace_mcp.portfolio.selection import NameMeanings, Result, View, readable
from whitespace_mcp.portfolio.summaries import Summaries
from whitespace_mcp.runtime.call import seconds_left
from whitespace_mcp.runtime.side_by_side import side_by_side
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.moments import london_day
from whitespace_mcp.terms.text import NO_VALUE

Overlaps = dict[tuple[Any, ...], tuple[int, int]]
"""How many different units several lists have, and how many are in several, by each list's state and question."""

_SEVERAL: Final = 2
_MOST_OVERLAPS: Final = 64


async def names_of(query: Query, session: Session) -> NameMeanings:
    """What names of the question stand for that need no list to be read.

    Raises:
        BadArgument: a name that stands for nothing, or what no list can answer.
        WhitespaceError: the names of the market are needed, and cannot be read.
    """
    _check(query)
    values, directory, names = query.values, session.directory, NameMeanings()
    if "team" in values:
        own = teams_named(values["team"], query.organisations)
        names["team"] = dict(own or teams_named(values["team"], query.organisations, await directory.names()))
    broker, owner = values.get("broker"), values.get("owner")
    person = owner if owner and owner not in {*WHOSE, NO_VALUE} else None
    is_name = broker and broker not in {*US, NO_VALUE} and not is_channel(broker)
    market = await directory.market() if person or is_name else None
    if leader := values.get("leader"):
        market = market or await directory.names()
        names["leader"] = {o.id: leaders_named(leader, market, o.channel_prefix) for o in query.organisations}
    if values.get("subjectivity") == "overdue":
        today = london_day(session.clock.now()).isoformat()
        names["subjectivity"] = {organisation.id: today for organisation in query.organisations}
    if person and market:
        names["owner"] = dict(people_named(person, query.organisations, market))
    return names


async def names_in_lists(query: Query, lists: Sequence[Result], session: Session) -> NameMeanings:
    """What those names of the question stand for that lists decide about.

    Raises:
        BadArgument: a name that stands for nothing, or `in_several` of one organisation.
        WhitespaceError: a list that has to be compared could not be read.
    """
    values, views, names = query.values, readable(lists), NameMeanings()
    if (broker := values.get("broker")) and broker != NO_VALUE:
        market, books = await session.directory.names(), [view.book for view in views]
        named = None if broker in US else broker_named(broker, market, books)
        names["broker"] = {o.id: named or ((o.channel_prefix,), ()) for o in query.organisations}
    if "in_several" in values:
        names["in_several"] = await _in_several(query, lists)
    if words := values.get("declared_to"):
        names["declared_to"] = facility_named(words, {view.organisation.id: view.book for view in views})
    return names


async def read_needed(results: Sequence[Result], query: Query, tell: Tell) -> list[Result]:
    """Results after everything was read that lists do not tell, with what is still not known.

    Raises:
        WhitespaceError: of no organisation anything could be read.
    """
    if query.needs_summaries:
        await _read_summaries(readable(results), tell)
    every: list[Result] = [(each, _unless_unread(result, query)) for each, result in results]
    views = readable(every)
    if not views:
        raise next(failure for _, failure in every if isinstance(failure, WhitespaceError))
    await read_selected(views, tell)
    return [(each, _with_not_known(result, query) if isinstance(result, View) else result) for each, result in every]


async def _in_several(query: Query, lists: Sequence[Result]) -> dict[str, frozenset[str]]:
    """The slips that several of some lists have, for every organisation the same.

    Raises:
        BadArgument: there is nothing to compare.
        WhitespaceError: a list could not be read, so that nobody knows what it shares with the others.
    """
    for _, failure in lists:
        if isinstance(failure, WhitespaceError):
            raise failure.replaced(do=f"{failure.do} For in_several every list has to be read.".lstrip())
    if len(query.organisations) < _SEVERAL:
        raise BadArgument(
            "in_several",
            "compares organisations, and this is one",
            allowed="Pass organisation='all' with it, if there are several to choose from.",
        )
    counted = await anyio.to_thread.run_sync(in_lists, readable(lists))
    several = frozenset(root for root, lists in counted.items() if lists > 1)
    return dict.fromkeys((organisation.id for organisation in query.organisations), several)


def in_lists(views: Sequence[View]) -> Counter[str]:
    """In how many of some lists each selected slip is, or each document where these are counted."""
    return Counter(name for view in views for name in view.selection.ids())


async def overlap(views: Sequence[View], overlaps: Overlaps) -> tuple[int, int]:
    """How many different units several lists have of those that match, and how many are in several of them.

    It is reckoned once for lists that stay as they are and kept in `overlaps`: every next page tells it again.
    """
    question = tuple(view.selection.key for view in views)
    if question not in overlaps:
        counted = await anyio.to_thread.run_sync(in_lists, views)
        if len(overlaps) == _MOST_OVERLAPS:
            overlaps.clear()
        overlaps[question] = len(counted), sum(lists > 1 for lists in counted.values())
    return overlaps[question]


def _check(query: Query) -> None:
    """Refuse what no list can answer."""
    if query.scope.unit == "document" and (deep := of_depth(query.needs)):
        raise BadArgument("unit", f"has no {deep[0]}: that is told of slips", allowed="Leave it out, or pass slip.")
    if query.values.get("unknown") and not query.needs:
        raise BadArgument(
            "unknown",
            "lists what is not known of something else that is asked",
            allowed="Pass a filter or a column with it that contracts, lines or summaries tell, such as show=expiry.",
        )


async def _read_summaries(views: Sequence[View], tell: Tell) -> None:
    """Let books know what the summaries of their organisations tell, as far as it can be read in the call's time."""
    seconds = seconds_left() * WAITING_SHARE
    every = [(view.summaries, view.book) for view in views]

    async def tell_page() -> None:
        slips = sum(book.slips for _, book in every)
        await tell(min(slips, sum(summaries.count for summaries, _ in every)), slips, "summaries")

    async def read(summaries: Summaries, book: Book) -> None:
        await summaries.wait(seconds, tell_page)
        await summaries.update(book)

    if not all(summaries.is_up_to_date(book) for summaries, book in every):
        await side_by_side(read, every)


def _unless_unread(result: View | WhitespaceError, query: Query) -> View | WhitespaceError:
    """A list, or an error in its place where summaries are needed and none could be read: that is no empty answer."""
    if isinstance(result, WhitespaceError):
        return result
    summaries = result.summaries
    needed = "summary" in parts_of(query.needs)
    if needed and summaries.failure and not summaries.count and result.book.slips:
        return _unread(summaries.failure, result.organisation)
    return result


def _with_not_known(view: View, query: Query) -> View:
    """A list with what is not known of it, and why not everything was read."""
    summaries, depth = view.summaries, view.depth
    not_known = depth.with_seconds(view.selection.not_known())
    incomplete = None
    if summaries.failure and query.needs_summaries:
        incomplete = f"Summaries could not be read on: {explain(summaries.failure)}"
    elif not_known.slips and query.needs_summaries and not summaries.complete:
        incomplete = (
            f"Summaries of {view.organisation.name} are still being read, {summaries.count} so far;"
            " ask again for the rest."
        )
    elif depth.trouble and of_depth(query.needs):
        incomplete = f"Contracts and lines could not be read on: {explain(depth.trouble)}"
    elif not_known.seconds:
        incomplete = f"Contracts and lines of {view.organisation.name} are still being read; ask again for the rest."
    return replace(view, not_known=not_known, incomplete=incomplete)


def _unread(failure: WhitespaceError, organisation: Organisation) -> WhitespaceError:
    """Why nothing can be said: a platform without summaries is no wrong address, since its list was read."""
    if not isinstance(failure, WrongAddress | NotFound):
        return failure.replaced()
    return NotFound(
        f"The platform does not serve summaries here, and only they tell what is asked ({organisation.name})",
        do="Ask without inception, limit, owner, waiting, action, declared_to, written and signed; get_risk tells them"
        " of one risk.",
    )
