#!/usr/bin/env bash
# mcp 2.3.0 (Python) with @modelcontextprotocol/sdk 1.32.2, @modelcontextprotocol/client 2.4.0 and
# @modelcontextprotocol/server 2.4.0 (TypeScript), zod 4.6.7.
#
# The guess: the pattern of a text in a tool's output schema is for checking that text. A client that cannot read it leaves that
# one check out; at worst one tool gives no structured content.
# What happens: a pattern is written in the language of the server, and the client makes a regular expression of its own of it.
# pydantic takes "(?i)^b\d{4}", which JavaScript has not: in the TypeScript SDK 1.32.2, on which many hosts are built, one such
# tool makes `listTools` throw, and the host has none of the server's tools. 2.4.0 lists them and throws at the call. The other
# way round, zod's /^\p{L}+$/u is no pattern for Python, whose client throws the good answer away. Servers and clients of one
# language show nothing, and `z.emoji()` publishes such a pattern by itself.
# Seen: "1.32.2 lists: Invalid regular expression: /(?i)^b\d{4}/u: Invalid group", "2.4.0 lists: count reference",
# "2.4.0 calls reference: Tool 'reference' has an invalid outputSchema", "Python calls name: RuntimeError: Invalid schema for
# tool name".
# Our server: no output schema of it has a pattern.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "mcp==2.3.0"
npm install --silent --no-audit --no-fund --no-package-lock @modelcontextprotocol/sdk@1.32.2 \
  @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/server@2.4.0 zod@4.6.7
cat >server.py <<'PYTHON'
from typing import Annotated

from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel, Field


class Reference(BaseModel):
    umr: Annotated[str, Field(pattern=r"(?i)^b\d{4}")]


server = MCPServer("python", log_level="ERROR")


@server.tool()
def count() -> int:
    return 1


@server.tool()
def reference() -> Reference:
    return Reference(umr="b0999IC1")


server.run("stdio")
PYTHON
cat >look.mjs <<'JS'
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as Older } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OlderTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const server = { command: "venv/bin/python", args: ["server.py"] };
const older = new Older({ name: "look", version: "1" });
await older.connect(new OlderTransport(server));
const names = ({ tools }) => tools.map(({ name }) => name).join(" ");
console.log("1.32.2 lists:", await older.listTools().then(names, (error) => error.message));
await older.close();
const client = new Client({ name: "look", version: "1" });
await client.connect(new StdioClientTransport(server));
console.log("2.4.0 lists:", await client.listTools().then(names, (error) => error.message));
const answer = client.callTool({ name: "reference", arguments: {} });
console.log("2.4.0 calls reference:", await answer.then(() => "an answer", (error) => error.message.split(":")[0]));
await client.close();
JS
cat >server.mjs <<'JS'
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

const server = new McpServer({ name: "typescript", version: "1" });
const outputSchema = z.object({ name: z.string().regex(/^\p{L}+$/u) });
server.registerTool("name", { outputSchema }, async () => ({ content: [], structuredContent: { name: "Calderfinch" } }));
await server.connect(new StdioServerTransport());
JS
cat >look.py <<'PYTHON'
import asyncio

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client


async def look() -> None:
    async with Client(stdio_client(StdioServerParameters(command="node", args=["server.mjs"]))) as client:
        try:
            said = str((await client.call_tool("name", {})).structured_content)
        except RuntimeError as error:
            said = f"RuntimeError: {str(error).partition(': ')[0]}"
    print("Python calls name:", said)


asyncio.run(look())
PYTHON
{ node look.mjs; venv/bin/python look.py; } | tee said
diff said - <<'SEEN'
1.32.2 lists: Invalid regular expression: /(?i)^b\d{4}/u: Invalid group
2.4.0 lists: count reference
2.4.0 calls reference: Tool 'reference' has an invalid outputSchema
Python calls name: RuntimeError: Invalid schema for tool name
SEEN
