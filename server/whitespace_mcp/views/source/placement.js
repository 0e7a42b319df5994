// One risk: how far each section is written and signed against its order, by whom, and what is still open.

import { html, picture, svg, table } from "./dom.js";
import { colour, day, number, percent, plainId, words } from "./words.js";

const BAR = 24; // pixels

/**
 * @param answer of show_placement, its lines of all pages joined
 * @param host see bridge.js
 */
export function placement(answer, host) {
  const lines = answer.lines ?? [];
  const sections = answer.sections ?? [];
  const carriers = [...new Set(lines.map((line) => line.carrier))];
  const tint = (line) => colour(carriers.indexOf(line.carrier));
  return [
    html("h1", {}, answer.name ?? answer.risk ?? "Placement"),
    html("p", { class: "quiet" }, [answer.organisation?.name, answer.umr, answer.risk].filter(Boolean).join(" · ")),
    answer.view && html("p", { class: "quiet" }, answer.view),
    lines.length > 0 && legend(carriers, lines),
    ...sections.flatMap((section) => board(section, lines.filter(within(section)), tint)),
    sections.length === 0 && html("p", {}, "No lines that this organisation can see."),
    answer.next_cursor && html("p", { class: "warn" }, "Not every line is drawn; the totals are of all lines."),
    ...outside(answer.in_no_total ?? {}),
    ...subjectivities(lines, host.context.locale),
    questions(answer, host),
    answer.as_of && html("p", { class: "quiet" }, `As recorded on the platform at ${answer.as_of}.`),
  ];
}

const within = (section) => (line) =>
  section.section === undefined || !line.sections || line.sections.includes(section.section);
const marks = (line) => line.flags ?? [];
const accepted = (line) => !marks(line).includes("not_accepted");
const stands = (line) => marks(line).includes("to_stand");

function legend(carriers, lines) {
  const swatch = (attributes, ...more) =>
    svg("svg", { "aria-hidden": "true" }, svg("rect", { width: "100%", height: "100%", ...attributes }), ...more);
  const under = svg("line", { class: "stand", x1: 0, x2: "100%", y1: "100%", y2: "100%" });
  return html(
    "ul",
    { class: "legend" },
    carriers.map((carrier, place) => html("li", {}, swatch({ fill: colour(place) }), carrier)),
    html("li", {}, swatch({ fill: "none" }, svg("line", { class: "order", x1: "50%", x2: "50%", y1: 0, y2: "100%" })), "order"),
    lines.some(stands) && html("li", {}, swatch({ fill: "none" }, under), "line to stand"),
    !lines.every(accepted) && html("li", {}, swatch({ class: "pale", fill: "none" }), "not accepted"),
  );
}

/** One section: its sentence, a bar for what is written and one for what is signed, on one scale, and the table. */
function board(section, lines, tint) {
  const kinds = ["written", "signed"].filter((kind) => section[kind]?.total !== undefined);
  const bare = ["written", "signed"].filter((kind) => typeof section[kind] === "string");
  const order = number(kinds.map((kind) => section[kind].against).find(Boolean));
  const scale = 1.01 * Math.max(100, order || 0, ...kinds.map((kind) => number(section[kind].total) || 0));
  const name = section.name ?? (section.section ? `Section ${section.section}` : "Lines");
  return [
    html("h2", {}, name),
    ...kinds.map((kind) => sentence(kind, section[kind])),
    ...bare.map((kind) => html("p", { class: "quiet" }, `${kind}: ${section[kind]}`)),
    html(
      "div",
      { class: "rows narrow" },
      kinds.flatMap((kind) => [
        html("span", { "aria-hidden": "true" }, kind),
        bar(`${name}, ${kind}`, kind, section[kind], lines, { order, scale, tint }),
      ]),
    ),
    table(
      name,
      [
        ["Carrier", (line) => line.carrier],
        ["Written", (line) => percent(line.written), true],
        ["Signed", (line) => percent(line.signed), true],
        ["Marks", (line) => marks(line).map(words).join(", ")],
      ],
      lines,
    ),
  ];
}

function sentence(kind, sum) {
  const gap = [
    ["short", "bad"],
    ["over", "warn"],
  ].find(([key]) => number(sum[key]) > 0);
  return html(
    "p",
    { class: "quiet" },
    `${kind} ${percent(sum.total)}${against(sum)}`,
    sum.not_accepted && `, ${percent(sum.not_accepted)} not accepted`,
    gap && [" · ", html("span", { class: gap[1] }, `${gap[0]} by ${percent(sum[gap[0]])}`)],
  );
}

/** "82.5 of whole" -> " against 82.5 % of whole". */
const against = (sum) => (sum.against ? ` against ${sum.against.replace(/^[\d.]+/, percent)}` : "");

/** Lines side by side; what the total has beyond the lines at hand is one grey piece, so that a bar is never too short. */
function bar(title, kind, sum, lines, { order, scale, tint }) {
  const at = (value) => `${(100 * value) / scale}%`;
  const shapes = [];
  let end = 0;
  for (const line of lines) {
    const share = number(line[kind]);
    if (!(share > 0)) continue;
    const words = `${line.carrier} ${percent(line[kind])}`;
    const look = accepted(line) ? "seg" : "seg pale";
    shapes.push(svg("rect", { class: look, x: at(end), width: at(share), y: 2, height: BAR - 4, fill: tint(line) }, svg("title", {}, words)));
    if (stands(line)) shapes.push(svg("line", { class: "stand", x1: at(end), x2: at(end + share), y1: BAR - 2, y2: BAR - 2 }));
    end += share;
  }
  const rest = number(sum.total) - end;
  if (rest > 0.01) shapes.push(svg("rect", { class: "rest", x: at(end), width: at(rest), y: 2, height: BAR - 4 }, svg("title", {}, "further lines")));
  if (order > 0) shapes.push(svg("line", { class: "order", x1: at(order), x2: at(order), y1: 0, y2: BAR }));
  return picture(BAR, title, `${percent(sum.total)}${against(sum)}`, ...shapes);
}

/** What is in no total: lines that give no cover, quoted lines, who was asked, who declined. */
function outside({ apart = [], asked_not_written = [], declined = [], withdrawn = [] }) {
  const items = [
    ...apart.map((line) => `${line.carrier}: ${words(line.kind)}${line.written ? `, ${percent(line.written)}` : ""}`),
    ...asked_not_written.map((asked) => `${asked.carrier}${asked.section ? `, section ${asked.section}` : ""}: asked${asked.asked ? ` for ${percent(asked.asked)}` : ""}, nothing written`),
    ...declined.map((carrier) => `${carrier}: declined`),
    ...withdrawn.map((carrier) => `${carrier}: withdrawn`),
  ];
  if (items.length === 0) return [];
  return [html("h2", {}, "In no total"), html("ul", { class: "items" }, items.map((item) => html("li", {}, item)))];
}

function subjectivities(lines, locale) {
  const items = lines.flatMap((line) => (line.subjectivities ?? []).map((item) => ({ ...item, carrier: line.carrier })));
  if (items.length === 0) return [];
  items.sort((a, b) => String(a.due ?? "9").localeCompare(String(b.due ?? "9")));
  return [html("h2", {}, `Subjectivities (${items.length})`), html("ul", { class: "items" }, items.map((item) => subjectivity(item, locale)))];
}

function subjectivity(item, locale) {
  const who = item.lies_with ? `lies with the ${item.lies_with}` : undefined;
  const state = item.state && words(item.state);
  return html(
    "li",
    { class: item.overdue && "late" },
    item.due && html("strong", { class: item.overdue && "bad" }, day(item.due, locale), item.overdue && " (overdue)", " "),
    item.text,
    html("span", { class: "quiet" }, ` — ${[item.carrier, state, who].filter(Boolean).join(", ")}`),
  );
}

function questions(answer, host) {
  const risk = plainId(answer.risk);
  const organisation = plainId(answer.organisation?.company_id);
  if (!risk || !host.can("message")) return undefined;
  const about = organisation ? `${risk} (${organisation})` : risk;
  const ask = (label, text) => html("button", { type: "button", click: () => host.say(text).catch(() => {}) }, label);
  return html(
    "div",
    { class: "buttons" },
    ask("Ask what holds this up", `What stands in the way of signing ${about}?`),
    ask("Ask what changed", `What changed on ${about} in the last seven days?`),
  );
}
