// Chromium with the test host in a tab, and the packages that the tests of the views use.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export const packages = new URL("../../../build/npm/views/", import.meta.url);
export const require = createRequire(packages);
const { build } = require("esbuild");
const { chromium } = require("playwright-core");

export const launch = (executablePath) =>
  chromium.launch({
    executablePath,
    // One process for a page and the frames in it: a frame's own would be started anew for each of some twenty.
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-features=IsolateSandboxedIframes"],
  });

/** A tab, and what goes wrong there, as it happens. */
export async function watched(browser, options = {}) {
  const tab = await browser.newPage(options);
  tab.setDefaultTimeout(60_000);
  const problems = [];
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(`console: ${message.text()}`));
  tab.on("pageerror", (error) => problems.push(error.message));
  tab.on("dialog", (dialog) => (problems.push("a dialog"), dialog.dismiss()));
  tab.on("request", (request) => /^https?:/.test(request.url()) && problems.push(`a request to ${request.url()}`));
  return { tab, problems };
}

const bundle = build({
  entryPoints: [fileURLToPath(new URL("host.js", import.meta.url))],
  nodePaths: [fileURLToPath(new URL("node_modules", packages))],
  bundle: true,
  format: "iife",
  write: false,
});

/** A watched tab with the test host in it; `callTool` answers the page's calls. */
export async function host(browser, callTool) {
  const { tab, problems } = await watched(browser);
  await tab.exposeFunction("callTool", callTool);
  await tab.setContent("<!doctype html><title>host</title><body style='margin:0'>");
  await tab.addScriptTag({ content: (await bundle).outputFiles[0].text });
  return { tab, problems };
}

/** Let the host show an answer; gives the frame once it is drawn. */
export async function drawn(tab, given) {
  await tab.evaluate((what) => window.show(what), { theme: "light", ...given });
  const frame = await (await tab.waitForSelector("iframe")).contentFrame();
  await frame.waitForSelector("main[aria-busy=false]");
  return frame;
}
