"""The list of risks: counts, rows with the names that ids stand for, and what has to be said of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Final

import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.depth_columns import depth_in_row
from whitespace_mcp.answers.people import Names
from whitespace_mcp.answers.risks import (
    MOST_CHARACTERS,
    OrganisationCounts,
    OrganisationSums,
    RiskList,
    action_columns,
    meanings_in,
    risk_row,
    risk_values,
    summary_columns,
    with_lines,
    within,
)
from whitespace_mcp.config.errors import WhitespaceError, explain
from whitespace_mcp.documents.slip_facts import SlipFacts
from whitespace_mcp.mcp_layer.dependencies import InOrganisations
from whitespace_mcp.mcp_layer.paging import CUT, place_after, read_cursor, read_page, write_cursor
from whitespace_mcp.mcp_layer.tool import (
    CursorArgument,
    OneOrAllOrganisations,
    Tool,
    as_list,
    reading_progress,
    result,
    services,
)
from whitespace_mcp.portfolio.depth_rows import read_rows, with_rows
from whitespace_mcp.portfolio.facts import FactName
from whitespace_mcp.portfolio.filters import Scope, Unit
from whitespace_mcp.portfolio.near import nearest
from whitespace_mcp.portfolio.portfolio import Portfolios
from whitespace_mcp.portfolio.query import Query, Sort, of_depth, read_filters
from whitespace_mcp.portfolio.question import overlap
from whitespace_mcp.portfolio.selection import PagedRow, Result, View, readable
from whitespace_mcp.session.session import Session
from whitespace_mcp.terms.moments import iso, london_day
from whitespace_mcp.terms.text import NO_VALUE
from whitespace_mcp.tools.filters import with_filters
from whitespace_mcp.tools.name_notes import name_notes
from whitespace_mcp.tools.stage_notes import stage_notes, team_notes

PAGE_SIZE: Final = 20

_SEEN_FORMS: Final = frozenset({"", "none", "shared"})
"""Forms of a UMR that a row shows anyway: it has none, or `umr_shared`."""

UPDATED_NOTE: Final = (
    "'updated' is the contract document's last edit; it does not move when a line is written or a comment posted."
)
SUMMARIES_NOTE: Final = (
    "The platform does not serve its risk list here: these documents come from its summaries, without contract type."
)
LACKING_NOTE: Final = "not_known: slips that may belong here as well; unknown=true lists them."
LIMIT_NOTE: Final = "limit is one line for a contract that can have several limits; currencies are not converted."
LINES_NOTE: Final = (
    "written and signed add up the lines that this organisation may see, as the platform's summaries tell them,"
    " each on its contract's basis; get_lines has order and basis."
)
PROPOSED_NOTE: Final = (
    "An expiry is of the period proposed where a slip is not signed; stage=signed leaves the contracts."
)
UNSEEN_NOTE: Final = (
    "No list here has {} itself: declarations to it are found by that id alone, so check how it is spelt."
)
SHORTFALL_NOTE: Final = "In the order of how much of a slip's own order is not written, by its worst section."
UNLACKING_NOTE: Final = "All that match are counted; those that lack nothing come last: pass placed=[nothing, short]."

ALONE_NOTE: Final = "Only this organisation was looked through; organisation='all' looks through each."

_ORDERED_BY: Final[dict[Sort, tuple[FactName, ...]]] = {"expiry": ("expiry",), "shortfall": ("placed",)}
_MEANT: Final[dict[str, FactName]] = {"leader": "leader", "expiry_from": "expiry", "expiry_to": "expiry"}
"""Filters whose rows show what was looked at."""
_NAMES: Final = frozenset({"broker", "owner", "team", "leader"})
"""Filters that name somebody, where there is something to say of whom they meant."""

UnitArgument = Annotated[Unit, Field(description="Count slips (risks), or contract documents.")]
ShowArgument = Annotated[
    Sequence[FactName], Field(max_length=20, description="Further columns."), BeforeValidator(as_list)
]
PageSizeArgument = Annotated[int, Field(ge=0, le=100, description="Rows; 0 for counts only.")]
RefreshArgument = Annotated[bool, Field(description="Read anew, even if fresh.")]


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
    query = _with_reasons(Query(read_filters(filters), Scope(unit), tuple(show), (), sort, organisations, refresh))
    place = read_cursor(query.canonical(), cursor) if cursor else None
    service = services(ctx)
    results, market = await service.portfolios.ask(query, reading_progress(ctx))
    views = readable(results)
    page, following = read_page(views, sort, page_size, place) if page_size else ([], None)
    now = service.session.clock.now()
    depth: Mapping[tuple[str, str], SlipFacts] = {}
    today = date.min
    if query.deep:
        today = london_day(now)
        depth, lacking = await read_rows(page, query, views, reading_progress(ctx))
        results = with_rows(results, lacking)
    counts = [_counts(each, query, now) for each in results]
    matched = sum(entry.matched for entry in counts)
    names = Names(market)
    rows = [with_lines(risk_row(row_values(paged, query, names, depth, today)), paged[1], query.show) for paged in page]
    several = await in_several(query, views, service.portfolios)
    fitting = within(rows, MOST_CHARACTERS)
    notes = notes_of(query, views, names) + await elsewhere(service.session, organisation, matched)
    if fitting < len(rows):
        notes.append(CUT)
        following = place_after(page[:fitting], place.offset if place else 0, sort)
    return result(
        RiskList(
            organisations=counts,
            matched=matched,
            **several,
            risks=rows[:fitting],
            next_cursor=write_cursor(query.canonical(), following) if following else None,
            near=await near(views, matched, names),
            meaning=meanings_in(rows[:fitting], [name for name in several if several[name]]),
            notes=notes or None,
        )
    )


def _with_reasons(query: Query) -> Query:
    """A question with the columns that say why rows are there, or stand where they do."""
    ordered = _ORDERED_BY.get(query.sort, ())
    reasons = tuple(_MEANT[name] for name in query.values if name in _MEANT)
    lacking = of_depth(query.facts) if query.values.get("unknown") else ()
    return replace(query, show=tuple(dict.fromkeys((*query.show, *ordered, *reasons, *lacking))))


async def in_several(query: Query, views: Sequence[View], portfolios: Portfolios) -> dict[str, int]:
    """Of what several organisations' lists have: how many different ones match, and how many match in several.

    Nothing where a list could not be read: what it shares with the others is not known. Nor is it counted again where
    the question itself says whether several have it: other filters may leave a slip in one of the lists alone.
    """
    if len(views) < max(2, sum(organisation.live for organisation in query.organisations)):
        return {}
    distinct, several = await overlap(views, portfolios.overlaps)
    return {"distinct": distinct} | ({} if "in_several" in query.values else {"in_several": several})


async def near(views: Sequence[View], matched: int, names: Names) -> dict[str, list[str]] | None:
    """What is near, for each filter that alone finds nothing, where together they find nothing: `matched` is 0."""
    if matched:
        return None
    return await anyio.to_thread.run_sync(nearest, views, names.company) or None


async def elsewhere(session: Session, organisation: str | None, matched: int) -> list[str]:
    """Where a question that named no `organisation` and found nothing (`matched` is how many) did not look."""
    if matched or organisation is not None:
        return []
    live = [each for each in await session.organisations.all() if each.live]
    return [ALONE_NOTE] if len(live) > 1 else []


def row_values(
    paged: PagedRow, query: Query, names: Names, depth: Mapping[tuple[str, str], SlipFacts], today: date
) -> dict[str, Any]:
    """The keys of a `RiskRow` with their values.

    `depth` is what contracts and lines tell, by MU id and root, where they were read; `today` is the day in London.
    """
    user_id, record = paged
    organisation = next(o for o in query.organisations if o.id == user_id)
    own = organisation.team_names
    shown = [fact for fact in query.show if fact not in query.deep]
    columns: dict[str, Any] = summary_columns(record, shown, names, user_id) if shown else {}
    unseen = [form for form in record.get("umr_form", "").split(", ") if form not in _SEEN_FORMS]
    columns |= {"umr_form": ", ".join(unseen)} if unseen else {}
    if "action" in query.values or query.sort == "waiting":
        columns |= action_columns(record, user_id)
    if query.deep:
        facts = depth.get((user_id, record["root"]))
        columns |= depth_in_row(facts, query.deep, stage=record["slip_stage"], today=today, names=names)
    return risk_values(
        record,
        as_slip=query.scope.unit == "slip",
        own_prefix=organisation.channel_prefix,
        company_names=names.market.company_names,
        team_name=lambda channel: own.get(channel.lower()) or names.team(channel),
        organisation=organisation.company_id if len(query.organisations) > 1 else None,
        facts=columns,
    )


def notes_of(query: Query, views: Sequence[View], names: Names) -> list[str]:
    """The notes that apply; `names` are the market's."""
    notes = name_notes(query, views, names) if _NAMES & set(query.values) else []
    if {"stage", "status"} & set(query.values):
        notes += stage_notes(query, views)
    if "team" in query.values:
        notes += team_notes(views)
    unseen = [unseen_facility(view) for view in views]
    notes += sorted({UNSEEN_NOTE.format(facility) for facility in unseen}) if all(unseen) else []
    if {"updated_since", "updated_before"} & set(query.values):
        notes.append(UPDATED_NOTE)
    notes += [view.incomplete for view in views if view.incomplete]
    if any(view.not_known.slips for view in views) and not query.values.get("unknown"):
        notes.append(LACKING_NOTE)
    if "limit_over" in query.values or "limit" in query.show:
        notes.append(LIMIT_NOTE)
    by_expiry = {"expiry_from", "expiry_to"} & set(query.values) or "expiry_month" in query.group_by
    if (by_expiry or query.sort == "expiry") and "stage" not in query.values:
        notes.append(PROPOSED_NOTE)
    if query.sort == "shortfall":
        notes.append(SHORTFALL_NOTE if "placed" in query.values else f"{SHORTFALL_NOTE} {UNLACKING_NOTE}")
    if {"written", "signed"} & set(query.show):
        notes.append(LINES_NOTE)
    if any(view.book.source == "summaries" for view in views):
        notes.append(SUMMARIES_NOTE)
    return notes


def unseen_facility(view: View) -> str:
    """The short id to which declarations are looked for, where the facility is in no list; else nothing."""
    facility: str = view.query.scope.names.get("declared_to", "")
    return facility if facility and not view.book.slip(facility) else ""


def _counts(result: Result, query: Query, now: datetime) -> OrganisationCounts:
    _, view = result
    counts = {key or NO_VALUE: n for key, n in view.selection.counts().items()} if isinstance(view, View) else {}
    by = "by_stage" if query.scope.unit == "slip" else "by_status"
    return OrganisationCounts.model_validate(_head(result, sum(counts.values()), now) | {by: counts})


def sums_of(result: Result, now: datetime) -> OrganisationSums:
    """What an answer says of one organisation's list beside its rows."""
    _, view = result
    matched = sum(view.selection.counts().values()) if isinstance(view, View) else 0
    return OrganisationSums(**_head(result, matched, now))


def _head(result: Result, matched: int, now: datetime) -> dict[str, Any]:
    """What every answer says of one organisation's list."""
    organisation, view = result
    head: dict[str, Any] = {"id": organisation.id, "company_id": organisation.company_id, "name": organisation.name}
    if isinstance(view, WhitespaceError):
        return head | {"documents": 0, "slips": 0, "matched": 0, "as_of": iso(now), "error": explain(view)}
    limit = view.query.values.get("limit_over")
    other, without = view.selection.limits(limit[0]) if limit else (0, 0)
    return head | {
        "documents": view.book.documents,
        "slips": view.book.slips,
        "matched": matched,
        "as_of": view.as_of,
        "source": "summaries" if view.book.source == "summaries" else None,
        "stale": True if view.stale else None,
        "stale_reason": view.stale,
        "skipped": view.book.skipped or None,
        "other_currency": other or None,
        "no_limit": without or None,
        "not_known": view.not_known.plain(),
    }


GET_RISKS: Final = Tool(get_risks, title="Risks")
