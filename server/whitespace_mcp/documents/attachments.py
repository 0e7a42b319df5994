"""The files beside a slip, as the platform lists them (platform.md 5.9)."""

from dataclasses import dataclass
from typing import Final

from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, wrong_shape
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.terms.ids import same_slip
from whitespace_mcp.terms.moments import instant
from whitespace_mcp.terms.text import clean

_COLLECTION: Final = "::ATCH"


@dataclass(frozen=True)
class Attachment:
    """One attachment as the platform lists it; its name is as somebody typed it, made safe to show.

    `identifier` makes with `parent`, the document that it belongs to, the path of the file; older ones have an
    extension. `declared` is the media type that was declared, which may be useless, `size` bytes, `digest` `sha1-` and
    base64, `by` the MU id of who attached it.
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
class AttachmentList:
    """The attachments of a slip, the latest first, and how many elements could not be used or were not its own."""

    files: tuple[Attachment, ...]
    skipped: int


def read_attachments(document: object, root: str, side: Side) -> AttachmentList:
    """The attachments of a slip: of an array, or of the platform's older form, an object by key.

    Each element of the `document` must be of the slip `root`, and of the organisation's channels.

    Raises:
        BadAnswer: it is neither.
    """
    entries: list[tuple[str | None, object]]
    if isinstance(document, list):
        entries = [(None, element) for element in as_list(document)]  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(document, dict):
        entries = list(as_object(document).items())  # pyright: ignore[reportUnknownArgumentType]
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
    return AttachmentList(tuple(sorted(ordered, key=lambda file: file.at or "", reverse=True)), skipped)


def _attachment(read: Document, root: str, side: Side, key: str | None) -> Attachment | None:
    """One entry; None if it names no file or belongs elsewhere."""
    identifier = as_text(read.get("identifier")) or key
    parent = as_text(read.get("parentDocID")) or (f"{root}{_COLLECTION}" if key is not None else None)
    if not identifier or not parent or not same_slip(parent, root) or not side.may_see(read):
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
