// The page /connect in Chromium: node connect.mjs CHROMIUM < CASE; prints what is wrong as a JSON list.
//
// CASE is a JSON object: origin of the server, a refresh token that works, one that does not, the names that the first one
// opens, and a link that was made for another person.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../../build/npm/views/", import.meta.url));
const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

const executablePath = process.argv[2];
const { origin, token, wrongToken, names, foreignLink } = JSON.parse(readFileSync(0, "utf8"));

const WIDTHS = [360, 1000];
const GROUNDS = { light: "rgb(243, 244, 246)", dark: "rgb(21, 22, 26)" };
const wrong = [];
const check = (holds, ...words) => holds || wrong.push(words.join(" "));
const ended = (error) => {
  process.stdout.write(JSON.stringify([...wrong, ...(error ? [error.stack] : [])], null, 1));
  process.exit();
};
process.on("uncaughtException", ended);
// The provider's page would fetch fonts; nothing leaves this machine.
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"];
const browser = await chromium.launch({ executablePath, args });

// A person's browser: whatever it asks for and complains of is noted.
const posts = [];
const open = async (person, options = {}) => {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  tab.setDefaultTimeout(180_000);
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && message.location().url.startsWith(origin) && wrong.push(`console: ${message.text()}`));
  tab.on("pageerror", (error) => wrong.push(`page: ${error.message}`));
  tab.on("request", (request) => {
    const address = request.url();
    for (const secret of [token, wrongToken]) check(!address.includes(secret.slice(0, 12)), "a token is in the address of a request");
    if (address.startsWith(origin) && request.method() === "POST") posts.push(new URL(address).pathname);
    if (tab.url().startsWith(origin)) check(/^http:\/\/127\.0\.0\.1[:/]|^data:/.test(address), "the page fetches from", address);
  });
  return { context, tab, person };
};

// To the page, logging in and consenting where the firm's provider asks; with the keyboard alone.
const visit = async ({ tab, person }, address = `${origin}/connect`) => {
  await tab.goto(address);
  while (!tab.url().startsWith(origin)) {
    const login = tab.locator("input[name=login]");
    if (await login.count()) {
      await login.focus();
      await tab.keyboard.type(person);
      await tab.keyboard.press("Tab");
      await tab.keyboard.type("any");
    } else {
      await tab.locator("button[type=submit]").focus();
    }
    await Promise.all([tab.waitForEvent("load"), tab.keyboard.press("Enter")]);
  }
};
const words = ({ tab }) => tab.locator("main").innerText();
const focused = async (tab, selector) => {
  for (let presses = 0; presses < 12; presses++) {
    await tab.keyboard.press("Tab");
    if (await tab.locator(`${selector}:focus`).count()) return;
  }
  check(false, "the Tab key does not reach", selector);
};
const give = async ({ tab }, text) => {
  await focused(tab, "input[name=token]");
  await tab.keyboard.insertText(text); // as it is pasted
  await Promise.all([tab.waitForEvent("load"), tab.keyboard.press("Enter")]);
};

const ALL = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

// What the page looks like, in every width and theme; a theme changes colours only.
const looked = async ({ tab }, name) => {
  await tab.evaluate(axe);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of WIDTHS) {
      await tab.emulateMedia({ colorScheme });
      await tab.setViewportSize({ width, height: 800 });
      const [ground, wide] = await tab.evaluate(() => [
        getComputedStyle(document.body).backgroundColor,
        document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ]);
      check(ground === GROUNDS[colorScheme], name, colorScheme, "the ground is", ground);
      check(wide <= 0, name, width, "is", wide, "px too wide");
      if ((colorScheme === "dark") !== (width > 500)) continue;
      const runOnly = colorScheme === "dark" ? { type: "rule", values: ["color-contrast"] } : ALL;
      const { violations } = await tab.evaluate((only) => window.axe.run({ runOnly: only }), runOnly);
      for (const each of violations) check(false, name, colorScheme, width, each.id, each.nodes.map((node) => node.html.slice(0, 120)).join(" | "));
    }
  }
};

// Somebody whose browser runs no scripts, with the keyboard: connect, look again, go back, disconnect.
const plain = await open("ann", { javaScriptEnabled: false });
await visit(plain);
check((await words(plain)).includes("No login is stored"), "ann is connected before she was");
const field = plain.tab.locator("input[name=token]");
check((await field.getAttribute("autocomplete")) === "off" && (await field.getAttribute("type")) === "password", "the token's field can be filled or read");
check((await plain.tab.locator("form").first().getAttribute("autocomplete")) === "off", "the form is completed by itself");
await give(plain, wrongToken);
check((await words(plain)).includes("does not work"), "a token that does not work is not refused:", await words(plain));
await give(plain, token);
for (const name of names) check((await words(plain)).includes(name), "it is not said that", name, "is opened:", await words(plain));
check(!(await plain.tab.content()).includes(token.slice(0, 12)), "the token is in the page that follows");
await plain.tab.reload();
check(posts.length === 2, "reloading sends the form again:", posts);
check((await words(plain)).includes("stored here"), "the page does not say that a login is stored:", await words(plain));
await plain.tab.goBack();
await plain.tab.goForward();
check(posts.length === 2, "going back and forward sends the form again:", posts);
for (const each of await plain.tab.locator("input[name=token]").all()) check((await each.inputValue()) === "", "the token is still in its field");
const history = await (await plain.context.newCDPSession(plain.tab)).send("Page.getNavigationHistory");
check(!JSON.stringify(history).includes(token.slice(0, 12)), "the token is in the history");
check(/\/connect\?said=[0-9a-f]{16}$/.test(plain.tab.url()), "the address carries something:", plain.tab.url());
await visit(plain);
await focused(plain.tab, "form[action$=disconnect] button");
await Promise.all([plain.tab.waitForEvent("load"), plain.tab.keyboard.press("Enter")]);
check((await words(plain)).includes("No login is stored"), "it is still stored:", await words(plain));
check(posts.join() === "/connect,/connect,/connect/disconnect", "other forms were sent:", posts);

// Somebody who sees, logged in already: every state of the page, in light and dark, narrow and wide; first a link of another person's.
const seeing = await open("ann", { storageState: await plain.context.storageState() });
await plain.context.close();
const silent = wrong.length;
await visit(seeing, foreignLink);
check((await words(seeing)).includes("another person"), "a link of another person's is not refused:", await words(seeing));
check((await seeing.tab.locator("form").count()) === 0, "there is a form behind a link of another person's");
await looked(seeing, "foreign");
wrong.splice(silent, wrong.length, ...wrong.slice(silent).filter((each) => !/status of 403/.test(each))); // Chromium tells of the 403 itself
await visit(seeing);
check((await words(seeing)).includes("No login is stored"), "the link has stored something");
await looked(seeing, "empty");
await give(seeing, wrongToken);
await looked(seeing, "problem");
await give(seeing, token);
await looked(seeing, "stored");
await visit(seeing);
await looked(seeing, "again");
check((await seeing.tab.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)) === 0, "scripts could read something that is kept");

await browser.close();
ended();
