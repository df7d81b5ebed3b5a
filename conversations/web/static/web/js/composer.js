// The message box: grows with its text, Enter sends, the draft survives a reload; slash commands, a file of values.
import { ValuesFile } from "./files.js";
import { filled, gettext, ngettext } from "./i18n.js";
import { SlashList, commandOf } from "./slash.js";

const LIMIT = 4000;
const TALLEST = 200;

export class Composer {
  /**
   * `send(text)` sends a message. With a list for them in the form there are commands, `actions`: {begin(), correct(rest)}
   * carries out what is no message; with a button for it there are files of values, dropped on `zone`.
   */
  constructor(form, { draftKey, send, zone = form, actions = {} }) {
    Object.assign(this, { form, draftKey, send, actions, field: form.elements.text, counter: form.querySelector(".counter") });
    this.hint = this.counter.textContent;
    this.problem = "";
    this.slash = this.#commands(form.querySelector(".slash"));
    this.file = this.#values(form.querySelector(".attach"), zone);
    // Who was quicker than this script keeps what they wrote.
    this.field.value ||= read(draftKey);
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#changed();
  }

  focus() {
    this.field.focus();
  }

  #commands(list) {
    return list && new SlashList(this.field, list, (text, isWhole) => this.#commanded(text, isWhole));
  }

  #values(button, zone) {
    if (!button) return null;
    const { form } = this;
    button.addEventListener("click", () => form.elements.file.click());
    const parts = { place: form.querySelector(".attached"), input: form.elements.file, zone, limit: LIMIT };
    return new ValuesFile({ ...parts, say: (problem) => (this.problem = problem), changed: () => this.#changed() });
  }

  #key(event) {
    // isComposing: Enter that ends an input method's word does not send.
    if (event.isComposing) return;
    if (this.slash?.key(event)) return event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#submit();
  }

  #typed() {
    this.problem = "";
    this.#changed();
    this.slash?.update();
  }

  #commanded(text, isWhole) {
    this.field.value = text;
    this.focus();
    if (isWhole) this.#submit();
    else this.#changed();
  }

  #submit() {
    const text = this.#text();
    if (!text || text.length > LIMIT) return;
    const command = this.slash && !this.file?.block ? commandOf(text) : null;
    if (command?.problem) {
      this.problem = command.problem;
      return this.#changed();
    }
    this.field.value = "";
    this.problem = "";
    this.slash?.close();
    this.file?.remove();
    this.focus();
    if (command?.act) this.#act(command);
    else this.send(command?.say ?? text);
  }

  async #act({ act, rest }) {
    this.problem = (await this.actions[act](rest)) ?? "";
    this.#changed();
  }

  /** The words, and below them the values of the file. */
  #text() {
    return [this.field.value.trim(), this.file?.block].filter(Boolean).join("\n");
  }

  #changed() {
    const { field } = this;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
    const left = LIMIT - this.#text().length;
    this.#tell(left);
    field.setAttribute("aria-invalid", String(left < 0));
    write(this.draftKey, field.value);
  }

  #tell(left) {
    const over = ngettext("%(count)s character too many (at most %(limit)s)", "%(count)s characters too many (at most %(limit)s)", -left);
    const room = ngettext("%(count)s character left", "%(count)s characters left", left);
    const told = left < 0 ? filled(over, { count: -left, limit: LIMIT }) : this.problem || (left <= 200 ? filled(room, { count: left }) : "");
    const text = told || this.hint;
    if (this.counter.textContent !== text) this.counter.textContent = text;
    this.counter.dataset.hint = String(!told);
    this.counter.dataset.wrong = String(Boolean(left < 0 || this.problem));
  }
}

function read(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function write(key, text) {
  try {
    sessionStorage.setItem(key, text);
  } catch {
    // No storage: the draft lives as long as the page.
  }
}
