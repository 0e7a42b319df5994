"""One slip's contract documents and what stands behind them (platform.md 5.3, 5.4).

Every function takes the MU id to act under as `user_id`; `root` is a slip's root id, `document_id` that of a document,
`channel` a team's, `kind` a document type. What comes back is as the platform sent it, but for what
cannot be used: elements that are no documents, that belong to another slip or whose channels cannot be the asking
organisation's. Those are counted, never shown.
"""

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.reads import CONTRACT, DOCUMENT, LABELS, OVERVIEW, OWNERS, RELATED, SLIP_DOCUMENTS, Read
from whitespace_mcp.documents.json import Document, read_list, read_object


async def placing(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /risks/{id}`: a contract document, RWPlacing; a bare root is the first draft."""
    return read_object(await api.fetch(CONTRACT, user_id=user_id, ids={"document": document_id}))


async def document(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /documents/{id}`: any document, raw."""
    return read_object(await api.fetch(DOCUMENT, user_id=user_id, ids={"document": document_id}))


async def summary(api: Api, root: str, channel: str, *, user_id: str | None) -> Document:
    """The RWRiskSummary of a slip for one team channel: inbox actions and stubs (platform.md 5.1), by GET."""
    return await document(api, f"RWRiskSummary::{root}::{channel}", user_id=user_id)


async def instances(api: Api, root: str, *, user_id: str | None) -> list[object]:
    """`GET /risks/root/{root}`: id, type and channels of each contract document that is visible."""
    return await _of_root(api, SLIP_DOCUMENTS, root, user_id)


async def overview(api: Api, root: str, *, user_id: str | None) -> list[object]:
    """`GET /overview/{root}`: the documents behind a slip, of 19 types, never the contract."""
    return await _of_root(api, OVERVIEW, root, user_id)


async def related(api: Api, root: str, kind: str, *, user_id: str | None) -> list[object]:
    """`GET /risks/{root}/related/{type}`: all documents of one type, such as `RWComment`."""
    return read_list(await api.fetch(RELATED, user_id=user_id, ids={"root": root, "type": kind}))


async def owners(api: Api, root: str, *, user_id: str | None) -> list[object]:
    """`GET /owner/{root}`: the owner of the caller's side, and for brokers each carrier's that has one."""
    return await _of_root(api, OWNERS, root, user_id)


async def labels(api: Api, root: str, *, user_id: str | None) -> list[object]:
    """`GET /labels/{root}`: the labels that the caller's teams put on a slip."""
    return await _of_root(api, LABELS, root, user_id)


async def _of_root(api: Api, read: Read, root: str, user_id: str | None) -> list[object]:
    return read_list(await api.fetch(read, user_id=user_id, ids={"root": root}))
