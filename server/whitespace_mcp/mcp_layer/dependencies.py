"""What a tool is given beside its arguments: the organisations or the risk that its call is about.

The SDK fills it in before the tool's own code runs. Every tool about risks declares `organisation` for the schema and a
parameter type made from one of these resolvers, so no call can be made without saying for whom. Where nothing says
which and the client can ask its user, the user is asked; otherwise the call is refused with the choices.

A call about one organisation brings what such tools have in common: the services, how answers name organisation and
risk, and pages whose cursors belong to the question.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal, TypeVar, cast

from mcp.server.mcpserver import AcceptedElicitation, Context, Elicit, ElicitationResult, Resolve
from pydantic import BaseModel, Field, create_model

from whitespace_mcp.answers.base import OrganisationKeys
from whitespace_mcp.answers.people import Names
from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.config.errors import BadArgument, NotFound, OrganisationError, about, listed
from whitespace_mcp.mcp_layer.paging import BUDGET, Page, page_of
from whitespace_mcp.mcp_layer.risk_search import owner_of, seen_elsewhere
from whitespace_mcp.mcp_layer.tool import Services, services
from whitespace_mcp.portfolio.lookup import Slip, find_slip
from whitespace_mcp.portfolio.selection import View
from whitespace_mcp.runtime.call import start_the_clock, stop_the_clock, this_call
from whitespace_mcp.session.organisation import Organisation, choices
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.moments import iso

T = TypeVar("T")

ALL: Final = frozenset({"all", "both", "each", "every", "all organisations", "both organisations"})
"""What stands for every organisation of the login."""

_HELD: Final = AcceptedElicitation[Any]
"""What the SDK wraps every resolved argument in. It names this class anew in every call, and pydantic, which keeps such
classes only while somebody holds them, makes it again in two milliseconds."""


class Choice(BaseModel):
    """The organisation that a call names, or that its user chose; None leaves it to the default."""

    organisation: str | None = None


class RiskChoice(Choice):
    """The organisation whose list has the risk of the call; `found_in`: how many lists were looked through."""

    found_in: int


async def ask_if_open(organisation: str | None, ctx: Context) -> Choice | Elicit[Choice]:
    """Ask the user, if nothing else says which organisation and the client can."""
    words = organisation.strip() if organisation else None
    if words is not None:
        return Choice(organisation=words or None)
    session = services(ctx).session
    if session.settings.require_organisation or not _can_ask(ctx) or await session.organisations.default():
        return Choice()
    live = [o for o in await session.organisations.all() if o.live]
    if len(live) < 2:  # nothing to choose between
        return Choice()
    stop_the_clock()
    return Elicit("Which organisation is this about?", _choice_of(live))


async def ask_for_risk(risk: str | None, organisation: str | None, ctx: Context) -> Choice | Elicit[Choice]:
    """For a call about one risk: where nothing says which organisation, the one whose list has the risk.

    `risk` and `organisation` are the call's own words.
    """
    session = services(ctx).session
    if not risk or organisation or session.settings.require_organisation or await session.organisations.default():
        return await ask_if_open(organisation, ctx)
    live = [o for o in await session.organisations.all() if o.live]
    if len(live) < 2:
        return Choice()
    return RiskChoice(organisation=(await owner_of(risk, live, services(ctx))).id, found_in=len(live))


async def chosen(choice: Annotated[ElicitationResult[Choice], Resolve(ask_if_open)], ctx: Context) -> Organisation:
    """The one organisation of the call.

    Raises:
        OrganisationError: none, several, not live, or the user did not choose.
        BadArgument: `all`, which this tool does not take.
    """
    words = await _asked(choice, ctx)
    if _means_all(words):
        there = await services(ctx).session.organisations.all()
        raise BadArgument(
            "organisation",
            "must name exactly one organisation for this tool",
            allowed=f"Call it once for each: {listed(each.company_id for each in there if each.live)}.",
        )
    return await services(ctx).session.organisations.chosen(words)


async def one_or_all(
    choice: Annotated[ElicitationResult[Choice], Resolve(ask_if_open)], ctx: Context
) -> tuple[Organisation, ...]:
    """The organisation of the call, or with `all` every one of the login, live or not.

    Raises:
        OrganisationError: none, several, not live, or the user did not choose.
    """
    words = await _asked(choice, ctx)
    organisations = services(ctx).session.organisations
    if _means_all(words):
        every = await organisations.all()
        this_call().organisations.update({organisation.id: organisation.company_id for organisation in every})
        return every
    return (await organisations.chosen(words),)


def keys(organisation: Organisation) -> OrganisationKeys:
    """The organisation as every answer names it."""
    return OrganisationKeys(id=organisation.id, company_id=organisation.company_id, name=organisation.name)


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
    def api(self) -> OrganisationApi:
        """The platform's reads on behalf of the organisation."""
        return self.session.api_for(self.organisation)

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
            try:
                slip = find_slip(view.book, risk)
            except NotFound as error:
                raise await seen_elsewhere(risk, view, self.services, error) from None
        this_call().roots.add(slip.root)
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
        size: Callable[[T], int],
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

    def named(self) -> dict[str, Any]:
        """The keys by which answers name a risk."""
        current = self.slip.current
        return {"risk": self.slip.short, "name": self.slip.name, "umr": current["umr"] if current else None}

    def head(self) -> dict[str, Any]:
        """The first keys of every answer about one risk."""
        return super().head() | self.named()

    def question(self, *parts: Any) -> list[Any]:
        """What is asked of this risk."""
        return super().question(self.slip.root, *parts)


async def about_organisation(organisation: Annotated[Organisation, Resolve(chosen)], ctx: Context) -> OrganisationCall:
    """The call about the organisation that it names."""
    return OrganisationCall(services(ctx), organisation)


async def about_owner(
    choice: Annotated[ElicitationResult[Choice], Resolve(ask_for_risk)], ctx: Context
) -> OrganisationCall:
    """The call about the organisation that it names, or whose list has the risk that it names."""
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


async def _asked(choice: ElicitationResult[Choice], ctx: Context) -> str | None:
    start_the_clock()
    if isinstance(choice, AcceptedElicitation):
        return choice.data.organisation
    every = await services(ctx).session.organisations.all()
    raise OrganisationError(  # the choices first: some hosts cut errors short, and some decline without asking anybody
        f"Which organisation? Choices: {choices(every)}; none was chosen",
        retry="Call again with 'organisation' when the user has said which.",
        do="Ask the user in the conversation.",
    )


def _means_all(words: str | None) -> bool:
    """Whether the words of a call stand for every organisation of the login."""
    return words is not None and " ".join(words.casefold().split()) in ALL


def _can_ask(ctx: Context) -> bool:
    capabilities = ctx.client_capabilities
    elicitation = capabilities.elicitation if capabilities else None
    return elicitation is not None and (elicitation.form is not None or elicitation.url is None)


def _choice_of(organisations: Sequence[Organisation]) -> type[Choice]:
    company_ids = [organisation.company_id for organisation in organisations]
    ids = tuple(o.company_id if company_ids.count(o.company_id) == 1 else o.id for o in organisations)
    names: list[Any] = [organisation.name for organisation in organisations]
    field = Field(title="Organisation", json_schema_extra={"enumNames": names})
    return create_model("OrganisationChoice", __base__=Choice, organisation=(cast("Any", Literal[ids]), field))


InOrganisations = Annotated[tuple[Organisation, ...], Resolve(one_or_all)]
InOrganisation = Annotated[OrganisationCall, Resolve(about_organisation)]
InOwner = Annotated[OrganisationCall, Resolve(about_owner)]
"""For tools that may be about one risk (`risk`), and else about an organisation."""
InRisk = Annotated[RiskCall, Resolve(about_risk)]
