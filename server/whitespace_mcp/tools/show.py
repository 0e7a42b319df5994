"""What hosts that draw show as a picture; for all others the answer says the same in words and figures."""

from datetime import datetime
from typing import Annotated, Final

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult

from whitespace_mcp.answers.lines.entries import Lines
from whitespace_mcp.answers.organisations import BookOrganisation, BookPicture
from whitespace_mcp.mcp_layer.dependencies import InOrganisations, InRisk
from whitespace_mcp.mcp_layer.tool import (
    OneOrAllOrganisations,
    OneOrganisation,
    RiskArgument,
    Tool,
    reading_progress,
    result,
    services,
)
from whitespace_mcp.portfolio.query import Group, Query, read_filters
from whitespace_mcp.portfolio.selection import Result, readable
from whitespace_mcp.tools.grouping import grouped
from whitespace_mcp.tools.lines import get_lines
from whitespace_mcp.tools.risks import sums_of

CHARTS: Final[dict[str, tuple[Group, dict[str, list[str]]]]] = {
    "by_stage": ("stage", {}),
    "expiring": ("expiry_month", {"stage": ["signed"]}),
    "placed": ("placed", {"stage": ["firm_order"]}),
    "waiting": ("action", {}),
}
"""What is counted: by which group, of which slips."""


async def show_placement(
    call: InRisk, risk: RiskArgument, organisation: OneOrganisation = None
) -> Annotated[CallToolResult, Lines]:
    """Draw how far a risk is placed, where the host can: order, lines by carrier, subjectivities. Else as get_lines."""
    return await get_lines(call, risk, organisation)


async def show_book(
    ctx: Context, organisations: InOrganisations, organisation: OneOrAllOrganisations = None
) -> Annotated[CallToolResult, BookPicture]:
    """Draw the book, where the host can: stages of each organisation, expiries by month, how firm orders stand."""
    service = services(ctx)
    counts: dict[str, dict[str, dict[str, int]]] = {each.company_id: {} for each in organisations}
    lacking: dict[str, dict[str, dict[str, object]]] = {each.company_id: {} for each in organisations}
    heads: list[BookOrganisation] = []
    meaning: dict[str, str] = {}
    for chart, (group, filters) in CHARTS.items():
        query = Query(read_filters(dict(filters)), group_by=(group,), organisations=organisations)
        results, market = await service.portfolios.ask(query, reading_progress(ctx))
        views = readable(results)
        groups, words = grouped(views, ("organisation", group), market)
        meaning |= words or {}
        for row in groups:
            label, organisation = str(row.get(group, "")), row.get("organisation", "")
            if organisation in counts and label and not label.startswith("("):
                counts[organisation].setdefault(chart, {})[label] = row["slips"]
        for view in views:
            if missing := view.not_known.plain():
                lacking[view.organisation.company_id][chart] = missing
        heads = heads or [_head(each, service.session.clock.now()) for each in results]
    for head in heads:
        for chart, values in counts[head.company_id].items():
            setattr(head, chart, dict(sorted(values.items())) if chart == "expiring" else values)
        head.not_known = lacking[head.company_id] or None
    return result(BookPicture(organisations=heads, meaning=meaning or None))


def _head(each: Result, now: datetime) -> BookOrganisation:
    sums = sums_of(each, now)
    return BookOrganisation(
        id=sums.id, company_id=sums.company_id, name=sums.name, slips=sums.slips, as_of=sums.as_of,
        stale_reason=sums.stale_reason, error=sums.error,
    )  # fmt: skip


SHOW_PLACEMENT: Final = Tool(show_placement, title="Placement, drawn", needs="views", drawn=True)
SHOW_BOOK: Final = Tool(show_book, title="The book, drawn", needs="views", drawn=True)
