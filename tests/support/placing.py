"""Lines as tools read them from documents: sums by section, and rows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from support.depth import NAMES, ROOT
from support.lines import Doc, contract, order_items
from whitespace_mcp.answers.lines.entries import LineContext, LineEntry, line_entries
from whitespace_mcp.answers.lines.sums import SectionLines, section_sums
from whitespace_mcp.documents.contract import read_contract
from whitespace_mcp.documents.placing import Placing, read_placing
from whitespace_mcp.documents.subjectivities import responses_of
from whitespace_mcp.documents.visibility import Side, belonging

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OF_ORDER = order_items("100%", "Percentage of Order")
BIRCH, CEDAR, DOGWOOD = "birch_MARINE", "cedar_CARGO", "dogwood_ALL"


def read(
    documents: Sequence[Doc], *, paper: Doc | None = None, prefix: str = "acorn", ids: Sequence[str] = ()
) -> Placing:
    """Lines as the tool reads them, each document once."""
    own = belonging(documents, ROOT, Side(prefix, "MU1")).documents
    return read_placing(read_contract(paper or contract(*OF_ORDER)), own, [f"{ROOT}::FO", *ids], prefix)


def sums(documents: Sequence[Doc], **more: Any) -> dict[str | None, SectionLines]:
    return {section.section: section for section in section_sums(read(documents, **more))}


def rows(documents: Sequence[Doc], **more: Any) -> list[LineEntry]:
    return line_entries(read(documents, **more), LineContext(NAMES, "acorn", responses_of(documents), NOW))
