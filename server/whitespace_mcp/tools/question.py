"""One question to the lists of one or several organisations: read side by side, each with the filters in its terms."""

from dataclasses import dataclass, replace
from typing import Any

from whitespace_mcp.errors import WhitespaceError, listed
from whitespace_mcp.portfolio.pages import Shelf
from whitespace_mcp.portfolio.portfolio import View
from whitespace_mcp.portfolio.selection import Selection
from whitespace_mcp.session.directory import Market
from whitespace_mcp.session.organisation import Organisation, not_live
from whitespace_mcp.terms.text import clean
from whitespace_mcp.tools.context import Services
from whitespace_mcp.tools.filters import broker_prefixes, team_channels

UPDATED_NOTE = (
    "'updated' is the contract document's last edit; it does not move when a line is written or a comment posted."
)
SUMMARIES_NOTE = (
    "The platform does not serve its risk list here: these documents come from its summaries, without contract type."
)
_NO_TEAM = "-"


@dataclass(frozen=True)
class Question:
    """What is asked: the organisations, the filters that mean the same everywhere, and the words that do not.

    Attributes:
        broker: the placing broker as the caller named it; `team` likewise.
        refresh: ask the platform even if a list is fresh.
    """

    organisations: tuple[Organisation, ...]
    selection: Selection
    broker: str | None = None
    team: str | None = None
    refresh: bool = False

    def canonical(self, environment: str, sort: str) -> dict[str, Any]:
        """The question as plain data, for the cursor."""
        return {
            "environment": environment,
            "organisations": [organisation.id for organisation in self.organisations],
            "selection": self.selection.canonical(),
            "broker": self.broker,
            "team": self.team,
            "sort": sort,
        }


@dataclass(frozen=True)
class Reply:
    """One organisation's list and the filters in its terms, or why there is none."""

    organisation: Organisation
    view: View | None
    selection: Selection
    error: WhitespaceError | None = None

    @property
    def shelf(self) -> Shelf | None:
        """What can be paged and counted; None after an error."""
        return Shelf(self.organisation.id, self.view.book, self.selection) if self.view else None


@dataclass(frozen=True)
class Replies:
    """All organisations' replies, in the order asked, and the names of the market."""

    each: tuple[Reply, ...]
    market: Market

    def shelves(self) -> list[Shelf]:
        """What can be paged and counted."""
        return [shelf for reply in self.each if (shelf := reply.shelf)]


async def ask(question: Question, services: Services) -> Replies:
    """Read the lists that a question is about.

    Raises:
        BadArgument: a broker or team that does not exist.
        WhitespaceError: no list could be read.
    """
    directory = services.session.directory
    directory.prefetch()
    channels = team_channels(question.team, question.organisations) if question.team else {}
    live = [organisation for organisation in question.organisations if organisation.live]
    views = dict(await services.portfolios.views(live, refresh=question.refresh))
    market = await (directory.market() if question.broker else directory.names())
    selection = question.selection
    if question.broker:
        prefixes, broker_channels = broker_prefixes(question.broker, market)
        selection = replace(selection, brokers=prefixes, broker_channels=broker_channels)
    replies: list[Reply] = []
    for organisation in question.organisations:
        team = channels.get(organisation.id, _NO_TEAM) if question.team else None
        view = views.get(organisation) or not_live(organisation)
        failed = isinstance(view, WhitespaceError)
        replies.append(
            Reply(organisation, None if failed else view, replace(selection, team=team), view if failed else None)
        )
    return Replies(tuple(replies), market)


def notes(question: Question, replies: Replies, matched: int) -> list[str] | None:
    """What an assistant should know about these figures, if anything."""
    selection = question.selection
    found: list[str] = []
    if selection.updated_since or selection.updated_before:
        found.append(UPDATED_NOTE)
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
