"""Structured data of a contract: Defined Data, questionnaires, and the words for headings (platform.md 5.7, 5.10).

`document_id` is the id of a contract document; `user_id` the MU id to act under.
"""

from whitespace_mcp.api.client import Api
from whitespace_mcp.api.reads import (
    ANSWERED_QUESTIONS,
    DEFINED_DATA,
    DEFINED_DATA_TAGSET,
    HEADINGS,
    QUESTIONNAIRE,
)
from whitespace_mcp.config.errors import NotFound
from whitespace_mcp.documents.json import Document, as_list, as_object, as_text, read_json, read_object
from whitespace_mcp.terms.ids import root_of


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
    return _of(read_object(body), document_id)


async def answered_questions(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /v23.09/data/questionnaire/{id}`: the questions that have an answer."""
    body = await api.fetch(ANSWERED_QUESTIONS, user_id=user_id, ids={"document": document_id})
    return _of(read_object(body), document_id)


async def questionnaire(api: Api, document_id: str, *, user_id: str | None) -> Document:
    """`GET /questionnaire/{id}`: every question, answered or not; nothing in it says whose it is."""
    return read_object(await api.fetch(QUESTIONNAIRE, user_id=user_id, ids={"document": document_id}))


async def mrc_headings(api: Api, *, user_id: str | None) -> list[str]:
    """`GET /lookup/headings`: the MRC headings, each once; the platform's list repeats some."""
    document = read_json(await api.fetch(HEADINGS, user_id=user_id))
    named = as_list(document) or as_list(as_object(document).get("headings"))
    return list(dict.fromkeys(name for heading in named if (name := as_text(heading))))


def _of(document: Document, document_id: str) -> Document:
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
