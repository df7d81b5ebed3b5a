// The resources of a plan and what depends on what: a picture to look at and walk through, and the same as a list.
import { h, svg } from "./dom.js";
import { laidOut } from "./graphlayout.js";
import { Viewport } from "./graphview.js";
import { filled, gettext, ngettext } from "./i18n.js";

// The sign stands beside the colour: nobody has to tell colours apart.
const ACTIONS = {
  create: { sign: "+", name: gettext("to create") },
  update: { sign: "~", name: gettext("to change") },
  replace: { sign: "±", name: gettext("to replace") },
  delete: { sign: "−", name: gettext("to delete") },
  "no-op": { sign: "=", name: gettext("unchanged") },
};
const LONGEST = 27;
let pictures = 0;
const PARTS = /^(?:(?<module>.*)\.)?(?<type>[^.]+)\.(?<name>[^.]+)$/;

/**
 * An element for `data`: {nodes: [{id, type, module, action, instances}], edges: [[from, to], ...], complete}, where
 * `from` depends on `to`, as `jobs/<id>/plan/` has it. The page needs css/graph.css.
 */
export function graph({ nodes = [], edges = [], complete = true }) {
  if (!nodes.length) return h("p", { class: "quiet" }, gettext("There is no resource to draw."));
  const described = nodes.map(named);
  const ties = tiesOf(described, edges);
  const view = new Viewport(pictureOf(described, edges, ties));
  const missing = !complete && h("p", { class: "quiet" }, gettext("There are more resources than are drawn here. The list of changes has them all."));
  return h("div", { class: "graph" }, h("div", { class: "graph-bar" }, legendOf(described), view.buttons), view.element, missing, listOf(described, ties));
}

/** The node with the words that stand in it. */
function named(node) {
  const { module = node.module ?? "", name = node.id, type = node.type ?? "" } = PARTS.exec(node.id)?.groups ?? {};
  const many = node.instances > 1 ? ` ×${node.instances}` : "";
  const place = module.replaceAll("module.", "");
  return { ...node, action: ACTIONS[node.action] ? node.action : "no-op", name: `${name}${many}`, detail: place ? `${place} · ${type}` : type };
}

/** Per id: the ids it depends on (`on`) and those that depend on it (`by`). */
function tiesOf(nodes, edges) {
  const ties = new Map(nodes.map(({ id }) => [id, { on: [], by: [] }]));
  for (const [from, to] of edges) {
    ties.get(from)?.on.push(to);
    ties.get(to)?.by.push(from);
  }
  return ties;
}

function pictureOf(nodes, edges, ties) {
  const { width, height, ...placed } = laidOut(nodes, edges);
  const arrowId = `graph-arrow-${(pictures += 1)}`;
  const arrow = svg("marker", { id: arrowId, class: "graph-arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 8, markerHeight: 8, orient: "auto" }, svg("path", { d: "M0 0 8 4 0 8z" }));
  const lines = placed.edges.map((edge) => edgeView(edge, arrowId));
  const boxes = placed.nodes.map((node) => nodeView(node, ties.get(node.id)));
  const label = filled(ngettext("Graph of %(count)s resource; the arrow keys go from one to the next", "Graph of %(count)s resources; the arrow keys go from one to the next", nodes.length), { count: nodes.length });
  return svg("svg", { class: "graph-picture", role: "group", "aria-label": label, viewBox: `0 0 ${width} ${height}`, width, height }, svg("defs", {}, arrow), lines, boxes);
}

function edgeView({ from, to, points }, arrowId) {
  const [first, ...rest] = points;
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1];
    const end = index === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${at(point)} ${at(end)}`;
  });
  const path = bends.length ? bends.join("") : `L${at(rest.at(-1))}`;
  return svg("path", { class: "graph-edge", d: `M${at(first)}${path}`, "marker-end": `url(#${arrowId})`, "aria-hidden": "true", dataset: { from, to } });
}

function nodeView({ id, action, name, detail, x, y, width, height }, ties) {
  const { sign } = ACTIONS[action];
  const move = `translate(${Math.round(x)} ${Math.round(y)})`;
  return svg(
    "g",
    { class: `graph-node ${action}`, transform: move, role: "img", tabindex: "-1", "aria-label": spoken(id, action, ties), dataset: { id, x, y } },
    svg("title", {}, id),
    svg("rect", { class: "graph-box", width, height, rx: 8 }),
    svg("rect", { class: "graph-edge-mark", width: 5, height: height - 12, x: 5, y: 6, rx: 2.5 }),
    svg("text", { class: "graph-sign", x: 23, y: height / 2 + 6 }, sign),
    svg("text", { class: "graph-name", x: 38, y: 20 }, cut(name)),
    svg("text", { class: "graph-detail", x: 38, y: 36 }, cut(detail)),
  );
}

function spoken(id, action, { on, by }) {
  const parts = [`${id}, ${ACTIONS[action].name}`];
  if (on.length) parts.push(filled(gettext("depends on %(names)s"), { names: on.join(", ") }));
  if (by.length) parts.push(filled(ngettext("%(count)s resource depends on it", "%(count)s resources depend on it", by.length), { count: by.length }));
  return parts.join("; ");
}

function legendOf(nodes) {
  const counts = Object.keys(ACTIONS).map((action) => [action, nodes.filter((node) => node.action === action).length]);
  const item = ([action, count]) =>
    h("li", { class: action }, h("span", { class: "graph-key", "aria-hidden": "true" }, ACTIONS[action].sign), ` ${count} ${ACTIONS[action].name}`);
  return h("ul", { class: "graph-legend" }, counts.filter(([, count]) => count).map(item));
}

function listOf(nodes, ties) {
  const item = ({ id, action }) => h("li", {}, h("code", {}, id), `, ${ACTIONS[action].name}`, dependencies(ties.get(id).on));
  return h("details", { class: "graph-list" }, h("summary", {}, gettext("The same as a list")), h("ul", {}, nodes.map(item)));
}

const dependencies = (ids) =>
  ids.length > 0 && h("ul", { "aria-label": gettext("Depends on") }, ids.map((id) => h("li", {}, `${gettext("depends on")} `, h("code", {}, id))));

const at = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
