"""The list of risks, and sums over it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.risks import (
    OrganisationCounts,
    OrganisationSums,
    RiskList,
    RiskSums,
    risk_row,
    told_in_row,
)
from whitespace_mcp.config.errors import explain
from whitespace_mcp.mcp_layer.arguments import CursorArgument, OneOrAllOrganisations
from whitespace_mcp.mcp_layer.context import services
from whitespace_mcp.mcp_layer.names import names_of
from whitespace_mcp.mcp_layer.organisation import InOrganisations
from whitespace_mcp.mcp_layer.result import result
from whitespace_mcp.mcp_layer.tool import Tool
from whitespace_mcp.portfolio.book import facts_of
from whitespace_mcp.portfolio.cursor import read_cursor, write_cursor
from whitespace_mcp.portfolio.pages import Found, read_page
from whitespace_mcp.portfolio.selection import Facility, Missing, Owner, Sort, Unit
from whitespace_mcp.portfolio.summary_facts import Fact
from whitespace_mcp.terms.moments import iso
from whitespace_mcp.terms.text import NO_VALUE
from whitespace_mcp.tools.filters import (
    BeforeArgument,
    BrokerArgument,
    ContractTypeArgument,
    InceptionFromArgument,
    InceptionToArgument,
    LimitOverArgument,
    NameArgument,
    OwnerArgument,
    RefreshArgument,
    SinceArgument,
    StageArgument,
    StatusArgument,
    TeamArgument,
    Text,
    UmrArgument,
    UnitArgument,
    WaitingArgument,
    Words,
    selected,
)
from whitespace_mcp.tools.grouping import GroupName, as_names, grouped
from whitespace_mcp.tools.question import UPDATED_NOTE, Question, Replies, Reply, ask, notes

PAGE_SIZE: Final = 20

ShowArgument = Annotated[
    Sequence[Fact],
    Field(max_length=8, description="Further columns."),
    BeforeValidator(as_names),
]
PageSizeArgument = Annotated[int, Field(ge=0, le=100, description="Rows; 0 for counts only.")]
GroupArgument = Annotated[
    list[GroupName], Field(min_length=1, max_length=2, description="One or two keys."), BeforeValidator(as_names)
]


async def get_risks(
    ctx: Context,
    organisations: InOrganisations,
    organisation: OneOrAllOrganisations = None,
    unit: UnitArgument = "slip",
    stage: StageArgument = None,
    status: StatusArgument = None,
    name: NameArgument = None,
    umr: UmrArgument = None,
    contract_type: ContractTypeArgument = None,
    facility: Facility | None = None,
    broker: BrokerArgument = None,
    team: TeamArgument = None,
    updated_since: SinceArgument = None,
    updated_before: BeforeArgument = None,
    missing: Missing | None = None,
    inception_from: InceptionFromArgument = None,
    inception_to: InceptionToArgument = None,
    owner: OwnerArgument = None,
    waiting: WaitingArgument = None,
    limit_over: LimitOverArgument = None,
    show: ShowArgument = (),
    sort: Sort = "newest",
    page_size: PageSizeArgument = PAGE_SIZE,
    cursor: CursorArgument = None,
    refresh: RefreshArgument = False,  # the SDK passes arguments by name
) -> Annotated[CallToolResult, RiskList]:
    """Risks of an organisation or of 'all': counts by stage, and a page of rows, newest edit first.

    "How many": page_size=0. The unit is the slip, not the document.
    """
    selection = selected(
        unit=unit, stage=stage, status=status, name=name, umr=umr, contract_type=contract_type, facility=facility,
        updated_since=updated_since, updated_before=updated_before, missing=missing, inception_from=inception_from,
        inception_to=inception_to, owner=owner, waiting=waiting, limit_over=limit_over,
    )  # fmt: skip
    question = Question(organisations, selection, broker, team, refresh, frozenset(show))
    asked = question.canonical(services(ctx).session.settings.root, sort)
    place = read_cursor(asked, cursor) if cursor else None
    replies = await ask(question, ctx)
    counts = [_counts(reply, services(ctx).session.clock.now()) for reply in replies.each]
    matched = sum(entry.matched for entry in counts)
    page, following = read_page(replies.shelves(told=bool(show)), sort, page_size, place) if page_size else ([], None)
    return result(
        RiskList(
            organisations=counts,
            matched=matched,
            risks=[_row(found, question, replies) for found in page],
            next_cursor=write_cursor(asked, following) if following else None,
            notes=notes(question, replies, matched),
        )
    )


async def summarise_risks(
    ctx: Context,
    organisations: InOrganisations,
    group_by: GroupArgument,
    organisation: OneOrAllOrganisations = None,
    unit: Unit = "slip",
    stage: Words | None = None,
    status: Words | None = None,
    name: Text | None = None,
    umr: Text | None = None,
    contract_type: Text | None = None,
    facility: Facility | None = None,
    broker: Text | None = None,
    team: Text | None = None,
    updated_since: Text | None = None,
    updated_before: Text | None = None,
    missing: Missing | None = None,
    inception_from: Text | None = None,
    inception_to: Text | None = None,
    owner: Owner | None = None,
    waiting: bool | None = None,  # noqa: FBT001
    limit_over: Text | None = None,
    refresh: bool = False,  # noqa: FBT001  # the SDK passes arguments by name
) -> Annotated[CallToolResult, RiskSums]:
    """Count risks in groups, largest first: slips and documents for each value, or pair, of group_by.

    Filters as in get_risks.
    """
    selection = selected(
        unit=unit, stage=stage, status=status, name=name, umr=umr, contract_type=contract_type, facility=facility,
        updated_since=updated_since, updated_before=updated_before, missing=missing, inception_from=inception_from,
        inception_to=inception_to, owner=owner, waiting=waiting, limit_over=limit_over,
    )  # fmt: skip
    question = Question(organisations, selection, broker, team, refresh, facts_of(group_by))
    replies = await ask(question, ctx)
    sums = [_sums(reply, services(ctx).session.clock.now()) for reply in replies.each]
    matched = sum(entry.matched for entry in sums)
    told = notes(question, replies, matched) or []
    if "updated_month" in group_by and UPDATED_NOTE not in told:
        told.insert(0, UPDATED_NOTE)
    return result(RiskSums(organisations=sums, matched=matched, groups=grouped(replies, group_by), notes=told or None))


def _counts(reply: Reply, now: datetime) -> OrganisationCounts:
    shelf = reply.shelf
    counts = {key or NO_VALUE: n for key, n in shelf.book.counts(shelf.selection).items()} if shelf else {}
    by = "by_stage" if reply.selection.unit == "slip" else "by_status"
    return OrganisationCounts.model_validate(_head(reply, sum(counts.values()), now) | {by: counts})


def _sums(reply: Reply, now: datetime) -> OrganisationSums:
    shelf = reply.shelf
    return OrganisationSums(**_head(reply, sum(shelf.book.counts(shelf.selection).values()) if shelf else 0, now))


def _head(reply: Reply, matched: int, now: datetime) -> dict[str, Any]:
    """What every answer says of one organisation's list."""
    organisation, view = reply.organisation, reply.view
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
        return head | {"error": explain(reply.error) if reply.error else None}
    return head | {
        "source": "summaries" if view.book.source == "summaries" else None,
        "stale": True if view.stale else None,
        "stale_reason": view.stale,
        "skipped": view.book.skipped or None,
        "not_known": reply.lacking or None,
    }


def _row(found: Found, question: Question, replies: Replies) -> Any:
    organisation_id, record = found
    organisation = next(o for o in question.organisations if o.id == organisation_id)
    own = {team.channel.lower(): team.name for team in organisation.teams}
    return risk_row(
        record,
        as_slip=question.selection.unit == "slip",
        own_prefix=organisation.channel_prefix,
        company_name=replies.market.company_name,
        team_name=lambda channel: own.get(channel.lower()) or replies.market.team_name(channel),
        organisation=organisation.company_id if len(question.organisations) > 1 else None,
        told=told_in_row(record, question.shown, names_of(replies.market).own) if question.shown else {},
    )


GET_RISKS: Final = Tool(get_risks, title="Risks")
SUMMARISE_RISKS: Final = Tool(summarise_risks, title="Risks in groups")
