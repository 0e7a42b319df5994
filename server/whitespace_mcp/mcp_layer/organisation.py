"""Which organisation a call is about: filled in by the SDK before the tool's own code runs.

Every tool about risks declares `organisation` for the schema and a parameter type made from one of these resolvers, so
no call can be made without saying for whom. Where nothing says which and the client can ask its user, the user is
asked; otherwise the call is refused with the choices.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, cast

from mcp.server.mcpserver import AcceptedElicitation, Context, Elicit, ElicitationResult, Resolve
from pydantic import BaseModel, Field, create_model

from whitespace_mcp.answers.base import OrganisationKeys
from whitespace_mcp.config.errors import BadArgument, OrganisationError
from whitespace_mcp.mcp_layer.context import services
from whitespace_mcp.mcp_layer.risk_search import owner_of
from whitespace_mcp.runtime.clock import start_the_clock, stop_the_clock
from whitespace_mcp.session.organisation import Organisation, choices
from whitespace_mcp.telemetry.calls import noted
from whitespace_mcp.terms.text import fold

ALL: Final = "all"

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
    if words is not None and fold(words) == ALL:
        raise BadArgument("organisation", "must name exactly one organisation for this tool")
    return await services(ctx).session.organisations.chosen(words)


async def one_or_all(
    choice: Annotated[ElicitationResult[Choice], Resolve(ask_if_open)], ctx: Context
) -> tuple[Organisation, ...]:
    """The organisation of the call, or with `all` every one of the login, live or not.

    Raises:
        OrganisationError: none, several, not live, or the user did not choose.
    """
    services(ctx).session.directory.prefetch()
    words = await _asked(choice, ctx)
    organisations = services(ctx).session.organisations
    if words is not None and fold(words) == ALL:
        every = await organisations.all()
        noted().organisations.update({organisation.id: organisation.company_id for organisation in every})
        return every
    return (await organisations.chosen(words),)


InOrganisations = Annotated[tuple[Organisation, ...], Resolve(one_or_all)]


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


def keys(organisation: Organisation) -> OrganisationKeys:
    """The organisation as every answer names it."""
    return OrganisationKeys(id=organisation.id, company_id=organisation.company_id, name=organisation.name)


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
