"""The card of one risk."""

from typing import Annotated, Final

from mcp.types import CallToolResult

from whitespace_mcp.answers.card.card import Card, Material, card_of
from whitespace_mcp.config.errors import about
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.placing import read_placing
from whitespace_mcp.mcp_layer.dependencies import InRisk, keys
from whitespace_mcp.mcp_layer.tool import OneOrganisation, RiskArgument, Tool, result
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.tools.contract_selection import read_slip


async def get_risk(
    call: InRisk, risk: RiskArgument, organisation: OneOrganisation = None
) -> Annotated[CallToolResult, Card]:
    """A risk's card: insured, period, limits, premium, with sources; parties and leaders.

    Line totals, endorsements by state, open actions.
    """
    owner, slip = call.organisation, call.slip
    with about(owner.name):
        documents, read = await read_slip(call)
    contract = read_contract(read.contract)
    card = card_of(
        Material(
            organisation=keys(owner),
            prefix=owner.channel_prefix,
            role=owner.role,
            root=slip.root,
            short=slip.short,
            document_id=documents.document_id,
            records=documents.records,
            contract=contract,
            placing=read_placing(contract, read.background.documents, documents.ids, owner.channel_prefix),
            background=read.background.documents,
            owners=read.owners.documents if read.owners else None,
            labels=read.labels.documents if read.labels else None,
            summaries=read.summaries,
            stubs=read.stubs(call.organisation.side),
            endorsements=read.endorsements,
            names=await call.names(),
            linked=lambda root: _linked(call.view.book, root),
            now=call.session.clock.now(),
            skipped=read.skipped,
            stale=call.view.stale,
        )
    )
    card.found_in = call.found_in
    return result(card)


def _linked(book: Book, root: str) -> tuple[str, str | None] | None:
    """Another slip of the same list."""
    records = book.slip(root)
    return (records[0]["slip_short"], records[0]["name"]) if records else None


TOOL: Final = Tool(get_risk, title="One risk")
