// Elements from plain values. Whatever other parties typed becomes a text node, never markup.

const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

export const html = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
export const svg = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

/** A picture with its words: what it shows is in `title`, the same numbers as a sentence in `words`. */
export function picture(height, title, words, ...shapes) {
  const named = svg("title", {}, words ? `${title}: ${words}` : title);
  return svg("svg", { role: "img", height, "aria-label": words ? `${title}: ${words}` : title }, named, ...shapes);
}

/** Rows as a table that opens; `columns` are [heading, value of a row, is it a number]. */
export function table(name, columns, rows) {
  const cell = (row) => ([, value, number]) => html("td", { class: number && "number" }, value(row) ?? "");
  return html(
    "details",
    {},
    html("summary", {}, "As a table"),
    html(
      "div",
      { class: "table", role: "region", tabindex: "0", "aria-label": `${name}, table` },
      html(
        "table",
        {},
        html("thead", {}, html("tr", {}, columns.map(([heading, , number]) => html("th", { scope: "col", class: number && "number" }, heading)))),
        html("tbody", {}, rows.map((row) => html("tr", {}, columns.map(cell(row))))),
      ),
    ),
  );
}
