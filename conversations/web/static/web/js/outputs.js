// What a job left behind: names and values, each with a button to copy it; what looks secret is masked until shown.
import { copyButton } from "./copy.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";
import { MASK, secretView } from "./secret.js";
import { shown } from "./words.js";

const SECRET_NAME = /(?:^|_)(?:secret|password|passwd|token|credential|credentials|private_key|access_key|api_key|connection_string)(?:_|$)/i;
const SECRET_VALUE = /^\w+:\/\/[^/\s:@]+:[^/\s@]+@/;

/**
 * `outputs`: {name: value}; `{sensitive: true}` stands for one that is kept in Terraform's state alone. Where `stack`,
 * the id of their stack, is given, that can be shown as well.
 */
export function outputsView(outputs, stack = null) {
  const names = Object.keys(outputs ?? {});
  if (!names.length) return [];
  return [h("h3", {}, gettext("Outputs")), h("dl", { class: "outputs" }, names.map((name) => outputView(name, outputs[name], stack)))];
}

function outputView(name, value, stack) {
  const label = name.replaceAll("_", " ");
  return h("div", { class: "output" }, h("dt", {}, label), h("dd", {}, valueView(label, name, value, stack)));
}

function valueView(label, name, value, stack) {
  if (value?.sensitive === true && stack) return secretView({ stack, name, label });
  if (value?.sensitive === true) return h("em", { class: "quiet" }, gettext("secret: kept in Terraform's state alone"));
  const text = shown(value);
  const isMasked = SECRET_NAME.test(name) || SECRET_VALUE.test(text);
  const code = h("code", {}, isMasked ? MASK : text);
  const buttons = [copyButton(label, () => text)];
  if (isMasked) buttons.unshift(showButton(label, text, code));
  return [code, h("span", { class: "output-buttons" }, buttons)];
}

function showButton(label, text, code) {
  const word = h("span", {}, gettext("Show"));
  const toggle = () => {
    const hidden = code.textContent === MASK;
    code.textContent = hidden ? text : MASK;
    word.textContent = hidden ? gettext("Hide") : gettext("Show");
  };
  return h("button", { type: "button", class: "button small copy", onclick: toggle }, word, h("span", { class: "visually-hidden" }, ` ${label}`));
}
