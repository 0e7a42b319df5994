"""The wording of a contract."""

from typing import Annotated, Any, Final, cast

from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.size import answer_tokens
from whitespace_mcp.answers.wording.answer import (
    PassageEntry,
    Wording,
    by_section,
    carriers,
    outline,
    shown_title,
    texts,
)
from whitespace_mcp.answers.wording.clauses import Clause, ContractWording, read_wording
from whitespace_mcp.answers.wording.passages import search as search_wording
from whitespace_mcp.api.documents import placing
from whitespace_mcp.config.errors import about
from whitespace_mcp.documents.identity import MarketDirectory
from whitespace_mcp.documents.json import Document, as_object, as_text
from whitespace_mcp.documents.visibility import own_contract
from whitespace_mcp.mcp_layer.dependencies import InRisk, RiskCall
from whitespace_mcp.mcp_layer.paging import BUDGET, page_of
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, RiskArgument, Tool, result
from whitespace_mcp.terms.ids import segments_of, short_document
from whitespace_mcp.terms.text import clean
from whitespace_mcp.tools.contract_selection import documents_of
from whitespace_mcp.tools.headings import chosen

MOST: Final = 60
MOST_PASSAGES: Final = 15
TOKENS: Final = 1_300
"""Of the entries of a page; the head and the notes come on top."""

VERTICAL: Final = "Entries with 'carriers' are vertical terms: they apply to those carriers only."
NEAR: Final = "The words do not stand there as a phrase; these are passages that hold all of them."
NOTHING: Final = (
    "{} headings were searched and none holds this. Try fewer or other words; files that are attached are not searched."
)


def _as_list(value: Any) -> Any:
    """One heading is a list of one; an index may come as a number."""
    if value is None:
        return None
    values = cast("list[Any]", value) if isinstance(value, list) else [value]
    return [str(value) if isinstance(value, int) else value for value in values]


HeadingArgument = Annotated[
    list[Annotated[str, Field(max_length=150)]] | None,
    Field(description="Headings, by name or index.", max_length=40),
    BeforeValidator(_as_list),
]
SectionArgument = Annotated[str | None, Field(max_length=150)]
SearchArgument = Annotated[str | None, Field(description="Words to quote.", max_length=200)]


async def get_wording(
    call: InRisk,
    risk: RiskArgument,
    organisation: OneOrganisation = None,
    heading: HeadingArgument = None,
    section: SectionArgument = None,
    search: SearchArgument = None,
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, Wording]:
    """What a contract or endorsement says: its outline; with heading or section their text; with search passages.

    Cite by heading and index.
    """
    with about(call.organisation.name):
        document = await wording_document(call)
        contract_wording = read_wording(document)
        clauses = chosen(contract_wording, heading or [], section)
    market = await call.session.directory.names()
    head = _head(call, document, len(clauses))
    question = call.question("wording", head.document, heading, section, search)
    if search is not None:
        _passages(head, clauses, search, market, question, cursor)
    elif heading or section:
        _texts(head, clauses, market, question, cursor)
    else:
        _outline(head, contract_wording, clauses, market, question, cursor)
    if any(clause.carriers is not None for clause in clauses):
        head.notes = [*(head.notes or []), VERTICAL]
    return result(head)


async def wording_document(call: RiskCall) -> Document:
    """The contract or endorsement that a call names, or the slip's current contract; one read."""
    document_id = await document_named(call)
    read = await placing(call.session.api, document_id, user_id=call.organisation.user_id)
    return own_contract(read, call.slip.root, call.side)


async def document_named(call: RiskCall) -> str:
    """The id of the document that a call names, an endorsement's included; else the slip's current contract's."""
    if call.slip.documents or segments_of(call.slip.document_id):
        return call.slip.document_id
    return (await documents_of(call)).asked


def _head(call: RiskCall, document: Document, total: int) -> Wording:
    slip = call.slip
    status = as_text(as_object(document.get("control")).get("status"))
    return Wording(
        **call.head(),
        document=short_document(as_text(document.get("_id")) or slip.document_id, slip.short),
        status=clean(status, 60) if status else None,
        total=total,
    )


def _outline(
    head: Wording,
    contract_wording: ContractWording,
    clauses: list[Clause],
    market: MarketDirectory,
    question: list[Any],
    cursor: str | None,
) -> None:
    page = page_of(
        outline(clauses, market.company_name),
        question=question,
        cursor=cursor,
        most=MOST,
        name=lambda entry: str(entry[1].index),
        size=lambda entry: _share(entry[1]),
    )
    head.sections, head.next_cursor = by_section(page.entries, contract_wording.titles) or None, page.next_cursor


def _texts(
    head: Wording, clauses: list[Clause], market: MarketDirectory, question: list[Any], cursor: str | None
) -> None:
    page = page_of(
        texts(clauses, market.company_name),
        question=question,
        cursor=cursor,
        most=MOST,
        name=lambda entry: f"{entry.index} {entry.part}",
        size=_share,
    )
    head.texts, head.next_cursor = page.entries or None, page.next_cursor


def _passages(
    head: Wording, clauses: list[Clause], words: str, market: MarketDirectory, question: list[Any], cursor: str | None
) -> None:
    passages = search_wording(clauses, words)
    head.total = len(passages.passages)
    head.notes = [NEAR] if passages.near else None if passages.passages else [NOTHING.format(len(clauses))]
    entries = [
        PassageEntry(
            index=passage.clause.index,
            heading=passage.clause.heading,
            title=shown_title(passage.clause),
            carriers=carriers(passage.clause, market.company_name),
            quote=passage.quote,
        )
        for passage in passages.passages
    ]
    page = page_of(
        list(enumerate(entries)),
        question=question,
        cursor=cursor,
        most=MOST_PASSAGES,
        name=lambda entry: f"{entry[0]} {entry[1].index}",
        size=lambda entry: _share(entry[1]),
    )
    head.passages, head.next_cursor = [entry for _, entry in page.entries] or None, page.next_cursor


def _share(entry: Answer) -> int:
    """What an entry takes of a page's budget."""
    return answer_tokens(entry) * BUDGET // TOKENS + 1


TOOL: Final = Tool(get_wording, title="Contract wording")
