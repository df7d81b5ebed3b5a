// The "Why?" of a job's card: read when it is opened, and again when the job has gone on since.
import { api, sentence } from "./api.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";
import { whyView } from "./why.js";

export class WhyBox {
  /** `correct(jobId, meant)` returns a promise that rejects with a problem. */
  constructor(correct) {
    this.correct = correct;
    this.content = h("div", { class: "why-content" });
    this.element = h("details", { class: "why-box" }, h("summary", {}, gettext("Why?")), this.content);
    this.element.addEventListener("toggle", () => this.#read());
  }

  show(job) {
    this.job = job;
    // Whoever is about to correct something keeps what they have written.
    if (!this.content.contains(document.activeElement)) this.#read();
  }

  async #read() {
    const { job_id: id, version } = this.job;
    if (!this.element.open || this.shown === version) return;
    this.shown = version;
    try {
      const why = await api(`jobs/${id}/why/`);
      if (this.shown !== version) return;
      this.content.replaceChildren(whyView(why, (meant) => this.correct(id, meant)));
    } catch (problem) {
      this.shown = null;
      this.content.replaceChildren(h("p", { class: "alert", role: "alert" }, sentence(problem)));
    }
  }
}
