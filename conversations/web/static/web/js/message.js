// One message: who, what, when, and for a person's own message whether it is stored.
import { copyButton, copyableBlocks } from "./copy.js";
import { h, rendered, time } from "./dom.js";
import { filled, gettext } from "./i18n.js";
import { plain } from "./text.js";
import { whyView } from "./why.js";
import { STATES, shown } from "./words.js";

/**
 * A message frame as a list item; `say(text)` is called when a suggestion is chosen, `correct(jobId, meant)` when what
 * is explained in it was a misunderstanding.
 */
export function messageView({ seq, ts, data }, say, correct) {
  const bot = data.author !== "user";
  const body = h("div", { class: "bubble" }, data.html ? rendered(data.html) : plain(data.text ?? ""));
  return h(
    "li",
    { class: `message ${bot ? "from-bot" : "from-user"}`, dataset: { seq, author: data.author } },
    h("span", { class: "visually-hidden" }, bot ? "Infrachat: " : gettext("You: ")),
    copyableBlocks(body),
    data.why?.correctable && correct ? correctionView(data.why, correct) : null,
    data.suggestions?.length ? suggestionsView(data.suggestions, say) : null,
    metaView(ts, bot, data),
  );
}

function metaView(ts, bot, { text, understanding }) {
  const copied = copyButton(gettext("the message"), () => text ?? "", "link copy-message");
  return h("p", { class: "meta" }, time(ts), h("span", { class: "delivery" }), bot && understandingView(understanding), copied);
}

/** In place of a message whose news stands on a card: nothing where that is in sight just above, else where to find it. */
export function pointerView({ seq, data }, { job }, show) {
  if (!show) return h("li", { hidden: true, dataset: { seq, author: data.author } });
  const text = filled(gettext("%(title)s: %(state)s."), { title: job.title, state: STATES[job.state] ?? job.state });
  const button = h("button", { type: "button", class: "link", onclick: show }, gettext("Show"));
  return h("li", { class: "message from-bot pointer", dataset: { seq, author: data.author } }, h("p", { class: "quiet" }, `${text} `, button));
}

/** The person's message before the server has it. */
export function pendingView(clientId, text) {
  const item = messageView({ seq: "", ts: new Date().toISOString(), data: { author: "user", text } }, () => {});
  item.dataset.clientId = clientId;
  setDelivery(item, "sending");
  return item;
}

/**
 * `state`: sending, waiting (for the connection), stored or failed; `problem` and `retry` say why it failed and offer to
 * send again.
 */
export function setDelivery(item, state, problem = "", retry = null) {
  item.dataset.delivery = state;
  const place = item.querySelector(".delivery");
  place.replaceChildren(state === "failed" ? `${filled(gettext("Not sent: %(problem)s"), { problem })} ` : DELIVERY[state]);
  if (retry) place.append(h("button", { type: "button", class: "link", onclick: retry }, gettext("Send again")));
}

/** The pending message turned out to be this frame. */
export function adopt(item, { seq, ts }) {
  item.dataset.seq = seq;
  item.querySelector("time").replaceWith(time(ts));
  setDelivery(item, "stored");
}

/** What was suggested before the latest news is no longer the question. */
export function closeSuggestions(list) {
  for (const group of list.querySelectorAll(".suggestions")) group.hidden = true;
}

function suggestionsView(suggestions, say) {
  const button = (each) => {
    const { text, label } = typeof each === "string" ? { text: each } : each;
    return h("button", { type: "button", class: "button small", onclick: () => say(text) }, label ?? text);
  };
  return h("div", { class: "suggestions", role: "group", "aria-label": gettext("Suggestions") }, suggestions.map(button));
}

function correctionView(why, correct) {
  const panel = whyView(why, (meant) => correct(why.job_id, meant));
  return h("details", { class: "why-box" }, h("summary", {}, gettext("Correct it")), panel);
}

function understandingView(understanding) {
  if (!understanding?.intent) return null;
  const { intent, confidence, slots } = understanding;
  const percent = typeof confidence === "number" ? ` (${Math.round(confidence * 100)} %)` : "";
  const rows = [[gettext("intent"), intent + percent], ...(slots ?? []).map(({ name, value }) => [name, value])];
  const terms = rows.flatMap(([name, value]) => [h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, shown(value))]);
  return h("details", { class: "why" }, h("summary", {}, gettext("How this was understood")), h("dl", {}, terms));
}

const DELIVERY = {
  sending: gettext("Sending…"),
  waiting: gettext("Kept here, and sent when the connection is back."),
  stored: "",
};
