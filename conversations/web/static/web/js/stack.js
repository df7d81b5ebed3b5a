// The page of one stack: the picture of its resources, fetched when somebody opens it.
import "./copying.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";
import { showSecrets } from "./secret.js";

showSecrets(document);

for (const box of document.querySelectorAll("[data-graph]")) {
  box.hidden = false;
  box.addEventListener("toggle", () => box.open && !box.dataset.loaded && draw(box));
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
