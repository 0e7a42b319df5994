"""What the lines of a slip are read from: a contract document and what stands behind the slip (reference 5.3, 5.6)."""

from dataclasses import dataclass
from functools import partial

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.concurrency import together
from whitespace_mcp.api.contracts import Side, VisibleDocuments, belonging, instances, overview, own, placing
from whitespace_mcp.api.documents import Document, as_text
from whitespace_mcp.terms.ids import root_of
from whitespace_mcp.terms.stages import slip_rank, stage_of


@dataclass(frozen=True)
class Behind:
    """A contract document, and the documents behind its slip that can belong to the organisation."""

    contract: Document
    background: VisibleDocuments


async def read_lines(api: Api, document_id: str, side: Side, *, user_id: str | None) -> Behind:
    """Two reads side by side: `/risks/{id}` and `/overview/{root}`, which holds line sets, guidance and responses."""
    root = root_of(document_id)
    contract, background = await together(
        [partial(_contract, api, document_id, side, user_id), partial(_background, api, root, side, user_id)]
    )
    return Behind(contract.documents[0], background)


async def current_document(api: Api, root: str, side: Side, *, user_id: str | None) -> list[str]:
    """The ids of a slip's contract documents, the furthest one first, where the list of risks does not know it yet.

    One read, `/risks/root/{root}`; where it brings nothing the slip is its first draft.
    """
    found = belonging(await instances(api, root, user_id=user_id), root, side).documents
    ids = [name for document in found if (name := as_text(document.get("id")) or as_text(document.get("_id")))]
    ranked = sorted(ids, key=lambda name: (slip_rank(stage_of(None, name), name), len(name), name))
    return ranked or [root]


async def _contract(api: Api, document_id: str, side: Side, user_id: str | None) -> VisibleDocuments:
    return VisibleDocuments([own(await placing(api, document_id, user_id=user_id), root_of(document_id), side)])


async def _background(api: Api, root: str, side: Side, user_id: str | None) -> VisibleDocuments:
    return belonging(await overview(api, root, user_id=user_id), root, side)
