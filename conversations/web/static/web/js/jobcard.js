// One job as one card, updated in place by each newer frame: state, plan, decision, progress, outcome, history.
import { sentence } from "./api.js";
import { askApprove, askCancel, askReject, decisionView, elsewhereView } from "./decision.js";
import { h, refresh, time } from "./dom.js";
import { filled, gettext, ngettext } from "./i18n.js";
import { nearestView } from "./insight.js";
import { LogView } from "./log.js";
import { outputsView } from "./outputs.js";
import { graphView, planView, showProgress } from "./plan.js";
import { WhyBox } from "./whybox.js";
import { RISKS, STATES, isOver, isWorking } from "./words.js";

export class JobCard {
  /**
   * `actions`: {approve(job, reason), reject(job, reason), cancel(job, reason), correct(jobId, meant), follow(jobId,
   * after)}; all but the last return promises that reject with a problem, and where they are missing the card leads to
   * the job's own page, where one can decide; its title leads there as well. `viewer`: the id of the person.
   */
  constructor({ actions, viewer }) {
    Object.assign(this, { actions, viewer, job: null });
    this.doing = new Map();
    this.log = new LogView(() => this.#follow(), (events) => this.#progress(events));
    this.why = actions.correct ? new WhyBox(actions.correct) : null;
    this.parts = Object.fromEntries(PARTS.map((name) => [name, h("div", { class: `job-${name}`, hidden: true })]));
    this.alert = h("p", { class: "alert", role: "alert", hidden: true });
    this.history = h("ol", { class: "history" });
    const { head, plan, nearest, decision, outcome, outputs, graph } = this.parts;
    const history = h("details", { class: "history-box" }, h("summary", {}, gettext("History")), this.history);
    const folds = h("div", { class: "job-folds" }, graph, this.why?.element, this.log.element, history);
    const content = [head, plan, nearest, decision, this.alert, this.log.meter, outcome, outputs, folds];
    this.element = h("article", { class: "card job", tabindex: "-1" }, content);
  }

  /** Show a job; an older version than the one shown changes nothing. */
  update(job) {
    if (this.job && job.version < this.job.version) return;
    this.job = job;
    Object.assign(this.element.dataset, { jobId: job.job_id, state: job.state });
    this.element.setAttribute("aria-label", `${job.title}: ${STATES[job.state] ?? job.state}`);
    const hadFocus = this.parts.decision.contains(document.activeElement);
    refresh(this.parts.head, headData(job), headView);
    refresh(this.parts.plan, job.plan, (plan) => planView(plan, job.job_id));
    // The graph is read over REST, which pages of other sites have no use of.
    refresh(this.parts.graph, this.actions.approve ? this.#drawable(job) : null, (drawn) => drawn && graphView(job.job_id));
    showProgress(this.parts.plan, this.doing);
    refresh(this.parts.nearest, job.state === "denied" ? job.plan?.policy?.nearest : null, (found) => nearestView(found, this.#take()));
    refresh(this.parts.decision, decisionData(job), () => this.#decision());
    refresh(this.parts.outcome, [job.state, job.result_text, job.error], () => outcomeView(job));
    // Nor can secrets be shown there: whoever runs a script on such a page would read them too.
    const stack = this.actions.approve && job.stack?.status !== "gone" ? job.stack?.id : null;
    refresh(this.parts.outputs, job.outputs, (outputs) => outputsView(outputs, stack));
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

  /** What names the graph of a job; guests of another site are shown none, which is fetched over REST. */
  #drawable({ plan }) {
    return this.actions.approve && plan?.changes_total > 1 ? plan.plan_hash : null;
  }

  #progress(events) {
    for (const { kind, resource } of events) if (resource && kind.startsWith("resource_")) this.doing.set(resource, kind);
    showProgress(this.parts.plan, this.doing);
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
      this.alert.textContent = sentence(problem);
      this.alert.hidden = false;
      this.#busy(false);
    }
  }

  #busy(busy) {
    for (const button of this.parts.decision.querySelectorAll("button")) button.disabled = busy;
  }
}

const PARTS = ["head", "plan", "nearest", "decision", "outcome", "outputs", "graph"];
const HEAD = ["job_id", "title", "state", "environment", "risk", "requester", "queue_position", "cancel_requested"];
const headData = (job) => Object.fromEntries(HEAD.map((name) => [name, job[name]]));
const decisionData = (job) => [job.version, job.state, job.approval, job.plan?.plan_hash, job.cancel_requested];

function headView(job) {
  const asked = job.requester?.name && filled(gettext("asked by %(name)s"), { name: job.requester.name });
  const facts = [job.environment, RISKS[job.risk] ?? job.risk, asked];
  if (job.state === "queued" && job.queue_position > 0) {
    const before = ngettext("%(count)s job before it", "%(count)s jobs before it", job.queue_position);
    facts.push(filled(before, { count: job.queue_position }));
  }
  const title = h("h2", {}, h("a", { href: `/jobs/${job.job_id}/` }, job.title));
  const state = job.cancel_requested && isWorking(job.state) ? STATES.canceling : (STATES[job.state] ?? job.state);
  return [
    h("div", { class: "job-title" }, title, h("span", { class: "state", dataset: { state: job.state } }, state)),
    h("p", { class: "facts" }, facts.filter(Boolean).map((fact) => h("span", { class: "fact" }, fact))),
  ];
}

function outcomeView({ state, kind, plan, result_text: text, error }) {
  const out = [];
  if (error) out.push(h("p", { class: "alert" }, h("strong", {}, `${gettext("What went wrong:")} `), error.detail ?? error.code));
  // "Done: 6 created." says no more than the state and the plan above it.
  const isSaid = text === error?.detail || (state === "succeeded" && plan && kind !== "action" && !text.includes("\n"));
  if (isOver(state) && text && !isSaid) out.push(h(text.includes("\n") ? "pre" : "p", { class: "result" }, text));
  return out;
}
