import { drawn, host, require } from "./browser.mjs";

const { Client } = require("@modelcontextprotocol/client");
const { StdioClientTransport } = require("@modelcontextprotocol/client/stdio");

/** From a real server to a picture of a risk: what was drawn, the answers it was drawn from, the page's calls, and problems.
 *
 * The official client starts the server, finds the page where a tool says that it is, and asks; the official bridge shows it.
 */
export async function whole(browser, { command, args, env, risk }) {
  const client = new Client({ name: "host", version: "1" });
  await client.connect(new StdioClientTransport({ command, args, env, stderr: "inherit" }));
  const { tools } = await client.listTools();
  const calls = [];
  const { tab, problems } = await host(browser, (params) => {
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
    await frame.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
    return { answer, pages, text: await frame.evaluate(() => document.body.innerText) };
  }

  const placement = await shown("show_placement", risk);
  const book = await shown("show_book", { organisation: "MARROWGATE" });
  await client.close();
  return { placement, book, calls, problems };
}
