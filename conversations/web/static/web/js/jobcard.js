// One job as one card, updated in place by each newer frame: state, plan, decision, progress, outcome, history.
import { askApprove, askCancel, askReject, decisionView, elsewhereView } from "./decision.js";
import { h, refresh, time } from "./dom.js";
import { nearestView } from "./insight.js";
import { LogView } from "./log.js";
import { outputsView } from "./outputs.js";
import { planView } from "./plan.js";
import { WhyBox } from "./whybox.js";
import { RISKS, STATES, isOver, isWorking } from "./words.js";

export class JobCard {
  /**
   * `actions`: {approve(job, reason), reject(job, reason), cancel(job, reason), correct(jobId, meant), follow(jobId,
   * after)}; all but the last return promises that reject with a problem, and where they are missing the card leads to
   * the job's own page, where one can decide. `viewer`: the id of the person. `titled`: whether it has a title, which
   * leads to that page as well.
   */
  constructor({ actions, viewer, titled = true }) {
    Object.assign(this, { actions, viewer, titled, job: null });
    this.log = new LogView(() => this.#follow());
    this.why = actions.correct ? new WhyBox(actions.correct) : null;
    this.parts = Object.fromEntries(PARTS.map((name) => [name, h("div", { class: `job-${name}`, hidden: true })]));
    this.alert = h("p", { class: "alert", role: "alert", hidden: true });
    this.history = h("ol", { class: "history" });
    const { head, plan, nearest, decision, outcome, outputs } = this.parts;
    const history = h("details", { class: "history-box" }, h("summary", {}, "History"), this.history);
    const content = [head, plan, nearest, decision, this.alert, this.why?.element, this.log.element, outcome, outputs, history];
    this.element = h("article", { class: "card job", tabindex: "-1" }, content.filter(Boolean));
  }

  /** Show a job; an older version than the one shown changes nothing. */
  update(job) {
    if (this.job && job.version < this.job.version) return;
    this.job = job;
    Object.assign(this.element.dataset, { jobId: job.job_id, state: job.state });
    this.element.setAttribute("aria-label", `${job.title}: ${STATES[job.state] ?? job.state}`);
    const hadFocus = this.parts.decision.contains(document.activeElement);
    refresh(this.parts.head, headData(job), (data) => headView(data, this.titled));
    refresh(this.parts.plan, job.plan, planView);
    refresh(this.parts.nearest, job.state === "denied" ? job.plan?.policy?.nearest : null, (found) => nearestView(found, this.#take()));
    refresh(this.parts.decision, decisionData(job), () => this.#decision());
    refresh(this.parts.outcome, [job.state, job.result_text, job.error], () => outcomeView(job));
    refresh(this.parts.outputs, job.outputs, outputsView);
    if (hadFocus && !this.parts.decision.contains(document.activeElement)) this.element.focus();
    this.why?.show(job);
    this.#showLog(job);
  }

  /** One line of history; `seq` is the number of the frame that told it. */
  note(job, iso, seq) {
    const why = job.reason && h("span", { class: "quiet" }, ` ${job.reason}`);
    this.history.append(h("li", { dataset: seq ? { seq } : {} }, time(iso), ` ${STATES[job.state] ?? job.state}`, why));
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

  /** Asks for other values in the denied job's place, which only the person who asked may do. */
  #take() {
    const { job_id: id, requester } = this.job;
    return this.actions.correct && String(requester?.id) === this.viewer ? (values) => this.actions.correct(id, { values }) : null;
  }

  #decision() {
    return this.actions.approve ? decisionView(this.job, this.viewer, this.#handlers()) : elsewhereView(this.job);
  }

  #handlers() {
    return {
      approve: async () => this.#decideAfter(askApprove(this.job), "approve"),
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

const PARTS = ["head", "plan", "nearest", "decision", "outcome", "outputs"];
const HEAD = ["job_id", "title", "state", "environment", "risk", "requester", "queue_position", "cancel_requested"];
const headData = (job) => Object.fromEntries(HEAD.map((name) => [name, job[name]]));
const decisionData = (job) => [job.version, job.state, job.approval, job.plan?.plan_hash, job.cancel_requested];

function headView(job, titled) {
  const facts = [job.environment, RISKS[job.risk] ?? job.risk, job.requester?.name && `asked by ${job.requester.name}`];
  if (job.state === "queued" && job.queue_position > 0) facts.push(`${job.queue_position} before it`);
  const title = titled && h("h3", {}, h("a", { href: `/jobs/${job.job_id}/` }, job.title));
  const state = job.cancel_requested && isWorking(job.state) ? "Stopping" : (STATES[job.state] ?? job.state);
  return [
    h("div", { class: "job-title" }, title, h("span", { class: "state", dataset: { state: job.state } }, state)),
    h("p", { class: "facts" }, facts.filter(Boolean).map((fact) => h("span", { class: "fact" }, fact))),
  ];
}

function outcomeView({ state, result_text: text, error }) {
  const out = [];
  if (error) out.push(h("p", { class: "alert" }, h("strong", {}, "What went wrong: "), error.detail ?? error.code));
  const isSaid = text === error?.detail;
  if (isOver(state) && text && !isSaid) out.push(h(text.includes("\n") ? "pre" : "p", { class: "result" }, text));
  return out;
}
