"""Documented reads that no other tool makes in full, by name: an allow-list, built in (platform.md 5).

Left out are those with personal data (`Corporate-*` and the directory, colleagues, the person lookup, the login's own
details), the management report, whose preparation moves a mark that others rely on, every comment at once, and files.

`ids` fill the operation's path, by name.
"""

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from whitespace_mcp.api import reads
from whitespace_mcp.api.client import OrganisationApi
from whitespace_mcp.api.reads import Read
from whitespace_mcp.config.errors import BadArgument, NotFound, WrongAddress
from whitespace_mcp.documents.json import read_json

_VALUE: Final = re.compile(r"[^/\\\s][^/\\]{0,119}")
_TYPE: Final = re.compile(r"RW[A-Za-z]{2,60}")
_REST: Final = re.compile(r"[A-Za-z0-9_-]+(::[A-Za-z0-9_.: -]+)*")
_PAIR: Final = re.compile(r"[A-Za-z0-9_-]{1,60}/[^/\\\s]{1,120}")


@dataclass(frozen=True)
class Operation:
    """One read that can be asked for by name.

    Attributes:
        read: the request.
        of: what it is about: a slip, one contract document of it, or nothing in particular.
        fills: the parts of the path that `value` fills, where it takes one.
        wanted: what a value may be, and an example of one.
        pattern: what it must look like.
        fixed: a part of the path that is always the same.
    """

    read: Read
    of: Literal["", "slip", "document"] = ""
    fills: tuple[str, ...] = ()
    wanted: str = ""
    example: str = ""
    pattern: re.Pattern[str] = _VALUE
    fixed: str = ""

    def ids(self, *, root: str, document: str, value: str | None) -> dict[str, str]:
        """What fills the path's template.

        Args:
            root: the slip, where it is about one.
            document: the contract document, likewise.
            value: what the caller gave besides.

        Raises:
            BadArgument: a value is missing, not taken, or not of the kind that is.
        """
        if self.fixed:
            return {"document": self.fixed}
        ids = {"slip": {"root": root}, "document": {"document": document}, "": {}}[self.of]
        if not self.fills:
            if value:
                raise BadArgument("value", "is not taken by this operation")
            return ids
        if value is None or not self.pattern.fullmatch(value.strip()):
            problem = "is needed for this operation" if value is None else "cannot be used"
            raise BadArgument("value", problem, allowed=f"It takes {self.wanted}.", example=self.example)
        given = value.strip()
        if self.fills == ("document",):
            return {"document": f"{root}::{given.lstrip(':')}"}
        return ids | dict(zip(self.fills, given.split("/"), strict=True))


OPERATIONS: Final[dict[str, Operation]] = {
    "contract": Operation(reads.CONTRACT, "document"),
    "extended_contract": Operation(reads.EXTENDED_CONTRACT, "document"),
    "line_item": Operation(reads.LINE_ITEMS, "document", ("heading",), "an MRC heading, or its index", "Period"),
    "slip_documents": Operation(reads.SLIP_DOCUMENTS, "slip"),
    "related": Operation(reads.RELATED, "slip", ("type",), "a document type", "RWWrittenLineSet", _TYPE),
    "overview": Operation(reads.OVERVIEW, "slip"),
    "document": Operation(
        reads.DOCUMENT, "slip", ("document",), "what follows the slip's root in a document's id", "MS", _REST
    ),
    "lines": Operation(reads.LINE_SETS, "slip"),
    "line_guidance": Operation(reads.LINE_GUIDANCE, "slip"),
    "quote": Operation(reads.QUOTE, "document"),
    "endorsements": Operation(reads.ENDORSEMENTS, "slip"),
    "endorsement_followers": Operation(reads.FOLLOWERS, "document"),
    "owners": Operation(reads.OWNERS, "slip"),
    "labels": Operation(reads.LABELS, "slip"),
    "history": Operation(reads.ACTIVITIES, "slip"),
    "document_history": Operation(reads.HISTORY_OF_DOCUMENT, "document"),
    "attachments": Operation(reads.ATTACHMENTS, "slip"),
    "attachments_array": Operation(reads.ATTACHMENTS_ARRAY, "slip"),
    "data": Operation(reads.DEFINED_DATA, "document"),
    "data_tagset": Operation(reads.DEFINED_DATA_TAGSET, "document", ("tagset",), "a tag set", "ACORDGPM"),
    "data_v22": Operation(reads.OLD_DATA, "document"),
    "data_v22_tagset": Operation(reads.OLD_DATA_TAGSET, "document", ("tagset",), "a tag set", "ACORDGPM"),
    "answers": Operation(reads.ANSWERED_QUESTIONS, "document"),
    "questionnaire": Operation(reads.QUESTIONNAIRE, "document"),
    "summaries": Operation(reads.SUMMARY),
    "pinned": Operation(reads.SUMMARY_PINNED),
    "activity_help": Operation(reads.ACTIVITY_HELP),
    "announcements": Operation(reads.ANNOUNCEMENTS),
    "approved_carriers": Operation(reads.APPROVED_CARRIERS),
    "customer_data": Operation(
        reads.CUSTOMER_DATA, "", ("team", "reference"), "team id/reference", "MARINE/XYZ-123", _PAIR
    ),
    "suggested_labels": Operation(reads.SUGGESTED_LABELS),
    "team_labels": Operation(reads.TEAM_LABELS),
    "defined_tags": Operation(reads.DOCUMENT, fixed="RWDefinedData"),
    "headings": Operation(reads.HEADINGS),
    "heading_check": Operation(reads.HEADING_CHECK, fills=("heading",), wanted="a heading or a variation of one",
                               example="Territory"),
    "headings_in_section": Operation(reads.HEADINGS_IN_SECTION, fills=("section",), wanted="an MRC section",
                                     example="RiskDetails"),
    "endorsement_headings": Operation(reads.ENDORSEMENT_HEADINGS, fills=("section",), wanted="an endorsement's section",
                                      example="ContractChanges"),
    "name_variations": Operation(reads.NAME_VARIATIONS),
    "member_states": Operation(reads.MEMBER_STATES),
    "version": Operation(reads.VERSION),
}  # fmt: skip
"""By name. Those without `of` are the organisation's, or everybody's."""


async def read_extra(api: OrganisationApi, operation: Operation, ids: dict[str, str]) -> Any:
    """The JSON that one operation answers with, whatever it is.

    Raises:
        NotFound: there is nothing with that id, or this platform does not have the operation.
    """
    try:
        return read_json(await api.fetch(operation.read, ids))
    except WrongAddress:
        raise NotFound(
            "This platform does not serve that operation",
            do="Ask with another operation, or with one of the other tools.",
        ) from None
