// Where each resource of a graph stands. What hangs together is laid out by dagre; the parts are set beside each other,
// so that a hundred resources that nothing ties together are a block and not a column of a hundred.
import * as dagre from "../vendor/dagre/dagre.esm.js";

export const NODE = { height: 46, narrowest: 132, widest: 262 };
const APART = 20;
const MARGIN = 8;
const NAME_PX = 8;
const DETAIL_PX = 6.8;
const BESIDE_TEXT_PX = 52;
// Above this the exact ranking costs more than anybody would see.
const LARGE = 120;

/**
 * {width, height, nodes: [{...node, x, y, width, height}], edges: [{from, to, points: [{x, y}]}]} for the nodes
 * ({id, ...}) and edges ([from, to]); x and y are the upper left corner, in pixels.
 */
export function laidOut(nodes, edges) {
  const parts = components(nodes, edges).map(partLaidOut);
  return packed(parts.sort((one, other) => other.nodes.length - one.nodes.length));
}

/** The graph in parts that no edge ties together, in the order of their first node. */
function components(nodes, edges) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ties = edges.filter(([from, to]) => byId.has(from) && byId.has(to));
  const near = new Map(nodes.map(({ id }) => [id, []]));
  for (const [from, to] of ties) {
    near.get(from).push(to);
    near.get(to).push(from);
  }
  const partOf = new Map();
  const parts = [];
  for (const { id } of nodes) {
    if (partOf.has(id)) continue;
    const part = { nodes: [], edges: [] };
    parts.push(part);
    for (const each of reached(id, near)) {
      partOf.set(each, part);
      part.nodes.push(byId.get(each));
    }
  }
  for (const tie of ties) partOf.get(tie[0]).edges.push(tie);
  return parts;
}

function reached(start, near) {
  const found = new Set([start]);
  for (const id of found) near.get(id).forEach((each) => found.add(each));
  return found;
}

function partLaidOut({ nodes, edges }) {
  const plan = new dagre.Graph();
  plan.setGraph({ rankdir: "LR", nodesep: APART, ranksep: 48, ranker: nodes.length > LARGE ? "longest-path" : "network-simplex" });
  plan.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) plan.setNode(node.id, { width: widthOf(node), height: NODE.height });
  for (const [from, to] of edges) plan.setEdge(from, to);
  dagre.layout(plan);
  const placed = nodes.map((node) => {
    const { x, y, width, height } = plan.node(node.id);
    return { ...node, x: x - width / 2, y: y - height / 2, width, height };
  });
  const tied = edges.map(([from, to]) => ({ from, to, points: plan.edge(from, to).points }));
  const { width, height } = plan.graph();
  return { width, height, nodes: placed, edges: tied };
}

const widthOf = ({ name, detail }) =>
  Math.min(NODE.widest, Math.max(NODE.narrowest, BESIDE_TEXT_PX + Math.max(NAME_PX * name.length, DETAIL_PX * detail.length)));

/** The parts in rows, none wider than the widest part or than a page wants to be. */
function packed(parts) {
  const area = parts.reduce((sum, { width, height }) => sum + (width + APART) * (height + APART), 0);
  const most = Math.max(...parts.map(({ width }) => width), Math.sqrt(area * 1.8));
  const out = { width: 0, height: 0, nodes: [], edges: [] };
  let [x, y, tallest] = [MARGIN, MARGIN, 0];
  for (const part of parts) {
    if (x > MARGIN && x + part.width > most + MARGIN) [x, y, tallest] = [MARGIN, y + tallest + APART, 0];
    const move = (point) => ({ ...point, x: point.x + x, y: point.y + y });
    out.nodes.push(...part.nodes.map(move));
    out.edges.push(...part.edges.map((edge) => ({ ...edge, points: edge.points.map(move) })));
    tallest = Math.max(tallest, part.height);
    out.width = Math.max(out.width, x + part.width + MARGIN);
    out.height = Math.max(out.height, y + tallest + MARGIN);
    x += part.width + APART;
  }
  return out;
}
