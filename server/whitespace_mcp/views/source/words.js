// Figures, days and names as people read them.

/** The first number of a text such as "100 of order", for drawing only; NaN where there is none. */
export const number = (text) => Number.parseFloat(text);

/** "not_taken_up" -> "not taken up", "notYetResponded" -> "not yet responded". */
export const words = (name) => String(name).replaceAll("_", " ").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

export const percent = (text) => (/^\d/.test(text ?? "") ? `${text}\u00a0%` : (text ?? ""));

/** A day without a time is that day everywhere: it is written in UTC. */
export function day(iso, locale) {
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.valueOf())
    ? String(iso)
    : date.toLocaleDateString(locale, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** "2026-12" -> "Dec 2026". */
export function month(iso, locale) {
  const date = new Date(`${iso}-01T00:00:00Z`);
  return Number.isNaN(date.valueOf())
    ? words(iso)
    : date.toLocaleDateString(locale, { month: "short", year: "numeric", timeZone: "UTC" });
}

/** An id that is ours to repeat in a question: no text of other parties fits into it. */
export const plainId = (id) => (/^[A-Za-z0-9_:-]{1,60}$/.test(id ?? "") ? id : undefined);

const COLOURS = 8;
export const colour = (place) => `var(--c${place % COLOURS})`;
