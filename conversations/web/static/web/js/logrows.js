// One line of a log on the page: its number, which is a link to it, and its text with colours and what was looked for.
import { pieces } from "./ansi.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";

const MARKS = { error: gettext("Error"), warning: gettext("Warning") };

/** The element of an event {log_seq, level, kind, text}. */
export function rowView({ log_seq: seq, level, kind, text }, search) {
  const said = pieces(text).flatMap((piece) => coloured(piece, search));
  const mark = MARKS[level] && [h("span", { class: "mark" }, MARKS[level]), " "];
  return h("li", { class: `row ${level} ${kind}`, id: `L${seq}` }, h("a", { href: `#L${seq}` }, String(seq)), h("span", { class: "text" }, mark || null, said));
}

/** The number of a row of the page. */
export const seqOf = (row) => Number(row.id.slice(1));

function coloured({ text, classes }, search) {
  const parts = found(text, search);
  return classes ? h("span", { class: classes }, parts) : parts;
}

function found(text, search) {
  if (!search) return [text];
  const [folded, wanted] = [text.toLowerCase(), search.toLowerCase()];
  // Some letters change their length: then what was found would be marked beside itself.
  if (folded.length !== text.length) return [text];
  const out = [];
  let end = 0;
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, end)) {
    out.push(text.slice(end, at), h("mark", {}, text.slice(at, at + wanted.length)));
    end = at + wanted.length;
  }
  return [...out, text.slice(end)].filter((part) => part !== "");
}
