// The views in Chromium: node see.mjs CHROMIUM < WHAT; prints what was seen as a JSON object with the same members.
//
// WHAT is a JSON object: `looks`, `whole` and `opened`, for the functions of these names, which all give `problems`.

import { readFileSync } from "node:fs";
import { launch } from "./browser.mjs";
import { looks } from "./looks.mjs";
import { opened } from "./opened.mjs";
import { whole } from "./whole.mjs";

const what = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch(process.argv[2]);
const seen = {};
const see = async (name, look) => {
  seen[name] = await look(browser, what[name]).catch((error) => ({ problems: [error.stack] }));
};
await Promise.all([see("looks", looks), see("whole", whole), see("opened", opened)]);
await browser.close();
process.stdout.write(JSON.stringify(seen, null, 1));
