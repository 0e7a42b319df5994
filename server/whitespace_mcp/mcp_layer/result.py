"""One result contract for every host: compact JSON text, equal to the structured content."""

import json

from mcp.types import CallToolResult, TextContent

from whitespace_mcp.answers.base import Answer


def result(answer: Answer) -> CallToolResult:
    """Some hosts show the model the text, some the structured content, some both: they are the same object."""
    data = answer.plain()
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)
