// Every organisation side by side: slips by stage, what expires by month, what waits and what is short.

import { html, picture, svg, table } from "./dom.js";
import { colour, month, plainId, words } from "./words.js";

const BAR = 12; // pixels for each organisation's bar
const ROOM = 86; // per cent of the width for the longest bar; the figure stands behind it

const STAGES = ["draft", "marketed", "quote_request", "quoted", "bindable", "firm_order", "signed", "declined", "withdrawn", "not_taken_up", "template", "other"];
const PLACED = ["nothing", "short", "full", "over", "unreadable"];

const CHARTS = [
  { key: "by_stage", title: "By stage", order: STAGES, question: (name) => `List the slips at stage ${name}` },
  { key: "expiring", title: "Expiring", label: month, question: (name) => `Which slips expire in ${name}` },
  { key: "placed", title: "Firm orders as written", order: PLACED, question: (name) => `Which firm orders are written "${name}"` },
  { key: "waiting", title: "Waiting", as: task, question: (name) => `Which slips wait for: ${name}` },
];

/** A task without the side that it is asked of, "uwFirmOrder" -> "FirmOrder": whose it is stands beside the bar. */
function task(name) {
  return name.replace(/\b(?:br|uw)(?=[A-Z])/g, "");
}

/**
 * @param answer of show_book
 * @param host see bridge.js
 */
export function book(answer, host) {
  const organisations = answer.organisations ?? [];
  return [
    html("h1", {}, "The book"),
    html("ul", { class: "legend" }, organisations.map(named)),
    ...CHARTS.flatMap((chart) => drawn(chart, organisations, host)),
    answer.not_known && html("p", { class: "warn" }, "Some contracts and lines are not read yet; ask again for the rest."),
  ];
}

function named(organisation, place) {
  const swatch = svg("svg", { "aria-hidden": "true" }, svg("rect", { width: "100%", height: "100%", fill: colour(place) }));
  const trouble = organisation.error ?? organisation.stale_reason;
  const count = organisation.error ? "" : ` · ${organisation.slips} slips`;
  return html("li", {}, swatch, organisation.name ?? organisation.company_id, count, trouble && html("span", { class: "bad" }, ` · ${trouble}`));
}

/** Counts by the names that are shown; what is shown under one name is one row. */
function shownAs(counts, as) {
  const sums = {};
  for (const [name, count] of Object.entries(counts)) sums[as(name)] = (sums[as(name)] ?? 0) + count;
  return sums;
}

function drawn({ key, title, order, as = (name) => name, label = words, question }, organisations, host) {
  const counts = organisations.map((organisation) => shownAs(organisation[key] ?? {}, as));
  const present = new Set(counts.flatMap(Object.keys));
  if (present.size === 0) return [];
  const names = order ? [...order.filter((name) => present.has(name)), ...[...present].filter((name) => !order.includes(name))] : [...present].sort();
  const most = Math.max(1, ...counts.flatMap(Object.values));
  const shown = (name) => label(name, host.context.locale);
  const row = (name) => [asked(shown(name), question(words(name)), organisations, host), bars(shown(name), name, counts, organisations, most)];
  return [
    html("h2", {}, title),
    html("div", { class: "rows" }, names.flatMap(row)),
    table(
      title,
      [[title, shown], ...organisations.map((organisation, place) => [organisation.name ?? "", (name) => String(counts[place][name] ?? 0), true])],
      names,
    ),
  ];
}

/** The name of a row: a button that asks about it where the host takes questions. Only our own words and ids are said. */
function asked(label, question, organisations, host) {
  if (!host.can("message")) return html("span", {}, label);
  const ids = organisations.map((organisation) => plainId(organisation.company_id)).filter(Boolean);
  const text = `${question} of ${ids.join(" and ")}.`;
  return html("button", { type: "button", class: "word", click: () => host.say(text).catch(() => {}) }, label);
}

function bars(label, name, counts, organisations, most) {
  const shapes = counts.flatMap((count, place) => {
    const width = `${(ROOM * (count[name] ?? 0)) / most}%`;
    const y = place * (BAR + 2);
    return [
      svg("rect", { x: 0, y, width, height: BAR, fill: colour(place) }),
      svg("text", { x: width, dx: 4, y: y + BAR - 2 }, String(count[name] ?? 0)),
    ];
  });
  const sentence = counts.map((count, place) => `${organisations[place].name ?? ""} ${count[name] ?? 0}`).join(", ");
  return picture(counts.length * (BAR + 2), label, sentence, ...shapes);
}
