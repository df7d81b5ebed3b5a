// The button in the corner, with the number of unread messages: all that a page loads before somebody opens the chat.
import { h } from "../dom.js";
import { filled, gettext, ngettext } from "../i18n.js";

const SHAPES = { closed: "M4 4h16v12H9l-5 4z", opened: "M5 9l7 7 7-7" };
const SVG = "http://www.w3.org/2000/svg";

export class Launcher {
  /** `press()` is called when somebody presses it. */
  constructor(press) {
    this.told = 0;
    this.badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
    const name = { type: "button", class: "launcher", part: "launcher", "aria-expanded": "false" };
    this.element = h("button", { ...name, onclick: press }, picture(), this.badge);
    this.announcer = h("div", { class: "visually-hidden", "aria-live": "polite" });
    this.show({ isOpen: false, unread: 0 });
  }

  focus() {
    this.element.focus();
  }

  /** The number on the button, and in its name for whoever does not see it. */
  show({ isOpen, unread }) {
    this.badge.textContent = unread > 99 ? "99+" : String(unread);
    this.badge.hidden = unread === 0 || isOpen;
    const news = filled(ngettext("%(count)s unread message", "%(count)s unread messages", unread), { count: unread });
    const name = isOpen ? gettext("Close the chat") : gettext("Open the chat");
    this.element.setAttribute("aria-expanded", String(isOpen));
    this.element.setAttribute("aria-label", unread && !isOpen ? `${name}, ${news}` : name);
    if (unread > this.told && !isOpen) this.announce(news);
    this.told = unread;
  }

  /** For screen readers. */
  announce(text) {
    this.announcer.textContent = text;
  }
}

function picture() {
  const element = document.createElementNS(SVG, "svg");
  const box = { viewBox: "0 0 24 24", width: "24", height: "24", "aria-hidden": "true" };
  for (const [name, value] of Object.entries(box)) element.setAttribute(name, value);
  for (const [kind, d] of Object.entries(SHAPES)) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", kind);
    element.append(path);
  }
  return element;
}
