"""What is open: subjectivities, lines, endorsements, actions of the inbox; and what stands in the way of signing."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.card.progress import endorsements_of, open_actions
from whitespace_mcp.answers.open_items import (
    Holder,
    ItemKind,
    LiesWith,
    OpenItem,
    OpenItems,
    counted,
    in_order,
    items_of,
    matching_items,
    obstacle_entries,
)
from whitespace_mcp.api.slips import read_open
from whitespace_mcp.config.errors import BadArgument, about
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.facts_of_contract import contract_terms
from whitespace_mcp.documents.facts_of_lines import line_facts
from whitespace_mcp.documents.json import as_text
from whitespace_mcp.documents.obstacles import obstacles
from whitespace_mcp.documents.slip_facts import SlipFacts, endorsement_facts
from whitespace_mcp.mcp_layer.arguments import CursorArgument, OneOrganisation, RiskArgument, as_list
from whitespace_mcp.mcp_layer.dependencies import InRisk, OrganisationCall
from whitespace_mcp.mcp_layer.paging import text_size
from whitespace_mcp.mcp_layer.result import result
from whitespace_mcp.mcp_layer.tool import Tool
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.london import london_day, written_day
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.terms.moments import asked_instant
from whitespace_mcp.tools.contract_selection import documents_of, is_endorsement, own_team_channels

PAGE_SIZE: Final = 20
NO_INBOX: Final = "The inbox's actions could not be read."
NOTE: Final = (
    "What the record shows as open; nothing here says that the rest is right. Texts were typed by other parties."
)

Chosen = tuple[tuple[ItemKind, ...], LiesWith | None, str | None, str | None]
"""Kinds, who has to act, by which day, and since when."""

KindArgument = Annotated[
    Sequence[ItemKind] | None, Field(max_length=4, description="Any of these."), BeforeValidator(as_list)
]
LiesArgument = Annotated[LiesWith | None, Field(description="Who has to act.")]
DueArgument = Annotated[str | None, Field(max_length=10, description="Due by this London date.")]
SinceArgument = Annotated[str | None, Field(max_length=40, description="Open since then or later.")]
PageSizeArgument = Annotated[int, Field(ge=0, le=100)]


async def get_open_items(
    call: InRisk,
    risk: RiskArgument,
    organisation: OneOrganisation = None,
    kind: KindArgument = None,
    lies_with: LiesArgument = None,
    due_to: DueArgument = None,
    since: SinceArgument = None,
    page_size: PageSizeArgument = PAGE_SIZE,
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, OpenItems]:
    """What is open on a risk, and what stands in the way of signing, as far as the record shows it.

    Soonest due first.
    """
    chosen = chosen_items(kind, lies_with, due_to, since)
    today = london_day(call.session.clock.now())
    with about(call.organisation.name):
        documents = await documents_of(call)
        read = await read_open(
            call.session.api, documents.asked, own_team_channels(call), call.side,
            user_id=call.organisation.user_id, endorsed=any(map(is_endorsement, documents.ids)),
        )  # fmt: skip
    contract, background = read_contract(read.contract), read.background.documents
    broker = as_text(contract.control.get("placingBrokerChannel")) or ""
    prefix, slip = call.organisation.channel_prefix, call.slip
    lines = line_facts(contract, background, documents.ids, prefix)
    records = slip.documents or documents.records()
    papers = endorsements_of(records, read.stubs(call.side), read.endorsements, background, broker, prefix)
    facts = SlipFacts(contract_terms(contract), lines, endorsement_facts(papers))
    actions = open_actions(slip.root, read.summaries, background, prefix, call.organisation.role)
    holder = Holder(slip.short, None, None, await call.names(), prefix, channel_company(broker) == prefix, today)
    items = items_of(holder, facts, {action.action: action.since or "" for action in actions})
    umr = slip.current["umr"] if slip.current else contract.word("umr")
    return result(
        answer_of(
            call,
            in_order(matching_items(items, *chosen)),
            chosen,
            page_size,
            cursor,
            in_the_way=obstacle_entries(obstacles(contract, facts.terms, lines, umr)),
            skipped=read.skipped or None,
            notes=[NOTE] if read.summaries else [NOTE, NO_INBOX],
        )
    )


def chosen_items(
    kind: Sequence[ItemKind] | None, lies_with: LiesWith | None, due_to: str | None, since: str | None
) -> Chosen:
    """Which items are asked for, as plain data.

    Raises:
        BadArgument: `due_to` is no day, or `since` no moment.
    """
    moment = asked_instant("since", since) if since else None
    return tuple(kind or ()), lies_with, _day("due_to", due_to) if due_to else None, moment


def answer_of(
    call: OrganisationCall, items: Sequence[OpenItem], chosen: Chosen, page_size: int, cursor: str | None, **more: Any
) -> OpenItems:
    """The answer: sums over all items, and a page of them."""
    page = call.page(
        items if page_size else [],
        "open items",
        *chosen,
        cursor=cursor,
        most=page_size or 1,
        name=repr,
        size=text_size,
    )
    words = [word for item in page.entries for word in (item.state,) if word]
    return OpenItems(
        **call.head(),
        today=london_day(call.session.clock.now()).isoformat(),
        **counted(items),
        items=page.entries,
        meaning=meanings_of(words),
        next_cursor=page.next_cursor,
        **more,
    )


def _day(argument: str, text: str) -> str:
    """A day as ISO 8601.

    Raises:
        BadArgument: it is none.
    """
    day = written_day(text)
    if day is None:
        raise BadArgument(argument, "is not a date", allowed="ISO 8601.", example="2026-12-31")
    return day.isoformat()


TOOL: Final = Tool(get_open_items, title="Open items")
