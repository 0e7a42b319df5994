"""What is open: subjectivities, lines, endorsements, actions of the inbox; and what stands in the way of signing."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Final

import anyio
import anyio.to_thread
from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.card.progress import endorsements_of, open_actions
from whitespace_mcp.answers.item_sums import by_carrier, counted, narrowed
from whitespace_mcp.answers.open_items import (
    COLUMNS,
    Holder,
    ItemFilter,
    ItemKind,
    LiesWith,
    OpenItem,
    OpenItems,
    SavedOpenItems,
    about_items,
    item_cells,
    items_of,
    obstacle_entries,
)
from whitespace_mcp.answers.people import Names
from whitespace_mcp.api.slips import read_open
from whitespace_mcp.config.errors import BadArgument, NotFound, about
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.facts_of_contract import ContractTerms, contract_terms
from whitespace_mcp.documents.facts_of_lines import line_facts
from whitespace_mcp.documents.json import as_text
from whitespace_mcp.documents.obstacles import obstacles
from whitespace_mcp.documents.slip_facts import SlipFacts, endorsement_facts
from whitespace_mcp.mcp_layer.arguments import CursorArgument, OneOrganisation, as_list
from whitespace_mcp.mcp_layer.dependencies import InOwner, OrganisationCall, RiskCall
from whitespace_mcp.mcp_layer.names import names_of
from whitespace_mcp.mcp_layer.paging import USUAL, budget_of, text_size
from whitespace_mcp.mcp_layer.result import result
from whitespace_mcp.mcp_layer.tool import Tool
from whitespace_mcp.portfolio import values
from whitespace_mcp.portfolio.filters import checked
from whitespace_mcp.portfolio.matches import WAITING_SHARE, ask, read_aside
from whitespace_mcp.portfolio.query import Query
from whitespace_mcp.portfolio.rows import Record
from whitespace_mcp.sheets import Format, Sheet
from whitespace_mcp.terms.ids import channel_company
from whitespace_mcp.terms.london import london_day, written_day
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.terms.moments import asked_instant
from whitespace_mcp.terms.text import fold
from whitespace_mcp.tools.contract_selection import documents_of, is_endorsement, own_team_channels
from whitespace_mcp.tools.notes import who_is_meant
from whitespace_mcp.tools.table_files import Save, check_rows, saving, write_table

NO_INBOX: Final = "The inbox's actions could not be read."
NOTE: Final = (
    "What the record shows as open, a line once for each section; nothing here says that the rest is right. Texts were"
    " typed by other parties."
)

KindArgument = Annotated[
    Sequence[ItemKind] | None, Field(max_length=4, description="Any of these."), BeforeValidator(as_list)
]
LiesArgument = Annotated[LiesWith | None, Field(description="Who has to act.")]
DueFromArgument = Annotated[str | None, Field(max_length=10, description="Today leaves out the overdue.")]
DueToArgument = Annotated[str | None, Field(max_length=10, description="Due by this London date.")]
OpenedSinceArgument = Annotated[str | None, Field(max_length=40, description="Opened then or later.")]
CarrierArgument = Annotated[str | None, Field(max_length=100, description="Part of its name.")]
RiskOrBook = Annotated[
    str | None, Field(description="One risk instead of the book: id or UMR.", min_length=1, max_length=200)
]
WordsArgument = Annotated[
    list[Annotated[str, Field(max_length=60)]] | None, Field(max_length=20), BeforeValidator(as_list)
]
TextArgument = Annotated[str | None, Field(max_length=200)]
ItemCountArgument = Annotated[int, Field(ge=0, le=100)]
ExportArgument = Annotated[bool, Field(description="Save every item as a spreadsheet.")]
ItemsAnswer = tuple[list[OpenItem], OpenItems]
"""Every item in order, and the answer with a page of them."""


async def get_open_items(
    ctx: Context,
    call: InOwner,
    risk: RiskOrBook = None,
    organisation: OneOrganisation = None,
    kind: KindArgument = None,
    lies_with: LiesArgument = None,
    due_from: DueFromArgument = None,
    due_to: DueToArgument = None,
    since: OpenedSinceArgument = None,
    carrier: CarrierArgument = None,
    stage: WordsArgument = None,
    name: TextArgument = None,
    umr: TextArgument = None,
    team: TextArgument = None,
    broker: TextArgument = None,
    owner: TextArgument = None,
    page_size: ItemCountArgument = USUAL,
    cursor: CursorArgument = None,
    export: ExportArgument = False,
    format: Format = "xlsx",  # noqa: A002  # the name is the contract's
) -> Annotated[CallToolResult, OpenItems]:
    """What is open on the book or on one risk, and with whom it lies, soonest due first.

    With risk: also what stands in the way of signing.
    """
    chosen = items_asked(kind, lies_with, due_from, due_to, since, carrier)
    filters = {
        key: value
        for key, value in (
            ("stage", stage), ("name", name), ("umr", umr), ("team", team), ("broker", broker), ("owner", owner)
        )
        if value
    }  # fmt: skip
    if export:
        page_size, cursor = 0, None
    save = saving(call.session, call.organisation.company_id, "open items") if export else None
    if risk is not None:
        if filters:
            raise BadArgument(next(iter(filters)), "narrows the book", allowed="Leave it out where 'risk' is passed.")
        items, answer = await _of_risk(await call.risk(risk), chosen, page_size, cursor)
    else:
        items, answer = await _of_book(ctx, call, filters, chosen, page_size, cursor)
    if save is None:
        return result(answer)
    question: dict[str, Any] = {"risk": risk, "kind": kind, "lies_with": lies_with, "carrier": carrier}
    question |= {"due_from": due_from, "due_to": due_to, "since": since, **filters}
    return result(await _saved(save, format, items, answer, {name: value for name, value in question.items() if value}))


async def _saved(
    save: Save, kind: Format, items: Sequence[OpenItem], answer: OpenItems, question: Mapping[str, Any]
) -> SavedOpenItems:
    """Every item as a file, and the answer that says where it is."""
    check_rows(kind, len(items))
    table = Sheet("Open items", COLUMNS, map(item_cells, items))
    written = await write_table(save, kind, table, about_items(question, answer))
    about: dict[str, Any] = answer.model_dump() | {"notes": [*(answer.notes or []), *written.notes(kind)]}
    return SavedOpenItems(
        **about,
        path=written.file.file,
        about_path=written.about_path,
        format=kind,
        rows=len(items),
        bytes=written.file.size,
        columns=list(COLUMNS),
    )


async def _of_risk(call: RiskCall, chosen: ItemFilter, page_size: int, cursor: str | None) -> ItemsAnswer:
    """What is open on one risk, whatever its stage, read now."""
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
    matching, near = narrowed(items, chosen)
    return matching, answer_of(
        call,
        matching,
        chosen,
        (),
        page_size,
        cursor,
        near=_named(near),
        stage=documents.stage,
        in_the_way=obstacle_entries(obstacles(contract, facts.terms, lines, umr)),
        skipped=read.skipped or None,
        notes=[NOTE] if read.summaries else [NOTE, NO_INBOX],
    )


async def _of_book(
    ctx: Context,
    call: OrganisationCall,
    filters: dict[str, Any],
    chosen: ItemFilter,
    page_size: int,
    cursor: str | None,
) -> ItemsAnswer:
    """What is open on every slip that the filters leave, as far as it is known by the time of the answer."""

    async def tell(done: int, slips: int, what: str) -> None:
        await ctx.report_progress(done, slips, f"Reading {what}: {done} of {slips} slips")

    async def tell_depth(done: int, slips: int) -> None:
        await tell(done, slips, "contracts and lines")

    session, owner, portfolios = call.session, call.organisation, call.services.portfolios
    query = Query(checked(filters), show=("waiting",), organisations=(owner,))
    (match,), market = await ask(query, session, portfolios, tell)
    if match.error or match.view is None:
        raise match.error or NotFound("The list of risks could not be read")
    book, depth = match.view.book, portfolios.of(owner).depth
    wanted = [] if chosen.kinds == ("asked",) else await read_aside(match, ("subjectivities",))
    wanted = [slip._replace(parts=slip.parts | {"endorsements"}) if slip.amended else slip for slip in wanted]
    left = anyio.current_effective_deadline() - anyio.current_time()
    await depth.read(book, wanted, seconds=left * WAITING_SHARE, tell=tell_depth)
    facts, today = await depth.facts(wanted), london_day(session.clock.now())
    names = names_of(market)

    def reckoned() -> tuple[list[OpenItem], list[str] | None]:
        records = book.page(match.query, "newest", limit=-1)
        items = [item for record in records for item in _of_record(record, facts, names, owner.channel_prefix, today)]
        return narrowed(items, chosen)

    items, near = await anyio.to_thread.run_sync(reckoned)
    not_known = depth.not_known(wanted)
    return items, answer_of(
        call,
        items,
        chosen,
        [tuple(sorted(filters.items(), key=repr))],
        page_size,
        cursor,
        near=_named(near),
        not_known=not_known.plain() or match.not_known.plain(),
        notes=[NOTE, *who_is_meant(match.query, [match], names), *([match.reading] if match.reading else [])],
    )


def _of_record(
    record: Record, facts: Mapping[str, SlipFacts], names: Names, prefix: str, today: date
) -> list[OpenItem]:
    """What is open on one slip of the list; where its lines are not known, what its summary tells."""
    broker = record["broker_channel"] or ""
    holder = Holder(
        record["slip_short"], record["name"], record["umr"], names, prefix, channel_company(broker) == prefix, today
    )
    actions: dict[str, str] = json.loads(record.get("asked") or "{}")
    return items_of(holder, facts.get(record["root"]) or SlipFacts(ContractTerms()), actions)


def _named(near: list[str] | None) -> dict[str, list[str]] | None:
    """What is near a carrier that has no items, as answers about the list of risks tell it too."""
    return {"carrier": near} if near else None


def items_asked(
    kind: Sequence[ItemKind] | None,
    lies_with: LiesWith | None,
    due_from: str | None,
    due_to: str | None,
    since: str | None,
    carrier: str | None,
) -> ItemFilter:
    """Which items are asked for.

    `due_from` and `due_to` are days, inclusive; `carrier` a name or a part of it.

    Raises:
        BadArgument: a day is none or they are the wrong way round, or `since` is no moment.
    """
    bounds = {"due_from": due_from, "due_to": due_to}
    days = {argument: _day(argument, text) for argument, text in bounds.items() if text}
    values.in_order(days, "due_from", "due_to")
    moment = asked_instant("since", since) if since else None
    part = fold(carrier) if carrier else None
    return ItemFilter(tuple(kind or ()), lies_with, days.get("due_from"), days.get("due_to"), moment, part)


def answer_of(
    call: OrganisationCall,
    items: Sequence[OpenItem],
    chosen: ItemFilter,
    slips: Sequence[Any],
    page_size: int,
    cursor: str | None,
    *,
    notes: Sequence[str],
    **more: Any,
) -> OpenItems:
    """The answer: sums over all items, and a page of them.

    Args:
        call: whose items.
        items: all that are asked for, in order.
        chosen: by what they were chosen.
        slips: of which slips, as plain data; a cursor fits no others.
        page_size: the most items of a page.
        cursor: the place to go on from.
        notes: what has to be said of it.
        **more: further keys.
    """
    page = call.page(
        items if page_size else [],
        "open items",
        *chosen.plain(),
        *slips,
        cursor=cursor,
        most=page_size or 1,
        name=repr,
        size=text_size,
        budget=budget_of(page_size),
    )
    words = [word for item in page.entries for word in (item.state,) if word]
    return OpenItems(
        **call.head(),
        today=london_day(call.session.clock.now()).isoformat(),
        **counted(items),
        by_carrier=by_carrier(items, chosen.carrier) if chosen.carrier or not page_size else None,
        items=page.entries,
        meaning=meanings_of(words),
        next_cursor=page.next_cursor,
        notes=[*notes, *page.notes(page_size)],
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


TOOL: Final = Tool(get_open_items, title="Open items", saves_files=True)
