// A secret output: dots, and a button that has a worker seal it for this page. It is forgotten after a minute.
import { sentence } from "./api.js";
import { copyButton } from "./copy.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";
import { shown } from "./words.js";

export const MASK = "••••••••";
const SHOWN_MS = 60_000;

/** What stands in place of the value: `stack` is the id of the stack, `name` the output's, `label` what people read. */
export function secretView({ stack, name, label = name }) {
  const code = h("code", {}, MASK);
  const word = h("span", {}, gettext("Show"));
  const said = h("span", { class: "quiet", role: "status" });
  const say = (text) => (said.textContent = text);
  let value;
  let timer = 0;
  let isBusy = false;
  const copy = copyButton(label, () => (typeof value === "string" ? value : JSON.stringify(value)));

  const hide = (why = "") => {
    clearTimeout(timer);
    value = undefined;
    code.textContent = MASK;
    word.textContent = gettext("Show");
    copy.hidden = true;
    say(why);
  };
  const show = async () => {
    isBusy = true;
    say(gettext("A worker is asked for it …"));
    try {
      const { reveal } = await import("./reveal.js");
      value = await reveal(stack, name, () => say(gettext("It waits: no worker for infrastructure is at work right now.")));
      code.textContent = shown(value);
      word.textContent = gettext("Hide");
      copy.hidden = false;
      say("");
      timer = setTimeout(() => hide(gettext("Hidden again after a minute.")), SHOWN_MS);
    } catch (problem) {
      hide(sentence(problem));
    }
    isBusy = false;
  };
  const press = () => isBusy || (value === undefined ? show() : hide());
  const button = h("button", { type: "button", class: "button small copy", onclick: press }, word, h("span", { class: "visually-hidden" }, ` ${label}`));
  copy.hidden = true;
  addEventListener("pagehide", () => hide());
  return [h("span", { class: "secret" }, code, said), h("span", { class: "output-buttons" }, button, copy)];
}

/** Where a page from the server says [data-secret], the same. */
export function showSecrets(root) {
  for (const place of root.querySelectorAll("[data-secret]")) {
    const { secret: name, stack } = place.dataset;
    place.replaceWith(...secretView({ stack, name }));
  }
}
