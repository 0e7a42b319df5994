"""What a tool is given beside its arguments: the organisation or the risk that its call is about.

The SDK fills it in before the tool's own code runs. It brings what such tools have in common: the services, how answers
name organisation and risk, and pages whose cursors belong to the question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from mcp.server.mcpserver import AcceptedElicitation, Context, ElicitationResult, Resolve

from whitespace_mcp.answers.people import Names
from whitespace_mcp.config.errors import about
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.mcp_layer.context import Services, services
from whitespace_mcp.mcp_layer.organisation import Choice, RiskChoice, ask_for_risk, chosen, keys
from whitespace_mcp.mcp_layer.paging import BUDGET, Page, page_of
from whitespace_mcp.portfolio.lookup import Slip, find_slip
from whitespace_mcp.portfolio.portfolio import View
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session
from whitespace_mcp.telemetry.calls import noted
from whitespace_mcp.terms.moments import iso

T = TypeVar("T")


@dataclass(frozen=True)
class OrganisationCall:
    """A call about one organisation.

    Attributes:
        services: those of the process.
        organisation: which it is about.
        found_in: how many lists were looked through to find whose risk it is; None where that was not needed.
    """

    services: Services
    organisation: Organisation
    found_in: int | None = field(default=None, kw_only=True)

    @property
    def session(self) -> Session:
        """The session of the process."""
        return self.services.session

    @property
    def side(self) -> Side:
        """The organisation as documents name it."""
        return Side(self.organisation.channel_prefix, self.organisation.id)

    def head(self) -> dict[str, Any]:
        """The first keys of every answer about one organisation."""
        searched = {"found_in": self.found_in} if self.found_in else {}
        return {"organisation": keys(self.organisation), **searched, "as_of": iso(self.session.clock.now())}

    async def names(self) -> Names:
        """The directory's names, as far as they are here already; nobody waits for the rest."""
        return Names(await self.session.directory.names())

    async def risks(self) -> View:
        """The organisation's list of risks."""
        return await self.services.portfolios.of(self.organisation).view()

    async def risk(self, risk: str) -> "RiskCall":
        """This call, narrowed to one risk.

        Raises:
            NotFound: it is not in the organisation's list.
            WhitespaceError: several are meant.
        """
        view = await self.risks()
        with about(self.organisation.name):
            slip = find_slip(view.book, risk)
        noted().roots.add(slip.root)
        return RiskCall(self.services, self.organisation, slip, view, found_in=self.found_in)

    def question(self, *parts: Any) -> list[Any]:
        """What is asked, as plain data: a cursor made for it fits no other question or organisation."""
        return [self.organisation.id, *parts]

    def page(
        self,
        entries: Sequence[T],
        *parts: Any,
        cursor: str | None,
        most: int,
        name: Callable[[T], str],
        size: Callable[[T], int] = lambda _: 0,
        budget: int = BUDGET,
    ) -> Page[T]:
        """One page of a list; `parts` are what is asked, the rest as `paging.page_of` takes it.

        `cursor` continues a former page, `most` entries and `budget` tokens are a page's bounds.
        """
        question = self.question(*parts)
        return page_of(entries, question=question, cursor=cursor, most=most, name=name, size=size, budget=budget)


@dataclass(frozen=True)
class RiskCall(OrganisationCall):
    """A call about one risk of one organisation.

    Attributes:
        slip: the risk.
        view: the organisation's list as it was read.
    """

    slip: Slip
    view: View

    def head(self) -> dict[str, Any]:
        """The first keys of every answer about one risk."""
        current = self.slip.current
        named = {"risk": self.slip.short, "name": self.slip.name, "umr": current["umr"] if current else None}
        return super().head() | named

    def question(self, *parts: Any) -> list[Any]:
        """What is asked of this risk."""
        return super().question(self.slip.root, *parts)


async def about_organisation(organisation: Annotated[Organisation, Resolve(chosen)], ctx: Context) -> OrganisationCall:
    """The call about the organisation that it names; names of the market are looked up meanwhile."""
    services(ctx).session.directory.prefetch()
    return OrganisationCall(services(ctx), organisation)


async def about_owner(
    choice: Annotated[ElicitationResult[Choice], Resolve(ask_for_risk)], ctx: Context
) -> OrganisationCall:
    """The call about the organisation that it names, or whose list has the risk that it names."""
    services(ctx).session.directory.prefetch()
    data = choice.data if isinstance(choice, AcceptedElicitation) else None
    found_in = data.found_in if isinstance(data, RiskChoice) else None
    return OrganisationCall(services(ctx), await chosen(choice, ctx), found_in=found_in)


async def about_risk(risk: str, call: Annotated[OrganisationCall, Resolve(about_owner)]) -> RiskCall:
    """The call about the risk that it names, in the organisation that it is about.

    Raises:
        NotFound: it is not in that organisation's list.
        WhitespaceError: several are meant.
    """
    return await call.risk(risk)


InOrganisation = Annotated[OrganisationCall, Resolve(about_organisation)]
InOwner = Annotated[OrganisationCall, Resolve(about_owner)]
"""For tools that may be about one risk (`risk`), and else about an organisation."""
InRisk = Annotated[RiskCall, Resolve(about_risk)]
