// One job as one card, updated in place by each newer frame: state, plan, decision, progress, outcome, history.
import { askApprove, askCancel, askReject, decisionView } from "./decision.js";
import { h, refresh, time } from "./dom.js";
import { LogView } from "./log.js";
import { outputsView } from "./outputs.js";
import { planView } from "./plan.js";
import { RISKS, STATES, isOver, isWorking } from "./words.js";

export class JobCard {
  /**
   * `actions`: {approve(job, reason), reject(job, reason), cancel(job, reason), follow(jobId, after)}; the first three return promises
   * that reject with a problem. `viewer`: the id of the person. `linked`: whether the title leads to the job's own page.
   */
  constructor({ actions, viewer, linked = true }) {
    Object.assign(this, { actions, viewer, linked, job: null });
    this.log = new LogView(() => this.#follow());
    this.parts = Object.fromEntries(["head", "plan", "decision", "outcome", "outputs"].map((name) => [name, h("div", { class: `job-${name}`, hidden: true })]));
    this.alert = h("p", { class: "alert", role: "alert", hidden: true });
    this.history = h("ol", { class: "history" });
    this.element = h("article", { class: "card job", tabindex: "-1" }, this.parts.head, this.parts.plan, this.parts.decision, this.alert, this.log.element, this.parts.outcome, this.parts.outputs, h("details", { class: "history-box" }, h("summary", {}, "History"), this.history));
  }

  /** Show a job; an older version than the one shown changes nothing. */
  update(job) {
    if (this.job && job.version < this.job.version) return;
    this.job = job;
    Object.assign(this.element.dataset, { jobId: job.job_id, state: job.state });
    this.element.setAttribute("aria-label", `${job.title}: ${STATES[job.state] ?? job.state}`);
    const hadFocus = this.parts.decision.contains(document.activeElement);
    refresh(this.parts.head, headData(job), (data) => headView(data, this.linked));
    refresh(this.parts.plan, job.plan, planView);
    refresh(this.parts.decision, decisionData(job), () => decisionView(job, this.viewer, this.#handlers()));
    refresh(this.parts.outcome, [job.state, job.result_text, job.error], () => outcomeView(job));
    refresh(this.parts.outputs, job.outputs, outputsView);
    if (hadFocus && !this.parts.decision.contains(document.activeElement)) this.element.focus();
    this.#showLog(job);
  }

  /** One line of history; `seq` is the number of the frame that told it. */
  note(job, iso, seq) {
    this.history.append(h("li", { dataset: seq ? { seq } : {} }, time(iso), ` ${STATES[job.state] ?? job.state}`, job.summary && job.summary !== job.title ? h("span", { class: "quiet" }, ` ${job.summary}`) : null));
  }

  #showLog(job) {
    const counts = job.plan?.counts ?? {};
    const total = ["create", "update", "delete", "replace"].reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
    this.log.show(job.state, total);
    if (isWorking(job.state) && job.state !== "queued") this.#follow();
  }

  #follow() {
    this.actions.follow(this.job.job_id, this.log.last);
  }

  #handlers() {
    return {
      approve: async () => (await askApprove(this.job, this.viewer)) && this.#decide("approve", ""),
      reject: async () => this.#decideAfter(askReject(this.job), "reject"),
      cancel: async () => this.#decideAfter(askCancel(this.job), "cancel"),
    };
  }

  async #decideAfter(asked, action) {
    const answer = await asked;
    if (answer) await this.#decide(action, answer.reason);
  }

  async #decide(action, reason) {
    this.#busy(true);
    this.alert.hidden = true;
    try {
      await this.actions[action](this.job, reason);
    } catch (problem) {
      this.alert.textContent = problem.detail || problem.title || "That did not work.";
      this.alert.hidden = false;
      this.#busy(false);
    }
  }

  #busy(busy) {
    for (const button of this.parts.decision.querySelectorAll("button")) button.disabled = busy;
  }
}

const headData = ({ job_id, title, state, environment, risk, stack, requester, queue_position, cancel_requested }) => ({ job_id, title, state, environment, risk, stack: stack?.name, requester, queue_position, cancel_requested });
const decisionData = ({ version, state, approval, plan }) => ({ version, state, approval, hash: plan?.plan_hash });

function headView(job, linked) {
  const facts = [job.environment, RISKS[job.risk] ?? job.risk, job.requester?.name && `asked by ${job.requester.name}`];
  if (job.state === "queued" && job.queue_position > 0) facts.push(`${job.queue_position} before it`);
  const title = linked ? h("a", { href: `/jobs/${job.job_id}/` }, job.title) : job.title;
  const state = job.cancel_requested && isWorking(job.state) ? "Stopping" : (STATES[job.state] ?? job.state);
  return [
    h("div", { class: "job-title" }, h("h3", {}, title), h("span", { class: "state", dataset: { state: job.state } }, state)),
    h("p", { class: "facts" }, facts.filter(Boolean).map((fact) => h("span", { class: "fact" }, fact))),
  ];
}

function outcomeView({ state, result_text: text, error }) {
  const out = [];
  if (error) out.push(h("p", { class: "alert" }, h("strong", {}, "What went wrong: "), error.detail ?? error.code));
  if (isOver(state) && text) out.push(h(text.includes("\n") ? "pre" : "p", { class: "result" }, text));
  return out;
}
