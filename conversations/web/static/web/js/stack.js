// The page of one stack: the picture of its resources, fetched when somebody opens it, and buttons that copy.
import { h } from "./dom.js";
import { gettext } from "./i18n.js";

for (const box of document.querySelectorAll("[data-graph]")) {
  box.hidden = false;
  box.addEventListener("toggle", () => box.open && !box.dataset.loaded && draw(box));
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

async function draw(box) {
  const place = box.querySelector(".graph-place");
  box.dataset.loaded = "yes";
  try {
    const [{ graph }, answer] = await Promise.all([import("./graph.js"), fetch(box.dataset.graph)]);
    if (!answer.ok) throw new Error(answer.statusText);
    place.replaceChildren(graph(await answer.json()));
  } catch {
    delete box.dataset.loaded;
    place.replaceChildren(h("p", { class: "alert" }, gettext("The picture could not be loaded. Close it and open it again.")));
  }
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
