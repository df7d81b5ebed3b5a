// Buttons that copy a text, and say so.
import { h } from "./dom.js";
import { gettext } from "./i18n.js";

const SAID_MS = 2000;

/** A button that copies what `text()` returns; `what` is said to screen readers after the word on it. */
export function copyButton(what, text, kind = "button small copy") {
  const label = h("span", {}, gettext("Copy"));
  const said = h("span", { class: "visually-hidden" }, ` ${what}`);
  return h("button", { type: "button", class: kind, onclick: () => copy(text(), label) }, label, said);
}

/** Give each block of code within `element` a button that copies it. */
export function copyableBlocks(element) {
  for (const block of element.querySelectorAll("pre")) {
    const box = h("div", { class: "code-block" });
    block.replaceWith(box);
    Object.assign(block, { tabIndex: 0 });
    block.setAttribute("role", "region");
    block.setAttribute("aria-label", gettext("Code"));
    box.append(block, copyButton(gettext("the code"), () => block.textContent.replace(/\n$/, "")));
  }
  return element;
}

async function copy(text, label) {
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = gettext("Copied");
  } catch {
    label.textContent = gettext("Select and copy");
  }
  setTimeout(() => (label.textContent = gettext("Copy")), SAID_MS);
}
