// Slash commands: a list above the message box, by mouse or keyboard. Each is said in the words that the bot understands
// anyway, or presses a button that is on the page.
import { sentence } from "./api.js";
import { h } from "./dom.js";
import { filled, gettext } from "./i18n.js";

// What is said is English, as the bot is; what it does is told in the reader's language.
const COMMANDS = [
  { name: "help", does: gettext("what you can say here"), say: () => "help" },
  { name: "stacks", does: gettext("what exists, and what is being worked on"), say: () => "what is running?" },
  { name: "approve", does: gettext("approve the plan that waits"), say: () => "approve" },
  { name: "reject", does: gettext("reject the plan that waits"), say: () => "reject" },
  { name: "cancel", does: gettext("stop what is being done"), say: () => "cancel" },
  { name: "why", does: gettext("why the last plan was made like that"), say: (rest) => (rest ? `why ${rest}?` : "why?") },
  { name: "correct", does: gettext("what you meant instead: /correct environment=staging"), act: "correct", takes: true },
  { name: "outputs", does: gettext("addresses and names of what was made"), say: () => "show the outputs" },
  { name: "undo", does: gettext("plan to take the last change back"), say: () => "undo that" },
  { name: "new", does: gettext("begin another conversation"), act: "begin" },
];
const BEGUN = /^\/(\w*)$/;
const PAIR = /(\w+)=("(?:[^"\\]|\\.)*"|\S+)/g;
const WHOLE = /^\/(\w+)(?:\s+([\s\S]*))?$/;

/**
 * What a text that begins with a slash stands for: {say: text}, {act: name, rest}, {problem: text}; null for anything
 * else. A path such as /var/log is no command.
 */
export function commandOf(text) {
  const [, name, rest = ""] = WHOLE.exec(text) ?? [];
  if (!name) return null;
  const found = COMMANDS.find((each) => each.name === name.toLowerCase());
  if (!found) return rest ? null : { problem: filled(gettext("There is no command /%(name)s. Write / alone to see them all."), { name }) };
  return found.say ? { say: found.say(rest.trim()) } : { act: found.act, rest: rest.trim() };
}

/** /correct name=value …, about `job`, the newest here: sends the values; what is wrong with them, or nothing. */
export async function correction(rest, job, send) {
  const pairs = [...rest.matchAll(PAIR)].map(([, name, value]) => [name, typed(value)]);
  if (!job) return gettext("Nothing was asked for here yet that could be corrected.");
  if (!pairs.length) return gettext("Write what you meant like this: /correct environment=staging name=reports");
  try {
    await send({ job_id: job.job_id, values: Object.fromEntries(pairs) });
    return "";
  } catch (problem) {
    return sentence(problem);
  }
}

function typed(written) {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

/** The list for a message box; `choose(text, isWhole)` gets the command, and whether it can be sent as it is. */
export class SlashList {
  constructor(field, list, choose) {
    Object.assign(this, { field, list, choose, found: [], at: 0 });
    field.addEventListener("blur", () => this.close());
  }

  get open() {
    return !this.list.hidden;
  }

  /** Show what fits the text so far. */
  update() {
    const begun = BEGUN.exec(this.field.value)?.[1].toLowerCase();
    this.found = begun === undefined ? [] : COMMANDS.filter(({ name }) => name.startsWith(begun));
    this.list.replaceChildren(...this.found.map((each, index) => this.#option(each, index)));
    this.list.hidden = this.found.length === 0;
    this.#mark(0);
  }

  /** Whether the key was for the list. */
  key({ key }) {
    if (!this.open) return false;
    if (key === "ArrowDown" || key === "ArrowUp") this.#mark(this.at + (key === "ArrowDown" ? 1 : -1));
    else if (key === "Enter" || key === "Tab") this.#take(this.found[this.at]);
    else if (key === "Escape") this.close();
    else return false;
    return true;
  }

  close() {
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  #option(command, index) {
    const id = `${this.list.id}-${command.name}`;
    // A press would take the focus from the message box, and with it the list, before the click.
    const handlers = { onmousedown: (event) => event.preventDefault(), onclick: () => this.#take(command), onmousemove: () => this.#mark(index) };
    return h("li", { id, role: "option", ...handlers }, h("code", {}, `/${command.name}`), h("span", { class: "quiet" }, command.does));
  }

  #mark(at) {
    if (!this.found.length) return this.close();
    this.at = (at + this.found.length) % this.found.length;
    [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    const marked = this.list.children[this.at];
    this.field.setAttribute("aria-activedescendant", marked.id);
    marked.scrollIntoView({ block: "nearest" });
  }

  #take({ name, takes }) {
    this.close();
    this.choose(takes ? `/${name} ` : `/${name}`, !takes);
  }
}
