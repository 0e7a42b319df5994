"""Our tools and prompts as the SDK takes them; each made once, since every server of a process has the same ones."""

from functools import cache

from mcp.server.mcpserver.prompts import Prompt
from mcp.server.mcpserver.tools import Tool as SDKTool
from mcp.types import ToolAnnotations

from whitespace_mcp.mcp_layer.prompts import Guide
from whitespace_mcp.mcp_layer.schema import lean_input, output_of
from whitespace_mcp.mcp_layer.tool import Tool
from whitespace_mcp.views import VIEW_URI


@cache
def sdk_tool(tool: Tool, *, only_reads: bool, text_only: bool = False) -> SDKTool:
    """A tool with lean schemas and its hints.

    Args:
        tool: ours.
        only_reads: whether it changes nothing, not even on this machine.
        text_only: whether answers have no structured content, so that none may be promised.
    """
    made = SDKTool.from_function(
        tool.function,
        title=tool.title,
        description=" ".join((tool.function.__doc__ or "").split()),
        annotations=ToolAnnotations(
            read_only_hint=only_reads, destructive_hint=False, idempotent_hint=True, open_world_hint=True
        ),
        structured_output=False,
        meta={"ui": {"resourceUri": VIEW_URI}} if tool.drawn else None,
    )
    made.parameters = lean_input(made.parameters)
    made.fn_metadata.output_schema = None if text_only else output_of(tool.function)
    return made


@cache
def sdk_prompt(guide: Guide) -> Prompt:
    """A prompt: its function's signature is the arguments, the docstring the description."""
    description = " ".join((guide.function.__doc__ or "").split())
    return Prompt.from_function(guide.function, title=guide.title, description=description)
