// What else a blueprint takes, in sections folded away: fetched when somebody opens them, sent where it was changed.
import { api, sentence } from "./api.js";
import { h } from "./dom.js";
import { gettext } from "./i18n.js";

/** The box below a form's own questions; its fields join `fields` when they are there. `fieldView` draws one. */
export function advancedView(formId, blueprint, fields, fieldView) {
  const body = h("div", {});
  const box = h("details", { class: "advanced" }, h("summary", {}, gettext("More settings")), body);
  box.addEventListener("toggle", () => {
    if (box.open && !body.dataset.loaded) load(body, formId, blueprint, fields, fieldView);
  });
  return box;
}

/** Whether a control of these still has what it came with. */
export const isUntouched = (control) => control.dataset.preset === rawOf(control);

async function load(body, formId, blueprint, fields, fieldView) {
  body.dataset.loaded = "yes";
  try {
    const form = await api(`blueprints/${encodeURIComponent(blueprint)}/form/`);
    const asked = new Set(fields.map((field) => field.name));
    const sections = form.sections.map((section) => sectionView(formId, section, asked, fields, fieldView));
    body.replaceChildren(...sections.filter(Boolean));
  } catch (problem) {
    delete body.dataset.loaded;
    body.replaceChildren(h("p", { class: "alert", role: "alert" }, sentence(problem)));
  }
}

function sectionView(formId, section, asked, fields, fieldView) {
  const found = section.fields.filter((field) => !asked.has(field.name)).map(shown);
  if (!found.length) return null;
  fields.push(...found);
  const views = found.map((field) => fieldView(formId, field));
  for (const view of views) {
    const control = view.querySelector("[name]");
    control.dataset.preset = rawOf(control);
  }
  return h("details", { class: "section" }, h("summary", {}, section.title), views);
}

/** A field of the form's description as a question of the chat; what is no plain value is written out. */
function shown(field) {
  const type = /^(string|number|bool)$/.test(field.type) ? field.type : isPlainList(field.type) ? "list" : "object";
  return { ...field, type, required: false, advanced: true };
}

const isPlainList = (type) => /^(list|set)\((string|number)\)$/.test(type.replaceAll(/\s/g, ""));

const rawOf = (control) => (control.type === "checkbox" ? String(control.checked) : control.value);
