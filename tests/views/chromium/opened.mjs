import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import { require, watched } from "./browser.mjs";

const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

/** The page of `demo --open`, a file, as a person has it: its texts, what it says that would be asked, and problems. */
export async function opened(browser, file) {
  const { tab, problems } = await watched(browser, { viewport: { width: 900, height: 900 } });
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
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => window.axe.run(document, { iframes: false, runOnly: ["wcag2a", "wcag2aa", "best-practice"] }));
  problems.push(...violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" | ")}`));
  return { texts, said, problems };
}
