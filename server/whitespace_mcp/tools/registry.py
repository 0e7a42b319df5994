"""Every tool, in the order in which they are listed."""

from typing import Final

from whitespace_mcp.mcp_layer.tool import Tool
from whitespace_mcp.tools import (
    card,
    comparison,
    data,
    desk,
    documents,
    endorsements,
    export,
    history,
    lines,
    messages,
    open_items,
    people,
    raw_read,
    wording,
)
from whitespace_mcp.tools.grouping import SUMMARISE_RISKS
from whitespace_mcp.tools.identity import LIST_ORGANISATIONS, SWITCH_ORG, WHOAMI
from whitespace_mcp.tools.risks import GET_RISKS
from whitespace_mcp.tools.show import SHOW_BOOK, SHOW_PLACEMENT

TOOLS: Final[tuple[Tool, ...]] = (
    WHOAMI,
    LIST_ORGANISATIONS,
    GET_RISKS,
    SUMMARISE_RISKS,
    wording.TOOL,
    comparison.TOOL,
    data.TOOL,
    card.TOOL,
    lines.TOOL,
    open_items.TOOL,
    endorsements.TOOL,
    history.TOOL,
    messages.TOOL,
    desk.TOOL,
    people.TOOL,
    raw_read.TOOL,
    documents.TOOL,
    export.TOOL,
    SHOW_PLACEMENT,
    SHOW_BOOK,
    SWITCH_ORG,
)
