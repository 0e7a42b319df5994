"""The list of risks, and sums over it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.people import Names
from whitespace_mcp.answers.risks import (
    MOST_CHARACTERS,
    OrganisationCounts,
    OrganisationSums,
    RiskList,
    RiskSums,
    risk_row,
    within,
    words_in,
)
from whitespace_mcp.config.errors import explain
from whitespace_mcp.mcp_layer.context import reading_progress, services
from whitespace_mcp.mcp_layer.organisation import InOrganisations
from whitespace_mcp.mcp_layer.paging import CUT
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrAllOrganisations, Tool, as_list, result
from whitespace_mcp.portfolio.filters import FactName, Terms, Unit, checked, of_depth
from whitespace_mcp.portfolio.matches import Match, ask, matched_rows, read_rows, with_rows
from whitespace_mcp.portfolio.near import nearest
from whitespace_mcp.portfolio.pages import place_after, read_cursor, read_page, write_cursor
from whitespace_mcp.portfolio.query import Group, Query, Sort
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.terms.moments import iso, london_day
from whitespace_mcp.terms.text import NO_VALUE
from whitespace_mcp.tools.filters import with_filters
from whitespace_mcp.tools.grouping import MOST_GROUPS, grouped
from whitespace_mcp.tools.notes import ALONE_NOTE, EACH_NOTE, UPDATED_NOTE, notes_of
from whitespace_mcp.tools.rows import row_values

PAGE_SIZE: Final = 20

UnitArgument = Annotated[Unit, Field(description="Count slips (risks), or contract documents.")]
ShowArgument = Annotated[
    Sequence[FactName], Field(max_length=20, description="Further columns."), BeforeValidator(as_list)
]
PageSizeArgument = Annotated[int, Field(ge=0, le=100, description="Rows; 0 for counts only.")]
RefreshArgument = Annotated[bool, Field(description="Read anew, even if fresh.")]
GroupName = Literal["organisation", Group]
GroupArgument = Annotated[
    list[GroupName], Field(min_length=1, max_length=2, description="One or two keys."), BeforeValidator(as_list)
]
GroupCountArgument = Annotated[int, Field(ge=0, le=MOST_GROUPS, description="The largest so many.")]


@with_filters(described=True)
async def get_risks(
    ctx: Context,
    organisations: InOrganisations,
    organisation: OneOrAllOrganisations = None,
    unit: UnitArgument = "slip",
    show: ShowArgument = (),
    sort: Sort = "newest",
    page_size: PageSizeArgument = PAGE_SIZE,
    cursor: CursorArgument = None,
    refresh: RefreshArgument = False,  # the SDK passes arguments by name
    **filters: Any,
) -> Annotated[CallToolResult, RiskList]:
    """Risks of an organisation or of 'all': counts by stage, and a page of rows, newest edit first.

    "How many": page_size=0. The unit is the slip, not the document.
    """
    query = _with_reasons(Query(checked(filters), Terms(unit), tuple(show), (), sort, organisations, refresh))
    place = read_cursor(query.canonical(), cursor) if cursor else None
    service = services(ctx)
    matches, market = await ask(query, service.session, service.portfolios, reading_progress(ctx))
    page, following = read_page(matched_rows(matches), sort, page_size, place) if page_size else ([], None)
    depth, lacking = await read_rows(page, query, matches, service.portfolios, reading_progress(ctx))
    now = service.session.clock.now()
    counts = [_counts(with_rows(match, lacking), now) for match in matches]
    matched = sum(entry.matched for entry in counts)
    today = london_day(now)
    rows = [risk_row(row_values(record, query, market, depth, today)) for record in page]
    fitting = within(rows, MOST_CHARACTERS)
    notes = notes_of(query, matches, Names(market)) or []
    notes += await _elsewhere(service.session, organisation, matched)
    if fitting < len(rows):
        notes.append(CUT)
        following = place_after(page[:fitting], place.offset if place else 0, sort)
    return result(
        RiskList(
            organisations=counts,
            matched=matched,
            risks=rows[:fitting],
            next_cursor=write_cursor(query.canonical(), following) if following else None,
            near=await _near(matches, matched),
            meaning=meanings_of(word for row in rows[:fitting] for word in words_in(row)),
            notes=notes or None,
        )
    )


@with_filters(described=False)
async def summarise_risks(
    ctx: Context,
    organisations: InOrganisations,
    group_by: GroupArgument,
    organisation: OneOrAllOrganisations = None,
    unit: Unit = "slip",
    page_size: GroupCountArgument = MOST_GROUPS,
    refresh: bool = False,  # noqa: FBT001  # the SDK passes arguments by name
    **filters: Any,
) -> Annotated[CallToolResult, RiskSums]:
    """Count risks in groups, largest first: slips and documents for each value, or pair, of group_by.

    Filters as in get_risks.
    """
    names = tuple(dict.fromkeys(group_by))
    keys: tuple[Group, ...] = tuple(name for name in names if name != "organisation")
    query = Query(checked(filters), Terms(unit), (), keys, organisations=organisations, refresh=refresh)
    service = services(ctx)
    matches, market = await ask(query, service.session, service.portfolios, reading_progress(ctx))
    sums = [sums_of(match, service.session.clock.now()) for match in matches]
    matched = sum(entry.matched for entry in sums)
    notes = notes_of(query, matches, Names(market)) or []
    notes += await _elsewhere(service.session, organisation, matched)
    if "updated_month" in group_by and UPDATED_NOTE not in notes:
        notes.insert(0, UPDATED_NOTE)
    if sum(match.view is not None for match in matches) > 1 and "organisation" not in group_by:
        notes.append(EACH_NOTE)
    groups, meaning = grouped(matches, names, market, page_size)
    return result(
        RiskSums(
            organisations=sums,
            matched=matched,
            groups=groups,
            near=await _near(matches, matched),
            meaning=meaning,
            notes=notes or None,
        )
    )


def _with_reasons(query: Query) -> Query:
    """A question with the columns that say why rows stand where they do: by expiry, or among what is not known."""
    ordered: tuple[FactName, ...] = ("expiry",) if query.sort == "expiry" else ()
    lacking = of_depth(query.facts) if query.values.get("unknown") else ()
    return replace(query, show=tuple(dict.fromkeys((*query.show, *ordered, *lacking))))


async def _near(matches: Sequence[Match], matched: int) -> dict[str, list[str]] | None:
    """What is near, for each filter that alone finds nothing, since together they found nothing."""
    if matched:
        return None
    return await anyio.to_thread.run_sync(nearest, matched_rows(matches)) or None


async def _elsewhere(session: Session, organisation: str | None, matched: int) -> list[str]:
    """Where a question that named no organisation and found nothing did not look."""
    if matched or organisation is not None:
        return []
    live = [each for each in await session.organisations.all() if each.live]
    return [ALONE_NOTE] if len(live) > 1 else []


def _counts(match: Match, now: datetime) -> OrganisationCounts:
    query = match.query
    counts = {key or NO_VALUE: n for key, n in match.view.book.counts(query).items()} if match.view else {}
    by = "by_stage" if query.terms.unit == "slip" else "by_status"
    return OrganisationCounts.model_validate(_head(match, sum(counts.values()), now) | {by: counts})


def sums_of(match: Match, now: datetime) -> OrganisationSums:
    """What an answer says of one organisation's list beside its rows."""
    matched = sum(match.view.book.counts(match.query).values()) if match.view else 0
    return OrganisationSums(**_head(match, matched, now))


def _head(match: Match, matched: int, now: datetime) -> dict[str, Any]:
    """What every answer says of one organisation's list."""
    organisation, view = match.organisation, match.view
    head: dict[str, Any] = {
        "id": organisation.id,
        "company_id": organisation.company_id,
        "name": organisation.name,
        "documents": view.book.documents if view else 0,
        "slips": view.book.slips if view else 0,
        "matched": matched,
        "as_of": iso(view.as_of if view else now),
    }
    if view is None:
        return head | {"error": explain(match.error) if match.error else None}
    limit = match.query.values.get("limit_over")
    other, without = view.book.limits(match.query, limit[0]) if limit else (0, 0)
    return head | {
        "source": "summaries" if view.book.source == "summaries" else None,
        "stale": True if view.stale else None,
        "stale_reason": view.stale,
        "skipped": view.book.skipped or None,
        "other_currency": other or None,
        "no_limit": without or None,
        "not_known": match.not_known.plain(),
    }


GET_RISKS: Final = Tool(get_risks, title="Risks")
SUMMARISE_RISKS: Final = Tool(summarise_risks, title="Risks in groups")
