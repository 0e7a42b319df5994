// Look at the views in Chromium: node look.mjs CHROMIUM PAGE CASES PICTURES; prints what is wrong as a JSON list.
//
// CASES is a JSON list of {name, args, result, pages?, expect?}: answers of the server, its hostile variants and its further pages.

import { mkdir, readFile } from "node:fs/promises";
import { begin, drawn, picture, require } from "./browser.mjs";

const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

const [executablePath, pagePath, casesPath, pictures] = process.argv.slice(2);
const page = await readFile(pagePath, "utf8");
const cases = JSON.parse(await readFile(casesPath, "utf8"));
await mkdir(pictures, { recursive: true });

const GROUNDS = { light: "rgb(255, 255, 255)", dark: "rgb(27, 28, 32)" };
const WIDTHS = { light: [360, 760, 1200], dark: [760] };
const ALL = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
const wrong = [];
const check = (holds, ...words) => holds || wrong.push(words.join(" "));

let current;
const { browser, tab, problems } = await begin(executablePath, (params) => {
  const next = current.pages?.[params.arguments.cursor];
  return next ?? { content: [{ type: "text", text: "There is no such page." }], isError: true };
});

let shown; // the frame of the view
const show = async (given) => {
  shown = await drawn(tab, { page, args: current.args, ...given });
};

/** What axe says of the view with everything unfolded; a theme changes colours only. */
const accessible = async (name, runOnly) => {
  await shown.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
  await shown.evaluate(axe);
  const { violations } = await shown.evaluate((only) => window.axe.run({ runOnly: only }), runOnly);
  for (const each of violations) check(false, name, each.id, each.nodes.map((node) => node.html.slice(0, 120)).join(" | "));
  await shown.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = false)));
};

/** Look at what is shown in a width: it is laid out by styles alone, so that it need not be drawn anew for each. */
const look = async (name, theme, width) => {
  await tab.setViewportSize({ width, height: 900 });
  const seen = await shown.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    text: document.body.innerText,
    strangers: [...document.body.querySelectorAll("img, a, iframe, object, form, script:not(:last-child)")].map((each) => each.outerHTML),
    small: [...document.querySelectorAll("svg text")].filter((each) => each.getBoundingClientRect().height < 9).length,
    cut: [...document.querySelectorAll("svg text")].filter(
      (each) => each.getBoundingClientRect().right > each.closest("svg").getBoundingClientRect().right + 1,
    ).length,
  }));
  check(seen.ground === GROUNDS[theme], name, "the ground is", seen.ground);
  check(seen.wide <= 0, name, "is", seen.wide, "px too wide");
  check(seen.strangers.length === 0, name, "holds", seen.strangers);
  check(seen.small === 0 && seen.cut === 0, name, "has text that is too small or cut off");
  for (const words of current.expect ?? []) check(seen.text.includes(words), name, "does not say", words);
  if (width === 360) await accessible(name, ALL);
  if (theme === "dark") await accessible(name, { type: "rule", values: ["color-contrast"] });
  await picture(tab, shown, `${pictures}/${name.replaceAll(" ", "-")}.png`, width);
};

for (current of cases) {
  for (const theme of Object.keys(WIDTHS)) {
    await tab.setViewportSize({ width: WIDTHS[theme][0], height: 900 });
    await show({ theme, result: current.result });
    const further = Object.keys(current.pages ?? {}).length;
    if (further) await tab.waitForFunction((count) => window.said.calls.length >= count, further);
    for (const width of WIDTHS[theme]) await look(`${current.name} ${theme} ${width}`, theme, width);
  }
}

// What a page does beside drawing: sizes, another theme, host colours only as a pair, questions in our own words, its end.
current = cases[0];
await show({ result: current.result });
await tab.waitForFunction(() => window.said.sizes.some((size) => size.height > 100));
await tab.evaluate(() => window.dress({ theme: "dark", styles: { variables: { "--color-background-primary": "#123456" } } }));
await shown.waitForSelector("html[data-theme=dark]");
const ground = () => shown.evaluate(() => getComputedStyle(document.body).backgroundColor);
check((await ground()) === GROUNDS.dark, "one host colour alone is taken:", await ground());
await tab.evaluate(() =>
  window.dress({ theme: "dark", styles: { variables: { "--color-background-primary": "#123456", "--color-text-primary": "#fff" } } }),
);
await shown.waitForSelector("html[data-host-colours]");
check((await ground()) === "rgb(18, 52, 86)", "the host's pair of colours is not taken:", await ground());
await shown.focus("button");
await tab.keyboard.press("Enter");
await tab.waitForFunction(() => window.said.messages.length === 1);
const asked = await tab.evaluate(() => window.said.messages[0].content[0].text);
check(/^[A-Za-z ]+ IC[0-9A-F]+ \([A-Z]+\)[a-z ]*\?$/.test(asked), "a question with more than our words and ids:", asked);
check(await tab.evaluate(() => Promise.race([window.tearDown().then(() => true), new Promise((end) => setTimeout(end, 5000, false))])), "no answer to the end");

// A host without any capability gets no button; one that drops structured content and text asks the tool again.
await show({ result: current.result, capabilities: {} });
check((await shown.$$("button")).length === 0, "a button that the host cannot serve");
const { content } = current.result;
current = { ...current, pages: { undefined: current.result } };
await show({ result: { content } });
check((await shown.$("h1")) !== null, "nothing is drawn from the text alone");
await show({ result: { content: [] } });
await shown.waitForSelector("h1");
await show({ args: {}, result: { content: [{ type: "text", text: "No such risk." }], isError: true } });
await shown.waitForSelector("[role=alert]");
check((await shown.evaluate(() => document.body.innerText)).includes("No such risk."), "an error is not told");

await browser.close();
for (const each of problems) wrong.push(`console: ${each}`);
process.stdout.write(JSON.stringify(wrong, null, 1));
