"""One question to the lists of one or several organisations: names are resolved, then it is read, then answered.

Lists are read side by side. What only summaries tell is read where the question needs it, then what only contracts and
lines tell, of the slips that the rest of the question leaves; each as far as the time of the call allows.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import anyio
import anyio.to_thread

from whitespace_mcp.config.errors import BadArgument, NotFound, WhitespaceError, WrongAddress, explain
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.portfolio.depth import TellDepth
from whitespace_mcp.portfolio.depth_facts import Wanted
from whitespace_mcp.portfolio.filters import FactName, Part, Terms, of_depth, parts_of
from whitespace_mcp.portfolio.names import (
    WHOSE,
    broker_named,
    facility_named,
    is_channel,
    leaders_named,
    people_named,
    teams_named,
)
from whitespace_mcp.portfolio.pages import Listed, PagedRow
from whitespace_mcp.portfolio.portfolio import Portfolios, View
from whitespace_mcp.portfolio.query import ALL_KNOWN, NotKnown, Query
from whitespace_mcp.portfolio.summaries import Summaries
from whitespace_mcp.runtime.clock import seconds_left
from whitespace_mcp.runtime.side_by_side import side_by_side
from whitespace_mcp.session.directory import MarketDirectory
from whitespace_mcp.session.organisation import Organisation, not_live
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.moments import london_day

WAITING_SHARE: Final = 0.8
"""How much of the time that a call has left is spent on waiting for summaries, and then for contracts and lines."""

_SEVERAL: Final = 2
LONG: Final = 5_000
"""Slips of a list from which what has to be read is reckoned in a worker thread."""

Tell = Callable[[int, int, str], Awaitable[None]]
"""Is told how much of how much is read, and of what."""


@dataclass(frozen=True)
class Match:
    """What matches in one organisation, or why nothing can be said of it.

    Attributes:
        view: its list; None with an error.
        query: what is asked, in its terms.
        not_known: of how many slips it is not known whether they match.
        reading: why not everything was read, if it was not.
    """

    organisation: Organisation
    query: Query
    view: View | None = None
    error: WhitespaceError | None = None
    not_known: NotKnown = ALL_KNOWN
    reading: str | None = None


async def ask(
    query: Query, session: Session, portfolios: Portfolios, tell: Tell
) -> tuple[tuple[Match, ...], MarketDirectory]:
    """What matches in each organisation asked, in that order, and the names of the market.

    Raises:
        BadArgument: a name that stands for nothing, or `unknown` of nothing.
        WhitespaceError: no list could be read.
    """
    _check(query)
    market, names = await _resolved(query, session)
    live = [organisation for organisation in query.organisations if organisation.live]
    if query.needs_summaries:
        for organisation in live:
            portfolios.of(organisation).summaries.start(refresh=query.refresh)
    results = dict(await portfolios.views(live, refresh=query.refresh))
    views = {organisation: view for organisation, view in results.items() if isinstance(view, View)}
    if "in_several" in query.values:
        names["in_several"] = await _in_several(query, [view.book for view in views.values()])
    if words := query.values.get("declared_to"):
        names["declared_to"] = facility_named(words, {o.id: view.book for o, view in views.items()})
    if query.needs_summaries:
        await _read_summaries(views, portfolios, tell)
    today = london_day(session.clock.now()).isoformat()
    matches: list[Match] = []
    for organisation in query.organisations:
        own = {name: meant[organisation.id] for name, meant in names.items() if organisation.id in meant}
        terms = Terms(query.terms.unit, person=organisation.id, today=today, names=own)
        match = Match(organisation, replace(query, terms=terms))
        view = results.get(organisation) or not_live(organisation)
        if isinstance(view, WhitespaceError):
            matches.append(replace(match, error=view))
        else:
            matches.append(replace(match, view=view))
    if query.needs:
        matches = await _completed(matches, query, portfolios, tell)
    return tuple(matches), market or await session.directory.names()


async def _in_several(query: Query, books: Sequence[Book]) -> dict[str, frozenset[str]]:
    """The slips that several of some lists have, for every organisation the same.

    Raises:
        BadArgument: there is nothing to compare.
    """
    if len(query.organisations) < _SEVERAL:
        raise BadArgument("in_several", "compares organisations", allowed="Pass organisation='all' with it.")
    counted = await anyio.to_thread.run_sync(in_lists, [(book, Query()) for book in books])
    several = frozenset(root for root, lists in counted.items() if lists > 1)
    return dict.fromkeys((organisation.id for organisation in query.organisations), several)


def in_lists(lists: Sequence[tuple[Book, Query]]) -> Counter[str]:
    """In how many of some lists each selected slip is, or each document where these are counted."""
    return Counter(name for book, query in lists for name in book.selected(query))


def _check(query: Query) -> None:
    """Refuse what no list can answer."""
    if query.terms.unit == "document" and (deep := of_depth(query.needs)):
        raise BadArgument("unit", f"has no {deep[0]}: that is told of slips", allowed="Leave it out, or pass slip.")
    if query.values.get("unknown") and not query.needs:
        raise BadArgument(
            "unknown",
            "lists what is not known of something else that is asked",
            allowed="Pass a filter or a column with it that contracts, lines or summaries tell, such as show=expiry.",
        )


async def _completed(matches: Sequence[Match], query: Query, portfolios: Portfolios, tell: Tell) -> list[Match]:
    """Matches after everything was read that lists do not tell, with what is still not known.

    Raises:
        WhitespaceError: of no organisation anything could be read.
    """
    readable = [_unless_unread(match, query, portfolios) for match in matches]
    if all(match.error for match in readable):
        raise next(match.error for match in readable if match.error)
    await _read_depth(readable, portfolios, tell)
    return [_with_not_known(match, query, portfolios) for match in readable]


async def _resolved(query: Query, session: Session) -> tuple[MarketDirectory | None, dict[str, dict[str, Any]]]:
    """The market, if names of the question need it, and what they stand for in each organisation."""
    session.directory.prefetch()
    values, names = query.values, dict[str, dict[str, Any]]()
    if "team" in values:
        own = teams_named(values["team"], query.organisations)
        names["team"] = dict(own or teams_named(values["team"], query.organisations, await session.directory.names()))
    broker, owner = values.get("broker"), values.get("owner")
    person = owner if owner and owner not in WHOSE else None
    market = await session.directory.market() if person or (broker and not is_channel(broker)) else None
    if broker:
        meant = broker_named(broker, market or await session.directory.names())
        names["broker"] = {organisation.id: meant for organisation in query.organisations}
    if leader := values.get("leader"):
        parties = leaders_named(leader, market or await session.directory.names())
        names["leader"] = {organisation.id: parties for organisation in query.organisations}
    if person and market:
        names["owner"] = dict(people_named(person, query.organisations, market))
    return market, names


async def _read_summaries(views: Mapping[Organisation, View], portfolios: Portfolios, tell: Tell) -> None:
    async def tell_summaries(done: int, slips: int) -> None:
        await tell(done, slips, "summaries")

    await portfolios.inform(list(views.items()), seconds=seconds_left() * WAITING_SHARE, tell=tell_summaries)


def about_depth(tell: Tell) -> TellDepth:
    """Tells of contracts and lines how many slips are read."""

    async def tell_depth(done: int, slips: int) -> None:
        await tell(done, slips, "contracts and lines")

    return tell_depth


async def _read_depth(matches: Sequence[Match], portfolios: Portfolios, tell: Tell) -> None:
    """Read what contracts and lines tell of the slips that the rest of the question leaves."""
    wanted = {
        match.organisation.id: _datable(
            await wanted_of(match, (*match.query.facts, *match.query.shown)),
            portfolios.of(match.organisation).summaries,
        )
        for match in matches
        if match.view and of_depth((*match.query.facts, *match.query.shown))
    }
    await read_deep(matches, wanted, portfolios, tell)


async def read_deep(
    matches: Sequence[Match], wanted: Mapping[str, list[Wanted]], portfolios: Portfolios, tell: Tell
) -> None:
    """Read what is wanted of several organisations' slips side by side, as far as the time of the call allows.

    Args:
        matches: whose lists learn what is known.
        wanted: by MU id; organisations without an entry are left alone.
        portfolios: of all organisations.
        tell: is told how much of it is known.
    """
    seconds = WAITING_SHARE * seconds_left()
    totals = {mu: len(slips) for mu, slips in wanted.items()}
    progress = dict.fromkeys(wanted, 0)

    async def read(match: Match) -> None:
        mu = match.organisation.id

        async def tell_sum(done: int, _: int) -> None:
            progress[mu] = done
            await tell(sum(progress.values()), sum(totals.values()), "contracts and lines")

        if match.view and mu in wanted:
            depth = portfolios.of(match.organisation).depth
            await depth.read(match.view.book, wanted[mu], seconds=seconds, tell=tell_sum)

    if wanted:
        await side_by_side(read, [(match,) for match in matches if match.organisation.id in wanted])


def _datable(wanted: list[Wanted], summaries: Summaries) -> list[Wanted]:
    """Those of which it is known when they changed; lines of the others are read when the summaries tell."""
    if summaries.complete or summaries.failure:
        return wanted
    return [slip for slip in wanted if slip.activity is not None or slip.parts == frozenset[Part](("terms",))]


async def wanted_of(match: Match, facts: Sequence[FactName], roots: Collection[str] | None = None) -> list[Wanted]:
    """What has to be read of a match's slips, reckoned in a worker thread where the list is long.

    `roots` are the only slips that matter; None stands for all that match.
    """
    if match.view is None:
        return []
    book = match.view.book
    if book.slips < LONG:
        return book.wanted(match.query, facts, roots)
    return await anyio.to_thread.run_sync(book.wanted, match.query, facts, roots)


async def read_rows(
    page: Sequence[PagedRow], query: Query, matches: Sequence[Match], portfolios: Portfolios, tell: Tell
) -> tuple[dict[tuple[str, str], SlipFacts], dict[str, NotKnown]]:
    """What only contracts and lines tell of the rows of a page.

    Returns:
        The facts by MU id and root, and by MU id of how many rows they are not known.
    """
    every: dict[tuple[str, str], SlipFacts] = {}
    lacking: dict[str, NotKnown] = {}
    if not query.deep:
        return every, lacking
    for match in matches:
        mu = match.organisation.id
        roots = {record["root"] for owner, record in page if owner == mu}
        if not roots or match.view is None:
            continue
        depth = portfolios.of(match.organisation).depth
        wanted = await wanted_of(match, query.deep, roots)
        await depth.read(match.view.book, wanted, seconds=seconds_left() * WAITING_SHARE, tell=about_depth(tell))
        every |= {(mu, root): facts for root, facts in (await depth.facts(wanted)).items()}
        lacking[mu] = depth.not_known(wanted)
    return every, lacking


def with_rows(match: Match, lacking: Mapping[str, NotKnown]) -> Match:
    """A match with what is not known of the rows that are shown, where nothing else is not known."""
    rows = lacking.get(match.organisation.id)
    return replace(match, not_known=rows) if rows and not match.not_known.slips else match


def _unless_unread(match: Match, query: Query, portfolios: Portfolios) -> Match:
    """A match, or an error in its place where summaries are needed and none could be read: that is no empty answer."""
    summaries = portfolios.of(match.organisation).summaries
    needed = "summary" in parts_of(query.needs)
    if needed and match.view and summaries.failure and not summaries.count and match.view.book.slips:
        return replace(match, view=None, error=_unread(summaries.failure, match.organisation))
    return match


def _with_not_known(match: Match, query: Query, portfolios: Portfolios) -> Match:
    """A match with what is not known of it, and why not everything was read."""
    if match.view is None:
        return match
    portfolio = portfolios.of(match.organisation)
    summaries, depth = portfolio.summaries, portfolio.depth
    not_known = depth.with_seconds(match.view.book.not_known(match.query))
    reading = None
    if summaries.failure and query.needs_summaries:
        reading = f"Summaries could not be read on: {explain(summaries.failure)}"
    elif not_known.slips and query.needs_summaries and not summaries.complete:
        reading = (
            f"Summaries of {match.organisation.name} are still being read, {summaries.count} so far;"
            " ask again for the rest."
        )
    elif depth.trouble and of_depth(query.needs):
        reading = f"Contracts and lines could not be read on: {explain(depth.trouble)}"
    elif not_known.seconds:
        reading = f"Contracts and lines of {match.organisation.name} are still being read; ask again for the rest."
    return replace(match, not_known=not_known, reading=reading)


def _unread(failure: WhitespaceError, organisation: Organisation) -> WhitespaceError:
    """Why nothing can be said: a platform without summaries is no wrong address, since its list was read."""
    if not isinstance(failure, WrongAddress | NotFound):
        return failure.replaced()
    return NotFound(
        f"The platform does not serve summaries here, and only they tell what is asked ({organisation.name})",
        do="Ask without inception, limit, owner, waiting, action, declared_to, written and signed; get_risk tells them"
        " of one risk.",
    )


def matched_rows(matches: Sequence[Match]) -> list[Listed]:
    """What can be paged, of every organisation that answered."""
    return [(match.organisation.id, match.view.book, match.query) for match in matches if match.view]
