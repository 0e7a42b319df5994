// Pictures of the views, as hosts show them: node pictures.mjs CHROMIUM CASES OUT; CASES is a JSON list of {name, tool, args, result}.

import { readFile } from "node:fs/promises";

import { begin, drawn } from "../../tests/views/chromium/browser.mjs";

const WIDTH = 760;
const MOST = 900; // pixels high: what one sees without scrolling
const [executablePath, cases, out] = process.argv.slice(2);
const { page, shown } = JSON.parse(await readFile(cases, "utf8"));
const { browser, tab, problems } = await begin(executablePath, () => ({ content: [], isError: true }));
for (const { name, tool, args, result } of shown) {
  await tab.setViewportSize({ width: WIDTH, height: MOST });
  const frame = await drawn(tab, { page, tool, args, result });
  const height = await frame.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height));
  await tab.screenshot({ path: `${out}/${name}.png`, clip: { x: 0, y: 0, width: WIDTH, height: Math.min(height, MOST) } });
}
await browser.close();
if (problems.length) throw new Error(problems.join("\n"));
