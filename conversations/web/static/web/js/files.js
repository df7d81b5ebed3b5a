// A file of values (YAML or JSON), dropped or chosen: it goes with the message as the fenced block that one can write too.
import { h } from "./dom.js";
import { filled, gettext } from "./i18n.js";

const NAMED = /\.(ya?ml|json)$/i;
const FENCE = /^[ \t]*```/m;

export class ValuesFile {
  /**
   * `place`: where the file's name stands; `zone`: where files may be dropped; `limit`: characters that a message may
   * have; `say(problem)` tells what is wrong with a file, `changed()` that there is another one or none.
   */
  constructor({ place, input, zone, limit, say, changed }) {
    Object.assign(this, { place, limit, say, changed, name: "", text: "" });
    input.addEventListener("change", () => {
      this.take(input.files);
      input.value = "";
    });
    zone.addEventListener("dragover", (event) => this.#over(event, zone));
    zone.addEventListener("dragleave", (event) => zone.contains(event.relatedTarget) || delete zone.dataset.drop);
    zone.addEventListener("drop", (event) => this.#dropped(event, zone));
  }

  /** The block to send below the words; empty without a file. */
  get block() {
    if (!this.name) return "";
    return `\`\`\`${/json$/i.test(this.name) ? "json" : "yaml"}\n${this.text.trimEnd()}\n\`\`\``;
  }

  /** Keep the one file of a list, or say why not. */
  async take(files) {
    const [file] = files;
    if (!file) return;
    const problem = files.length > 1 ? gettext("One file at a time, please.") : await this.#read(file);
    if (problem) this.say(problem);
    else this.#show();
    this.changed();
  }

  remove() {
    Object.assign(this, { name: "", text: "" });
    this.place.replaceChildren();
    this.changed();
  }

  async #read(file) {
    const { name, size } = file;
    const { limit } = this;
    if (!NAMED.test(name)) return filled(gettext("%(name)s is no file of values: it must end in .yaml, .yml or .json."), { name });
    // No character is longer than four bytes.
    if (size > limit * 4) return this.#tooLong(name, size);
    const text = await file.text();
    if (text.length > limit) return this.#tooLong(name, text.length);
    if (!text.trim()) return filled(gettext("%(name)s is empty."), { name });
    if (text.includes("\0") || text.includes("\ufffd")) return filled(gettext("%(name)s is no text in UTF-8."), { name });
    if (FENCE.test(text)) return filled(gettext("%(name)s has a line that begins with ```, which would end the block here. Take that line out."), { name });
    if (/json$/i.test(name)) {
      try {
        JSON.parse(text);
      } catch (error) {
        return filled(gettext("%(name)s is no valid JSON: %(problem)s"), { name, problem: error.message });
      }
    }
    Object.assign(this, { name, text });
    return "";
  }

  #tooLong(name, count) {
    return filled(gettext("%(name)s is too long: %(count)s characters; with the message it may have %(limit)s."), { name, count, limit: this.limit });
  }

  #show() {
    const remove = h("button", { type: "button", class: "link", onclick: () => this.remove() }, gettext("Remove"), h("span", { class: "visually-hidden" }, ` ${this.name}`));
    const size = filled(gettext("%(count)s characters"), { count: this.text.length });
    this.place.replaceChildren(h("code", {}, this.name), h("span", { class: "quiet" }, ` ${size} `), remove);
  }

  #over(event, zone) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.dataset.drop = "true";
  }

  #dropped(event, zone) {
    delete zone.dataset.drop;
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    this.take(event.dataTransfer.files);
  }
}
