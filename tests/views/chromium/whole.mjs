// From a real server to a picture: node whole.mjs CHROMIUM PICTURES SERVER...; prints what was seen, and what is wrong, as JSON.
//
// The official client starts the server, finds the page where a tool says that it is, and asks; the official bridge shows it.

import { mkdir } from "node:fs/promises";

import { begin, drawn, picture, require } from "./browser.mjs";

const { Client } = require("@modelcontextprotocol/client");
const { StdioClientTransport } = require("@modelcontextprotocol/client/stdio");

const [executablePath, pictures, command, ...args] = process.argv.slice(2);
await mkdir(pictures, { recursive: true });
const client = new Client({ name: "host", version: "1" });
await client.connect(new StdioClientTransport({ command, args, stderr: "inherit" }));
const { tools } = await client.listTools();
const calls = [];
const { browser, tab, problems } = await begin(executablePath, (params) => {
  calls.push(params.name);
  return client.callTool(params);
});

async function shown(tool, given) {
  const { resourceUri } = tools.find((each) => each.name === tool)._meta.ui;
  const { contents } = await client.readResource({ uri: resourceUri });
  const result = await client.callTool({ name: tool, arguments: given });
  await tab.setViewportSize({ width: 760, height: 900 });
  const frame = await drawn(tab, { page: contents[0].text, args: given, result, tool });
  const answer = result.structuredContent;
  let pages = 0;
  for (let cursor = answer.next_cursor; cursor; pages++) {
    const { structuredContent: next } = await client.callTool({ name: "get_lines", arguments: { ...given, cursor } });
    answer.lines.push(...next.lines);
    cursor = next.next_cursor;
  }
  await tab.waitForFunction((count) => window.said.calls.length === count, pages);
  await frame.waitForFunction((name) => document.body.textContent.includes(name), answer.lines?.at(-1)?.carrier ?? "");
  await picture(tab, frame, `${pictures}/whole-${tool}.png`);
  await frame.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
  return { answer, pages, text: await frame.evaluate(() => document.body.innerText) };
}

const organisation = "CALDERFINCH";
const listed = await client.callTool({ name: "get_risks", arguments: { organisation, stage: ["firm_order"], page_size: 4 } });
let most = { lines: -1 };
for (const { id } of listed.structuredContent.risks) {
  const { structuredContent } = await client.callTool({ name: "get_lines", arguments: { organisation, risk: id } });
  const lines = (structuredContent.lines ?? []).length + (structuredContent.next_cursor ? 100 : 0);
  if (lines > most.lines) most = { id, lines };
}
const placement = await shown("show_placement", { risk: most.id, organisation });
const book = await shown("show_book", { organisation: "MARROWGATE" });
await browser.close();
await client.close();
process.stdout.write(JSON.stringify({ placement, book, calls, problems }));
