"""One question to the lists of one or several organisations: read side by side, each with the filters in its terms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import anyio
from mcp.server.mcpserver import Context

from whitespace_mcp.config.errors import NotFound, WhitespaceError, WrongAddress, explain, listed
from whitespace_mcp.mcp_layer.context import Services, services
from whitespace_mcp.portfolio.pages import Shelf
from whitespace_mcp.portfolio.portfolio import View
from whitespace_mcp.portfolio.selection import Selection
from whitespace_mcp.portfolio.summary_facts import Fact
from whitespace_mcp.runtime.single_flight import own_copy
from whitespace_mcp.session.directory import Directory, MarketDirectory
from whitespace_mcp.session.organisation import Organisation, not_live
from whitespace_mcp.terms.text import clean, fold
from whitespace_mcp.tools.filters import broker_prefixes, is_channel, no_such_team, team_channels

UPDATED_NOTE = (
    "'updated' is the contract document's last edit; it does not move when a line is written or a comment posted."
)
SUMMARIES_NOTE = (
    "The platform does not serve its risk list here: these documents come from its summaries, without contract type."
)
LACKING_NOTE = (
    "not_known: slips that may belong here as well; their summary was not read yet, or does not tell what is asked."
)
LIMIT_NOTE = "limit is one line for a contract that can have several limits; currencies are not converted."
LINES_NOTE = "written and signed add up the lines that this organisation may see; see get_lines for the whole."
WAITING_SHARE = 0.8
"""How much of the time that a call has left is spent on waiting for summaries."""
_NO_TEAM = "-"


@dataclass(frozen=True)
class Question:
    """What is asked: the organisations, the filters that mean the same everywhere, and the words that do not.

    Attributes:
        broker: the placing broker as the caller named it; `team` likewise.
        refresh: ask the platform even if a list is fresh.
        shown: what is shown or grouped by that only summaries tell.
    """

    organisations: tuple[Organisation, ...]
    selection: Selection
    broker: str | None = None
    team: str | None = None
    refresh: bool = False
    shown: frozenset[Fact] = frozenset()

    @property
    def facts(self) -> frozenset[Fact]:
        """All that it needs that only summaries tell."""
        return self.selection.facts | self.shown

    def canonical(self, environment: str, sort: str) -> dict[str, Any]:
        """The question as plain data, for the cursor."""
        return {
            "environment": environment,
            "organisations": [organisation.id for organisation in self.organisations],
            "selection": self.selection.canonical(),
            "broker": fold(self.broker) if self.broker else None,
            "team": fold(self.team) if self.team else None,
            "sort": sort,
        }


@dataclass(frozen=True)
class Reply:
    """One organisation's list and the filters in its terms, or why there is none.

    Attributes:
        lacking: how many slips may match as well, but what is asked is not known of them.
        reading: why summaries were not all read, if they were not.
    """

    organisation: Organisation
    view: View | None
    selection: Selection
    error: WhitespaceError | None = None
    lacking: int = 0
    reading: str | None = None

    @property
    def shelf(self) -> Shelf | None:
        """What can be paged and counted; None after an error."""
        return Shelf(self.organisation.id, self.view.book, self.selection) if self.view else None


@dataclass(frozen=True)
class Replies:
    """All organisations' replies, in the order asked, and the names of the market."""

    each: tuple[Reply, ...]
    market: MarketDirectory

    def shelves(self, *, told: bool = False) -> list[Shelf]:
        """What can be paged and counted; with `told`, its pages have what summaries tell beside each record."""
        return [replace(shelf, told=told) for reply in self.each if (shelf := reply.shelf)]


async def _team_channels(question: Question, directory: Directory) -> dict[str, str]:
    """The channels of the team that is asked for; the directory knows those that the login is not in.

    Raises:
        BadArgument: there is no such team.
    """
    asked, organisations = question.team or "", question.organisations
    if channels := team_channels(asked, organisations):
        return channels
    market = await directory.names()
    if channels := team_channels(asked, organisations, market):
        return channels
    raise no_such_team(organisations, market)


async def ask(question: Question, ctx: Context) -> Replies:
    """Read the lists that a question is about, and the summaries if it needs them; progress is told to the client.

    Raises:
        BadArgument: a broker or team that does not exist.
        WhitespaceError: no list could be read.
    """
    service = services(ctx)
    directory = service.session.directory
    channels = await _team_channels(question, directory) if question.team else {}
    live = [organisation for organisation in question.organisations if organisation.live]
    if question.facts:
        for organisation in live:
            service.portfolios.of(organisation).summaries.start(refresh=question.refresh)
    views = dict(await service.portfolios.views(live, refresh=question.refresh))
    if question.facts:
        await _read_summaries(views, ctx)
    needs_names = question.broker is not None and not is_channel(question.broker)
    market = await (directory.market() if needs_names else directory.names())
    selection = question.selection
    if question.broker:
        prefixes, broker_channels = broker_prefixes(question.broker, market)
        selection = replace(selection, brokers=prefixes, broker_channels=broker_channels)
    replies: list[Reply] = []
    for organisation in question.organisations:
        team = channels.get(organisation.id, _NO_TEAM) if question.team else None
        own = replace(selection, team=team, person=organisation.id)
        view = views.get(organisation) or not_live(organisation)
        if isinstance(view, WhitespaceError):
            replies.append(Reply(organisation, None, own, view))
        elif question.facts:
            replies.append(_with_facts(organisation, view, own, question, service))
        else:
            replies.append(Reply(organisation, view, own))
    if question.facts and all(reply.error for reply in replies):
        raise own_copy(next(reply.error for reply in replies if reply.error))
    return Replies(tuple(replies), market)


async def _read_summaries(views: Mapping[Organisation, View | WhitespaceError], ctx: Context) -> None:
    found = [(organisation, view) for organisation, view in views.items() if isinstance(view, View)]

    async def tell(known: int, slips: int) -> None:
        await ctx.report_progress(known, slips, f"Reading summaries: {known} of {slips} slips")

    left = anyio.current_effective_deadline() - anyio.current_time()
    await services(ctx).portfolios.inform(found, seconds=left * WAITING_SHARE, tell=tell)


def _with_facts(
    organisation: Organisation, view: View, selection: Selection, question: Question, service: Services
) -> Reply:
    """One organisation's reply to a question about what only summaries tell.

    Where none could be read, that is an error and not an empty answer.
    """
    summaries = service.portfolios.of(organisation).summaries
    if summaries.failure and not summaries.known and view.book.slips:
        return Reply(organisation, None, selection, _unread(summaries.failure, organisation))
    lacking = view.book.lacking(selection, question.shown)
    reading = None
    if summaries.failure:
        reading = f"Summaries could not be read on: {explain(summaries.failure)}"
    elif lacking and not summaries.complete:
        reading = (
            f"Summaries of {organisation.name} are still being read, {summaries.known} so far; ask again for the rest."
        )
    return Reply(organisation, view, selection, lacking=lacking, reading=reading)


def _unread(failure: WhitespaceError, organisation: Organisation) -> WhitespaceError:
    """Why nothing can be said: a platform without summaries is no wrong address, since its list was read."""
    if not isinstance(failure, WrongAddress | NotFound):
        return own_copy(failure)
    return NotFound(
        f"The platform does not serve summaries here, and only they tell what is asked ({organisation.name})",
        do="Ask without inception, limit, owner, waiting, written and signed; get_risk tells them of one risk.",
    )


def notes(question: Question, replies: Replies, matched: int) -> list[str] | None:
    """What an assistant should know about these figures, if anything."""
    selection = question.selection
    found: list[str] = []
    if selection.updated_since or selection.updated_before:
        found.append(UPDATED_NOTE)
    found += [reply.reading for reply in replies.each if reply.reading]
    if any(reply.lacking for reply in replies.each):
        found.append(LACKING_NOTE)
    if selection.limit_over or "limit" in question.shown:
        found.append(LIMIT_NOTE)
    if {"written", "signed"} & question.shown:
        found.append(LINES_NOTE)
    if any(reply.view and reply.view.book.source == "summaries" for reply in replies.each):
        found.append(SUMMARIES_NOTE)
    if matched == 0:
        words = [shelf.book.words for shelf in replies.shelves()]
        if selection.statuses:
            found.append(_there_is("status", {word for each in words for word in each.statuses}))
        if selection.contract_type:
            found.append(_there_is("contract_type", {word for each in words for word in each.types}))
    return found or None


def _there_is(argument: str, words: set[str]) -> str:
    """The values that a filter could have named, since the one it named selects nothing."""
    return f"Values of {argument} here: {listed(clean(word, 40) for word in sorted(words))}."
