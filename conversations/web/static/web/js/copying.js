// Buttons that copy what they name: [data-copy].
import { gettext } from "./i18n.js";

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

async function copy(button) {
  const [label] = button.childNodes;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = gettext("Copied");
  } catch {
    label.textContent = gettext("Select and copy");
  }
  setTimeout(() => (label.textContent = before), 2000);
}
