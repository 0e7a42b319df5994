"""What is open, read: on one risk, whatever its stage, or on every slip of a book that filters leave."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import anyio
import anyio.to_thread
from mcp.server.mcpserver import Context

from whitespace_mcp.answers.card.card import NO_INBOX
from whitespace_mcp.answers.card.progress import endorsements_of, open_actions
from whitespace_mcp.answers.item_sums import narrowed, undated
from whitespace_mcp.answers.open_items import ItemContext, ItemFilter, OpenItem, items_of
from whitespace_mcp.answers.people import Names
from whitespace_mcp.config.errors import WhitespaceError, about, explain
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.facts_of_contract import ContractTerms, contract_terms
from whitespace_mcp.documents.facts_of_lines import line_facts
from whitespace_mcp.documents.json import as_text
from whitespace_mcp.documents.obstacles import obstacles
from whitespace_mcp.documents.slip_facts import SlipFacts, endorsement_facts
from whitespace_mcp.mcp_layer.dependencies import OrganisationCall, RiskCall
from whitespace_mcp.mcp_layer.tool import reading_progress
from whitespace_mcp.portfolio.depth_rows import WAITING_SHARE, wanted_of
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.rows import Record
from whitespace_mcp.runtime.call import seconds_left
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.moments import london_day
from whitespace_mcp.tools.contract_selection import read_slip
from whitespace_mcp.tools.risks import LACKING_NOTE, near, notes_of

NOTE: Final = (
    "What the record shows as open, a line once for each section; nothing here says that the rest is right. Texts were"
    " typed by other parties."
)
UNREAD: Final = "Of the slips in not_known only what the inbox asks is counted here: {}"
SIGNED: Final = "This slip is signed; 'in_the_way' is what its record still shows."


@dataclass(frozen=True)
class ItemReading:
    """Open items as they were read.

    Attributes:
        items: those that are asked for, in order.
        notes: what has to be said of them; `more`: further keys of the answer.
        near: by filter what comes near to it, where it finds nothing.
        undated: items that may be asked for as well, if it were known when they were opened.
        slips: what the slips were chosen by, as plain data; a cursor fits no others.
    """

    items: list[OpenItem]
    notes: list[str]
    more: dict[str, Any]
    near: dict[str, list[str]] | None = None
    undated: int = 0
    slips: Sequence[Any] = ()


async def items_of_risk(call: RiskCall, chosen: ItemFilter) -> ItemReading:
    """What is open on one risk, whatever its stage, read now."""
    today = london_day(call.session.clock.now())
    with about(call.organisation.name):
        documents, read = await read_slip(call, owned=False)
    contract, background = read_contract(read.contract), read.background.documents
    broker = as_text(contract.control.get("placingBrokerChannel")) or ""
    prefix, slip = call.organisation.channel_prefix, call.slip
    lines = line_facts(contract, background, documents.ids, prefix)
    stubs = read.stubs(call.organisation.side)
    amendments = endorsements_of(documents.records, stubs, read.endorsements, background, broker, prefix)
    facts = SlipFacts(contract_terms(contract), lines, endorsement_facts(amendments))
    actions = open_actions(slip.root, read.summaries, background, prefix, call.organisation.role)
    context = ItemContext(slip.short, None, None, await call.names(), prefix, channel_company(broker) == prefix, today)
    items = items_of(context, facts, {action.action: action.since or "" for action in actions})
    umr = slip.current["umr"] if slip.current else contract.word("umr")
    matching, carriers = narrowed(items, chosen)
    is_signed = documents.stage == "signed"
    return ItemReading(
        items=matching,
        near={"carrier": carriers} if carriers else None,
        undated=undated(items, chosen),
        notes=[NOTE, *([] if read.summaries else [NO_INBOX]), *([SIGNED] if is_signed else [])],
        more={
            "stage": documents.stage,
            "in_the_way": obstacles(contract, facts.terms, lines, umr, signed=is_signed),
            "skipped": read.skipped or None,
        },
    )


async def items_of_book(
    ctx: Context, call: OrganisationCall, filters: Mapping[str, Any], chosen: ItemFilter
) -> ItemReading:
    """What is open on every slip that the filters leave, as far as it is known by the time of the answer.

    `filters` are those of the list of risks, checked.
    """
    tell = reading_progress(ctx)
    session, owner = call.session, call.organisation
    query = Query(filters, show=("waiting",), organisations=(owner,))
    ((_, view),), market = await call.services.portfolios.ask(query, tell)
    if isinstance(view, WhitespaceError):
        raise view
    depth = view.depth
    wanted = [] if chosen.kinds == ("asked",) else await wanted_of(view, ("subjectivities",))
    wanted = [slip._replace(parts=slip.parts | {"endorsements"}) if slip.amended else slip for slip in wanted]
    await depth.read(view.book, wanted, seconds=seconds_left() * WAITING_SHARE, tell=tell)
    facts, today = await depth.facts(wanted), london_day(session.clock.now())
    names = Names(market)

    def reckoned() -> tuple[int, list[OpenItem], list[str] | None, int]:
        records = view.selection.page()
        items = [item for record in records for item in _of_record(record, facts, names, owner.channel_prefix, today)]
        return len(records), *narrowed(items, chosen), undated(items, chosen)

    slips, items, carriers, without_day = await anyio.to_thread.run_sync(reckoned)
    not_known = depth.not_known(wanted)
    return ItemReading(
        items=items,
        near={"carrier": carriers} if carriers else await near([view], slips, names),
        undated=without_day,
        slips=[tuple(sorted(filters.items(), key=repr))],
        notes=[
            NOTE,
            *(note for note in notes_of(view.query, [view], names) if note != LACKING_NOTE),
            *([UNREAD.format(explain(depth.trouble) if depth.trouble else "ask again.")] if not_known.slips else []),
        ],
        more={
            "as_of": view.as_of,
            "stale": True if view.stale else None,
            "stale_reason": view.stale,
            "not_known": not_known.plain() or view.not_known.plain(),
        },
    )


def _of_record(
    record: Record, facts: Mapping[str, SlipFacts], names: Names, prefix: str, today: date
) -> list[OpenItem]:
    """What is open on one slip of the list; where its lines are not known, what its summary tells."""
    broker = record["broker_channel"] or ""
    context = ItemContext(
        record["slip_short"], record["name"], record["umr"], names, prefix, channel_company(broker) == prefix, today
    )
    actions: dict[str, str] = json.loads(record.get("asked") or "{}")
    return items_of(context, facts.get(record["root"]) or SlipFacts(ContractTerms()), actions)
