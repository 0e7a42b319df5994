import { readFile } from "node:fs/promises";
import { drawn, host, require } from "./browser.mjs";

const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

const GROUNDS = { light: "rgb(255, 255, 255)", dark: "rgb(27, 28, 32)" };
const ALL = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** Look at a page with each case in every width and theme.
 *
 * A case is {name, args, result, pages?, expect?}: an answer of the server, or its hostile variant, and its further pages.
 */
export async function looks(browser, { page, cases }) {
  const wrong = [];
  const check = (holds, ...words) => holds || wrong.push(words.join(" "));

  let current;
  const { tab, problems } = await host(browser, (params) => {
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
  };

  for (current of cases) {
    await tab.setViewportSize({ width: 1200, height: 900 });
    await show({ result: current.result });
    const further = Object.keys(current.pages ?? {}).length;
    if (further) await tab.waitForFunction((count) => window.said.calls.length >= count, further);
    for (const width of [1200, 760, 360]) await look(`${current.name} ${width}`, "light", width);
    await shown.evaluate(axe);
    await accessible(current.name, ALL);
    await tab.evaluate(() => window.dress({ theme: "dark" }));
    await shown.waitForSelector("html[data-theme=dark]");
    await look(`${current.name} dark`, "dark", 760);
    await accessible(`${current.name} dark`, { type: "rule", values: ["color-contrast"] });
  }

  // What a page does beside drawing: sizes, another theme, host colours only as a pair, questions in our own words, its end.
  current = cases[0];
  await show({ theme: "dark", result: current.result });
  await tab.waitForFunction(() => window.said.sizes.some((size) => size.height > 100));
  const ground = () => shown.evaluate(() => getComputedStyle(document.body).backgroundColor);
  check((await ground()) === GROUNDS.dark, "a page that begins in the dark has the ground", await ground());
  await tab.evaluate(() => window.dress({ theme: "light" }));
  await shown.waitForSelector("html[data-theme=light]");
  await tab.evaluate(() => window.dress({ theme: "dark", styles: { variables: { "--color-background-primary": "#123456" } } }));
  await shown.waitForSelector("html[data-theme=dark]");
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

  return { problems: [...wrong, ...problems] };
}
