#!/usr/bin/env bash
# Chromium 153 (npm @sparticuz/chromium 153.0.0, driven by playwright-core 1.65.1), a page that sends a form to itself.
#
# Guess: `Referrer-Policy: no-referrer` takes away the Referer header and nothing else; a form that a page posts to its own
# address still carries `Origin: https://that.site`, so a server may let in only forms whose Origin is its own.
# Behaviour: under no-referrer the form is sent with `Origin: null`, although it goes to the page's own address, and such a
# server refuses its own form. Under same-origin (or any policy that gives the page's own site a referrer) it is right. Tools
# that send the header themselves, as tests over plain HTTP do, never see it.
# Output seen: no-referrer: null  same-origin: the page's own origin
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
cd "$folder"
npm install --silent --no-audit --no-fund --no-package-lock @sparticuz/chromium@153.0.0 playwright-core@1.65.1
cat >look.mjs <<'JS'
import { createServer } from "node:http";
import pack from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const seen = {};
const server = createServer((request, response) => {
  const policy = new URL(request.url, "http://localhost").searchParams.get("policy");
  if (request.method === "POST") seen[policy] = request.headers.origin;
  response.setHeader("Content-Type", "text/html");
  response.setHeader("Referrer-Policy", policy);
  response.end('<!doctype html><title>form</title><form method="post"><button>Send</button></form>');
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const own = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: await pack.executablePath(), args: pack.args, headless: true });
const tab = await browser.newPage();
for (const policy of ["no-referrer", "same-origin"]) {
  await tab.goto(`${own}/?policy=${policy}`);
  await Promise.all([tab.waitForEvent("load"), tab.click("button")]);
}
await browser.close();
server.close();
const said = Object.entries(seen).map(([policy, origin]) => `${policy}: ${origin === own ? "the page's own origin" : origin}`);
console.log(said.join("  "));
process.exitCode = seen["no-referrer"] === "null" && seen["same-origin"] === own ? 0 : 1;
JS
node look.mjs
