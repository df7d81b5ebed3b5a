// Where a page from the server says [data-copy], a button that copies it; without scripts nothing stands there.
import { copyButton } from "./copy.js";

for (const place of document.querySelectorAll("[data-copy]")) {
  const { copy: text, copyWhat: what = "" } = place.dataset;
  place.replaceWith(copyButton(what, () => text));
}
