// Draws the last answer; nothing is kept, so that a page that the host makes anew shows the same.

import { book } from "./book.js";
import { connect } from "./bridge.js";
import { html } from "./dom.js";
import { placement } from "./placement.js";

const MOST_PAGES = 20;
const main = document.querySelector("main");
let input = {};
let shown;

const host = connect({
  "tool-input": ({ arguments: given }) => {
    input = given ?? {};
  },
  "tool-result": (result) => show(result),
  "tool-cancelled": () => fill([html("p", { class: "quiet" }, "Cancelled.")]),
  "host-context-changed": () => {
    dress();
    if (shown) draw();
  },
});

host.ready.then(dress, () => fill([html("p", { role: "alert" }, "This host did not answer.")]));

/** Colours and fonts of the host: only custom properties, and its colours only as the pair that it made. */
function dress() {
  const { theme, styles, safeAreaInsets } = host.context;
  const root = document.documentElement;
  root.dataset.theme = theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const variables = Object.entries(styles?.variables ?? {}).filter(([name, value]) => name.startsWith("--") && typeof value === "string");
  for (const [name, value] of variables) root.style.setProperty(name, value);
  const pair = ["--color-background-primary", "--color-text-primary"];
  root.toggleAttribute("data-host-colours", pair.every((name) => root.style.getPropertyValue(name)));
  for (const side of ["Top", "Right", "Bottom", "Left"]) {
    const inset = safeAreaInsets?.[side.toLowerCase()];
    if (inset) document.body.style[`padding${side}`] = `${12 + inset}px`;
  }
}

/** Some hosts drop structured content: the text is the same object. Where both are missing the tool is asked once more. */
async function show(result) {
  try {
    if (result.isError) return fill([html("p", { role: "alert" }, text(result) ?? "This did not work.")]);
    const answer = read(result) ?? read(await host.call(host.context.toolInfo?.tool?.name ?? "show_placement", input));
    if (!answer) throw new Error("There is nothing to draw.");
    shown = answer;
    draw();
    await furtherLines();
  } catch (error) {
    fill([html("p", { role: "alert" }, `This could not be drawn. ${error.message}`)]);
  }
}

const text = (result) => result.content?.find((part) => part.type === "text")?.text;

function read(result) {
  if (result.structuredContent) return result.structuredContent;
  try {
    return JSON.parse(text(result));
  } catch {
    return undefined;
  }
}

/** The lines of the following pages; totals come with the first page and are the server's. */
async function furtherLines() {
  for (let page = 1; page < MOST_PAGES && shown.next_cursor && host.can("serverTools"); page++) {
    const { risk, organisation, next_cursor: cursor } = shown;
    const next = read(await host.call("get_lines", { risk, organisation: organisation?.id, cursor })) ?? {};
    shown = { ...shown, lines: [...(shown.lines ?? []), ...(next.lines ?? [])], next_cursor: next.next_cursor };
    draw();
  }
}

const draw = () => fill(shown.organisations ? book(shown, host) : placement(shown, host));

function fill(children) {
  main.replaceChildren(...children.filter(Boolean));
  main.setAttribute("aria-busy", "false");
}

let reported = 0;
new ResizeObserver(() =>
  requestAnimationFrame(() => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    if (height !== reported) host.resized({ height: (reported = height) });
  }),
).observe(document.body);
