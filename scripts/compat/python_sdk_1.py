"""Asks with the Python SDK 1.x, in its own environment. Speaks the protocol of 2025 only."""

import json
import sys
from contextlib import AsyncExitStack
from typing import Any

import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import PromptReference


async def main(task: dict[str, Any]) -> dict[str, Any]:
    server: str | list[str] = task["server"]
    async with AsyncExitStack() as stack:
        if isinstance(server, str):
            streams = await stack.enter_async_context(streamable_http_client(server))
        else:
            parameters = StdioServerParameters(command=server[0], args=server[1:])
            streams = await stack.enter_async_context(stdio_client(parameters))
        session = await stack.enter_async_context(ClientSession(streams[0], streams[1]))
        hello = (await session.initialize()).model_dump(by_alias=True)
        listed = (await session.list_tools()).model_dump(by_alias=True)
        answers = [
            (await session.call_tool(name, arguments)).model_dump(by_alias=True)["structuredContent"]
            for name, arguments in task["calls"]
        ]
        refusals: list[dict[str, Any]] = []
        for name, arguments in task["mistakes"]:
            try:
                await session.get_prompt(name, arguments)
            except Exception as error:  # noqa: BLE001  # its name is not the same as in the SDK that types this file
                error_data = vars(error)["error"]
                refusals.append({"code": error_data.code, "message": error_data.message})
        wanted = task["completion"]
        reference = PromptReference(type="ref/prompt", name=wanted["prompt"])
        completed = await session.complete(reference, {"name": wanted["argument"], "value": wanted["value"]})
    return {
        "protocol": hello["protocolVersion"],
        "tools": [tool["name"] for tool in listed["tools"]],
        "answers": answers,
        "refusals": refusals,
        "capabilities": hello["capabilities"],
        "completed": completed.completion.values,
    }


sys.stdout.write(json.dumps(anyio.run(main, json.loads(sys.argv[1]))))
