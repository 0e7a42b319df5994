"""Asks with FastMCP's client, in its own environment."""

import json
import sys
from importlib import import_module
from typing import Any

import anyio

fastmcp = import_module("fastmcp")  # not a requirement of ours, so the type checker does not know it
transports = import_module("fastmcp.client.transports")
types = import_module("mcp.types")


async def main(task: dict[str, Any]) -> dict[str, Any]:
    server: str | list[str] = task["server"]
    target = server if isinstance(server, str) else transports.StdioTransport(server[0], server[1:])
    mode = "legacy" if task["era"] == "legacy" else "auto"
    async with fastmcp.Client(target, mode=mode) as client:
        tools = await client.list_tools()
        answers = [(await client.call_tool(name, arguments)).structured_content for name, arguments in task["calls"]]
        refusals: list[dict[str, Any]] = []
        for name, arguments in task["mistakes"]:
            try:
                await client.get_prompt(name, arguments)
            except Exception as error:  # noqa: BLE001  # its type differs between versions
                refusals.append({"code": getattr(error, "code", None), "message": str(error)})
        wanted = task["completion"]
        reference = types.PromptReference(type="ref/prompt", name=wanted["prompt"])
        completed = await client.complete(reference, {"name": wanted["argument"], "value": wanted["value"]})
        return {
            "protocol": client.protocol_version,
            "tools": [tool.name for tool in tools],
            "answers": answers,
            "refusals": refusals,
            "capabilities": client.server_capabilities.model_dump(by_alias=True),
            "completed": completed.values,
        }


sys.stdout.write(json.dumps(anyio.run(main, json.loads(sys.argv[1]))))
