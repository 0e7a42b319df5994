"""The tools, told to somebody in a terminal."""

import textwrap
from collections.abc import Sequence

from mcp.types import Tool

from whitespace_mcp.documents.json import as_object
from whitespace_mcp.shell.arguments import choices_of, kinds_of

_WIDTH = 100
_MARGIN = 22


def listing(tools: Sequence[Tool]) -> str:
    """A line or two for each tool."""
    return "\n".join(_paragraph(tool.name, tool.description or "") for tool in tools)


def described(tool: Tool) -> str:
    """What a tool is for, and each of its arguments."""
    properties = as_object(tool.input_schema.get("properties"))
    rows = [_paragraph(f"{name}=", _argument(as_object(schema))) for name, schema in properties.items()]
    return "\n".join([*textwrap.wrap(tool.description or "", _WIDTH), "", *rows])


def _argument(schema: dict[str, object]) -> str:
    kinds = kinds_of(schema) - {"null"}
    choices = choices_of(schema)
    form = f"{'several of' if 'array' in kinds else 'one of'} {', '.join(choices)}." if choices else (
        "several, with commas." if "array" in kinds else "true or false." if kinds == {"boolean"} else ""
    )  # fmt: skip
    return " ".join(filter(None, [str(schema.get("description") or ""), form]))


def _paragraph(name: str, text: str) -> str:
    lines = textwrap.wrap(text, _WIDTH - _MARGIN) or [""]
    return "\n".join([f"{name:<{_MARGIN - 1}} {lines[0]}", *(" " * _MARGIN + line for line in lines[1:])])
