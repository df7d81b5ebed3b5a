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
  await api(`jobs/${page.dataset.job}/`).then(show, (problem) => (status.textContent = sentence(problem)));
  if (!card.job || !isOver(card.job.state)) setTimeout(load, EVERY_MS);
}

function show(job) {
  status.textContent = "";
  if (card.job?.version === job.version && card.job.cancel_requested === job.cancel_requested) return;
  card.update(job);
  card.history.replaceChildren();
  for (const each of job.transitions ?? []) {
    card.note({ state: each.to_state, reason: [each.actor?.name, each.reason].filter(Boolean).join(": ") }, each.at);
  }
  card.element.querySelector(".history-box").open = true;
}
