"""What tools read of one slip, several documents side by side (platform.md 5.1, 5.3, 5.6, 5.8, 5.10).

`root` is a slip's root id, `document_id` that of a contract document, `quote_id` that of a quotation; `channels` are
teams' channels; `user_id` is the MU id to act under.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.documents import (
    instances,
    labels,
    overview,
    owners,
    placing,
    related,
    risk_activities,
    summary,
    where_served,
)
from whitespace_mcp.api.reads import ENDORSEMENTS, QUOTE
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, read_list, read_object
from whitespace_mcp.documents.visibility import Side, VisibleDocuments, belonging, own
from whitespace_mcp.runtime.side_by_side import together
from whitespace_mcp.terms.ids import root_of
from whitespace_mcp.terms.stages import slip_rank, stage_of

MOST_SUMMARIES: Final = 2
"""Own teams whose summaries are read; nearly always a slip is with one."""

_CONTRACT: Final = "RWPlacing"
_Call = Callable[[], Awaitable[VisibleDocuments | None]]


@dataclass(frozen=True)
class CardReading:
    """What was read.

    Attributes:
        contract: the contract document.
        background: the documents behind the slip.
        owners: of the organisation's side, and for a broker of each carrier's; None where the platform serves none.
        labels: the organisation's; None likewise.
        summaries: the slip's summaries for the organisation's teams; empty where they are not served.
        endorsements: their documents, where the slip has some and the platform serves them.
    """

    contract: Document
    background: VisibleDocuments
    owners: VisibleDocuments | None
    labels: VisibleDocuments | None
    summaries: list[Document]
    endorsements: list[Document]

    @property
    def skipped(self) -> int:
        """Documents that were left out."""
        return sum(documents.skipped for documents in (self.background, self.owners, self.labels) if documents)

    def stubs(self, side: Side) -> list[Document]:
        """The slip's contract documents as the summaries list them."""
        stubs = [as_object(stub) for summary in self.summaries for stub in as_list(summary.get("docs"))]
        return [stub for stub in stubs if stub.get("type") == _CONTRACT and side.may_see(stub)]


@dataclass(frozen=True)
class LinesReading:
    """A contract document, and the documents behind its slip that can belong to the organisation."""

    contract: Document
    background: VisibleDocuments


@dataclass(frozen=True)
class EndorsementsReading:
    """A slip's endorsements with what decides how far each is.

    Attributes:
        endorsements: the endorsements themselves.
        followers: the carriers' parts in them.
        history: the slip's activities; None where the platform does not serve it.
    """

    endorsements: VisibleDocuments
    followers: VisibleDocuments
    history: VisibleDocuments | None


@dataclass(frozen=True)
class Conversation:
    """What people wrote beside a slip.

    Attributes:
        documents: those that hold messages, among others that do not.
        broker_messages: whether the platform serves broker messages here.
    """

    documents: VisibleDocuments
    broker_messages: bool = True


async def read_card(
    api: Api,
    document_id: str,
    channels: Sequence[str],
    side: Side,
    *,
    user_id: str | None,
    endorsed: bool = False,
    owned: bool = True,
) -> CardReading:
    """Read a card: two requests, two for owners and labels, one for each own team, and one for endorsements.

    Args:
        api: the platform.
        document_id: the contract document.
        channels: the organisation's own team channels on the slip.
        side: the organisation.
        user_id: the MU id to act under.
        endorsed: whether the slip has endorsements, which may change its period.
        owned: whether owners and labels are wanted.

    Raises:
        WhitespaceError: the contract or what stands behind it cannot be read; the rest may be missing.
    """
    root = root_of(document_id)

    async def listed(read: Callable[..., Awaitable[list[object]]]) -> VisibleDocuments:
        return belonging(await read(api, root, user_id=user_id), root, side)

    async def of_team(channel: str) -> VisibleDocuments:
        return VisibleDocuments([own(await summary(api, root, channel, user_id=user_id), root, side)])

    def if_served(call: _Call, *, wanted: bool = True) -> _Call:
        return partial(where_served, call, None) if wanted else _nothing

    first, background, owner, labelled, amended, *teams = await together(
        [
            partial(_contract, api, document_id, side, user_id),
            partial(_background, api, root, side, user_id),
            if_served(partial(listed, owners), wanted=owned),
            if_served(partial(listed, labels), wanted=owned),
            if_served(partial(_endorsements, api, root, side, user_id), wanted=endorsed),
            *(if_served(partial(of_team, channel)) for channel in channels[:MOST_SUMMARIES]),
        ]
    )
    return CardReading(
        contract=first.documents[0] if first else {},
        background=background or VisibleDocuments(),
        owners=owner,
        labels=labelled,
        summaries=[document for part in teams if part for document in part.documents],
        endorsements=amended.documents if amended else [],
    )


async def _nothing() -> VisibleDocuments | None:
    """In place of a read that is not needed."""
    return None


async def read_lines(api: Api, document_id: str, side: Side, *, user_id: str | None) -> LinesReading:
    """Two reads side by side: `/risks/{id}` and `/overview/{root}`, which holds line sets, guidance and responses."""
    root = root_of(document_id)
    contract, background = await together(
        [partial(_contract, api, document_id, side, user_id), partial(_background, api, root, side, user_id)]
    )
    return LinesReading(contract.documents[0], background)


async def current_document(api: Api, root: str, side: Side, *, user_id: str | None) -> list[str]:
    """The ids of a slip's contract documents, the furthest one first, where the list of risks does not know it yet.

    One read, `/risks/root/{root}`; where it brings nothing the slip is its first draft.
    """
    documents = belonging(await instances(api, root, user_id=user_id), root, side).documents
    ids = [name for document in documents if (name := as_text(document.get("id")) or as_text(document.get("_id")))]
    ranked = sorted(ids, key=lambda name: (slip_rank(stage_of(None, name), name), len(name), name))
    return ranked or [root]


async def read_endorsements(api: Api, root: str, side: Side, *, user_id: str | None) -> EndorsementsReading:
    """Three reads side by side: `/endorsements/{root}`, the followers of all of them, and the activities."""
    parts = await together(
        [
            partial(_endorsements, api, root, side, user_id),
            partial(_followers, api, root, side, user_id),
            partial(where_served, partial(_history, api, root, side, user_id), None),
        ]
    )
    return EndorsementsReading(parts[0] or VisibleDocuments(), parts[1] or VisibleDocuments(), parts[2])


async def conversation(api: Api, root: str, side: Side, *, internal: bool, user_id: str | None) -> Conversation:
    """The comments and broker messages of a slip: two reads, or with what is internal the one of its overview.

    `internal` reads what only the own side sees as well.
    """
    if internal:
        return Conversation(belonging(await overview(api, root, user_id=user_id), root, side))
    messages = partial(related, api, root, "RWBrokerMessage", user_id=user_id)
    comments, talk = await together(
        [partial(related, api, root, "RWComment", user_id=user_id), partial(where_served, messages, None)]
    )
    return Conversation(belonging([*(comments or []), *(talk or [])], root, side), talk is not None)


async def quote_details(api: Api, quote_id: str, *, user_id: str | None) -> Document:
    """`GET /risks/{id}/getQuoteDetails` of a quotation, whose id ends in `::UQn`; any field may be blank."""
    return read_object(await api.fetch(QUOTE, user_id=user_id, ids={"document": quote_id}))


async def quote_panels(api: Api, quote_ids: Sequence[str], *, user_id: str | None) -> list[Document | None]:
    """The panels of several quotes in their order, one read each; None where the platform does not serve one.

    `quote_ids` in the order in which they are shown.
    """

    async def panel(quote_id: str) -> Document | None:
        return await where_served(partial(quote_details, api, quote_id, user_id=user_id), None)

    return await together([partial(panel, quote_id) for quote_id in quote_ids])


async def _contract(api: Api, document_id: str, side: Side, user_id: str | None) -> VisibleDocuments:
    return VisibleDocuments([own(await placing(api, document_id, user_id=user_id), root_of(document_id), side)])


async def _background(api: Api, root: str, side: Side, user_id: str | None) -> VisibleDocuments:
    return belonging(await overview(api, root, user_id=user_id), root, side)


async def _endorsements(api: Api, root: str, side: Side, user_id: str | None) -> VisibleDocuments | None:
    elements = read_list(await api.fetch(ENDORSEMENTS, user_id=user_id, ids={"root": root}))
    return belonging(elements, root, side)


async def _followers(api: Api, root: str, side: Side, user_id: str | None) -> VisibleDocuments | None:
    return belonging(await related(api, root, "RWEndorsementFollower", user_id=user_id), root, side)


async def _history(api: Api, root: str, side: Side, user_id: str | None) -> VisibleDocuments | None:
    return await risk_activities(api, root, side, user_id=user_id)
