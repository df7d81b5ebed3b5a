// One line above the conversation when the connection is not there, and why; and that nothing was missed when it is back.
import { h } from "./dom.js";
import { filled, gettext, ngettext } from "./i18n.js";

// A reconnect that takes less than this is nobody's concern.
const PATIENCE_MS = 800;
const RESUMED_MS = 5000;

export class Banner {
  /** `retry()` connects at once; `final(code)` may deal with a refusal in its own way: then it returns true. */
  constructor(element, retry, final = () => false) {
    Object.assign(this, { element, retry, final });
  }

  /** `state` and close `code` of the socket. */
  show({ state, code }) {
    clearTimeout(this.timer);
    this.element.closest(".chat").dataset.connection = state;
    if (state === "open") this.element.hidden = true;
    else if (state === "closed") this.final(code) || this.#final(code);
    else if (this.element.hidden) this.timer = setTimeout(() => this.#waiting(code), PATIENCE_MS);
    else if (state === "waiting") this.#waiting(code);
  }

  /** A refusal that belongs to no message. */
  problem(text) {
    this.#say(text);
    this.timer = setTimeout(() => (this.element.hidden = true), 8000);
  }

  /** After a connection that was missed: what came meanwhile is here, `count` of it. */
  resumed(count) {
    // Who was back before anybody noticed, with nothing new, need not hear of it.
    if (!this.wasLost && !count) return;
    this.wasLost = false;
    const news = ngettext("Connected again. %(count)s new entry came meanwhile; you missed nothing.", "Connected again. %(count)s new entries came meanwhile; you missed nothing.", count);
    this.#say(count ? filled(news, { count }) : gettext("Connected again. You missed nothing."));
    this.element.dataset.kind = "good";
    this.timer = setTimeout(() => (this.element.hidden = true), RESUMED_MS);
  }

  #waiting(code) {
    this.wasLost = true;
    const text =
      code === 4429
        ? gettext("Too many messages in a short time. Connecting again in a few seconds.")
        : gettext("The connection is lost. What you write is kept and sent when it is back.");
    this.#say(text, h("button", { type: "button", class: "link", onclick: this.retry }, gettext("Try now")));
  }

  #final(code) {
    if (code === 4401) return location.assign(`/login/?next=${encodeURIComponent(location.pathname)}`);
    const text = code === 4403 ? gettext("This conversation belongs to somebody else.") : gettext("There is no such conversation.");
    return this.#say(text, h("a", { href: "/" }, gettext("Go to yours")));
  }

  #say(text, action = null) {
    clearTimeout(this.timer);
    delete this.element.dataset.kind;
    this.element.replaceChildren(h("span", {}, `${text} `), ...(action ? [action] : []));
    this.element.hidden = false;
  }
}
