"""What differs between two contracts."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final

import anyio.to_thread
from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.comparison.answer import (
    ComparedRisk,
    Comparison,
    counts_of,
    differences_of,
    filled,
    without_unmentioned,
)
from whitespace_mcp.answers.comparison.clauses import Clauses, compare_clauses
from whitespace_mcp.answers.comparison.values import ValueEntry, differing_values
from whitespace_mcp.answers.wording.clauses import Clause, read_wording
from whitespace_mcp.config.errors import BadArgument, about, listed
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.json import Document, id_of
from whitespace_mcp.mcp_layer.dependencies import InRisk, RiskCall
from whitespace_mcp.mcp_layer.paging import share_of
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, RiskArgument, Tool, result
from whitespace_mcp.runtime.side_by_side import together
from whitespace_mcp.terms.stages import is_endorsement
from whitespace_mcp.terms.text import squeeze
from whitespace_mcp.tools.wording import name_of, wording_document

MOST: Final = 80
_SHARE: Final = share_of(1_000)
"""Tokens of the differences of a page; the head and the notes come on top."""

NOTE: Final = (
    "Texts are the parties' words; get_wording has all of a text. Words that one side alone has stand on that side."
    " What attached files hold is not compared."
)
AMENDMENT: Final = (
    "An endorsement states its changes only: the contract's headings that it does not mention ('unmentioned') stay as"
    " they are."
)
SAME: Final = "Nothing differs in values, headings or wording."

OtherArgument = Annotated[str, Field(description="The other, such as the expiring one.", min_length=1, max_length=200)]
OneHeadingArgument = Annotated[
    str | None, Field(max_length=150), BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)
]


async def compare_risks(
    call: InRisk,
    risk: RiskArgument,
    other: OtherArgument,
    organisation: OneOrganisation = None,
    heading: OneHeadingArgument = None,
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, Comparison]:
    """What differs between two contracts, such as renewal and expiring: values, headings, moved text, changed words."""
    other_call = await call.risk(other)
    with about(call.organisation.name):
        documents = await together([partial(wording_document, side) for side in (call, other_call)])
        market = await call.names()
        values, clauses = await anyio.to_thread.run_sync(partial(_compared, *documents, heading, market.party))
    names = [name_of(side, document) for side, document in zip((call, other_call), documents, strict=True)]
    amended = tuple(is_endorsement(id_of(document)) for document in documents)
    values, clauses, unmentioned = without_unmentioned(values, clauses, amended)
    differences = differences_of(values, clauses, market.company)
    answer = Comparison(
        **call.head(),
        document=names[0],
        stage=_stage_of(call, documents[0]),
        other=ComparedRisk(**other_call.named(), document=names[1], stage=_stage_of(other_call, documents[1])),
        equal=clauses.equal,
        unmentioned=unmentioned or None,
        counts=counts_of(differences) or None,
        notes=[*([AMENDMENT] if unmentioned else []), NOTE if differences else SAME],
    )
    page = call.page(
        differences, "comparison", other_call.slip.root, names, heading, cursor=cursor, most=MOST,
        name=lambda difference: f"{difference.kind} {difference.number}",
        size=lambda difference: _SHARE(difference.entry),
    )  # fmt: skip
    answer.next_cursor = page.next_cursor
    return result(filled(answer, page.entries))


def _stage_of(call: RiskCall, document: Document) -> str | None:
    """The stage of the document that is compared, which may be a quote beside a signed contract."""
    name = id_of(document)
    return next((record["stage"] for record in call.slip.documents if record["id"] == name), None)


def _compared(
    risk: Document, other: Document, heading: str | None, party: Callable[[str], str]
) -> tuple[list[ValueEntry], Clauses]:
    """What differs, under one heading only where one is named.

    Raises:
        BadArgument: neither contract has it.
    """
    clauses, others = (read_wording(document).clauses for document in (risk, other))
    if heading is None:
        return differing_values(read_contract(risk), read_contract(other), party), compare_clauses(clauses, others)
    mine, theirs = (_named_so(some, heading) for some in (clauses, others))
    if not mine and not theirs:
        headings = dict.fromkeys(clause.heading for clause in (*clauses, *others))
        raise BadArgument(
            "heading", "is a heading of neither contract", allowed=f"Headings: {listed(headings, most=40)}."
        )
    return [], compare_clauses(mine, theirs)


def _named_so(clauses: tuple[Clause, ...], heading: str) -> list[Clause]:
    key = squeeze(heading)
    return [clause for clause in clauses if key in clause.names or heading.strip() == str(clause.index)]


TOOL: Final = Tool(compare_risks, title="Compare two contracts")
