// What a plan means before somebody approves it: what else it touches, what it costs, what the rules say of it.
import { sentence as problemOf } from "./api.js";
import { h } from "./dom.js";
import { filled, gettext } from "./i18n.js";
import { shown } from "./words.js";

const CAUSES = {
  drift: gettext("changed outside; this puts it back"),
  module: gettext("the blueprint has a new version"),
  tainted: gettext("it was left half made"),
  nothing: gettext("no value of the request leads to it"),
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
  const button = h("button", { type: "button", class: "button primary take-nearest" }, gettext("Ask for this instead"));
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await take(nearest.values);
    } catch (problem) {
      Object.assign(alert, { textContent: problemOf(problem), hidden: false });
      button.disabled = false;
    }
  });
  const proof = filled(gettext("It was planned like this and held against the same rules: %(sentence)s"), nearest);
  return h("div", { class: "nearest" }, h("p", {}, gettext("This would pass:")), h("ul", {}, values), h("p", { class: "quiet" }, proof), take ? button : null, alert);
}

function blastView(blast) {
  if (!blast) return null;
  const { sentence, dependents = [], dependents_total: total = dependents.length, lost = [] } = blast;
  const text = h("p", { class: lost.length ? "blast alert" : "blast" }, sentence);
  if (!dependents.length) return text;
  const list = h("ul", { class: "address-list" }, dependents.slice(0, MOST).map((each) => h("li", {}, h("code", {}, each))));
  const more = total > MOST && h("p", { class: "quiet" }, filled(gettext("and %(count)s more"), { count: total - MOST }));
  return h("div", {}, text, h("details", { class: "dependents" }, h("summary", {}, gettext("What depends on it")), list, more));
}

function costView(cost) {
  if (!cost) return null;
  const text = h("p", { class: "cost" }, cost.sentence);
  if (!cost.lines?.length) return text;
  const lines = cost.lines.slice(0, MOST).map((each) => h("li", {}, h("code", {}, each.address), ` ${price(each, cost.currency)}`));
  return h("div", {}, text, h("details", { class: "cost-lines" }, h("summary", {}, gettext("What the price is made of")), h("ul", { class: "address-list" }, lines)));
}

function price({ basis, after, before, note }, currency) {
  if (basis === "unknown") return gettext("price unknown");
  if (basis === "usage") return filled(gettext("by use: %(note)s"), { note });
  const parts = [filled(gettext("%(price)s a month"), { price: `${(after ?? 0).toFixed(2)} ${currency}` })];
  if (before !== null && before !== after) parts.push(filled(gettext("now %(price)s"), { price: before.toFixed(2) }));
  if (note) parts.push(filled(gettext("and by use: %(note)s"), { note }));
  return parts.join(", ");
}

function policyView(policy, demands) {
  const { denials = [], warnings = [] } = policy ?? {};
  return [
    findings("denied", gettext("Not allowed"), denials),
    findings("demanded", gettext("More approval is needed"), demands.map(({ why }) => ({ message: why }))),
    findings("warned", gettext("Warnings"), warnings),
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
  return h("div", { class: "policy unasked" }, h("p", {}, h("strong", {}, gettext("Nobody asked for this"))), h("ul", {}, lines));
}
