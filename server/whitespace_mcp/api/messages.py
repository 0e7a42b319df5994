"""What people wrote beside a slip (reference 5.10)."""

from dataclasses import dataclass
from functools import partial

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.concurrency import together, where_served
from whitespace_mcp.api.contracts import Side, VisibleDocuments, belonging, overview, related


@dataclass(frozen=True)
class Conversation:
    """Documents that hold messages, among others that do not.

    Attributes:
        broker_messages: whether the platform serves broker messages here.
    """

    kept: VisibleDocuments
    broker_messages: bool = True


async def conversation(api: Api, root: str, side: Side, *, internal: bool, user_id: str | None) -> Conversation:
    """The comments and broker messages of a slip: two reads, or with what is internal the one of its overview."""
    if internal:
        return Conversation(belonging(await overview(api, root, user_id=user_id), root, side))
    messages = partial(related, api, root, "RWBrokerMessage", user_id=user_id)
    comments, told = await together(
        [partial(related, api, root, "RWComment", user_id=user_id), partial(where_served, messages, None)]
    )
    return Conversation(belonging([*(comments or []), *(told or [])], root, side), told is not None)
