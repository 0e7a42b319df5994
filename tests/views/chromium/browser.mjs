// Chromium with the test host in a tab, and the packages that the tests of the views use.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

export const packages = new URL("../../../build/npm/views/", import.meta.url);
export const require = createRequire(packages);
const { build } = require("esbuild");
const { chromium } = require("playwright-core");

/** Begin: the browser, a tab with the host in it, and what goes wrong there, as it happens; `callTool` answers the page's calls. */
export async function begin(executablePath, callTool) {
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL("host.js", import.meta.url))],
    nodePaths: [fileURLToPath(new URL("node_modules", packages))],
    bundle: true,
    format: "iife",
    write: false,
  });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
  const tab = await browser.newPage();
  tab.setDefaultTimeout(180_000);
  const problems = [];
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
  tab.on("pageerror", (error) => problems.push(error.message));
  tab.on("dialog", (dialog) => (problems.push("a dialog"), dialog.dismiss()));
  tab.on("request", (request) => /^https?:/.test(request.url()) && problems.push(`a request to ${request.url()}`));
  await tab.exposeFunction("callTool", callTool);
  await tab.setContent("<!doctype html><title>host</title><body style='margin:0'>");
  await tab.addScriptTag({ content: bundle.outputFiles[0].text });
  return { browser, tab, problems };
}

/** Let the host show an answer; gives the frame once it is drawn. */
export async function drawn(tab, given) {
  await tab.evaluate((what) => window.show(what), { theme: "light", ...given });
  const frame = await (await tab.waitForSelector("iframe")).contentFrame();
  await frame.waitForSelector("main[aria-busy=false]");
  return frame;
}

/** Write a picture of the whole frame, however tall it is. */
export async function picture(tab, frame, path, width = 760) {
  const height = await frame.evaluate(() => Math.ceil(document.documentElement.getBoundingClientRect().height));
  await tab.setViewportSize({ width, height: Math.min(height, 2400) });
  await tab.screenshot({ path });
}
