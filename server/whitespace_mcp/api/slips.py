"""What tools read of one slip, several documents side by side (platform.md 5.1, 5.3, 5.6, 5.8, 5.10).

`root` is a slip's root id, `document_id` that of a contract document, `quote_id` that of a quotation; `channels` are
teams' channels.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.documents import placing, summary, where_served
from whitespace_mcp.api.reads import (
    ACTIVITIES,
    ENDORSEMENTS,
    LABELS,
    OVERVIEW,
    OWNERS,
    QUOTE,
    RELATED,
    SLIP_DOCUMENTS,
)
from whitespace_mcp.documents.json import Document, as_list, as_object, id_of, read_object
from whitespace_mcp.documents.visibility import Side, VisibleDocuments, own
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
    api: OrganisationApi,
    document_id: str,
    channels: Sequence[str],
    *,
    endorsed: bool = False,
    owned: bool = True,
) -> CardReading:
    """Read a card: two requests, two for owners and labels, one for each own team, and one for endorsements.

    Args:
        api: the organisation's reads.
        document_id: the contract document.
        channels: the organisation's own team channels on the slip.
        endorsed: whether the slip has endorsements, which may change its period.
        owned: whether owners and labels are wanted.

    Raises:
        WhitespaceError: the contract or what stands behind it cannot be read; the rest may be missing.
    """
    root = root_of(document_id)

    async def of_team(channel: str) -> VisibleDocuments:
        return VisibleDocuments([own(await summary(api, root, channel), root, api.side)])

    def if_served(call: _Call, *, wanted: bool = True) -> _Call:
        return partial(where_served, call, None) if wanted else _nothing

    first, background, owner, labelled, amended, *teams = await together(
        [
            partial(_contract, api, document_id),
            partial(api.visible, OVERVIEW, root),
            if_served(partial(api.visible, OWNERS, root), wanted=owned),
            if_served(partial(api.visible, LABELS, root), wanted=owned),
            if_served(partial(api.visible, ENDORSEMENTS, root), wanted=endorsed),
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


async def read_lines(api: OrganisationApi, document_id: str) -> LinesReading:
    """Two reads side by side: `/risks/{id}` and `/overview/{root}`, which holds line sets, guidance and responses."""
    reads = [partial(_contract, api, document_id), partial(api.visible, OVERVIEW, root_of(document_id))]
    contract, background = await together(reads)
    return LinesReading(contract.documents[0], background)


async def current_document(api: OrganisationApi, root: str) -> list[str]:
    """The ids of a slip's contract documents, the furthest one first, where the list of risks does not know it yet.

    One read, `/risks/root/{root}`; where it brings nothing the slip is its first draft.
    """
    documents = (await api.visible(SLIP_DOCUMENTS, root)).documents
    ids = filter(None, map(id_of, documents))
    ranked = sorted(ids, key=lambda name: (slip_rank(stage_of(None, name), name), len(name), name))
    return ranked or [root]


async def read_endorsements(api: OrganisationApi, root: str) -> EndorsementsReading:
    """Three reads side by side: `/endorsements/{root}`, the followers of all of them, and the activities."""
    calls: list[_Call] = [
        partial(api.visible, ENDORSEMENTS, root),
        partial(api.visible, RELATED, root, type="RWEndorsementFollower"),
        partial(where_served, partial(api.visible, ACTIVITIES, root), None),
    ]
    endorsements, followers, history = await together(calls)
    return EndorsementsReading(endorsements or VisibleDocuments(), followers or VisibleDocuments(), history)


async def conversation(api: OrganisationApi, root: str, *, internal: bool) -> Conversation:
    """The comments and broker messages of a slip: two reads, or with what is internal the one of its overview.

    `internal` reads what only the own side sees as well.
    """
    if internal:
        return Conversation(await api.visible(OVERVIEW, root))
    messages = partial(api.visible, RELATED, root, type="RWBrokerMessage")
    comments, talk = await together(
        [partial(api.visible, RELATED, root, type="RWComment"), partial(where_served, messages, None)]
    )
    documents = [*(comments.documents if comments else []), *(talk.documents if talk else [])]
    skipped = sum(part.skipped for part in (comments, talk) if part)
    return Conversation(VisibleDocuments(documents, skipped), talk is not None)


async def quote_panels(api: OrganisationApi, quote_ids: Sequence[str]) -> list[Document | None]:
    """The panels of several quotes in their order, one read each; None where the platform does not serve one.

    A panel is `GET /risks/{id}/getQuoteDetails` of a quotation, whose id ends in `::UQn`; any field may be blank.
    """

    async def panel(quote_id: str) -> Document:
        return read_object(await api.fetch(QUOTE, {"document": quote_id}))

    return await together([partial(where_served, partial(panel, quote_id), None) for quote_id in quote_ids])


async def _contract(api: OrganisationApi, document_id: str) -> VisibleDocuments:
    return VisibleDocuments([own(await placing(api, document_id), root_of(document_id), api.side)])
