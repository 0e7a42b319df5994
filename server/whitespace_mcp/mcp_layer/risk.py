"""Which risk a call is about: filled in by the SDK before the tool's own code runs, like the organisation."""

from dataclasses import dataclass
from typing import Annotated, TypedDict

from mcp.server.mcpserver import Context, Resolve
from pydantic import Field

from whitespace_mcp.answers.base import OrganisationKeys
from whitespace_mcp.config.errors import about
from whitespace_mcp.mcp_layer.context import services
from whitespace_mcp.mcp_layer.organisation import InOrganisation, keys
from whitespace_mcp.portfolio.lookup import Slip, find_slip
from whitespace_mcp.portfolio.portfolio import View
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.session.session import Session
from whitespace_mcp.telemetry.calls import noted
from whitespace_mcp.terms.moments import iso

RiskArgument = Annotated[str, Field(description="Risk id from an answer, or UMR.", min_length=1, max_length=200)]


@dataclass(frozen=True)
class Target:
    """One risk of one organisation, and that organisation's list as it was read."""

    organisation: Organisation
    slip: Slip
    view: View


async def find_risk(risk: str, organisation: InOrganisation, ctx: Context) -> Target:
    """The risk that the call names, in the organisation that it is about.

    Raises:
        NotFound: it is not in that organisation's list.
        WhitespaceError: several are meant.
    """
    view = await services(ctx).portfolios.of(organisation).view()
    with about(organisation.name):
        slip = find_slip(view.book, risk)
    noted().roots.add(slip.root)
    return Target(organisation, slip, view)


class RiskKeys(TypedDict):
    """The arguments of a `RiskAnswer`."""

    organisation: OrganisationKeys
    risk: str
    name: str | None
    umr: str | None
    as_of: str


def risk_keys(target: Target, session: Session) -> RiskKeys:
    """What every answer about a risk begins with."""
    slip = target.slip
    return RiskKeys(
        organisation=keys(target.organisation),
        risk=slip.short,
        name=slip.name,
        umr=slip.current["umr"] if slip.current else None,
        as_of=iso(session.clock.now()),
    )


InRisk = Annotated[Target, Resolve(find_risk)]
