// What a job left behind: names and values, each with a button to copy it.
import { h } from "./dom.js";
import { shown } from "./words.js";

/** `outputs`: {name: value}. */
export function outputsView(outputs) {
  const names = Object.keys(outputs ?? {});
  if (!names.length) return [];
  return [h("h4", {}, "Outputs"), h("dl", { class: "outputs" }, names.map((name) => outputView(name, outputs[name])))];
}

function outputView(name, value) {
  const text = typeof value === "string" ? value : shown(value);
  return h("div", { class: "output" }, h("dt", {}, name.replaceAll("_", " ")), h("dd", {}, h("code", {}, text), copyButton(name, text)));
}

function copyButton(name, text) {
  const label = h("span", {}, "Copy");
  return h("button", { type: "button", class: "button small copy", "aria-label": `Copy ${name.replaceAll("_", " ")}`, onclick: () => copy(text, label) }, label);
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
