// The panel: head, messages, message box. It shows a conversation; which one is decided in widget.js.
import { sentence } from "../api.js";
import { Banner } from "../banner.js";
import { Composer } from "../composer.js";
import { h } from "../dom.js";
import { homeUrl } from "../home.js";
import { gettext } from "../i18n.js";
import { Scrolling } from "../scrolling.js";

const WINDOW = "popup,width=520,height=760,noopener,noreferrer";

export class Panel {
  /** `close()`; `another()` begins another conversation; `signal` ends what is listened to outside of the panel. */
  constructor({ close, another, signal }) {
    this.early = [];
    this.title = h("h2", { id: "widget-title" }, gettext("Chat"));
    this.popOut = h("a", { class: "icon", target: "_blank", rel: "noopener noreferrer", hidden: true }, glyph("↗"), hidden(gettext("Open in Infrachat")));
    this.popOut.addEventListener("click", (event) => this.#opened(event));
    this.another = h("button", { type: "button", class: "icon", onclick: another, hidden: true }, glyph("✎"), hidden(gettext("New conversation")));
    const closing = h("button", { type: "button", class: "icon", onclick: close }, glyph("×"), hidden(gettext("Close the chat")));
    const head = h("header", { class: "head" }, this.title, this.another, this.popOut, closing);
    this.banner = h("div", { class: "banner", role: "status", hidden: true });
    this.welcome = h("p", { class: "welcome" }, gettext("What do you need? Write it in your own words."));
    this.column = h("div", { class: "column" }, this.welcome);
    this.scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": gettext("Messages") }, this.column);
    this.toEnd = h("button", { type: "button", class: "to-end button small", hidden: true }, gettext("Newest messages"), glyph(" ↓"));
    this.form = composerForm();
    const below = h("div", { class: "below" }, h("div", { class: "floating" }, this.toEnd), this.form);
    this.element = h(
      "section",
      { class: "panel chat", part: "panel", role: "dialog", "aria-labelledby": "widget-title", hidden: true, dataset: { typing: "false", empty: "true" } },
      head,
      this.banner,
      this.scroll,
      below,
    );
    this.element.addEventListener("keydown", (event) => {
      // What is open inside of the panel closes first.
      if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) close();
    });
    this.#followFocus(signal);
    this.scrolling = new Scrolling(this.scroll, this.toEnd);
    this.composer = new Composer(this.form, { draftKey: "infrachat.draft.widget", send: (text) => this.#say(text) });
  }

  focus() {
    this.composer.focus();
  }

  who({ viewer, bot, conversation }) {
    this.title.textContent = bot.title;
    this.banner.hidden = true;
    // A visitor has no account to open it with.
    this.popOut.hidden = viewer.is_visitor || !conversation;
    this.another.hidden = !conversation;
    if (conversation) this.popOut.href = homeUrl(`/c/${conversation.id}/`);
  }

  /** An empty list of messages, in the place of what stood there. */
  newList() {
    this.list?.remove();
    this.dots?.remove();
    this.list = h("ol", { class: "stream" });
    this.dots = h("p", { class: "typing", "aria-hidden": "true" }, h("span"), h("span"), h("span"));
    this.column.append(this.list, this.dots);
    this.element.dataset.empty = "true";
    return this.list;
  }

  /** Show this conversation, and connect. `final(code)`: see Banner. */
  joins(conversation, final) {
    const banner = new Banner(this.banner, () => conversation.socket.reconnectNow(), final);
    this.conversation = conversation;
    conversation.addEventListener("state", ({ detail }) => banner.show(detail));
    conversation.addEventListener("problem", ({ detail }) => banner.problem(detail));
    conversation.addEventListener("resumed", ({ detail }) => banner.resumed(detail));
    conversation.addEventListener("typing", ({ detail }) => (this.element.dataset.typing = String(detail)));
    conversation.addEventListener("frame", () => this.#added());
    conversation.addEventListener("said", () => {
      this.element.dataset.empty = "false";
      this.scrolling.toEnd();
    });
    conversation.open();
    for (const text of this.early.splice(0)) conversation.say(text);
  }

  refused(problem, retry) {
    const again = h("button", { type: "button", class: "link", onclick: retry }, gettext("Try again"));
    this.banner.replaceChildren(h("span", {}, `${sentence(problem)} `), again);
    this.banner.hidden = false;
  }

  /** Who is quicker than the connection has said it all the same. */
  #say(text) {
    if (this.conversation) this.conversation.say(text);
    else this.early.push(text);
  }

  /** Whether the person is working in here: what has the focus may go away with a newer message. */
  #followFocus(signal) {
    const follow = (event) => (this.isInside = event.composedPath().includes(this.element));
    for (const type of ["focusin", "pointerdown"]) document.addEventListener(type, follow, { signal });
  }

  #added() {
    if (this.isInside && document.activeElement === document.body) this.focus();
    this.element.dataset.empty = String(!this.list.childElementCount);
    // A link to one of our pages is no link into the page around us.
    for (const link of this.list.querySelectorAll("a[href^='/']")) {
      link.href = homeUrl(link.getAttribute("href"));
      Object.assign(link, { target: "_blank", rel: "noopener noreferrer" });
    }
    this.scrolling.added();
  }

  /** A window of its own: there the person signs in, and no page around it has a hold on it. */
  #opened(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    window.open(this.popOut.href, "_blank", WINDOW);
  }
}

/** Without commands and files: most of what they do is done in Infrachat itself. */
function composerForm() {
  const field = { id: "widget-text", name: "text", rows: "1", placeholder: gettext("Write what you need"), autocomplete: "off" };
  return h(
    "form",
    { class: "composer" },
    h("label", { for: "widget-text", class: "visually-hidden" }, gettext("Your message")),
    h("textarea", { ...field, "aria-describedby": "widget-counter" }),
    h("button", { class: "button primary send" }, gettext("Send")),
    h("p", { class: "counter", id: "widget-counter", "aria-live": "polite" }),
  );
}

const glyph = (text) => h("span", { "aria-hidden": "true" }, text);
const hidden = (text) => h("span", { class: "visually-hidden" }, text);
