// The list of conversations: its times as the reader writes them; on narrow screens opened by a button, closed by Escape.
import { time } from "./dom.js";

const toggle = document.querySelector(".menu-button");
const sidebar = document.getElementById("sidebar");

for (const each of sidebar.querySelectorAll("time")) each.replaceWith(time(each.dateTime, { dated: true }));
toggle?.addEventListener("click", () => set(toggle.getAttribute("aria-expanded") !== "true"));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || toggle?.getAttribute("aria-expanded") !== "true") return;
  set(false);
  toggle.focus();
});

function set(open) {
  toggle.setAttribute("aria-expanded", String(open));
  sidebar.classList.toggle("open", open);
  if (open) sidebar.querySelector("a, button")?.focus();
}
