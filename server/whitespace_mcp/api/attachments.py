"""A slip's attachments, and its contract as a file (platform.md 5.9).

`root` is a slip's root id, `document_id` that of a contract document; `user_id` the MU id to act under.
"""

from functools import partial
from typing import Final

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.reads import ATTACHMENT, ATTACHMENTS, CONTRACT_PDF, CONTRACT_PDF_POST
from whitespace_mcp.config.errors import BadAnswer, NotFound, WhitespaceError, WrongAddress
from whitespace_mcp.documents.attachments import Attached, Attachment, read_attachments
from whitespace_mcp.documents.json import read_json
from whitespace_mcp.documents.visibility import Side
from whitespace_mcp.terms.filetypes import PDF, ZIP, type_of

_PAPER: Final = f"{PDF}, {ZIP};q=0.9, */*;q=0.5"


async def attachments(api: Api, root: str, side: Side, *, user_id: str | None) -> Attached:
    """`GET /attachments/{root}`: the attachments of a slip, the latest first."""
    return read_attachments(read_json(await api.fetch(ATTACHMENTS, user_id=user_id, ids={"root": root})), root, side)


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
    platform does not serve the GET (platform.md 5.9, 8).

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
