// Texts in the reader's language. The page loads the words of every language but English, in which they are written.
import { isHome } from "./home.js";

// A foreign page may have a catalog of its own, which is none of ours.
let catalog = (isHome && globalThis.django) || {};

/** The page's language, for dates and numbers. */
export let language = (isHome && document.documentElement.lang) || "en";

/** Speak another language: before any module that shows something is loaded. `words`: {gettext, ngettext}. */
export function speak(chosen, words) {
  [language, catalog] = [chosen, words];
}

/** The text, translated; `gettext("Approve")`. Only texts written out here are found by `make messages`. */
export const gettext = (text) => catalog.gettext?.(text) ?? text;

/** One of two texts by a number: `filled(ngettext("%(count)s change", "%(count)s changes", n), { count: n })`. */
export const ngettext = (one, many, count) => catalog.ngettext?.(one, many, count) ?? (count === 1 ? one : many);

/** The text with each %(name)s replaced. */
export const filled = (text, values) => text.replace(/%\((\w+)\)s/g, (whole, name) => values[name] ?? whole);
