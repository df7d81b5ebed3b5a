// What a plan means before somebody approves it: what else it touches, what it costs, what the rules say of it.
import { h } from "./dom.js";
import { shown } from "./words.js";

const CAUSES = {
  drift: "changed outside; this puts it back",
  module: "the blueprint has a new version",
  tainted: "it was left half made",
  nothing: "no value of the request leads to it",
};
const MOST = 12;

/** The elements for `blast`, `cost`, `policy` of a plan, and for its changes that nothing asked for. */
export function insightView({ blast, cost, policy, demands = [], changes = [] }) {
  return [blastView(blast), costView(cost), ...policyView(policy, demands), unaskedView(changes.filter((each) => each.cause))];
}

/** The request that the rules would let pass, with a button that asks for it; `take(values)` returns a promise. */
export function nearestView(nearest, take) {
  if (!nearest) return null;
  const values = Object.entries(nearest.values).map(([name, value]) => h("li", {}, h("code", {}, `${name} = ${shown(value)}`)));
  const alert = h("p", { class: "alert", role: "alert", hidden: true });
  const button = h("button", { type: "button", class: "button primary take-nearest" }, "Ask for this instead");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await take(nearest.values);
    } catch (problem) {
      Object.assign(alert, { textContent: problem.detail || problem.title || "That did not work.", hidden: false });
      button.disabled = false;
    }
  });
  const proof = `It was planned like this and held against the same rules: ${nearest.sentence}`;
  return h("div", { class: "nearest" }, h("p", {}, "This would pass:"), h("ul", {}, values), h("p", { class: "quiet" }, proof), take ? button : null, alert);
}

function blastView(blast) {
  if (!blast) return null;
  const { sentence, dependents = [], dependents_total: total = dependents.length, lost = [] } = blast;
  const text = h("p", { class: lost.length ? "blast alert" : "blast" }, sentence);
  if (!dependents.length) return text;
  const list = h("ul", { class: "address-list" }, dependents.slice(0, MOST).map((each) => h("li", {}, h("code", {}, each))));
  const more = total > MOST && h("p", { class: "quiet" }, `and ${total - MOST} more`);
  return h("div", {}, text, h("details", { class: "dependents" }, h("summary", {}, "What depends on it"), list, more));
}

function costView(cost) {
  if (!cost) return null;
  const text = h("p", { class: "cost" }, cost.sentence);
  if (!cost.lines?.length) return text;
  const lines = cost.lines.slice(0, MOST).map((each) => h("li", {}, h("code", {}, each.address), ` ${price(each, cost.currency)}`));
  return h("div", {}, text, h("details", { class: "cost-lines" }, h("summary", {}, "What is in it"), h("ul", { class: "address-list" }, lines)));
}

function price({ basis, after, before, note }, currency) {
  if (basis === "unknown") return "price unknown";
  if (basis === "usage") return `by use: ${note}`;
  const now = `${(after ?? 0).toFixed(2)} ${currency} a month`;
  const was = before !== null && before !== after ? `, now ${before.toFixed(2)}` : "";
  return `${now}${was}${note ? `, and by use: ${note}` : ""}`;
}

function policyView(policy, demands) {
  const { denials = [], warnings = [] } = policy ?? {};
  return [
    findings("denied", "Not allowed", denials),
    findings("demanded", "More approval is needed", demands.map(({ why }) => ({ message: why }))),
    findings("warned", "Warnings", warnings),
  ];
}

function findings(kind, title, found) {
  if (!found.length) return null;
  const lines = found.slice(0, MOST).map(({ message, rule }) => h("li", {}, message, rule && h("span", { class: "quiet" }, ` (${rule})`)));
  return h("div", { class: `policy ${kind}` }, h("p", {}, h("strong", {}, title)), h("ul", {}, lines));
}

function unaskedView(changes) {
  if (!changes.length) return null;
  const lines = changes.slice(0, MOST).map(({ address, cause }) => h("li", {}, h("code", {}, address), ` ${CAUSES[cause] ?? cause}`));
  return h("div", { class: "policy unasked" }, h("p", {}, h("strong", {}, "Nobody asked for this")), h("ul", {}, lines));
}
