"""One slip's contract documents and what stands behind them (reference 5.3, 5.4).

Every function takes the MU id to act under as `user_id`. What comes back is as the platform sent it, but for what
cannot be used: elements that are no documents, that belong to another slip or whose channels cannot be the asking
organisation's. Those are counted, never shown.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.documents import Document, as_object, as_text, read_list, read_object
from whitespace_mcp.api.reads import CONTRACT, DOCUMENT, LABELS, OVERVIEW, OWNERS, RELATED, SLIP_DOCUMENTS, Read
from whitespace_mcp.config.errors import NotFound
from whitespace_mcp.terms.channels import own_channels
from whitespace_mcp.terms.ids import root_of


@dataclass(frozen=True)
class Side:
    """The organisation on whose behalf is read, as documents name it.

    Attributes:
        channel_prefix: what its channels begin with, before the underscore.
        id: its MU id, which may stand among channels too.
    """

    channel_prefix: str
    id: str

    def may_see(self, document: Document) -> bool:
        """Whether a document can belong to the organisation at all."""
        own = own_channels(document.get("channels"), channel_prefix=self.channel_prefix, user_id=self.id)
        return own is not None


@dataclass(frozen=True)
class VisibleDocuments:
    """Documents that can be used.

    Attributes:
        documents: in the platform's order.
        skipped: how many elements were left out.
    """

    documents: list[Document] = field(default_factory=list[Document])
    skipped: int = 0


async def placing(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /risks/{id}`: a contract document, RWPlacing; a bare root is the first draft."""
    return read_object(await api.fetch(CONTRACT, user_id=user_id, ids={"document": document_id}))


async def document(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /documents/{id}`: any document, raw."""
    return read_object(await api.fetch(DOCUMENT, user_id=user_id, ids={"document": document_id}))


async def summary(api: Api, root: str, channel: str, *, user_id: str | None) -> Document:
    """The RWRiskSummary of a slip for one team channel: inbox actions and stubs (reference 5.1), by GET."""
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


def belonging(elements: Iterable[object], root: str, side: Side) -> VisibleDocuments:
    """The documents of one slip that can belong to an organisation, each id once.

    The platform lists some documents twice (reference 9). Of two with the same id the later revision stays, whatever
    their order; a repeated one is not counted as skipped.
    """
    kept: dict[str, Document] = {}
    skipped = 0
    for element in elements:
        found = as_object(element)
        name = as_text(found.get("_id")) or as_text(found.get("id"))
        if name is None or root_of(name).upper() != root.upper() or not side.may_see(found):
            skipped += 1
        elif name not in kept or _version(kept[name]) < _version(found):
            kept[name] = found
    return VisibleDocuments(list(kept.values()), skipped)


def own(found: Document, root: str, side: Side) -> Document:
    """A single document, if it is of that slip and can belong to the organisation.

    Raises:
        NotFound: it is not, so it must not be shown.
    """
    name = (as_text(found.get("_id")) or as_text(found.get("id")) or root).removeprefix("RWRiskSummary::")
    if root_of(name).upper() != root.upper() or not side.may_see(found):
        raise NotFound(
            "The platform answered with a document that does not belong to this organisation; it was not shown",
            do="Check the id with get_risks in this organisation.",
        )
    return found


def revision_number(found: Document) -> int:
    """The number in front of a revision, `3` of `3-a1df...`; 0 where there is none."""
    number = (as_text(found.get("_rev")) or as_text(found.get("rev")) or "").partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0


def _version(found: Document) -> tuple[int, str, str]:
    """Which of two copies is the later one; the last part decides only between copies that tell nothing."""
    return revision_number(found), as_text(found.get("updatedAt")) or "", repr(sorted(map(repr, found.items())))


async def _of_root(api: Api, read: Read, root: str, user_id: str | None) -> list[object]:
    return read_list(await api.fetch(read, user_id=user_id, ids={"root": root}))
