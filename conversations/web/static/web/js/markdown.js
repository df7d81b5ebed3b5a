// The little of Markdown that the bot writes: paragraphs, lists, **bold**, `code`, ``` blocks and [links](https://…);
// a backslash makes a mark an ordinary character.
import { h } from "./dom.js";

const INLINE = /\\(?<escaped>[!-/:-@[-`{-~])|\*\*(?<bold>[^*]+)\*\*|`(?<code>[^`]+)`|\[(?<label>[^\]]+)\]\((?<href>[^)\s]+)\)/g;
const BULLET = /^\s*[-*]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;

/** A list of elements for `text`. */
export function markdown(text) {
  return text
    .split(/```(?:\w*\n)?/)
    .flatMap((part, index) => (index % 2 ? [h("pre", {}, h("code", {}, part.replace(/\n$/, "")))] : blocks(part)));
}

/** Plain text as paragraphs; line breaks are kept. */
export const plain = (text) => text.split(/\n{2,}/).map((part) => h("p", {}, withBreaks(part, (line) => [line])));

function blocks(text) {
  const groups = [];
  for (const line of text.split("\n")) {
    const kind = BULLET.test(line) ? "ul" : NUMBER.test(line) ? "ol" : line.trim() ? "p" : null;
    const last = groups.at(-1);
    if (kind && last?.kind === kind) last.lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups.filter((group) => group.kind).map(block);
}

function block({ kind, lines }) {
  if (kind === "p") return h("p", {}, withBreaks(lines.join("\n"), inline));
  return h(kind, {}, lines.map((line) => h("li", {}, inline(line.replace(kind === "ul" ? BULLET : NUMBER, "")))));
}

function withBreaks(text, render) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), ...render(line)] : render(line)));
}

function inline(text) {
  const out = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    out.push(text.slice(end, match.index), inlineElement(match));
    end = match.index + match[0].length;
  }
  return [...out, text.slice(end)].filter((piece) => piece !== "");
}

function inlineElement({ 0: whole, groups: { escaped, bold, code, label, href } }) {
  if (escaped) return escaped;
  if (bold) return h("strong", {}, bold);
  if (code) return h("code", {}, code);
  // Any other scheme (javascript:, data:) stays the text it was.
  if (/^https?:\/\//i.test(href)) return h("a", { href, rel: "noopener noreferrer", target: "_blank" }, label);
  return /^\/(?!\/)/.test(href) ? h("a", { href }, label) : whole;
}
