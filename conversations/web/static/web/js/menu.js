// The list of conversations: its times as the reader writes them, kept fresh, each to be renamed or deleted in a dialog;
// on narrow screens opened by a button, closed by Escape.
import { h, time } from "./dom.js";
import { gettext } from "./i18n.js";

const FRESH_MS = 20000;
const toggle = document.querySelector(".menu-button");
const sidebar = document.getElementById("sidebar");
const list = document.getElementById("sidebar-list");
const search = document.getElementById("sidebar-q");
const dialog = document.getElementById("manage-dialog");

writeTimes();
new MutationObserver(writeTimes).observe(list, { childList: true });
setInterval(refresh, FRESH_MS);
document.addEventListener("visibilitychange", refresh);
list.addEventListener("click", manage);
toggle?.addEventListener("click", () => set(toggle.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || dialog.open || toggle?.getAttribute("aria-expanded") !== "true") return;
  set(false);
  toggle.focus();
});

/** What is new elsewhere; not while somebody is in the list, whose place would go. */
function refresh() {
  if (document.visibilityState === "visible" && !list.contains(document.activeElement)) search.dispatchEvent(new Event("again"));
}

function writeTimes() {
  for (const each of list.querySelectorAll("time:not([title])")) each.replaceWith(time(each.dateTime, { dated: true }));
}

/** The page that renames and deletes, as a dialog; without it, the link leads there. */
async function manage(event) {
  const link = event.target.closest("a.manage");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const answer = await fetch(link.href, { credentials: "same-origin" }).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const box = page && page.getElementById("manage");
  if (!box) return location.assign(link.href);
  dialog.replaceChildren(box, closeButton());
  dialog.showModal();
}

const closeButton = () => h("form", { method: "dialog" }, h("button", { class: "link" }, gettext("Close")));

function set(open) {
  toggle.setAttribute("aria-expanded", String(open));
  sidebar.classList.toggle("open", open);
  if (open) sidebar.querySelector("a, button")?.focus();
}
