// What happened while nobody looked: a number in the tab's title, and, for whoever wants them, the system's notifications.
import { gettext } from "./i18n.js";

const KEY = "infrachat.notify";
const LONGEST = 200;

export class Notices {
  /** `button` turns notifications on and off; it is shown where the browser has them. */
  constructor(button) {
    Object.assign(this, { button, count: 0, title: document.title });
    document.addEventListener("visibilitychange", () => this.#looked());
    if (!button || !("Notification" in window)) return;
    button.hidden = false;
    button.addEventListener("click", () => this.#toggle());
    this.#show();
  }

  /** Something that a person wants to know. */
  tell(text) {
    if (document.visibilityState === "visible") return;
    this.count += 1;
    document.title = `(${this.count}) ${this.title}`;
    if (!this.#isOn()) return;
    const notice = new Notification(this.title, { body: text.slice(0, LONGEST), tag: location.pathname });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  }

  #looked() {
    if (document.visibilityState !== "visible") return;
    this.count = 0;
    document.title = this.title;
  }

  #isOn() {
    return stored() === "on" && "Notification" in window && Notification.permission === "granted";
  }

  async #toggle() {
    if (this.#isOn()) store("off");
    else if ((await Notification.requestPermission()) === "granted") store("on");
    this.#show();
  }

  #show() {
    const refused = Notification.permission === "denied";
    this.button.setAttribute("aria-pressed", String(this.#isOn()));
    this.button.disabled = refused;
    this.button.title = refused ? gettext("Your browser refuses notifications of this page. Allow them in its settings.") : "";
  }
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // No storage: it is as it was.
  }
}
