// What a job would change: counts, a table of resources, and each one's attributes before and after.
import { h } from "./dom.js";
import { gettext } from "./i18n.js";
import { insightView } from "./insight.js";
import { CHANGES, SIGNS, shown } from "./words.js";

// A plan of at most this many resources is shown in full at once.
const SHORT = 8;

/** The elements of a plan: {counts, changes, changes_total, sentence, blast, cost, policy}. */
export function planView(plan) {
  if (!plan) return [];
  const { sentence, counts = {}, changes = [], changes_total: total = changes.length } = plan;
  return [sentence && h("p", { class: "plan-sentence" }, sentence), countsView(counts), ...insightView(plan), changesView(changes, total)];
}

function countsView(counts) {
  const present = Object.keys(CHANGES).filter((kind) => counts[kind]);
  if (!present.length) return null;
  return h(
    "ul",
    { class: "counts", "aria-label": "Planned changes" },
    present.map((kind) => h("li", { class: `count ${kind}` }, sign(kind), ` ${counts[kind]} to ${CHANGES[kind]}`)),
  );
}

function changesView(changes, total) {
  if (!changes.length) return null;
  const more = total - changes.length;
  return h(
    "details",
    { class: "changes", open: total <= SHORT },
    h("summary", {}, total === 1 ? "The resource" : `The ${total} resources`),
    h("ul", { class: "change-list" }, changes.map(changeView)),
    more > 0 && h("p", { class: "quiet" }, `and ${more} more, which are too many to show here.`),
  );
}

function changeView({ address, action, cause, importing, attributes = [] }) {
  const spoken = h("span", { class: "visually-hidden" }, `${CHANGES[action] ?? action} `);
  const head = [sign(action), spoken, h("code", { class: "address" }, address), cause && h("span", { class: "unasked-mark" }, " not asked for")];
  if (importing) head.push(h("span", { class: "quiet" }, ` ${gettext("exists, is imported")}`));
  if (!attributes.length) return h("li", { class: "change" }, h("div", { class: "change-head" }, head));
  const details = h("details", {}, h("summary", { class: "change-head" }, head), attributesView(attributes, action));
  return h("li", { class: "change" }, details);
}

function attributesView(attributes, action) {
  const columns = { create: ["after"], delete: ["before"] }[action] ?? ["before", "after"];
  const titles = ["Attribute", ...columns.map((column) => TITLES[column])];
  const head = h("tr", {}, titles.map((title) => h("th", { scope: "col" }, title)));
  const body = attributes.map((each) => attributeView(each, columns));
  const table = h("table", { class: "attributes" }, h("thead", {}, head), h("tbody", {}, body));
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Attributes" }, table);
}

function attributeView(attribute, columns) {
  const cell = (column) => h("td", { class: column, "data-label": TITLES[column] }, valueView(attribute, column));
  return h("tr", {}, h("th", { scope: "row" }, attribute.path), columns.map(cell));
}

function valueView({ sensitive, unknown, ...values }, column) {
  if (sensitive) return h("em", {}, "sensitive, hidden");
  return unknown && column === "after" ? h("em", {}, "known after apply") : h("code", {}, shown(values[column]));
}

const TITLES = { before: "Now", after: "Will be" };
const sign = (action) => h("span", { class: `sign ${action}`, "aria-hidden": "true" }, SIGNS[action] ?? "·");
