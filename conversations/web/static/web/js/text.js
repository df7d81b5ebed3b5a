// A person's own words: plain text, in which a fenced block of values is shown as what it is.
import { h } from "./dom.js";
import { filled, gettext } from "./i18n.js";

const FENCE = /(?:^|\n)```[ \t]*\w*[ \t]*\n([\s\S]*?)(?:\n```(?=\n|$)|$)/;
// A longer block is folded away: it was a file, and its writer knows it.
const LONG_LINES = 12;

/** Paragraphs and blocks of `text`; line breaks are kept. */
export function plain(text) {
  // With a group in it, `split` returns the words and the blocks in turns.
  return text.split(FENCE).flatMap((part, index) => (index % 2 ? [block(part)] : paragraphs(part)));
}

function paragraphs(text) {
  const parts = text.split(/\n{2,}/).filter((part) => part.trim());
  return parts.map((part) => h("p", {}, part.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]))));
}

function block(text) {
  const shown = h("pre", {}, h("code", {}, text));
  const lines = text.split("\n").length;
  if (lines <= LONG_LINES) return shown;
  return h("details", {}, h("summary", {}, filled(gettext("%(count)s lines of values"), { count: lines })), shown);
}
