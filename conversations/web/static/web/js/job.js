// The page of one job: the server's parts are read again when the job has gone on; the log follows by itself.
import { api, sentence } from "./api.js";
import { copyButton } from "./copy.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";
import "./inbox.js";
import { nearestView } from "./insight.js";
import { refresh, remember } from "./live.js";
import { LogPage } from "./logpage.js";
import { showSecrets } from "./secret.js";
import { localTimes } from "./times.js";
import { WhyBox } from "./whybox.js";
import { isOver } from "./words.js";

const EVERY_MS = 1500;
const page = document.querySelector(".job-page");
const { job: id, viewer } = page.dataset;
const away = document.getElementById("away");
const correct = (jobId, meant) => api(`jobs/${jobId}/correct/`, { method: "POST", body: meant });
const why = new WhyBox(correct);
let shown = null;

remember(page);
adorn(page);
const log = new LogPage(page.querySelector("[data-log]"), { live: !("over" in page.dataset) });
load();

async function load() {
  try {
    await look(await api(`jobs/${id}/`));
    away.hidden = true;
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403) return location.reload();
    Object.assign(away, { textContent: sentence(problem), hidden: false });
  }
  if (!shown || !isOver(shown.state)) setTimeout(load, EVERY_MS);
}

async function look(job) {
  why.show(job);
  offerNearest(job);
  if (shown === null ? String(job.version) !== page.dataset.version : key(job) !== key(shown)) {
    await refresh(page, adorn);
    document.getElementById("told").textContent = page.querySelector(".state").textContent;
  }
  shown = job;
  if (isOver(job.state)) log.over();
}

const key = ({ version, cancel_requested: stop, queue_position: place, approvals }) => JSON.stringify([version, stop, place, approvals?.length]);

/** What scripts add to a part of the page. */
function adorn(part) {
  localTimes(part);
  part.querySelector(".why-place")?.replaceChildren(why.element);
  part.querySelector(".graph-box")?.addEventListener("toggle", ({ target }) => target.open && drawGraph(target));
  const codes = [...part.querySelectorAll(".output code")];
  showSecrets(part);
  for (const code of codes) code.after(copyButton(nameOf(code), () => code.textContent));
  if (shown) offerNearest(shown);
}

async function drawGraph(box) {
  const place = box.querySelector(".graph-place");
  if (place.dataset.drawn) return;
  place.dataset.drawn = "yes";
  try {
    const [{ graph }, plan] = await Promise.all([import("./graph.js"), api(`jobs/${id}/plan/`)]);
    place.replaceChildren(plan.graph ? graph(plan.graph) : h("p", { class: "quiet" }, gettext("This plan was made before graphs were kept.")));
  } catch (problem) {
    delete place.dataset.drawn;
    place.replaceChildren(h("p", { class: "alert", role: "alert" }, sentence(problem)));
  }
}

/** The request that the rules would let pass: its requester may ask for it with one button. */
function offerNearest(job) {
  const place = page.querySelector(".nearest-place");
  const nearest = job.state === "denied" ? job.plan?.policy?.nearest : null;
  if (!place || place.hasChildNodes() || !nearest || String(job.requester?.id) !== viewer || !job.conversation_id) return;
  const button = nearestView(nearest, (values) => correct(id, { values })).querySelectorAll(".take-nearest, .alert");
  place.append(...button);
}

function nameOf(code) {
  return code.closest(".output").querySelector("dt").textContent;
}
