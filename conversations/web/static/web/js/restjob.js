// A job card outside a conversation: decides and follows over REST.
import { api, items } from "./api.js";
import { JobCard } from "./jobcard.js";

const LOG_EVERY_MS = 1000;

/** A card for the viewer; `changed(job)` is called after each decision with what the server made of it. */
export function restJobCard(viewer, changed, options = {}) {
  const decide = (action) => async (job, reason) => {
    const body = action === "approve" ? { plan_hash: job.plan.plan_hash, reason } : { reason };
    const answer = await api(`jobs/${job.job_id}/${action}/`, { method: "POST", body });
    // One decision per person counts: where a second approval is needed, it is somebody else's.
    changed({ ...answer, may_approve: false, may_cancel: job.may_cancel });
  };
  const follower = new LogFollower(() => card);
  const decisions = { approve: decide("approve"), reject: decide("reject"), cancel: decide("cancel") };
  const correct = (id, meant) => api(`jobs/${id}/correct/`, { method: "POST", body: meant });
  const actions = { ...decisions, correct, follow: (id) => follower.start(id) };
  const card = new JobCard({ actions, viewer, ...options });
  return card;
}

class LogFollower {
  constructor(card) {
    Object.assign(this, { card, running: false });
  }

  start(jobId) {
    if (this.running) return;
    this.running = true;
    this.#next(jobId);
  }

  async #next(jobId) {
    const { log, job, element } = this.card();
    const before = log.last;
    await api(`jobs/${jobId}/events/?after=${before}`).then((json) => log.append(items(json)), () => {});
    const working = ["planning", "applying", "canceling", "reconciling", "approved"].includes(job.state);
    if (!element.isConnected || (!working && log.last === before)) return (this.running = false);
    return setTimeout(() => this.#next(jobId), log.last === before ? LOG_EVERY_MS : 50);
  }
}
