// The page of `demo --open` as a person has it: node opened.mjs CHROMIUM PICTURES FILE; prints what was seen as JSON.

import { mkdir, readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import { require } from "./browser.mjs";

const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
const [executablePath, pictures, file] = process.argv.slice(2);
await mkdir(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const tab = await browser.newPage({ viewport: { width: 900, height: 900 } });
tab.setDefaultTimeout(180_000);
const problems = [];
tab.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
tab.on("pageerror", (error) => problems.push(error.message));
tab.on("request", (request) => /^https?:/.test(request.url()) && problems.push(`a request to ${request.url()}`));
await tab.goto(pathToFileURL(file).href);
const texts = [];
for (const element of await tab.locator("iframe").elementHandles()) {
  const frame = await element.contentFrame();
  await frame.waitForSelector("main[aria-busy=false] h1");
  await tab.waitForFunction((each) => each.clientHeight > 150, element);
  texts.push(await frame.evaluate(() => document.body.innerText));
  await frame.locator("button").first().click();
}
await tab.waitForFunction(() => document.querySelectorAll("section > p:last-child")[1].textContent.includes("would now be asked"));
const said = await tab.locator("section > p:last-child").allInnerTexts();
await tab.setViewportSize({ width: 900, height: await tab.evaluate(() => document.documentElement.scrollHeight) });
await tab.screenshot({ path: `${pictures}/opened.png` });
await tab.evaluate(axe);
const { violations } = await tab.evaluate(() => window.axe.run(document, { iframes: false, runOnly: ["wcag2a", "wcag2aa", "best-practice"] }));
problems.push(...violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`));
await browser.close();
process.stdout.write(JSON.stringify({ texts, said, problems }));
