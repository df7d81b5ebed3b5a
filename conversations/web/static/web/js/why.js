// "Why?": message, intent, values with the words they came from, plan lines; and what was meant instead, in place.
import { sentence } from "./api.js";
import { h } from "./dom.js";
import { clearErrors, fieldView, showProblem, valueOf } from "./form.js";
import { filled, gettext, ngettext } from "./i18n.js";
import { CHANGES, SIGNS, shown } from "./words.js";

const INTENT = "__intent";
// Values that nobody gave stand below the others, out of the way.
const LEFT = "default";
const WORTH_TELLING = 0.005;
let count = 0;

/** The panel of an explanation; `correct({intent, values})` returns a promise that rejects with a problem. */
export function whyView(why, correct) {
  const id = `why-${(count += 1)}`;
  const alert = h("p", { class: "alert", role: "alert", hidden: true });
  const submit = h("button", { class: "button primary" }, gettext("Propose it like that"));
  const buttons = h("div", { class: "buttons", hidden: true }, submit);
  const opened = () => (buttons.hidden = false);
  const form = h(
    "form",
    { class: "why-panel", "aria-label": filled(gettext("Why: %(title)s"), why) },
    h("ol", { class: "why-steps" }, messageStep(why), intentStep(id, why, opened), valuesStep(id, why, opened), planStep(why)),
    why.correctable ? null : h("p", { class: "quiet" }, why.why_not),
    alert,
    buttons,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send({ form, why, alert, submit, correct });
  });
  return form;
}

async function send({ form, why, alert, submit, correct }) {
  clearErrors(form);
  alert.hidden = true;
  try {
    const meant = changed(form, why);
    if (!meant) return tell(alert, gettext("That is how it is already. Change something first."));
    submit.disabled = true;
    await correct(meant);
    for (const control of form.elements) control.disabled = true;
    form.append(h("p", { class: "quiet", role: "status" }, gettext("Thank you. The conversation goes on with what you meant.")));
    form.closest("details")?.querySelector("summary").focus();
  } catch (problem) {
    submit.disabled = false;
    if (problem.field && form.elements.namedItem(problem.field)) showProblem(form, alert, problem);
    else tell(alert, sentence(problem));
  }
}

/** Only what differs: {intent, values}; null when nothing does. */
function changed(form, why) {
  const values = {};
  for (const value of why.values) {
    const control = form.elements.namedItem(value.name);
    if (!control) continue;
    const now = value.sensitive ? null : (valueOf(control, value) ?? null);
    if ((value.sensitive && control.checked) || JSON.stringify(now) !== JSON.stringify(value.value ?? null)) values[value.name] = now;
  }
  const intent = form.elements.namedItem(INTENT)?.value || null;
  return intent || Object.keys(values).length ? { intent, values } : null;
}

function messageStep({ message, values }) {
  const said = message?.text ? marked(message, values) : [gettext("Not in words, or the words are not kept.")];
  return step(gettext("You wrote"), h("blockquote", { class: "why-message" }, said));
}

/** The message with the words marked that values came from. */
function marked({ seq, text }, values) {
  const spans = values
    .map(({ label, source }) => ({ label, ...source }))
    .filter((each) => each.seq === seq && each.words && text.slice(each.start, each.end) === each.words)
    .sort((one, other) => one.start - other.start);
  const out = [];
  let end = 0;
  for (const { label, start, end: until, words } of spans) {
    if (start < end) continue;
    out.push(text.slice(end, start), h("mark", { title: label }, words));
    end = until;
  }
  return [...out, text.slice(end)];
}

function intentStep(id, { intent, options, correctable }, opened) {
  const place = h("div", { class: "why-place" });
  const change = () => {
    const choices = options.map(({ intent: value, phrase: label }) => ({ value, label }));
    place.replaceChildren(fieldView(id, { name: INTENT, label: gettext("You meant"), choices, required: false }));
    opened();
    place.querySelector("select").focus();
  };
  const near = intent.examples.map((each) => `“${each}”`).join(", ");
  const likely = intent.alternatives
    .filter(({ confidence }) => confidence >= WORTH_TELLING)
    .map((each) => `“${each.phrase}” ${percent(each.confidence)}`).join(", ");
  return step(
    gettext("I understood"),
    h("p", {}, h("strong", {}, intent.phrase), ` (${how(intent)}) `, correctable && options.length ? changeButton(gettext("what was meant"), change) : null),
    likely && h("p", { class: "quiet" }, filled(gettext("Next came %(phrases)s."), { phrases: likely })),
    near && h("p", { class: "quiet" }, filled(gettext("The nearest phrases I learned: %(phrases)s."), { phrases: near })),
    place,
  );
}

function how({ by, source, confidence, threshold }) {
  if (by === "correction") return gettext("you said so yourself");
  if (by === "words") return gettext("these words mean one thing");
  if (by === "unknown") return gettext("how is not kept");
  if (by === "request") return gettext("asked for by a program");
  const sure = typeof confidence === "number" ? filled(gettext("%(sure)s sure, %(needed)s needed"), { sure: percent(confidence), needed: percent(threshold) }) : "";
  return [sure, source && filled(gettext("%(name)s was asked as well"), { name: source })].filter(Boolean).join("; ");
}

function valuesStep(id, why, opened) {
  const rows = (which) => why.values.filter(which).map((value) => valueView(id, value, why.correctable, opened));
  const left = rows(({ source }) => source.kind === LEFT);
  return step(
    gettext("With these values"),
    h("ul", { class: "why-values" }, rows(({ source }) => source.kind !== LEFT)),
    left.length > 0 &&
      h("details", {}, h("summary", { class: "quiet" }, filled(ngettext("%(count)s left as it is preselected", "%(count)s left as they are preselected", left.length), { count: left.length })), h("ul", { class: "why-values" }, left)),
  );
}

function valueView(id, value, correctable, opened) {
  const place = h("div", { class: "why-place" });
  const change = () => {
    place.replaceChildren(value.sensitive ? askAgain(id, value) : fieldView(id, { ...value, default: value.value }));
    opened();
    place.querySelector("input, select, textarea").focus();
  };
  const lines = value.everything ? gettext("all of the plan") : value.lines.join(", ");
  return h(
    "li",
    { class: "why-value" },
    h("span", { class: "why-label" }, `${value.label}: `),
    h("code", {}, value.sensitive ? "•••" : shown(value.value)),
    h("span", { class: "quiet" }, ` ${from(value.source)}${lines && ` → ${lines}`} `),
    correctable && changeButton(value.label, change),
    place,
  );
}

/** A secret is never written here: it is asked for in a form of its own. */
function askAgain(id, { name, label }) {
  const box = h("input", { type: "checkbox", id: `${id}-${name}`, name, checked: true });
  return h("p", { class: "field check" }, box, h("label", { for: box.id }, filled(gettext("Ask me for the %(label)s again"), { label })));
}

function from({ kind, words, entity }) {
  const said = words && `“${words}”`;
  if (kind === "message" && said) return [filled(gettext("from your words %(words)s"), { words: said }), FOUND[entity]].filter(Boolean).join(", ");
  return [KINDS[kind] ?? kind, kind === "answer" || kind === "correction" ? said : ""].filter(Boolean).join(" ");
}

function planStep({ plan, values }) {
  if (!plan) return step(gettext("In the plan"), h("p", { class: "quiet" }, gettext("There is no plan yet.")));
  const line = ({ address, action, variables }) => {
    const asked = because(values.filter(({ name }) => variables.includes(name)));
    const sign = h("span", { class: `sign ${action}`, "aria-hidden": "true" }, SIGNS[action] ?? "·");
    const spoken = h("span", { class: "visually-hidden" }, `${CHANGES[action] ?? action} `);
    return h("li", {}, sign, spoken, h("code", {}, address), asked && h("span", { class: "quiet" }, ` ${asked}`));
  };
  const more = plan.lines_total - plan.lines.length;
  return step(
    gettext("In the plan"),
    h("ul", { class: "why-lines" }, plan.lines.map(line)),
    more > 0 && h("p", { class: "quiet" }, filled(gettext("and %(count)s more"), { count: more })),
  );
}

/** The values that ask for a line: those that somebody gave, or, without any, those left as they were. */
function because(asking) {
  const labels = (which) => asking.filter(which).map(({ label }) => label).join(", ");
  const given = labels(({ source }) => source.kind !== LEFT);
  const left = labels(({ source }) => source.kind === LEFT);
  if (given) return filled(gettext("because of %(names)s"), { names: given });
  return left && filled(gettext("as preselected by %(names)s"), { names: left });
}

const step = (title, ...content) => h("li", { class: "why-step" }, h("h3", {}, title), ...content);
const changeButton = (what, onclick) =>
  h("button", { type: "button", class: "link", onclick }, gettext("Change"), h("span", { class: "visually-hidden" }, ` ${what}`));
const percent = (share) => `${Math.round(share * 100)} %`;

function tell(alert, text) {
  alert.textContent = text;
  alert.hidden = false;
}

const KINDS = {
  message: gettext("from your message"),
  answer: gettext("your answer"),
  form: gettext("you chose it in the form"),
  correction: gettext("your correction"),
  default: gettext("left as it is preselected"),
  memory: gettext("what we talked about before"),
  stack: gettext("as it is there already"),
  only: gettext("the only one that fits"),
  given: gettext("as it was asked for"),
};
const FOUND = {
  list: gettext("a word I know"),
  pattern: gettext("by its form"),
  "built-in": gettext("by its form"),
  name: gettext("a name"),
  learned: gettext("learned from examples"),
  unlisted: gettext("it stands where one belongs"),
};
