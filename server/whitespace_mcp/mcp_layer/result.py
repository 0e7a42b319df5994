"""One result contract for every host: compact JSON text, equal to the structured content."""

import json

from mcp.types import CallToolResult, TextContent

from whitespace_mcp.answers.base import Answer
from whitespace_mcp.terms.meanings import meanings_of


def result(answer: Answer) -> CallToolResult:
    """Some hosts show the model the text, some the structured content, some both: they are the same object."""
    data = answer.plain()
    if "found_in" in data:
        data["meaning"] = {**data.get("meaning", {}), **(meanings_of(["found_in"]) or {})}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=data)
