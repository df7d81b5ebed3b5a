// The only place that makes elements. Text always becomes a text node: nothing from a message is ever parsed as HTML but
// what the server made of the bot's markdown and cleaned (conversations/markdown.py), here and nowhere else.

/** h("p", {class: "note", onclick: f}, "text", child): an element; false, null and undefined children are left out. */
export const h = (tag, props, ...children) => made(document.createElement(tag), props, children);

/** The same for an element of a drawing: svg("path", {class: "edge", d: "M0 0"}). */
export const svg = (tag, props, ...children) => made(document.createElementNS(SVG, tag), props, children);

const SVG = "http://www.w3.org/2000/svg";

function made(element, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) setProp(element, name, value);
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The nodes of `data.html` of a frame. A document made like this runs nothing and loads nothing while it is parsed. */
export const rendered = (html) => [...new DOMParser().parseFromString(trusted(html), "text/html").body.childNodes];

// The page of another site may let through only what was declared to be safe, under this name.
const policy = declared();
const trusted = (html) => (policy ? policy.createHTML(html) : html);

function declared() {
  try {
    return globalThis.trustedTypes?.createPolicy("infrachat", { createHTML: (html) => html });
  } catch {
    return null;
  }
}

/** Clone of the <template> with this id: its first element. */
export const fromTemplate = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

const CLOCK = { hour: "2-digit", minute: "2-digit" };
const DAY = { day: "numeric", month: "short" };

const ZONE = readersZone();

/** When it was, as the reader writes it, in the zone of the reader's profile, or else of the browser; `dated`: with the day. */
export function time(iso, { dated = false } = {}) {
  const moment = new Date(iso);
  const clock = { ...CLOCK, ...ZONE };
  const text = dated ? moment.toLocaleString([], { ...DAY, ...clock }) : moment.toLocaleTimeString([], clock);
  return h("time", { datetime: iso, title: moment.toLocaleString([], ZONE) }, text);
}

/** The browser may know fewer zones than the server. */
function readersZone() {
  const zone = { timeZone: document.documentElement.dataset.timeZone };
  try {
    new Intl.DateTimeFormat([], zone);
    return zone;
  } catch {
    return {};
  }
}

/** Replace an element's content only when `data` differs from the last call: keeps focus and open details. */
export function refresh(element, data, build) {
  const key = JSON.stringify(data ?? null);
  if (element.dataset.shown === key) return;
  element.dataset.shown = key;
  const built = build(data);
  element.replaceChildren(...[built].flat().filter(Boolean));
  element.hidden = element.childNodes.length === 0;
}

function setProp(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : value);
}
