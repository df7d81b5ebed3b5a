// The button, the panel, and the conversation behind them.
import { Conversation } from "../conversation.js";
import { h } from "../dom.js";
import { filled, gettext, language, ngettext } from "../i18n.js";
import { isOver } from "../words.js";
import { Panel } from "./panel.js";
import { Session, keep, kept } from "./session.js";

// Longer histories begin this many frames before their end.
const REPLAYED_FRAMES = 200;
const NOT_SIGNED_IN = 4401;
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv"]);

export class Widget {
  constructor(element, root) {
    Object.assign(this, { element, root, unread: new Set(), isOpen: false, beginning: null });
    this.session = new Session({
      site: element.getAttribute("site") ?? "",
      token: element.getAttribute("token"),
      tokenUrl: element.getAttribute("token-url"),
    });
    this.badge = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
    this.bubble = h("button", { type: "button", class: "launcher", part: "launcher", "aria-expanded": "false" }, this.badge);
    this.bubble.prepend(speechBubble());
    this.bubble.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    this.announcer = h("div", { class: "visually-hidden", "aria-live": "polite" });
    this.panel = new Panel({ close: () => this.close(), another: () => this.#begin("new") });
    const dir = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
    const named = { "aria-label": gettext("Chat"), lang: language, dir };
    this.frame = h("section", { class: "widget", ...named }, this.panel.element, this.bubble, this.announcer);
    this.life = new AbortController();
    document.addEventListener("visibilitychange", () => this.#isSeen && this.#read(), { signal: this.life.signal });
    this.changed("theme");
    root.replaceChildren(this.frame);
    this.#count();
    if (element.hasAttribute("open")) this.open({ focus: false });
    else if (this.session.isKnown) this.#begin(null).catch(() => {});
  }

  async open({ focus = true } = {}) {
    this.isOpen = true;
    this.#show();
    if (focus) this.panel.focus();
    await this.#begin("latest");
    this.#read();
    if (focus) this.panel.focus();
  }

  close() {
    const hadFocus = this.panel.element.contains(this.root.activeElement);
    this.isOpen = false;
    this.#show();
    if (hadFocus) this.bubble.focus();
  }

  /** The page changed an attribute. */
  changed(name) {
    if (name === "theme") this.#theme();
    else if (name === "token") this.session.token = this.element.getAttribute("token");
    else if (name === "open" && this.element.hasAttribute("open") !== this.isOpen) this.isOpen ? this.close() : this.open();
  }

  stop() {
    this.life.abort();
    this.conversation?.close();
    this.conversation = null;
    this.conversationId = null;
    this.element.started = null;
  }

  #theme() {
    const theme = this.element.getAttribute("theme");
    if (theme === "dark" || theme === "light") this.element.dataset.theme = theme;
    else delete this.element.dataset.theme;
  }

  #show() {
    this.frame.classList.toggle("is-open", this.isOpen);
    this.panel.element.hidden = !this.isOpen;
    this.bubble.setAttribute("aria-expanded", String(this.isOpen));
    this.element.toggleAttribute("open", this.isOpen);
    this.#count();
  }

  /** Begin (see Session.renew) once at a time; what refuses is said in the panel. */
  async #begin(begin) {
    await this.beginning;
    if (begin !== "new" && this.conversation) return;
    this.beginning = this.#connect(begin);
    await this.beginning;
  }

  async #connect(begin) {
    try {
      const { conversation, viewer, bot } = await this.session.renew(begin);
      this.panel.who({ viewer, bot, conversation });
      if (conversation && conversation.id !== this.conversationId) this.#converse(conversation, viewer);
    } catch (problem) {
      this.panel.refused(problem, () => this.#begin(begin));
    }
  }

  #converse({ id, last_seq: last }, viewer) {
    this.conversation?.close();
    this.conversationId = id;
    this.unread.clear();
    const conversation = (this.conversation = new Conversation({
      conversationId: id,
      after: Math.max(0, last - REPLAYED_FRAMES),
      list: this.panel.newList(),
      viewer: viewer.id,
      announce: (text) => this.isOpen && this.#announce(text),
      token: () => this.session.token,
      guest: true,
    }));
    conversation.addEventListener("frame", ({ detail }) => this.#received(detail.frame));
    this.panel.joins(conversation, (code) => this.#final(code));
    this.#count();
  }

  /** The server refused: with a new token on from where it was, or with another conversation. */
  #final(code) {
    if (code === NOT_SIGNED_IN) this.#again();
    else this.panel.refused({ detail: gettext("This conversation is not open on this page.") }, () => this.#begin("new"));
    return true;
  }

  /** A token lasts minutes. */
  async #again() {
    const { conversation } = this;
    try {
      await this.session.renew();
      if (conversation === this.conversation) conversation.socket.connect();
    } catch (problem) {
      this.panel.refused(problem, () => this.#again());
    }
  }

  #received(frame) {
    if (!frame.seq) return;
    if (this.#isSeen) this.#read();
    else if (isNews(frame) && frame.seq > this.#lastRead) {
      this.unread.add(frame.seq);
      this.#count();
    }
  }

  get #isSeen() {
    return this.isOpen && document.visibilityState === "visible";
  }

  get #readKey() {
    return `infrachat.read.${this.conversationId}`;
  }

  get #lastRead() {
    return Number(kept(this.#readKey)) || 0;
  }

  #read() {
    if (!this.conversation) return;
    keep(this.#readKey, String(Math.max(this.#lastRead, this.conversation.socket.lastSeq)));
    this.unread.clear();
    this.#count();
  }

  /** The number on the button, and in its name for whoever does not see it. */
  #count() {
    const count = this.unread.size;
    this.badge.textContent = count > 99 ? "99+" : String(count);
    this.badge.hidden = count === 0 || this.isOpen;
    const news = filled(ngettext("%(count)s unread message", "%(count)s unread messages", count), { count });
    const name = this.isOpen ? gettext("Close the chat") : gettext("Open the chat");
    this.bubble.setAttribute("aria-label", count && !this.isOpen ? `${name}, ${news}` : name);
    if (count > (this.told ?? 0) && !this.isOpen) this.#announce(news);
    this.told = count;
  }

  #announce(text) {
    this.announcer.textContent = text;
  }
}

/** What somebody who looks away wants to be told of. */
function isNews({ type, data }) {
  if (type === "message.created") return data.author !== "user";
  return type.startsWith("job.") && (data.state === "awaiting_approval" || isOver(data.state));
}

function speechBubble() {
  const namespace = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(namespace, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: "24", height: "24", "aria-hidden": "true" })) {
    picture.setAttribute(name, value);
  }
  for (const [kind, d] of Object.entries({ closed: "M4 4h16v12H9l-5 4z", opened: "M5 9l7 7 7-7" })) {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", d);
    path.setAttribute("class", kind);
    picture.append(path);
  }
  return picture;
}
