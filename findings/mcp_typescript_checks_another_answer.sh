#!/usr/bin/env bash
# @modelcontextprotocol/server 2.4.0 with @modelcontextprotocol/client 2.4.0 and zod 4.6.7.
#
# The guess: a tool whose `outputSchema` is a zod object answers what that schema makes of the result. zod leaves out fields
# that it does not name and fills in defaults, and the server checks each answer with it and finds it good, so the client does.
# What happens: the server checks what zod made of the result, and sends the result itself, as the tool gave it. The schema that
# it publishes is that of the made one: no more fields, and every default required. So a row from a database with one column
# more, inside a list too, a default that was left out and a number that zod had read from a text are good for the
# server and refused by its own client, which throws the whole answer away. The column that is added to a table next year breaks
# the tool. The way out is to give what `schema.parse` returns.
# Seen: "a field more: Structured content does not match the tool's output schema: data/rows/0 must NOT have additional
# properties", "a default left out: ... data must have required property 'currency'", "parsed by the tool: {"rows":[{"umr":"B1"}]}".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock \
  @modelcontextprotocol/server@2.4.0 @modelcontextprotocol/client@2.4.0 zod@4.6.7
cat >server.mjs <<'JS'
import { McpServer } from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

const server = new McpServer({ name: "risks", version: "1" });
const tool = (name, outputSchema, result) =>
  server.registerTool(name, { outputSchema }, async () => ({ content: [], structuredContent: result(outputSchema) }));
const risks = z.object({ rows: z.array(z.object({ umr: z.string() })) });
const row = { umr: "B1", created_by: "somebody" };
tool("a field more", risks, () => ({ rows: [row] }));
tool("a default left out", z.object({ currency: z.string().default("GBP") }), () => ({}));
tool("parsed by the tool", risks, (schema) => schema.parse({ rows: [row] }));
await server.connect(new StdioServerTransport());
JS
cat >look.mjs <<'JS'
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const client = new Client({ name: "look", version: "1" });
await client.connect(new StdioClientTransport({ command: "node", args: ["server.mjs"], stderr: "ignore" }));
for (const { name } of (await client.listTools()).tools) {
  const said = await client.callTool({ name, arguments: {} }).then(
    (answer) => JSON.stringify(answer.structuredContent),
    (error) => error.message,
  );
  console.log(`${name}: ${said}`);
}
await client.close();
JS
node look.mjs | tee said
diff said - <<'SEEN'
a field more: Structured content does not match the tool's output schema: data/rows/0 must NOT have additional properties
a default left out: Structured content does not match the tool's output schema: data must have required property 'currency'
parsed by the tool: {"rows":[{"umr":"B1"}]}
SEEN
