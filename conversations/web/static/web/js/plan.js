// What a job would change: counts, a table of resources, and each one's attributes before and after.
import { h } from "./dom.js";
import { CHANGES, SIGNS, shown } from "./words.js";

/** The elements of a plan: {counts, changes, sentence}. */
export function planView(plan) {
  if (!plan) return [];
  return [plan.sentence && h("p", { class: "plan-sentence" }, plan.sentence), countsView(plan.counts ?? {}), changesView(plan.changes ?? [])];
}

function countsView(counts) {
  const present = Object.keys(CHANGES).filter((kind) => counts[kind]);
  if (!present.length) return null;
  return h(
    "ul",
    { class: "counts", "aria-label": "Planned changes" },
    present.map((kind) => h("li", { class: `count ${kind}` }, h("span", { "aria-hidden": "true" }, `${SIGNS[kind]} `), `${counts[kind]} to ${CHANGES[kind]}`)),
  );
}

function changesView(changes) {
  if (!changes.length) return null;
  return h(
    "details",
    { class: "changes" },
    h("summary", {}, changes.length === 1 ? "Show the resource" : `Show the ${changes.length} resources`),
    h("ul", { class: "change-list" }, changes.map(changeView)),
  );
}

function changeView({ address, action, attributes = [] }) {
  const head = [h("span", { class: `sign ${action}`, "aria-hidden": "true" }, SIGNS[action] ?? "·"), h("span", { class: "visually-hidden" }, `${CHANGES[action] ?? action} `), h("code", { class: "address" }, address)];
  if (!attributes.length) return h("li", { class: "change" }, h("div", { class: "change-head" }, head));
  return h("li", { class: "change" }, h("details", {}, h("summary", { class: "change-head" }, head), attributesView(attributes, action)));
}

function attributesView(attributes, action) {
  const cells = action === "create" ? ["Attribute", "Will be"] : ["Attribute", "Now", "Will be"];
  const row = (each) => {
    const before = action === "create" ? [] : [h("td", { "data-label": "Now", class: "before" }, valueView(each.before, each.sensitive))];
    return h("tr", {}, h("th", { scope: "row" }, each.path), ...before, h("td", { "data-label": "Will be", class: "after" }, each.unknown ? h("em", {}, "known after apply") : valueView(each.after, each.sensitive)));
  };
  return h(
    "div",
    { class: "table-scroll", tabindex: "0", role: "region", "aria-label": "Attributes" },
    h("table", { class: "attributes" }, h("thead", {}, h("tr", {}, cells.map((cell) => h("th", { scope: "col" }, cell)))), h("tbody", {}, attributes.map(row))),
  );
}

const valueView = (value, sensitive) => (sensitive ? h("em", {}, "sensitive, hidden") : h("code", {}, shown(value)));
