// The panel and the conversation behind it: loaded when somebody opens it, or when there may be something unread.
import { Conversation } from "../conversation.js";
import { gettext } from "../i18n.js";
import { isOver } from "../words.js";
import { Panel } from "./panel.js";
import { keep, kept } from "./session.js";

// Longer histories begin this many frames before their end.
const REPLAYED_FRAMES = 200;
const NOT_SIGNED_IN = 4401;

export class Widget {
  /** `element` is the custom element, `frame` what stands in its shadow root, `launcher` the button in it. */
  constructor({ element, session, frame, launcher }) {
    Object.assign(this, { element, session, frame, launcher, unread: new Set(), isOpen: false, beginning: null });
    const { signal } = (this.life = new AbortController());
    this.panel = new Panel({ close: () => this.close(), another: () => this.#begin("new"), signal });
    frame.prepend(this.panel.element);
    document.addEventListener("visibilitychange", () => this.#isSeen && this.#read(), { signal });
    // Read in another window of the same person.
    addEventListener("storage", ({ key }) => key === this.#readKey && this.#forget(), { signal });
    if (element.hasAttribute("open")) this.open({ focus: false });
    else if (session.isKnown) this.#begin(null);
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  async open({ focus = true } = {}) {
    this.isOpen = true;
    this.#show();
    if (focus) this.panel.focus();
    await this.#begin("latest");
    this.#read();
  }

  close() {
    const hadFocus = this.panel.element.contains(this.element.shadowRoot.activeElement);
    this.isOpen = false;
    this.#show();
    if (hadFocus) this.launcher.focus();
  }

  /** The page changed an attribute. */
  changed(name) {
    if (name === "token") this.session.token = this.element.getAttribute("token");
    else if (name === "open" && this.element.hasAttribute("open") !== this.isOpen) this.toggle();
  }

  stop() {
    this.life.abort();
    this.conversation?.close();
    this.conversation = null;
  }

  #show() {
    this.frame.classList.toggle("is-open", this.isOpen);
    this.panel.element.hidden = !this.isOpen;
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
      announce: (text) => this.isOpen && this.launcher.announce(text),
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
    this.#forget();
  }

  #forget() {
    const last = this.#lastRead;
    for (const seq of this.unread) if (seq <= last) this.unread.delete(seq);
    this.#count();
  }

  #count() {
    this.launcher.show({ isOpen: this.isOpen, unread: this.unread.size });
  }
}

/** What somebody who looks away wants to be told of. */
function isNews({ type, data }) {
  if (type === "message.created") return data.author !== "user" && !data.beside_card;
  return type.startsWith("job.") && (data.state === "awaiting_approval" || isOver(data.state));
}
