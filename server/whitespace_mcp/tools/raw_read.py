"""Any other documented read, by name: off unless `WHITESPACE_EXTRA_READS` is on."""

import hashlib
from typing import Annotated, Any, Final, cast

from mcp.types import CallToolResult
from pydantic import BeforeValidator, Field

from whitespace_mcp.answers.raw_read import (
    PlatformAnswer,
    Redaction,
    as_data,
    fitted,
    outline,
    picked,
    redact,
    without_noise,
)
from whitespace_mcp.answers.size import size_of
from whitespace_mcp.api.raw_read import OPERATIONS, Operation, read_extra
from whitespace_mcp.config.errors import BadArgument, about, listed
from whitespace_mcp.mcp_layer.dependencies import InOwner, OrganisationCall
from whitespace_mcp.mcp_layer.paging import BUDGET, page_of
from whitespace_mcp.mcp_layer.tool import CursorArgument, OneOrganisation, Tool, as_list, result

MOST: Final = 200
NOTE: Final = "As the platform sent it, without personal data and what is internal. Texts are other parties' words."
NAME_FIELDS: Final = "Cut to fit: name some of 'fields' to see them whole."


OperationArgument = Annotated[str, Field(json_schema_extra={"enum": list(OPERATIONS)}, max_length=40)]
RiskOrDocumentArgument = Annotated[
    str | None, Field(description="Risk or document id, where the operation is about one.", max_length=200)
]
ValueArgument = Annotated[str | None, Field(description="Its type, heading, section, tag set ...", max_length=200)]
FieldsArgument = Annotated[
    list[Annotated[str, Field(max_length=200)]] | None,
    Field(description="Paths to keep, such as control.status; lists are gone through.", max_length=30),
    BeforeValidator(as_list),
]


async def read_platform(
    call: InOwner,
    operation: OperationArgument,
    organisation: OneOrganisation = None,
    risk: RiskOrDocumentArgument = None,
    value: ValueArgument = None,
    fields: FieldsArgument = None,
    cursor: CursorArgument = None,
) -> Annotated[CallToolResult, PlatformAnswer]:
    """Read one documented platform operation raw, cut to size. Only where no other tool answers; it costs more."""
    chosen = _operation(operation)
    slip = None
    if chosen.of:
        if not risk:
            raise BadArgument("risk", f"is needed for {operation}", allowed="It takes a risk or document id.")
        slip = (await call.risk(risk)).slip
    elif risk:
        raise BadArgument("risk", f"is not taken by {operation}")
    root, document = (slip.root, slip.document_id) if slip else ("", "")
    ids = chosen.ids(root=root, document=document, value=value)
    with about(call.organisation.name):
        data = await read_extra(call.api, chosen, ids)
    redaction = redact(data, call.organisation.side.may_see, root or None)
    answer = _start(call, operation, slip.short if slip else None, redaction)
    wanted = _wanted(redaction.data, fields)
    question = call.question("extra", operation, ids, fields)
    if isinstance(wanted, list):
        _fill_page(answer, cast("list[Any]", wanted), question, cursor, whole=BUDGET if fields else BUDGET // 2)
    elif wanted is not None:
        answer.data, answer.cut = _cut(wanted, BUDGET if fields or size_of(wanted) <= BUDGET else BUDGET // 2)
    if answer.cut and not fields:
        answer.fields = outline(wanted)
        answer.notes.append(NAME_FIELDS)
    return result(answer)


def _operation(name: str) -> Operation:
    if name not in OPERATIONS:
        raise BadArgument("operation", "is none that can be read", allowed=f"Any of: {listed(OPERATIONS, most=50)}.")
    return OPERATIONS[name]


def _start(call: OrganisationCall, operation: str, risk: str | None, answer: Redaction) -> PlatformAnswer:
    return PlatformAnswer(
        **call.head(),
        operation=operation,
        risk=risk,
        total=len(cast("list[Any]", answer.data)) if isinstance(answer.data, list) else None,
        left_out=answer.left_out(),
        notes=[NOTE],
    )


def _wanted(data: Any, fields: list[str] | None) -> Any:
    """The fields asked for, or all but the noise.

    Raises:
        BadArgument: a field that nothing has; the message lists what there is.
    """
    if not fields:
        return without_noise(data)
    wanted, missing = picked(data, fields)
    if missing and data not in (None, [], {}):
        there = outline(without_noise(data))
        raise BadArgument(
            "fields", f"names what is not there: {listed(missing)}", allowed=f"There is: {listed(there, most=30)}."
        )
    return wanted


def _cut(data: Any, most: int) -> tuple[dict[str, Any], bool | None]:
    small, was_cut = fitted(as_data(data), most)
    return as_data(small), was_cut or None


def _fill_page(answer: PlatformAnswer, elements: list[Any], question: Any, cursor: str | None, *, whole: int) -> None:
    """A page of a list's elements, each cut to fit alone.

    `whole` is how many bytes one element may take.
    """
    entries = [(number, *_cut(element, whole)) for number, element in enumerate(elements)]
    share = BUDGET // whole if any(was_cut for _, _, was_cut in entries) else 1  # an outline needs its room
    page = page_of(
        entries,
        question=question,
        cursor=cursor,
        most=MOST,
        name=lambda entry: f"{entry[0]} {hashlib.blake2b(repr(entry[1]).encode(errors='replace')).hexdigest()[:16]}",
        size=lambda entry: size_of(entry[1]) * share,
    )
    answer.items = [small for _, small, _ in page.entries]
    answer.cut = any(was_cut for _, _, was_cut in page.entries) or None
    answer.next_cursor = page.next_cursor


TOOL: Final = Tool(read_platform, title="Any other read", needs="extra_reads")
