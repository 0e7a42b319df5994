"""Who am I, for which organisations, and which one is the default."""

from typing import Annotated, Final

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import Field

from whitespace_mcp.answers.organisations import (
    ByHand,
    CredentialState,
    OrganisationEntry,
    OrganisationList,
    OrganisationSwitch,
    WhoAmI,
    by_hand,
)
from whitespace_mcp.api.identity import platform_version
from whitespace_mcp.config.errors import NotConfigured, WhitespaceError, explain
from whitespace_mcp.config.version import VERSION
from whitespace_mcp.mcp_layer.dependencies import keys
from whitespace_mcp.mcp_layer.tool import Tool, result, services
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.moments import iso


async def whoami(ctx: Context) -> Annotated[CallToolResult, WhoAmI]:
    """The login and whether it works, environment, default organisation, settings; headers, UserIDs and curl lines."""
    session = services(ctx).session
    problem = await session.token_cache.problem()
    if isinstance(problem, NotConfigured):
        raise problem
    organisations, default, trouble = ((), None, problem) if problem else await _known(session)
    expires = session.token_cache.expires_in
    return result(
        WhoAmI(
            environment=session.settings.host,
            user=session.organisations.user,
            credential=CredentialState(
                kind=session.token_cache.kind,
                state=session.token_cache.state,
                expires_in_s=None if expires is None else int(expires),
                problem=explain(trouble) if trouble else None,
            ),
            organisation=keys(default) if default else None,
            read_only=True,
            configured=dict(session.settings.origins) or None,
            platform_version=await _version(session),
            server_version=VERSION,
            by_hand=_by_hand(session, organisations),
            as_of=iso(session.clock.now()),
        )
    )


async def list_organisations(
    ctx: Context,
    refresh: Annotated[
        bool, Field(description="Search again instead of using what is known.")
    ] = False,  # the SDK passes arguments by name
) -> Annotated[CallToolResult, OrganisationList]:
    """The organisations that this login works for, with role, teams and membership state; which one is the default."""
    session = services(ctx).session
    organisations = await session.organisations.all(refresh=refresh)
    default = await session.organisations.default()
    return result(
        OrganisationList(
            user=session.organisations.user,
            default=keys(default) if default else None,
            organisations=[_entry(organisation, default) for organisation in organisations],
            as_of=iso(session.clock.now()),
        )
    )


async def switch_org(
    organisation: Annotated[str, Field(description="Company id, name or MU id.", max_length=200)], ctx: Context
) -> Annotated[CallToolResult, OrganisationSwitch]:
    """Make an organisation the default for calls that name none. Other chats of this app share the default."""
    session = services(ctx).session
    active, previous = await session.organisations.switch(organisation)
    return result(
        OrganisationSwitch(
            active=keys(active), previous=keys(previous) if previous else None, as_of=iso(session.clock.now())
        )
    )


def _entry(organisation: Organisation, default: Organisation | None) -> OrganisationEntry:
    return OrganisationEntry(
        **keys(organisation).model_dump(),
        role=organisation.role,
        teams=[team.name for team in organisation.teams] or None,
        state=organisation.state,
        default=True if default is not None and default.id == organisation.id else None,
    )


async def _known(session: Session) -> tuple[tuple[Organisation, ...], Organisation | None, WhitespaceError | None]:
    """The organisations and the default one, or why they cannot be told."""
    try:
        return await session.organisations.all(), await session.organisations.default(), None
    except WhitespaceError as error:
        return (), None, error


def _by_hand(session: Session, organisations: tuple[Organisation, ...]) -> ByHand:
    settings = session.settings
    return by_hand(
        sync_url=settings.environment.sync_url if session.token_cache.kind == "refresh_token" else None,
        bucket=settings.environment.bucket,
        api_url=settings.environment.api_url,
        user_ids={each.company_id: each.user_id for each in organisations if each.user_id},
    )


async def _version(session: Session) -> str | None:
    """The platform's version; a comfort, so its absence is no failure."""
    try:
        return await platform_version(session.api)
    except WhitespaceError:
        return None


WHOAMI: Final = Tool(whoami, title="Who am I")
LIST_ORGANISATIONS: Final = Tool(list_organisations, title="My organisations")
SWITCH_ORG: Final = Tool(switch_org, title="Switch organisation", changes_default=True)
