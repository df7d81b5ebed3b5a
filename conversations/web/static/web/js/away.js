// Who decides for this person while they are away, and for whom they decide.
import { api, items, sentence } from "./api.js";
import { h, time } from "./dom.js";

const section = document.querySelector(".away");
const list = section.querySelector("ul");
const form = section.querySelector("form");
const alert = section.querySelector("[role=alert]");

load();
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  change(give());
});

async function load() {
  await api("delegations/").then((json) => show(items(json)), failed);
}

function show(found) {
  list.replaceChildren(...found.map(row));
  if (found.length === 0) list.append(h("li", { class: "quiet" }, "Nobody decides for you, and you decide for nobody."));
}

function row({ id, away, decides, environment, starts_at: begin, until }) {
  const mine = String(away.id) === section.dataset.viewer;
  const who = mine ? `${decides.name} decides for you` : `You decide for ${away.name}`;
  const where = environment === "*" ? "everywhere" : `in ${environment}`;
  const end = h("button", { type: "button", class: "link", onclick: () => change(remove(id)) }, "End now");
  const dated = { dated: true };
  return h("li", {}, `${who} ${where}, from `, time(begin, dated), " until ", time(until, dated), ". ", end);
}

/** Times are written as the person's clock shows them. */
function give() {
  const { to, starts_at: begin, until, environment } = Object.fromEntries(new FormData(form));
  const moment = (written) => new Date(written).toISOString();
  const body = { to, environment, until: moment(until), ...(begin && { starts_at: moment(begin) }) };
  return api("delegations/", { method: "POST", body }).then(() => form.reset());
}

const remove = (id) => api(`delegations/${id}/`, { method: "DELETE" });

async function change(made) {
  alert.hidden = true;
  await made.then(load, failed);
}

function failed(problem) {
  alert.textContent = sentence(problem);
  alert.hidden = false;
}
