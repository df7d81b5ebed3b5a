// What a job would change: counts, what it means, a list of resources, each one's attributes before and after, a graph.
import { api, sentence } from "./api.js";
import { h } from "./dom.js";
import { filled, gettext, ngettext } from "./i18n.js";
import { insightView } from "./insight.js";
import { CHANGES, SIGNS, shown } from "./words.js";

// A plan of at most this many resources is shown in full at once.
const SHORT = 8;

/** The elements of a plan: {counts, changes, changes_total, attributes_left, sentence, blast, cost, policy}. */
export function planView(plan, jobId) {
  if (!plan) return [];
  const { sentence: said, counts = {}, changes = [], changes_total: total = changes.length } = plan;
  const head = h("div", { class: "plan-head" }, said && h("p", { class: "plan-sentence" }, said), countsView(counts));
  return [head, ...insightView(plan), changesView(changes, total, leftView(plan, total - changes.length, jobId))];
}

function countsView(counts) {
  const present = Object.keys(CHANGES).filter((kind) => counts[kind]);
  if (!present.length) return null;
  const count = (kind) => filled(TO_DO[kind], { count: counts[kind] });
  return h(
    "ul",
    { class: "counts", "aria-label": gettext("Planned changes") },
    present.map((kind) => h("li", { class: `count ${kind}` }, sign(kind), ` ${count(kind)}`)),
  );
}

function changesView(changes, total, left) {
  if (!changes.length) return null;
  const title = ngettext("The resource", "The %(count)s resources", total);
  return h(
    "details",
    { class: "changes", open: total <= SHORT },
    h("summary", {}, filled(title, { count: total })),
    h("ul", { class: "change-list" }, changes.map(changeView)),
    left,
  );
}

/** What did not fit into a frame, and where it is. */
function leftView({ attributes_left: bare = 0 }, more, jobId) {
  if (more <= 0 && !bare) return null;
  const told = ngettext("The attributes of %(count)s resource are too long to be shown here.", "The attributes of %(count)s resources are too long to be shown here.", bare);
  const said = [more > 0 && filled(gettext("and %(count)s more."), { count: more }), bare > 0 && filled(told, { count: bare })];
  const link = h("a", { href: `/jobs/${jobId}/#plan` }, gettext("The whole plan"));
  return h("p", { class: "quiet" }, said.filter(Boolean).map((each) => `${each} `), link);
}

function changeView({ address, action, cause, importing, attributes = [] }) {
  const head = [
    h("span", { class: "doing" }),
    sign(action),
    h("span", { class: "visually-hidden" }, `${CHANGES[action] ?? action} `),
    h("code", { class: "address" }, address),
    cause && h("span", { class: "unasked-mark" }, ` ${gettext("not asked for")}`),
    importing && h("span", { class: "quiet" }, ` ${gettext("exists, is imported")}`),
  ];
  const item = h("li", { class: "change", dataset: { address } });
  if (!attributes.length) item.append(h("div", { class: "change-head" }, head));
  else item.append(attributesBox(head, attributes, action));
  return item;
}

/** The table is made when somebody opens it: a plan of hundreds of resources has thousands of attributes. */
function attributesBox(head, attributes, action) {
  const box = h("details", {}, h("summary", { class: "change-head" }, head));
  box.addEventListener("toggle", () => box.append(attributesView(attributes, action)), { once: true });
  return box;
}

function attributesView(attributes, action) {
  const columns = { create: ["after"], delete: ["before"] }[action] ?? ["before", "after"];
  const titles = [gettext("Attribute"), ...columns.map((column) => TITLES[column])];
  const head = h("tr", {}, titles.map((title) => h("th", { scope: "col" }, title)));
  const body = attributes.map((each) => attributeView(each, columns));
  const table = h("table", { class: "attributes" }, h("thead", {}, head), h("tbody", {}, body));
  return h("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": gettext("Attributes") }, table);
}

function attributeView(attribute, columns) {
  const cell = (column) => h("td", { class: column, "data-label": TITLES[column] }, valueView(attribute, column));
  return h("tr", {}, h("th", { scope: "row" }, attribute.path), columns.map(cell));
}

function valueView({ sensitive, unknown, ...values }, column) {
  if (sensitive) return h("em", {}, gettext("sensitive, hidden"));
  return unknown && column === "after" ? h("em", {}, gettext("known after apply")) : h("code", {}, shown(values[column]));
}

/** What depends on what, drawn when it is opened: its code and its data are fetched then. */
export function graphView(jobId) {
  const place = h("div", {});
  const box = h("details", { class: "plan-graph" }, h("summary", {}, gettext("Graph")), place);
  box.addEventListener("toggle", () => box.open && !place.childElementCount && draw(place, jobId));
  return box;
}

async function draw(place, jobId) {
  try {
    const [{ graph }, data] = await Promise.all([import("./graph.js"), api(`jobs/${jobId}/plan/`)]);
    place.replaceChildren(graph(data.graph ?? {}));
  } catch (problem) {
    place.replaceChildren(h("p", { class: "alert", role: "alert" }, sentence(problem)));
  }
}

/** Show beside each resource of `element` what is being done with it: `doing` is a Map of address to kind of event. */
export function showProgress(element, doing) {
  for (const item of element.querySelectorAll(".change[data-address]")) {
    const kind = doing.get(item.dataset.address);
    if (!kind || item.dataset.doing === kind) continue;
    item.dataset.doing = kind;
    item.querySelector(".doing").textContent = DOING[kind] ?? "";
  }
}

const TITLES = { before: gettext("Now"), after: gettext("Will be") };
const TO_DO = {
  create: gettext("%(count)s to create"),
  update: gettext("%(count)s to change"),
  replace: gettext("%(count)s to replace"),
  delete: gettext("%(count)s to delete"),
  read: gettext("%(count)s to read"),
};
const DOING = {
  resource_start: gettext("working…"),
  resource_progress: gettext("working…"),
  resource_done: gettext("done"),
  resource_failed: gettext("failed"),
};
const sign = (action) => h("span", { class: `sign ${action}`, "aria-hidden": "true" }, SIGNS[action] ?? "·");
