// A job's log: numbered lines as they come, folded, with the last thing that was done beside it, and how far the work is.
import { h } from "./dom.js";
import { filled, gettext } from "./i18n.js";

const MOST_LINES = 400;
// What the card itself tells at the job's end; beside the closed log the last thing that was done is of more use.
const SAID_ABOVE = new Set(["awaiting_approval", "succeeded", "no_changes"]);
const TOLD_BY_THE_CARD = new Set(["result", "output"]);

export class LogView {
  /** `onopen` is called when a person opens the log by hand, `onevents(events)` with the lines that were new. */
  constructor(onopen, onevents = () => {}) {
    this.onevents = onevents;
    this.lines = h("ol", { class: "log-lines", tabindex: "0", role: "log", "aria-label": gettext("Log"), "aria-live": "off" });
    this.bar = h("progress", { class: "bar", "aria-label": gettext("Resources done"), max: "1", value: "0" });
    this.share = h("span", { class: "quiet" });
    this.latest = h("span", { class: "log-latest" });
    const summary = h("summary", {}, h("span", { class: "log-title" }, gettext("Log")), this.latest);
    this.details = h("details", { class: "log" }, summary, this.lines);
    this.meter = h("div", { class: "meter", hidden: true }, this.bar, this.share);
    this.element = h("div", { class: "progress", hidden: true }, this.details);
    this.details.addEventListener("toggle", () => this.details.open && onopen());
    this.last = 0;
    this.done = new Set();
    this.total = 0;
  }

  /** `total`: number of resources the plan changes; 0 when not known. */
  show(state, total) {
    this.element.hidden = false;
    this.total = total;
    this.latest.hidden = SAID_ABOVE.has(state);
    this.meter.hidden = !(state === "applying" && total > 0);
    this.#measure();
  }

  append(events) {
    const fresh = events.filter((each) => each.log_seq > this.last);
    if (!fresh.length) return;
    const atEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 24;
    this.last = fresh.at(-1).log_seq;
    this.lines.append(...fresh.slice(-MOST_LINES).map(lineView));
    while (this.lines.childElementCount > MOST_LINES) this.lines.firstElementChild.remove();
    for (const { kind, resource } of fresh) if (kind === "resource_done") this.done.add(resource);
    const told = fresh.findLast(({ kind, text }) => text && !TOLD_BY_THE_CARD.has(kind));
    if (told) this.latest.textContent = told.text;
    this.#measure();
    if (atEnd) this.lines.scrollTop = this.lines.scrollHeight;
    this.onevents(fresh);
  }

  #measure() {
    this.bar.max = this.total || 1;
    this.bar.value = this.done.size;
    this.share.textContent = filled(gettext("%(done)s of %(total)s"), { done: this.done.size, total: this.total });
  }
}

const lineView = ({ log_seq: seq, kind, text }) =>
  h("li", { class: `line ${kind}`, dataset: { logSeq: seq } }, text ?? "");
