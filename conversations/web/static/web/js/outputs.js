// What a job left behind: names and values, each with a button to copy it.
import { h } from "./dom.js";
import { shown } from "./words.js";

/** `outputs`: {name: value}. */
export function outputsView(outputs) {
  const names = Object.keys(outputs ?? {});
  if (!names.length) return [];
  const rows = names.map((name) => outputView(name, outputs[name]));
  return [h("h4", {}, "Outputs"), h("dl", { class: "outputs" }, rows)];
}

function outputView(name, value) {
  const text = shown(value);
  const label = name.replaceAll("_", " ");
  return h("div", { class: "output" }, h("dt", {}, label), h("dd", {}, h("code", {}, text), copyButton(label, text)));
}

function copyButton(name, text) {
  const label = h("span", {}, "Copy");
  const what = h("span", { class: "visually-hidden" }, ` ${name}`);
  return h("button", { type: "button", class: "button small copy", onclick: () => copy(text, label) }, label, what);
}

async function copy(text, label) {
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = "Copied";
  } catch {
    label.textContent = "Select and copy";
  }
  setTimeout(() => (label.textContent = "Copy"), 2000);
}
