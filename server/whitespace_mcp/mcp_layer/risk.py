"""Which risk a call is about: filled in by the SDK before the tool's own code runs, like the organisation."""

from dataclasses import dataclass
from typing import Annotated

from mcp.server.mcpserver import Context, Resolve
from pydantic import Field

from whitespace_mcp.config.errors import about
from whitespace_mcp.mcp_layer.context import services
from whitespace_mcp.mcp_layer.organisation import InOrganisation
from whitespace_mcp.portfolio.lookup import Slip, find_slip
from whitespace_mcp.portfolio.portfolio import View
from whitespace_mcp.session.organisation import Organisation
from whitespace_mcp.telemetry.calls import noted

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


InRisk = Annotated[Target, Resolve(find_risk)]
