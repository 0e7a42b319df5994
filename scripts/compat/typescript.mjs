// Asks with the TypeScript SDK: the client package, or with "library": "v1" the older SDK of one package.
import { createRequire } from "node:module";

const task = JSON.parse(process.argv[2]);
const load = createRequire(`${task.packages}/`);
const v1 = task.library === "v1";
const { Client } = load(v1 ? "@modelcontextprotocol/sdk/client/index.js" : "@modelcontextprotocol/client");
const { StdioClientTransport } = load(
  v1 ? "@modelcontextprotocol/sdk/client/stdio.js" : "@modelcontextprotocol/client/stdio");
const { StreamableHTTPClientTransport } = load(
  v1 ? "@modelcontextprotocol/sdk/client/streamableHttp.js" : "@modelcontextprotocol/client");

const transport = typeof task.server === "string"
  ? new StreamableHTTPClientTransport(new URL(task.server))
  : new StdioClientTransport({ command: task.server[0], args: task.server.slice(1), stderr: "ignore" });
const options = task.era === "modern" ? { versionNegotiation: { mode: "auto" } } : {};
const client = new Client({ name: "compat", version: "1.0.0" }, options);
let agreed; // the older client tells it only to the transport
if (v1) {
  const told = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = version => { agreed = version; told?.(version); };
}
await client.connect(transport);
const { tools } = await client.listTools();
const answers = [];
for (const [name, args] of task.calls) answers.push((await client.callTool({ name, arguments: args })).structuredContent);
const refusals = [];
for (const [name, args] of task.mistakes) {
  await client.getPrompt({ name, arguments: args }).catch(error => refusals.push({ code: error.code, message: error.message }));
}
const { prompt, argument, value } = task.completion;
const ref = { type: "ref/prompt", name: prompt };
const { completion } = await client.complete({ ref, argument: { name: argument, value } });
const protocol = agreed ?? client.getNegotiatedProtocolVersion();
await client.close();
process.stdout.write(JSON.stringify({
  protocol, tools: tools.map(tool => tool.name), answers, refusals,
  capabilities: client.getServerCapabilities() ?? {}, completed: completion.values,
}));
