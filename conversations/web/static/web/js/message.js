// One message: who, what, when, and for a person's own message whether it is stored.
import { h, time } from "./dom.js";
import { markdown, plain } from "./markdown.js";
import { whyView } from "./why.js";
import { shown } from "./words.js";

const DELIVERY = { sending: "Sending…", stored: "", failed: "Not sent" };

/**
 * A message frame as a list item; `say(text)` is called when a suggestion is chosen, `correct(jobId, meant)` when what
 * is explained in it was a misunderstanding.
 */
export function messageView({ seq, ts, data }, say, correct) {
  const bot = data.author !== "user";
  const written = data.format === "markdown" ? markdown : plain;
  const body = h("div", { class: "bubble" }, written(data.text ?? ""));
  return h(
    "li",
    { class: `message ${bot ? "from-bot" : "from-user"}`, dataset: { seq, author: data.author } },
    h("span", { class: "visually-hidden" }, bot ? "Infrachat: " : "You: "),
    body,
    data.why?.correctable && correct ? correctionView(data.why, correct) : null,
    data.suggestions?.length ? suggestionsView(data.suggestions, say) : null,
    h("p", { class: "meta" }, time(ts), h("span", { class: "delivery" }), bot && understandingView(data.understanding)),
  );
}

/** The person's message before the server has it. */
export function pendingView(clientId, text) {
  const item = messageView({ seq: "", ts: new Date().toISOString(), data: { author: "user", text } }, () => {});
  item.dataset.clientId = clientId;
  setDelivery(item, "sending");
  return item;
}

/** `state`: sending, stored or failed; `problem` and `retry` say why it failed and offer to send again. */
export function setDelivery(item, state, problem = "", retry = null) {
  item.dataset.delivery = state;
  const place = item.querySelector(".delivery");
  place.replaceChildren(state === "failed" ? `${DELIVERY.failed}: ${problem} ` : DELIVERY[state]);
  if (retry) place.append(h("button", { type: "button", class: "link", onclick: retry }, "Send again"));
}

/** The pending message turned out to be this frame. */
export function adopt(item, { seq, ts }) {
  item.dataset.seq = seq;
  item.querySelector("time").replaceWith(time(ts));
  setDelivery(item, "stored");
}

/** What was suggested before the latest news is no longer the question. */
export function closeSuggestions(list) {
  for (const button of list.querySelectorAll(".suggestions button")) button.disabled = true;
}

function suggestionsView(suggestions, say) {
  const button = (each) => {
    const { text, label } = typeof each === "string" ? { text: each } : each;
    return h("button", { type: "button", class: "button small", onclick: () => say(text) }, label ?? text);
  };
  return h("div", { class: "suggestions", role: "group", "aria-label": "Suggestions" }, suggestions.map(button));
}

function correctionView(why, correct) {
  const panel = whyView(why, (meant) => correct(why.job_id, meant));
  return h("details", { class: "why-box" }, h("summary", {}, "Correct it"), panel);
}

function understandingView(understanding) {
  if (!understanding?.intent) return null;
  const { intent, confidence, slots } = understanding;
  const percent = typeof confidence === "number" ? ` (${Math.round(confidence * 100)} %)` : "";
  const rows = [["intent", intent + percent], ...(slots ?? []).map(({ name, value }) => [name, value])];
  const terms = rows.flatMap(([name, value]) => [h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, shown(value))]);
  return h("details", { class: "why" }, h("summary", {}, "How this was understood"), h("dl", {}, terms));
}
