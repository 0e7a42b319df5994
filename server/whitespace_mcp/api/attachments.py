"""A slip's attachments, and its contract as a file (reference 5.9)."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.contracts import Side
from whitespace_mcp.api.documents import Document, as_object, as_text, read_json, wrong_shape
from whitespace_mcp.api.reads import ATTACHMENT, ATTACHMENTS, CONTRACT_PDF, CONTRACT_PDF_POST
from whitespace_mcp.config.errors import BadAnswer, NotFound, WhitespaceError, WrongAddress
from whitespace_mcp.terms.filetypes import PDF, ZIP, type_of
from whitespace_mcp.terms.ids import root_of
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import clean

_COLLECTION: Final = "::ATCH"
_PAPER: Final = f"{PDF}, {ZIP};q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Attachment:
    """One attachment as the platform lists it.

    Attributes:
        identifier: with its parent it makes the path of the file; older ones have an extension.
        parent: the document that it belongs to.
        name: as somebody typed it, made safe to show.
        declared: the media type that was declared, which may be useless.
        size: bytes, where told; `digest`: `sha1-` and base64, where told.
        at: when it was attached; `by`: the MU id of who did.
    """

    identifier: str
    parent: str
    name: str
    declared: str | None
    size: int | None
    digest: str | None
    at: str | None
    by: str | None


@dataclass(frozen=True)
class Attached:
    """The attachments of a slip, the latest first, and how many elements could not be used or were not its own."""

    files: tuple[Attachment, ...]
    skipped: int


async def attachments(api: Api, root: str, side: Side, *, user_id: str | None) -> Attached:
    """`GET /attachments/{root}`: an array, or in the platform's older form an object by key.

    Args:
        api: the platform.
        root: the slip.
        side: the organisation, to whose channels each must belong.
        user_id: the MU id to act under.
    """
    found = read_json(await api.fetch(ATTACHMENTS, user_id=user_id, ids={"root": root}))
    entries: list[tuple[str | None, object]]
    if isinstance(found, list):
        entries = [(None, element) for element in found]  # pyright: ignore[reportUnknownVariableType]
    elif isinstance(found, dict):
        entries = list(as_object(found).items())  # pyright: ignore[reportUnknownArgumentType]
    else:
        raise wrong_shape()
    files: dict[tuple[str, str], Attachment] = {}
    skipped = 0
    for key, element in entries:
        file = _attachment(as_object(element), root, side, key)
        if file is None:
            skipped += 1
        else:
            files[file.parent, file.identifier] = file
    ordered = sorted(files.values(), key=lambda file: (file.name, file.identifier))
    return Attached(tuple(sorted(ordered, key=lambda file: file.at or "", reverse=True)), skipped)


async def attachment(api: Api, file: Attachment, *, user_id: str | None) -> bytes:
    """`GET /attachments/{parent}/{identifier}`: the bytes.

    Raises:
        NotFound: it has gone since it was listed.
        WhitespaceError: it is declared a web page, which cannot be told from the platform's page for wrong addresses.
    """
    if (file.declared or "").lower().startswith("text/html"):
        raise WhitespaceError(
            "A file that is declared a web page cannot be told from an error page and is not read",
            do="Open it on Whitespace.",
        )
    ids = {"parent": file.parent, "attachment": file.identifier}
    return (await api.fetch_file(ATTACHMENT, user_id=user_id, ids=ids)).body


async def contract_paper(api: Api, document_id: str, *, user_id: str | None) -> bytes:
    """`GET /export/pdf/{id}`: a contract as PDF; several files in a ZIP where carriers have terms of their own.

    The specification has it as a POST only, which a read-only membership may not make: that is tried where the
    platform does not serve the GET (reference 5.9, 8).

    Raises:
        BadAnswer: it is neither.
    """
    export = partial(api.fetch_file, user_id=user_id, ids={"document": document_id}, media=_PAPER)
    try:
        content = (await export(CONTRACT_PDF)).body
    except (NotFound, WrongAddress) as refused:
        try:
            content = (await export(CONTRACT_PDF_POST, body={})).body
        except WhitespaceError:
            raise refused from None
    if type_of(content) not in {PDF, ZIP}:
        raise BadAnswer("The platform's export is neither a PDF nor a ZIP", retry="Trying again may help.")
    return content


def _attachment(read: Document, root: str, side: Side, key: str | None) -> Attachment | None:
    """One entry; None if it names no file or belongs elsewhere."""
    identifier = as_text(read.get("identifier")) or key
    parent = as_text(read.get("parentDocID")) or (f"{root}{_COLLECTION}" if key is not None else None)
    if not identifier or not parent or root_of(parent).upper() != root.upper() or not side.may_see(read):
        return None
    length = read.get("length")
    return Attachment(
        identifier=identifier,
        parent=parent,
        name=clean(as_text(read.get("attachmentName")) or key or identifier, 160) or "file",
        declared=as_text(read.get("content_type")),
        size=length if isinstance(length, int) and not isinstance(length, bool) and length >= 0 else None,
        digest=as_text(read.get("digest")),
        at=instant(read.get("attachedAt")),
        by=as_text(read.get("attachedByUser")),
    )
