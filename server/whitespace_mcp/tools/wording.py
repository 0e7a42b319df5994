"""The wording of a contract."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeVar, cast

from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.answers.wording.answer import PassageEntry, Wording, by_section, keys_of, outline, texts
from whitespace_mcp.answers.wording.clauses import read_wording
from whitespace_mcp.answers.wording.passages import search as search_wording
from whitespace_mcp.api.documents import placing
from whitespace_mcp.config.errors import about
from whitespace_mcp.documents.json import Document, as_object, id_of, typed_text
from whitespace_mcp.documents.visibility import own_contract
from whitespace_mcp.mcp_layer.dependencies import InRisk, RiskCall
from whitespace_mcp.mcp_layer.paging import share_of
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, RiskArgument, Tool, result
from whitespace_mcp.terms.ids import segments_of, short_document
from whitespace_mcp.tools.contract_selection import documents_of
from whitespace_mcp.tools.headings import chosen

MOST: Final = 60
MOST_PASSAGES: Final = 15
_SHARE: Final = share_of(1_300)
"""Tokens of the entries of a page; the head and the notes come on top."""
T = TypeVar("T", bound=Answer)

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
    company = (await call.session.directory.names()).company_name
    head = _head(call, document, len(clauses))

    def page(entries: Sequence[tuple[str, T]], most: int = MOST) -> list[T] | None:
        """The entries of the page, each with what tells it from all others; the head gets the next page's cursor."""
        question = ("wording", head.document, heading, section, search)
        shown = call.page(
            entries,
            *question,
            cursor=cursor,
            most=most,
            name=lambda entry: entry[0],
            size=lambda entry: _SHARE(entry[1]),
        )
        head.next_cursor = shown.next_cursor
        return [entry for _, entry in shown.entries] or None

    if search is not None:
        passages = search_wording(clauses, search)
        head.total = len(passages.passages)
        head.notes = [NEAR] if passages.near else None if passages.passages else [NOTHING.format(len(clauses))]
        quotes = [PassageEntry(**keys_of(p.clause, company), quote=p.quote) for p in passages.passages]
        head.passages = page([(f"{n} {entry.index}", entry) for n, entry in enumerate(quotes)], MOST_PASSAGES)
    elif heading or section:
        head.texts = page([(f"{entry.index} {entry.part}", entry) for entry in texts(clauses, company)])
    else:
        entries = page([(str(entry.index), entry) for entry in outline(clauses, company)])
        head.sections = by_section(entries or [], contract_wording) or None
    if any(clause.carriers is not None for clause in clauses):
        head.notes = [*(head.notes or []), VERTICAL]
    return result(head)


async def wording_document(call: RiskCall) -> Document:
    """The contract or endorsement that a call names, or the slip's current contract; one read."""
    document_id = await document_named(call)
    read = await placing(call.api, document_id)
    return own_contract(read, call.slip.root, call.organisation.side)


async def document_named(call: RiskCall) -> str:
    """The id of the document that a call names, an endorsement's included; else the slip's current contract's."""
    if call.slip.documents or segments_of(call.slip.document_id):
        return call.slip.document_id
    return (await documents_of(call)).document_id


def name_of(call: RiskCall, document: Document) -> str:
    """The short id of a document that was read, or if it has none of the one that the call names."""
    return short_document(id_of(document) or call.slip.document_id, call.slip.short)


def _head(call: RiskCall, document: Document, total: int) -> Wording:
    status = typed_text(as_object(document.get("control")).get("status"))
    return Wording(**call.head(), document=name_of(call, document), status=status, total=total)


TOOL: Final = Tool(get_wording, title="Contract wording")
