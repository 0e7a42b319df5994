"""What is open: subjectivities, lines, endorsements, actions of the inbox; and what stands in the way of signing."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.item_sums import by_carrier, counted
from whitespace_mcp.answers.open_items import (
    COLUMNS,
    ItemFilter,
    ItemKind,
    LiesWith,
    OpenItem,
    OpenItems,
    SavedOpenItems,
    about_items,
    item_cells,
)
from whitespace_mcp.config.errors import BadArgument
from whitespace_mcp.mcp_layer.dependencies import InOwner, OrganisationCall
from whitespace_mcp.mcp_layer.paging import USUAL, budget_of, text_size
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, Tool, as_list, result
from whitespace_mcp.portfolio import values
from whitespace_mcp.portfolio.names import US
from whitespace_mcp.portfolio.query import read_filters
from whitespace_mcp.sheets import Format, Sheet
from whitespace_mcp.terms.meanings import meanings_of
from whitespace_mcp.terms.moments import asked_instant, london_day
from whitespace_mcp.terms.text import fold
from whitespace_mcp.tools.filters import with_filters
from whitespace_mcp.tools.item_reading import ItemReading, items_of_book, items_of_risk
from whitespace_mcp.tools.table_files import Save, check_rows, saving, write_table

KindArgument = Annotated[
    Sequence[ItemKind] | None, Field(max_length=4, description="Any of these."), BeforeValidator(as_list)
]
LiesArgument = Annotated[LiesWith | None, Field(description="Who has to act.")]
DueFromArgument = Annotated[str | None, Field(max_length=40, description="Today leaves out the overdue.")]
DueToArgument = Annotated[str | None, Field(max_length=40, description="Due by this London date.")]
OpenedSinceArgument = Annotated[str | None, Field(max_length=40, description="Opened then or later.")]
CarrierArgument = Annotated[str | None, Field(max_length=100, description="Part of its name.")]
RiskOrBook = Annotated[
    str | None, Field(description="One risk instead of the book: id or UMR.", min_length=1, max_length=200)
]
ItemCountArgument = Annotated[int, Field(ge=0, le=100)]
LATER_NOTE: Final = "What was due before due_from is left out, also of 'overdue'."

ExportArgument = Annotated[bool, Field(description="Save every item as a spreadsheet.")]


@with_filters(described=False, after="carrier", without={"in_several", "unknown"})
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
    page_size: ItemCountArgument = USUAL,
    cursor: CursorArgument = None,
    export: ExportArgument = False,
    format: Format = "xlsx",  # noqa: A002  # the name is the contract's
    **filters: Any,
) -> Annotated[CallToolResult, OpenItems]:
    """What is open on the book or on one risk, and with whom it lies, soonest due first.

    With risk: also what is in the way of signing. Filters as in get_risks.
    """
    carrier = call.organisation.name if carrier and fold(carrier) in US else carrier
    chosen = _items_asked(kind, lies_with, due_from, due_to, since, carrier)
    slips = read_filters(filters)
    if export:
        page_size, cursor = 0, None
    save = saving(call.session, call.organisation.company_id, "open items") if export else None
    if risk is not None:
        if slips:
            raise BadArgument(next(iter(slips)), "narrows the book", allowed="Leave it out where 'risk' is passed.")
        call = await call.risk(risk)
        reading = await items_of_risk(call, chosen)
    else:
        reading = await items_of_book(ctx, call, slips, chosen)
    answer = _answer_of(call, reading, chosen, page_size, cursor)
    if save is None:
        return result(answer)
    question: dict[str, Any] = {"risk": risk, "kind": kind, "lies_with": lies_with, "carrier": carrier}
    question |= {"due_from": due_from, "due_to": due_to, "since": since, **filters}
    question = {name: value for name, value in question.items() if value}
    return result(await _saved(save, format, reading.items, answer, question))


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


def _items_asked(
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
    days = {argument: day for argument, text in bounds.items() if text and (day := values.day(argument, text))}
    values.in_order(days, "due_from", "due_to")
    moment = asked_instant("since", since) if since else None
    part = fold(carrier) if carrier else None
    return ItemFilter(tuple(kind or ()), lies_with, days.get("due_from"), days.get("due_to"), moment, part)


def _answer_of(
    call: OrganisationCall, reading: ItemReading, chosen: ItemFilter, page_size: int, cursor: str | None
) -> OpenItems:
    """The answer: sums over all items, and a page of them.

    `page_size` is the most items of a page, `cursor` the place to go on from.
    """
    items = reading.items
    page = call.page(
        items if page_size else [], "open items", *chosen.plain(), *reading.slips, cursor=cursor, most=page_size or 1,
        name=repr, size=text_size, budget=budget_of(page_size),
    )  # fmt: skip
    return OpenItems(
        **(call.head() | reading.more),
        today=london_day(call.session.clock.now()).isoformat(),
        **counted(items),
        by_carrier=by_carrier(items, chosen.carrier) if chosen.carrier or not page_size else None,
        items=page.entries,
        meaning=meanings_of(item.state for item in page.entries),
        next_cursor=page.next_cursor,
        near=reading.near,
        notes=[
            *reading.notes,
            *([LATER_NOTE] if chosen.due_from else []),
            *_undated(reading.undated),
            *page.notes(page_size),
        ],
    )


def _undated(items: int) -> list[str]:
    """That some items, which are not in the answer, may have been opened since as well."""
    return [f"{items} more tell no day of opening; without 'since' they are listed."] if items else []


TOOL: Final = Tool(get_open_items, title="Open items", saves_files=True)
