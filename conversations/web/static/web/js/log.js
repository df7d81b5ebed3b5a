// A job's log: numbered lines as they come, and how many of the planned resources are done.
import { h } from "./dom.js";

const MOST_LINES = 400;
// What the card itself tells at the job's end; beside the closed log the last thing that was done is of more use.
const TOLD_BY_THE_CARD = new Set(["result", "output"]);

export class LogView {
  /** `onopen` is called when a person opens the log by hand. */
  constructor(onopen) {
    this.lines = h("ol", { class: "log-lines", tabindex: "0", role: "log", "aria-label": "Log", "aria-live": "off" });
    this.bar = h("progress", { class: "bar", "aria-label": "Resources done", max: "1", value: "0", hidden: true });
    this.latest = h("span", { class: "log-latest" });
    const summary = h("summary", {}, h("span", { class: "log-title" }, "Log"), this.latest);
    this.details = h("details", { class: "log" }, summary, this.lines);
    this.element = h("div", { class: "progress", hidden: true }, this.bar, this.details);
    this.details.addEventListener("toggle", () => this.details.open && onopen());
    this.last = 0;
    this.done = new Set();
  }

  /** `total`: number of resources the plan changes; 0 when not known. */
  show(state, total) {
    this.element.hidden = false;
    this.bar.hidden = !(state === "applying" && total > 0);
    this.bar.max = total || 1;
  }

  append(events) {
    const atEnd = this.lines.scrollHeight - this.lines.scrollTop - this.lines.clientHeight < 24;
    for (const event of events.filter((each) => each.log_seq > this.last)) {
      this.last = event.log_seq;
      this.lines.append(lineView(event));
      if (event.kind === "resource_done") this.bar.value = this.done.add(event.resource).size;
      if (event.text && !TOLD_BY_THE_CARD.has(event.kind)) this.latest.textContent = event.text;
    }
    while (this.lines.childElementCount > MOST_LINES) this.lines.firstElementChild.remove();
    if (atEnd) this.lines.scrollTop = this.lines.scrollHeight;
  }
}

const lineView = ({ log_seq: seq, kind, text }) =>
  h("li", { class: `line ${kind}`, dataset: { logSeq: seq } }, text ?? "");
