"""What a risk's card is read from: five kinds of documents side by side (reference 5.1, 5.3)."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.concurrency import together, where_served
from whitespace_mcp.api.contracts import (
    Side,
    VisibleDocuments,
    belonging,
    labels,
    overview,
    own,
    owners,
    placing,
    summary,
)
from whitespace_mcp.api.documents import Document, as_list, as_object
from whitespace_mcp.terms.ids import root_of

MOST_SUMMARIES: Final = 2
"""Own teams whose summaries are read; nearly always a slip is with one."""

_CONTRACT: Final = "RWPlacing"


@dataclass(frozen=True)
class CardReading:
    """What was read.

    Attributes:
        contract: the contract document.
        background: the documents behind the slip.
        owners: of the organisation's side, and for a broker of each carrier's; None where the platform serves none.
        labels: the organisation's; None likewise.
        summaries: the slip's summaries for the organisation's teams; empty where they are not served.
    """

    contract: Document
    background: VisibleDocuments
    owners: VisibleDocuments | None
    labels: VisibleDocuments | None
    summaries: list[Document]

    @property
    def skipped(self) -> int:
        """Documents that were left out."""
        return sum(kept.skipped for kept in (self.background, self.owners, self.labels) if kept)

    def stubs(self, side: Side) -> list[Document]:
        """The slip's contract documents as the summaries list them."""
        found = [as_object(stub) for one in self.summaries for stub in as_list(one.get("docs"))]
        return [stub for stub in found if stub.get("type") == _CONTRACT and side.may_see(stub)]


async def read_card(
    api: Api, document_id: str, channels: Sequence[str], side: Side, *, user_id: str | None
) -> CardReading:
    """Read a card: four requests, and one for each own team that the slip is with.

    Args:
        api: the platform.
        document_id: the contract document.
        channels: the organisation's own team channels on the slip.
        side: the organisation.
        user_id: the MU id to act under.

    Raises:
        WhitespaceError: the contract or what stands behind it cannot be read; the rest may be missing.
    """
    root = root_of(document_id)

    async def contract() -> VisibleDocuments:
        return VisibleDocuments([own(await placing(api, document_id, user_id=user_id), root, side)])

    async def listed(read: Callable[..., Awaitable[list[object]]]) -> VisibleDocuments:
        return belonging(await read(api, root, user_id=user_id), root, side)

    async def told(channel: str) -> VisibleDocuments:
        return VisibleDocuments([own(await summary(api, root, channel, user_id=user_id), root, side)])

    def if_served(call: Callable[[], Awaitable[VisibleDocuments]]) -> Callable[[], Awaitable[VisibleDocuments | None]]:
        return partial(where_served, call, None)

    reads: list[Callable[[], Awaitable[VisibleDocuments | None]]] = [
        contract,
        partial(listed, overview),
        if_served(partial(listed, owners)),
        if_served(partial(listed, labels)),
        *(if_served(partial(told, channel)) for channel in channels[:MOST_SUMMARIES]),
    ]
    first, background, owned, labelled, *rest = await together(reads)
    return CardReading(
        contract=first.documents[0] if first else {},
        background=background or VisibleDocuments(),
        owners=owned,
        labels=labelled,
        summaries=[document for kept in rest if kept for document in kept.documents],
    )
