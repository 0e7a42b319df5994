"""What the platform has of one slip, a read each: documents, history, data, files (platform.md 5.3, 5.4, 5.7 to 5.10).

Every function takes the MU id to act under as `user_id`; `root` is a slip's root id, `document_id` that of a document,
`channel` a team's, `kind` a document type. What comes back is as the platform sent it; where a
`side` is passed, without what cannot be that organisation's, which is counted.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.reads import (
    ACTIVITIES,
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
    LABELS,
    OVERVIEW,
    OWNERS,
    QUESTIONNAIRE,
    RELATED,
    SLIP_DOCUMENTS,
    Read,
)
from whitespace_mcp.config.errors import AccessRefused, BadAnswer, NotFound, WhitespaceError, WrongAddress
from whitespace_mcp.documents.attachments import Attached, Attachment, read_attachments
from whitespace_mcp.documents.contract_head import read_head
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, read_json, read_list, read_object
from whitespace_mcp.documents.visibility import Side, VisibleDocuments, belonging
from whitespace_mcp.terms.filetypes import PDF, ZIP, type_of
from whitespace_mcp.terms.ids import root_of

T = TypeVar("T")

_READ_ONLY: Final = (
    "A read-only membership may not be allowed this search: ask for one risk's history instead (risk=...)."
)
_PAPER: Final = f"{PDF}, {ZIP};q=0.9, */*;q=0.5"


async def placing(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /risks/{id}`: a contract document, RWPlacing; a bare root is the first draft."""
    return read_object(await api.fetch(CONTRACT, user_id=user_id, ids={"document": document_id}))


async def placing_head(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """The same, of which only the head is read."""
    return read_head(await api.fetch(CONTRACT, user_id=user_id, ids={"document": document_id}))


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


async def risk_activities(api: Api, root: str, side: Side, *, user_id: str | None) -> VisibleDocuments:
    """`GET /activities/{root}/full`: the whole history of a slip, in no order that is documented."""
    return belonging(read_list(await api.fetch(ACTIVITIES, user_id=user_id, ids={"root": root})), root, side)


async def activities_of_kind(
    api: Api, activity: str, side: Side, *, since: str, before: str | None, user_id: str | None
) -> VisibleDocuments:
    """`POST /activities/filter`: one kind of activity over every slip that the organisation sees; each entry once.

    Args:
        api: the platform.
        activity: exactly as the platform spells it.
        side: the organisation.
        since: an instant, inclusive.
        before: an instant, or None for up to now.
        user_id: the MU id to act under.
    """
    body = {"activity": activity, "from": _moment(since)} | ({"to": _moment(before)} if before else {})
    try:
        answer = await api.fetch(ACTIVITY_SEARCH, user_id=user_id, body=body)
    except AccessRefused as error:
        raise error.replaced(do=f"{_READ_ONLY} {error.do}") from error.__cause__
    documents, skipped = dict[str, Document](), 0
    for element in read_list(answer):
        document = as_object(element)
        name = as_text(document.get("_id"))
        if name is None or not side.may_see(document):
            skipped += 1
        else:
            documents.setdefault(name, document)
    return VisibleDocuments(list(documents.values()), skipped)


async def defined_data(api: Api, document_id: str, tagset: str | None, *, user_id: str | None) -> Document:
    """`GET /v23.09/data/{id}`: the data points of a contract, unordered.

    Args:
        api: the platform.
        document_id: the contract.
        tagset: such as `ACORDGPM`; None for the platform's own names.
        user_id: the MU id to act under.
    """
    if tagset is None:
        body = await api.fetch(DEFINED_DATA, user_id=user_id, ids={"document": document_id})
    else:
        ids = {"document": document_id, "tagset": tagset}
        body = await api.fetch(DEFINED_DATA_TAGSET, user_id=user_id, ids=ids)
    return _same_slip(read_object(body), document_id)


async def answered_questions(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /v23.09/data/questionnaire/{id}`: the questions that have an answer."""
    body = await api.fetch(ANSWERED_QUESTIONS, user_id=user_id, ids={"document": document_id})
    return _same_slip(read_object(body), document_id)


async def questionnaire(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /questionnaire/{id}`: every question, answered or not; nothing in it says whose it is."""
    return read_object(await api.fetch(QUESTIONNAIRE, user_id=user_id, ids={"document": document_id}))


async def mrc_headings(api: Api, *, user_id: str | None) -> list[str]:
    """`GET /lookup/headings`: the MRC headings, each once; the platform's list repeats some."""
    document = read_json(await api.fetch(HEADINGS, user_id=user_id))
    named = as_list(document) or as_list(as_object(document).get("headings"))
    return list(dict.fromkeys(name for heading in named if (name := as_text(heading))))


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


async def where_served(call: Callable[[], Awaitable[T]], otherwise: T) -> T:
    """What a read brings, or `otherwise` where the platform does not serve it for this slip or this login.

    For what completes an answer only: failures that may pass go on being failures.
    """
    try:
        return await call()
    except (NotFound, BadAnswer, WrongAddress):
        return otherwise


async def _of_root(api: Api, read: Read, root: str, user_id: str | None) -> list[object]:
    return read_list(await api.fetch(read, user_id=user_id, ids={"root": root}))


def _moment(instant: str) -> str:
    """An instant as this operation reads it: `2026-01-31 00:00:00`."""
    return instant.replace("T", " ").removesuffix("Z")


def _same_slip(document: Document, document_id: str) -> Document:
    """The answer, if it is about the slip that was asked about.

    Raises:
        NotFound: it names another one.
    """
    named = as_text(as_object(document.get("metadata")).get("documentID"))
    if named is not None and root_of(named).upper() != root_of(document_id).upper():
        raise NotFound(
            "The platform answered with the data of another risk; it was not shown",
            do="Check the id with get_risks in this organisation.",
        )
    return document
