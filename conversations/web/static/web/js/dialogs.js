// Confirmation and reasons: the browser's own modal dialog, which keeps and returns the focus by itself.
import { h } from "./dom.js";
import { gettext } from "./i18n.js";

let count = 0;

/**
 * Ask before something is done. Resolves to {reason} when confirmed, to null when not.
 * `reason`: label of a text field, or none. `danger` colours the confirming button.
 */
export function ask({ title, text, confirm, danger = false, reason = null }) {
  const id = `dialog-${(count += 1)}`;
  const field = reason && h("textarea", { id: `${id}-reason`, rows: "3", maxlength: "500" });
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-text` },
    h(
      "form",
      { method: "dialog" },
      h("h2", { id: `${id}-title` }, title),
      h("p", { id: `${id}-text` }, text),
      field && h("label", { for: `${id}-reason` }, reason),
      field,
      h(
        "div",
        { class: "buttons" },
        h("button", { value: "yes", class: danger ? "button danger" : "button primary" }, confirm),
        h("button", { value: "no", class: "button", autofocus: danger }, gettext("Go back")),
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? { reason: field ? field.value.trim() : "" } : null);
    });
  });
}
