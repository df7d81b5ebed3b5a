// form.requested as a real form: labels, help, choices, the browser's own checks, the server's answer beside the field.
import { advancedView, isUntouched } from "./advanced.js";
import { sentence } from "./api.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";

/** The card of a form; `submit(values)` returns a promise that rejects with a problem. */
export function formView({ form_id: formId, title, fields: asked = [], submit_label: label = gettext("Continue"), blueprint }, submit) {
  const fields = [...asked];
  const alert = h("p", { class: "alert", role: "alert", hidden: true });
  const form = h(
    "form",
    { class: "card form", dataset: { formId }, "aria-label": title || gettext("Questions") },
    title && h("h2", {}, title),
    fields.map((field) => fieldView(formId, field)),
    blueprint && advancedView(formId, blueprint, fields, fieldView),
    alert,
    h("div", { class: "buttons" }, h("button", { class: "button primary" }, label)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, fields, alert, submit);
  });
  return form;
}

/** The form was answered or overtaken: the answer stands below it as a message. */
export function closeForm(form) {
  if (form.dataset.closed) return;
  const hadFocus = form.contains(document.activeElement);
  form.dataset.closed = "yes";
  for (const control of form.elements) control.disabled = true;
  form.hidden = true;
  if (form.parentElement?.matches(".message")) form.parentElement.hidden = true;
  if (hadFocus) document.getElementById("composer-text")?.focus();
}

/** What the message above the form has said already is there for whoever hears the field, and not to be read again. */
export function hideSaid(form, text) {
  const said = bare(text);
  for (const help of form.querySelectorAll(".help")) help.classList.toggle("visually-hidden", said.includes(bare(help.textContent)));
}

const bare = (text) => text.replaceAll(/[\s\\`*.]+/g, " ").trim();

async function send(form, fields, alert, submit) {
  const button = form.querySelector("button");
  button.disabled = true;
  alert.hidden = true;
  clearErrors(form);
  try {
    await submit(valuesOf(form, fields));
    closeForm(form);
  } catch (problem) {
    button.disabled = false;
    showProblem(form, alert, problem);
  }
}

function valuesOf(form, fields) {
  const values = {};
  for (const field of fields) {
    const control = form.elements.namedItem(field.name);
    if (field.advanced && isUntouched(control)) continue;
    const value = valueOf(control, field);
    if (value !== undefined) values[field.name] = value;
  }
  return values;
}

/** A control's value in the type of its field; undefined when it is empty. */
export function valueOf(control, { type = "string" }) {
  if (control.type === "checkbox") return control.checked;
  const text = control.value.trim();
  if (text === "") return undefined;
  if (control.dataset.json) return written(text);
  if (type === "number") return Number(text);
  if (isList(type)) return lines(text);
  return text;
}

/** JSON as its value; anything else is YAML, which the server reads. */
function written(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** One question: label, control, help, and a place for what is wrong. */
export function fieldView(formId, field) {
  const id = `${formId}-${field.name}`;
  const { control, hint } = controlView(id, field);
  control.setAttribute("aria-describedby", field.help || hint ? `${id}-help ${id}-error` : `${id}-error`);
  const optional = field.required === false && h("span", { class: "quiet" }, ` ${gettext("(optional)")}`);
  const label = h("label", { for: id }, field.label || field.name.replaceAll("_", " "), optional);
  const text = [field.help, hint].filter(Boolean).join(" ");
  const help = text && h("p", { class: "help", id: `${id}-help` }, text);
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  const isCheck = control.type === "checkbox";
  const named = isCheck ? [control, label] : [label, control];
  return h("div", { class: isCheck ? "field check" : "field", dataset: { field: field.name } }, named, help, error);
}

function controlView(id, { name, type = "string", choices, default: preset, required, sensitive }) {
  const common = { id, name, required: required !== false && type !== "bool", autocomplete: "off" };
  if (choices?.length) return { control: selectView(common, choices, preset) };
  if (/^bool/.test(type)) return { control: h("input", { ...common, type: "checkbox", checked: preset === true }) };
  if (isList(type)) {
    const value = (preset ?? []).join("\n");
    return { control: h("textarea", { ...common, rows: "2", value }), hint: gettext("One per line.") };
  }
  if (/^(map|object)/.test(type)) {
    const value = preset ? JSON.stringify(preset, null, 1) : "";
    return { control: h("textarea", { ...common, rows: "3", dataset: { json: "yes" }, value }), hint: gettext("As YAML or JSON.") };
  }
  const kind = type === "number" ? "number" : sensitive ? "password" : "text";
  const step = type === "number" ? "any" : null;
  const typed = { type: kind, step, spellcheck: "false", autocapitalize: "none", value: preset ?? "" };
  return { control: h("input", { ...common, ...typed }) };
}

function selectView(common, choices, preset) {
  const options = choices.map((choice) => {
    const { value, label = value } = choice instanceof Object ? choice : { value: choice };
    return h("option", { value: String(value), selected: value === preset }, String(label));
  });
  const empty = preset === null || preset === undefined ? [h("option", { value: "" }, gettext("Choose…"))] : [];
  return h("select", common, empty, options);
}

export function showProblem(form, alert, problem) {
  const errors = problem.errors ?? (problem.field ? { [problem.field.split(".").at(-1)]: problem.detail } : {});
  const shown = Object.entries(errors).filter(([name, text]) => fieldError(form, name, text));
  if (shown.length) return form.elements.namedItem(shown[0][0]).focus();
  alert.textContent = sentence(problem);
  alert.hidden = false;
}

function fieldError(form, name, text) {
  const box = Array.from(form.querySelectorAll("[data-field]")).find((each) => each.dataset.field === name);
  if (!box) return false;
  const error = box.querySelector(".field-error");
  Object.assign(error, { textContent: text, hidden: false });
  form.elements.namedItem(name).setAttribute("aria-invalid", "true");
  return true;
}

export function clearErrors(form) {
  for (const error of form.querySelectorAll(".field-error")) error.hidden = true;
  for (const control of form.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
}

const lines = (text) =>
  text
    .split(/[\n,]/)
    .map((each) => each.trim())
    .filter(Boolean);

const isList = (type) => /^(list|set|tuple)/.test(type);
