// The list of jobs that wait for this person's approval, kept fresh; those that were decided here, to their end.
import { api, items, sentence } from "./api.js";
import { h } from "./dom.js";
import { restJobCard } from "./restjob.js";
import { isOver } from "./words.js";

const EVERY_MS = 4000;
const FOLLOWED_EVERY_MS = 1500;
const page = document.querySelector(".approvals");
const list = page.querySelector(".job-list");
const status = page.querySelector(".status");
const cards = new Map();

load();

async function load() {
  if (document.visibilityState === "visible") {
    await Promise.all([waitingJobs(), decidedJobs()]).then(show, failed);
  }
  setTimeout(load, followed().length > 0 ? FOLLOWED_EVERY_MS : EVERY_MS);
}

async function waitingJobs() {
  return items(await api("approvals/"));
}

async function decidedJobs() {
  const found = await Promise.all(followed().map(({ job_id: id }) => api(`jobs/${id}/`).catch((problem) => lost(id, problem))));
  return found.filter(Boolean);
}

/** The jobs on the page that were decided here and are not over. */
function followed() {
  const jobs = [...cards.values()].map(({ card }) => card.job);
  return jobs.filter(({ may_approve: mine, state }) => !mine && !isOver(state));
}

function show([jobs, decidedHere]) {
  for (const job of decidedHere) update({ ...cards.get(job.job_id).card.job, ...job });
  for (const job of jobs) update({ ...job, may_approve: true });
  const ids = new Set(jobs.map(({ job_id: id }) => id));
  for (const [id, { card }] of cards) if (!ids.has(id) && card.job.may_approve) leave(id);
  say();
}

function update(job) {
  if (!cards.has(job.job_id)) {
    const card = restJobCard(page.dataset.viewer, decided);
    const item = h("li", {}, card.element);
    cards.set(job.job_id, { card, item });
    list.append(item);
  }
  cards.get(job.job_id).card.update(job);
}

/** A decided job stays, with its new state, so that nobody wonders where it went. */
function decided(job) {
  update(job);
  cards.get(job.job_id).card.element.focus();
  say();
}

/** A job that this person may not see any more, because they no longer decide for somebody, is shown no more. */
function lost(id, problem) {
  if (problem.status !== 404) throw problem;
  remove(id);
}

/** Somebody else has decided. Who wanted to as well keeps the card, which says who was first, and what comes of it. */
function leave(id) {
  const { card } = cards.get(id);
  if (card.alert.hidden) remove(id);
  else update({ ...card.job, may_approve: false });
}

function remove(id) {
  cards.get(id).item.remove();
  cards.delete(id);
}

function say() {
  const open = [...cards.values()].filter(({ card }) => card.job.may_approve).length;
  const many = open === 1 ? "One plan waits" : `${open} plans wait`;
  tell(`${open === 0 ? "Nothing waits" : many} for your approval.`);
}

function failed(problem) {
  tell(sentence(problem));
}

/** A status that is only written when it differs is only spoken when it differs. */
function tell(text) {
  if (status.textContent !== text) status.textContent = text;
}
