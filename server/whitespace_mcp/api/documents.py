"""What the platform has of one slip, a read each: documents, history, data, files (platform.md 5.3, 5.4, 5.7 to 5.10).

`root` is a slip's root id, `document_id` that of a document, `channel` a team's. What comes back is as the platform
sent it; `VisibleDocuments` are without what cannot be the organisation's.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.reads import (
    ACTIVITY_SEARCH,
    ANSWERED_QUESTIONS,
    ATTACHMENT,
    ATTACHMENTS,
    CONTRACT,
    CONTRACT_PDF,
    CONTRACT_PDF_POST,
    DEFINED_DATA,
    DEFINED_DATA_TAGSET,
    DOCUMENT,
    HEADINGS,
    QUESTIONNAIRE,
)
from whitespace_mcp.config.errors import AccessRefused, BadAnswer, NotFound, WhitespaceError, WrongAddress
from whitespace_mcp.documents.attachments import Attachment, AttachmentList, read_attachments
from whitespace_mcp.documents.contract_head import read_head
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, read_json, read_list, read_object
from whitespace_mcp.documents.visibility import VisibleDocuments
from whitespace_mcp.terms.filetypes import PDF, ZIP, type_of
from whitespace_mcp.terms.ids import same_slip

T = TypeVar("T")

_READ_ONLY: Final = (
    "A read-only membership may not be allowed this search: ask for one risk's history instead (risk=...)."
)
_PAPER: Final = f"{PDF}, {ZIP};q=0.9, */*;q=0.5"


async def placing(api: OrganisationApi, document_id: str) -> Document:
    """`GET /risks/{id}`: a contract document, RWPlacing; a bare root is the first draft."""
    return read_object(await api.fetch(CONTRACT, {"document": document_id}))


async def placing_head(api: OrganisationApi, document_id: str) -> Document:
    """The same, of which only the head is read."""
    return read_head(await api.fetch(CONTRACT, {"document": document_id}))


async def summary(api: OrganisationApi, root: str, channel: str) -> Document:
    """The RWRiskSummary of a slip for one team channel: inbox actions and stubs (platform.md 5.1), by GET."""
    return read_object(await api.fetch(DOCUMENT, {"document": f"RWRiskSummary::{root}::{channel}"}))


async def activities_of_kind(
    api: OrganisationApi, activity: str, *, since: str, before: str | None
) -> VisibleDocuments:
    """`POST /activities/filter`: one kind of activity over every slip that the organisation sees; each entry once.

    `activity` is exactly as the platform spells it, `since` an instant, inclusive, `before` one, or None for up to now.
    """
    body = {"activity": activity, "from": _moment(since)} | ({"to": _moment(before)} if before else {})
    try:
        answer = await api.fetch(ACTIVITY_SEARCH, body=body)
    except AccessRefused as error:
        raise error.replaced(do=f"{_READ_ONLY} {error.do}") from error.__cause__
    documents, skipped = dict[str, Document](), 0
    for element in read_list(answer):
        document = as_object(element)
        name = as_text(document.get("_id"))
        if name is None or not api.side.may_see(document):
            skipped += 1
        else:
            documents.setdefault(name, document)
    return VisibleDocuments(list(documents.values()), skipped)


async def defined_data(api: OrganisationApi, document_id: str, tagset: str | None) -> Document:
    """`GET /v23.09/data/{id}`: the data points of a contract, unordered.

    `tagset` is one such as `ACORDGPM`; None for the platform's own names.
    """
    if tagset is None:
        body = await api.fetch(DEFINED_DATA, {"document": document_id})
    else:
        body = await api.fetch(DEFINED_DATA_TAGSET, {"document": document_id, "tagset": tagset})
    return _same_slip(read_object(body), document_id)


async def answered_questions(api: OrganisationApi, document_id: str) -> Document:
    """`GET /v23.09/data/questionnaire/{id}`: the questions that have an answer."""
    body = await api.fetch(ANSWERED_QUESTIONS, {"document": document_id})
    return _same_slip(read_object(body), document_id)


async def questionnaire(api: OrganisationApi, document_id: str) -> Document:
    """`GET /questionnaire/{id}`: every question, answered or not; nothing in it says whose it is."""
    return read_object(await api.fetch(QUESTIONNAIRE, {"document": document_id}))


async def mrc_headings(api: OrganisationApi) -> list[str]:
    """`GET /lookup/headings`: the MRC headings, each once; the platform's list repeats some."""
    document = read_json(await api.fetch(HEADINGS))
    named = as_list(document) or as_list(as_object(document).get("headings"))
    return list(dict.fromkeys(name for heading in named if (name := as_text(heading))))


async def attachments(api: OrganisationApi, root: str) -> AttachmentList:
    """`GET /attachments/{root}`: the attachments of a slip, the latest first."""
    return read_attachments(read_json(await api.fetch(ATTACHMENTS, {"root": root})), root, api.side)


async def attachment(api: OrganisationApi, file: Attachment) -> bytes:
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
    return (await api.platform.fetch_file(ATTACHMENT, user_id=api.user_id, ids=ids)).body


async def contract_paper(api: OrganisationApi, document_id: str) -> bytes:
    """`GET /export/pdf/{id}`: a contract as PDF; several files in a ZIP where carriers have terms of their own.

    The specification has it as a POST only, which a read-only membership may not make: that is tried where the
    platform does not serve the GET (platform.md 5.9, 8).

    Raises:
        BadAnswer: it is neither.
    """
    export = partial(api.platform.fetch_file, user_id=api.user_id, ids={"document": document_id}, media=_PAPER)
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


async def where_served(call: Callable[[], Awaitable[T]], otherwise: T) -> T:
    """What a read brings, or `otherwise` where the platform does not serve it for this slip or this login.

    For what completes an answer only: failures that may pass go on being failures.
    """
    try:
        return await call()
    except (NotFound, BadAnswer, WrongAddress):
        return otherwise


def _moment(instant: str) -> str:
    """An instant as this operation reads it: `2026-01-31 00:00:00`."""
    return instant.replace("T", " ").removesuffix("Z")


def _same_slip(document: Document, document_id: str) -> Document:
    """The answer, if it is about the slip that was asked about.

    Raises:
        NotFound: it names another one.
    """
    named = as_text(as_object(document.get("metadata")).get("documentID"))
    if named is not None and not same_slip(named, document_id):
        raise NotFound(
            "The platform answered with the data of another risk; it was not shown",
            do="Check the id with get_risks in this organisation.",
        )
    return document
