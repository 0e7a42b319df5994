// Build the page of the views: node build.mjs OUT. One HTML file, no address in it, the same bytes from the same source.

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const source = new URL("server/whitespace_mcp/views/source/", root);
const { build } = createRequire(new URL("build/npm/views/", root))("esbuild");

async function bundled(name) {
  const options = { bundle: true, minify: true, format: "iife", target: "es2022", charset: "utf8", write: false, legalComments: "none" };
  const { outputFiles } = await build({ entryPoints: [fileURLToPath(new URL(name, source))], ...options });
  return outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
}

const [page, style, script] = await Promise.all([readFile(new URL("page.html", source), "utf8"), bundled("style.css"), bundled("main.js")]);
const whole = page.replace("/* style.css */", () => style).replace("/* main.js */", () => script);
await writeFile(process.argv[2], whole);
