"""Structured data of a contract: Defined Data, questionnaires, and the words for headings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final, TypeVar

from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.data.answer import Data, DataKind, matching
from whitespace_mcp.answers.data.groups import group_entries, groups_of, section_names, tags_of, with_tags
from whitespace_mcp.answers.data.questions import answered, unanswered
from whitespace_mcp.answers.size import answer_tokens, rough_tokens
from whitespace_mcp.api.documents import answered_questions, defined_data, mrc_headings, questionnaire, where_served
from whitespace_mcp.config.errors import BadArgument, about, listed
from whitespace_mcp.documents.json import Document, as_object, as_text
from whitespace_mcp.mcp_layer.dependencies import InOwner, OrganisationCall, RiskCall
from whitespace_mcp.mcp_layer.paging import BUDGET, Page
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, OptionalRiskArgument, Tool, as_list, result
from whitespace_mcp.runtime.side_by_side import together
from whitespace_mcp.terms.ids import short_document
from whitespace_mcp.terms.text import clean, squeeze
from whitespace_mcp.tools.contract_selection import without_gaps
from whitespace_mcp.tools.wording import document_named

T = TypeVar("T")

MOST: Final = 100
MOST_UNANSWERED: Final = 10
TOKENS: Final = 1_250
"""Of the entries of a page; the head and the notes come on top."""
SOURCE: Final = "contract data"
ANSWERS: Final = "questionnaire answers"

NO_DATA: Final = "This contract carries no data that this organisation can see: read its text with get_wording."
NO_QUESTIONS: Final = "This contract has no answered questions that this organisation can see."
NOT_KNOWN: Final = "'???' is the platform's word for a value that is not known yet."
TRANSLATED: Final = "Only names with 'ACORDGPM:' are translated; the others stay the platform's own."

WhatArgument = Annotated[DataKind, Field(description="ACORDGPM: its tag names. headings: without a risk.")]
TagArgument = Annotated[
    list[Annotated[str, Field(max_length=100)]] | None,
    Field(description="Tags, questions or headings with these words.", max_length=20),
    BeforeValidator(as_list),
]


async def get_data(
    call: InOwner,
    organisation: OneOrganisation = None,
    risk: OptionalRiskArgument = None,
    what: WhatArgument = "data",
    find: TagArgument = None,
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, Data]:
    """A contract's Defined Data (tagged values, grouped into facts), questionnaire answers, or all MRC headings."""
    if find is not None and not all(squeeze(word) for word in find):
        raise BadArgument("find", "holds an empty word", allowed="Leave it out for everything.")
    question = _DataQuestion(call, find or [], what, cursor)
    if what == "headings":
        return result(await _headings(question))
    if not risk:
        raise BadArgument("risk", "is missing", allowed="Pass a risk id from an answer, or a UMR.")
    target = await call.risk(risk)
    with about(call.organisation.name):
        document_id = await document_named(target)
        answer = await (_questionnaire if what == "questionnaire" else _data)(question, target, document_id)
    return result(answer)


@dataclass(frozen=True)
class _DataQuestion:
    """What the call asks, as it was understood."""

    call: OrganisationCall
    find: list[str]
    kind: DataKind
    cursor: str | None

    def page(
        self, about_what: str, entries: Sequence[T], name: Callable[[T], str], size: Callable[[T], int]
    ) -> Page[T]:
        """A page of what was found."""
        return self.call.page(
            entries, about_what, self.kind, self.find, cursor=self.cursor, most=MOST, name=name,
            size=lambda entry: size(entry) * BUDGET // TOKENS + 1,
        )  # fmt: skip


async def _data(question: _DataQuestion, target: RiskCall, document_id: str) -> Data:
    tagset = question.kind if question.kind == "ACORDGPM" else None
    read = await defined_data(question.call.api, document_id, tagset)
    everything, skipped = groups_of(read)
    groups = with_tags(everything, question.find) if question.find else everything
    if question.find and everything and not groups:
        raise BadArgument(
            "find",
            "is in none of this contract's tags",
            allowed=f"get_wording with search looks in its text. Tags: {listed(tags_of(everything), most=50)}.",
        )
    market = await question.call.session.directory.names()
    entries = [(group.key, entry) for group in groups for entry in group_entries(group, market.company_name)]
    page = question.page(
        document_id, entries, lambda entry: f"{entry[0]} {entry[1].part}", lambda entry: answer_tokens(entry[1])
    )
    shown = [entry for _, entry in page.entries]
    answer = _head(target, document_id, read, len(groups))
    answer.source = _source(SOURCE, read) if groups else None
    answer.sections = section_names(read) or None
    answer.groups, answer.next_cursor, answer.skipped = shown or None, page.next_cursor, skipped or None
    unknown = any("???" in value for entry in shown for value in entry.values.values())
    notes = (NO_DATA if not everything else None, NOT_KNOWN if unknown else None, TRANSLATED if tagset else None)
    answer.notes = without_gaps(notes)
    return answer


async def _questionnaire(question: _DataQuestion, target: RiskCall, document_id: str) -> Data:
    api = question.call.api
    given, everything = await together(
        [
            partial(answered_questions, api, document_id),
            partial(where_served, partial(questionnaire, api, document_id), Document()),
        ]
    )
    entries, skipped = answered(given)
    still_open = unanswered(everything, given)
    if question.find:
        entries = [entry for entry in entries if matching([entry.question, entry.tag or ""], question.find)]
        still_open = matching(still_open, question.find)
    shown_open = still_open[:MOST_UNANSWERED] if question.cursor is None else []
    taken = sum(map(rough_tokens, shown_open))
    page = question.page(
        document_id, entries, lambda entry: repr(entry.plain()),
        lambda entry: answer_tokens(entry) * TOKENS // (TOKENS - taken),
    )  # fmt: skip
    answer = _head(target, document_id, given, len(entries))
    answer.source = _source(ANSWERS, given) if entries else None
    answer.questions, answer.next_cursor, answer.skipped = page.entries or None, page.next_cursor, skipped or None
    answer.unanswered = shown_open or None
    left = len(still_open) - MOST_UNANSWERED
    answer.notes = without_gaps(
        [
            NO_QUESTIONS if not entries and not question.find else None,
            f"{left} more unanswered questions are left out." if left > 0 and question.cursor is None else None,
        ]
    )
    return answer


async def _headings(question: _DataQuestion) -> Data:
    with about(question.call.organisation.name):
        everything = await mrc_headings(question.call.api)
    headings = [clean(name, 120) for name in matching(everything, question.find)]
    page = question.page("", headings, str, rough_tokens)
    note = f"None of the {len(everything)} MRC headings contains that." if not headings else None
    return Data(
        **question.call.head(), total=len(headings), headings=page.entries or None, next_cursor=page.next_cursor,
        notes=without_gaps([note]),
    )  # fmt: skip


def _head(target: RiskCall, document_id: str, read: Document, total: int) -> Data:
    slip, metadata = target.slip, as_object(read.get("metadata"))
    return Data(
        **target.head(),
        document=short_document(as_text(metadata.get("documentID")) or document_id, slip.short),
        total=total,
    )


def _source(what: str, read: Document) -> str:
    """What it is, from which environment of the platform, and that it is the parties' word."""
    environment = as_text(as_object(read.get("metadata")).get("env"))
    return f"{what}{f' (environment {clean(environment, 40)})' if environment else ''}, written by the parties"


TOOL: Final = Tool(get_data, title="Structured data")
