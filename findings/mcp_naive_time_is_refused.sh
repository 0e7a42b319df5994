#!/usr/bin/env bash
# mcp 2.3.0 (a server in Python) with @modelcontextprotocol/client 2.4.0 and @modelcontextprotocol/sdk 1.32.2 (clients in
# TypeScript).
#
# The guess: what a tool's return type publishes as its schema, and what pydantic writes of the same type, agree; so an answer
# that the Python client takes is taken by every client.
# What happens: a `datetime` without a zone, as `datetime.now()` gives it or a database's column without one, is written
# "2026-12-31T23:59:00" under a schema that says `format: date-time`, which by RFC 3339 has a zone. Both TypeScript clients
# check formats and throw the whole answer away; the Python client checks none and is content, and so is the server, so no test
# in Python shows it. `time` without a zone (`format: time`) and hosts that are built on these clients go the same way. A type
# of `AwareDatetime` refuses it on the server, where one can see it.
# Seen: "Python client: 2026-12-31T23:59:00", "TypeScript client 2.4.0: data/expiry must match format "date-time"",
# "TypeScript client 1.32.2: data/expiry must match format "date-time"", and all three take the one with a zone.
# Our server: no output schema of it has formats or patterns.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "mcp==2.3.0"
npm install --silent --no-audit --no-fund --no-package-lock \
  @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/sdk@1.32.2
cat >server.py <<'PYTHON'
from datetime import UTC, datetime

from mcp.server.mcpserver import MCPServer
from pydantic import BaseModel


class Period(BaseModel):
    expiry: datetime


server = MCPServer("periods", log_level="ERROR")


@server.tool()
def without_zone() -> Period:
    return Period(expiry=datetime(2026, 12, 31, 23, 59))


@server.tool()
def with_zone() -> Period:
    return Period(expiry=datetime(2026, 12, 31, 23, 59, tzinfo=UTC))


if __name__ == "__main__":
    server.run("stdio")
PYTHON
cat >look.py <<'PYTHON'
import asyncio

from mcp import Client
from server import server


async def look() -> None:
    async with Client(server) as client:
        for tool in ("without_zone", "with_zone"):
            answer = await client.call_tool(tool, {})
            print("Python client:", answer.structured_content["expiry"])


asyncio.run(look())
PYTHON
cat >look.mjs <<'JS'
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as Older } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OlderTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const server = { command: "venv/bin/python", args: ["server.py"] };
for (const [version, Kind, Transport] of [["2.4.0", Client, StdioClientTransport], ["1.32.2", Older, OlderTransport]]) {
  const client = new Kind({ name: "look", version: "1" });
  await client.connect(new Transport(server));
  await client.listTools();
  for (const name of ["without_zone", "with_zone"]) {
    const said = await client.callTool({ name, arguments: {} }).then(
      (answer) => answer.structuredContent.expiry,
      (error) => error.message.replace(/^.*?: (?=data\/)/, ""),
    );
    console.log(`TypeScript client ${version}: ${said}`);
  }
  await client.close();
}
JS
{ venv/bin/python look.py; node look.mjs; } | tee said
diff said - <<'SEEN'
Python client: 2026-12-31T23:59:00
Python client: 2026-12-31T23:59:00Z
TypeScript client 2.4.0: data/expiry must match format "date-time"
TypeScript client 2.4.0: 2026-12-31T23:59:00Z
TypeScript client 1.32.2: data/expiry must match format "date-time"
TypeScript client 1.32.2: 2026-12-31T23:59:00Z
SEEN
