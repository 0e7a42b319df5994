"""The card of one risk."""

from typing import Annotated

from mcp.server.mcpserver import Context
from mcp.types import CallToolResult

from whitespace_mcp.answers.card.card import Card, Material, card_of
from whitespace_mcp.api.slips import read_card
from whitespace_mcp.config.errors import about
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.placing import read_placing
from whitespace_mcp.mcp_layer.context import services
from whitespace_mcp.mcp_layer.organisation import OneOrganisation, keys
from whitespace_mcp.mcp_layer.result import result
from whitespace_mcp.mcp_layer.risk import InRisk, RiskArgument, Target
from whitespace_mcp.portfolio.book import Book
from whitespace_mcp.tools.contract_selection import documents_of, side_of
from whitespace_mcp.tools.people import names_of


async def get_risk(
    ctx: Context,
    target: InRisk,
    risk: RiskArgument,  # noqa: ARG001  # read by the resolver
    organisation: OneOrganisation = None,  # noqa: ARG001  # read by the resolver
) -> Annotated[CallToolResult, Card]:
    """A risk's card: insured, period, limits, premium, with sources; parties and leaders.

    Line totals, endorsements by state, open actions.
    """
    session, owner, slip = services(ctx).session, target.organisation, target.slip
    session.directory.prefetch()
    side = side_of(owner)
    with about(owner.name):
        documents = await documents_of(target, session)
        read = await read_card(session.api, documents.asked, _own_channels(target), side, user_id=owner.user_id)
    contract = read_contract(read.contract)
    return result(
        card_of(
            Material(
                organisation=keys(owner),
                prefix=owner.channel_prefix,
                role=owner.role,
                root=slip.root,
                short=slip.short,
                document_id=documents.asked,
                records=slip.documents or documents.records(),
                contract=contract,
                placing=read_placing(contract, read.background.documents, documents.ids, owner.channel_prefix),
                background=read.background.documents,
                owners=read.owners.documents if read.owners else None,
                labels=read.labels.documents if read.labels else None,
                summaries=read.summaries,
                stubs=read.stubs(side),
                names=names_of(await session.directory.names()),
                linked=lambda root: _linked(target.view.book, root),
                now=session.clock.now(),
                skipped=read.skipped,
                stale=target.view.stale,
            )
        )
    )


def _own_channels(target: Target) -> list[str]:
    """The organisation's own teams that the slip is with, the current document's first."""
    found = [channel for record in target.slip.documents for channel in record["teams"].split("|") if channel]
    return list(dict.fromkeys(found))


def _linked(book: Book, root: str) -> tuple[str, str | None] | None:
    """Another slip of the same list."""
    records = book.slip(root)
    return (records[0]["slip_short"], records[0]["name"]) if records else None
