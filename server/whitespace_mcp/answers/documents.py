"""The documents of a risk as an answer lists them, and what was saved of them."""

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote

from whitespace_mcp.answers.base import Answer, RiskAnswer
from whitespace_mcp.answers.people import Names
from whitespace_mcp.documents.attachments import Attachment
from whitespace_mcp.terms.filetypes import PDF, type_by_name

SCHEME: Final = "whitespace://"


class DocumentEntry(Answer):
    """A file: `uri` is read with resources/read. The contract's size is known only once it is made."""

    name: str
    type: str
    bytes: int | None = None
    added: str | None = None
    by: str | None = None
    uri: str


class SavedEntry(Answer):
    """A file in the folder; `already_there` with the same content, so it was not written again."""

    file: str
    bytes: int
    already_there: bool | None = None


class LeftOutEntry(Answer):
    """A file that was not saved."""

    name: str
    why: str


class SavedPack(Answer):
    """What is in the folder now; `written` counts the files that this call wrote."""

    folder: str
    written: int
    bytes: int
    files: list[SavedEntry] | None = None
    left_out: list[LeftOutEntry] | None = None
    not_listed: int | None = None


class SlipDocuments(RiskAnswer):
    """Answer of `get_documents`; `total` counts the contract and the attachments."""

    document: str
    total: int
    documents: list[DocumentEntry]
    saved: SavedPack | None = None
    next_cursor: str | None = None
    skipped: int | None = None
    notes: list[str] | None = None


def resource_uri(organisation: str, risk: str, *parts: str) -> str:
    """The address of a risk's part as a resource, such as `whitespace://ACORN/risks/IC213DA609/pdf`."""
    path = "/".join(quote(part, safe=":") for part in (organisation, "risks", risk, *parts))
    return f"{SCHEME}{path}"


def contract_entry(document: str, organisation: str) -> DocumentEntry:
    """The contract itself."""
    return DocumentEntry(name=f"Contract {document}", type=PDF, uri=resource_uri(organisation, document, "pdf"))


def attachment_entries(
    files: Sequence[Attachment], names: Names, address: Callable[[Attachment], str]
) -> list[DocumentEntry]:
    """The attachments in their order.

    `address` gives a file's resource address from its identifier.
    """
    return [
        DocumentEntry(
            name=file.name,
            type=type_by_name(file.name, file.declared),
            bytes=file.size,
            added=file.at,
            by=names.person(file.by),
            uri=address(file),
        )
        for file in files
    ]
