// The page of one job: the card, its whole log, and its history, read again while the job is alive.
import { api, sentence } from "./api.js";
import { restJobCard } from "./restjob.js";
import { isOver } from "./words.js";

const EVERY_MS = 1500;
const page = document.querySelector(".job-page");
const status = page.querySelector(".status");
const card = restJobCard(page.dataset.viewer, show, { titled: false });

page.querySelector(".job-place").append(card.element);
load();

async function load() {
  await api(`jobs/${page.dataset.job}/`).then(show).catch((problem) => (status.textContent = sentence(problem)));
  if (!card.job || !isOver(card.job.state)) setTimeout(load, EVERY_MS);
}

async function show(job) {
  status.textContent = "";
  if (card.job?.version === job.version && card.job.cancel_requested === job.cancel_requested) return;
  const { history, ...may } = await api(`/jobs/${job.job_id}/standing/`);
  card.update({ ...job, ...may });
  card.history.replaceChildren();
  for (const { to_state: state, actor, reason, at } of history) {
    card.note({ state, reason: [actor, reason].filter(Boolean).join(": ") }, at);
  }
  card.element.querySelector(".history-box").open = true;
}
