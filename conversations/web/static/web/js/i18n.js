// Texts in the reader's language. The page loads the words of every language but English, in which they are written.

const catalog = globalThis.django ?? {};

/** The text, translated; `gettext("Approve")`. Only texts written out here are found by `make messages`. */
export const gettext = (text) => catalog.gettext?.(text) ?? text;

/** One of two texts by a number: `filled(ngettext("%(count)s change", "%(count)s changes", n), { count: n })`. */
export const ngettext = (one, many, count) => catalog.ngettext?.(one, many, count) ?? (count === 1 ? one : many);

/** The text with each %(name)s replaced. */
export const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);

/** The page's language, for dates and numbers. */
export const language = document.documentElement.lang || "en";
