"""The lists of the server, as it reads them at its start: made of the tools, prompts and resource templates."""

import json
from typing import Any, Final

from mcp.server.mcpserver import MCPServer

from whitespace_mcp.mcp_layer.conditions import Conditions
from whitespace_mcp.mcp_layer.prompts import GUIDES, sdk_prompt
from whitespace_mcp.mcp_layer.tool import sdk_tool
from whitespace_mcp.tools.registry import TOOLS
from whitespace_mcp.tools.resources import PARTS

CONDITIONS: Final = tuple(Conditions.__dataclass_fields__)


async def catalogue() -> str:
    """The file."""
    server: MCPServer[Any] = MCPServer("catalogue", tools=[sdk_tool(tool, only_reads=True) for tool in TOOLS])
    for guide in GUIDES:
        server.add_prompt(sdk_prompt(guide))
    for part in PARTS:
        description = " ".join((part.make.__doc__ or "").split())
        server.resource(part.uri, title=part.title, description=description, mime_type=part.media)(part.make)
    tools = [
        {"tool": _plain(listed), **{name: value for name in CONDITIONS if (value := getattr(tool, name))}}
        for tool, listed in zip(TOOLS, await server.list_tools(), strict=True)
    ]
    for entry in tools:
        del entry["tool"]["annotations"]  # they depend on the configuration
    prompts = [_plain(prompt) for prompt in await server.list_prompts()]
    templates = [_plain(template) for template in await server.list_resource_templates()]
    lists = {"tools": tools, "prompts": prompts, "templates": templates}
    return json.dumps(lists, indent=1, ensure_ascii=False) + "\n"


def _plain(listed: Any) -> dict[str, Any]:
    return listed.model_dump(mode="json", by_alias=True, exclude_none=True)
