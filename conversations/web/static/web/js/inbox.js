// A risky plan is asked about once more before its form is sent; without scripts a box has to be ticked instead. And
// what is new is not asked for while nobody looks.
import { ask } from "./dialogs.js";
import { h } from "./dom.js";

document.addEventListener("submit", confirm, { capture: true });
document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden && event.target.id === "news") event.preventDefault();
});

/** Before htmx and the browser see it. */
async function confirm(event) {
  const { target: form, submitter } = event;
  const { confirm: title, confirmText: text, confirmYes: yes } = form.dataset;
  if (!title || submitter?.value === "reject" || form.querySelector("[name=confirmed][type=hidden]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask({ title, text, confirm: yes, danger: true }))) return;
  form.append(h("input", { type: "hidden", name: "confirmed", value: "1" }));
  form.requestSubmit(submitter);
}
