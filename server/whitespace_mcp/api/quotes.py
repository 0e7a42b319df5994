"""The panels that underwriters may fill in beside their quotes (reference 5.3)."""

from collections.abc import Sequence
from functools import partial

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.concurrency import together, where_served
from whitespace_mcp.api.documents import Document, read_object
from whitespace_mcp.api.reads import QUOTE


async def quote_details(api: Api, quote_id: str, *, user_id: str | None) -> Document:
    """`GET /risks/{id}/getQuoteDetails` of a quotation, whose id ends in `::UQn`; any field may be blank."""
    return read_object(await api.fetch(QUOTE, user_id=user_id, ids={"document": quote_id}))


async def quote_panels(api: Api, quote_ids: Sequence[str], *, user_id: str | None) -> list[Document | None]:
    """The panels of several quotes in their order, one read each; None where the platform does not serve one."""

    async def panel(quote_id: str) -> Document | None:
        return await where_served(partial(quote_details, api, quote_id, user_id=user_id), None)

    return await together([partial(panel, quote_id) for quote_id in quote_ids])
