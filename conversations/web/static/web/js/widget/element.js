// <infrachat-widget>: the chat on a page of another site. A button with the number of unread messages, and behind it a
// panel; all in a shadow root, so that neither page nor widget sees the other's styles. Nothing here listens to messages
// of windows, and nothing of the page is read but the element's own attributes.
import { HOME } from "../home.js";
import { gettext, speak } from "../i18n.js";

const NAME = "infrachat-widget";
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "yi", "ps", "sd", "ug", "dv"]);
const OPTIONS = ["site", "token", "token-url", "language", "theme", "open"];

/** Called by /widget/v1.js: one script tag is enough, an element of one's own in the page is the other way. */
export function embed(source, languages) {
  define(languages);
  const address = new URL(source);
  const own = (script) => script.dataset.site && isSame(script.src, address);
  const script = [...document.querySelectorAll("script[src]")].find(own);
  if (!script || document.querySelector(NAME)) return;
  const element = document.createElement(NAME);
  for (const name of OPTIONS) {
    const value = script.getAttribute(`data-${name}`);
    if (value !== null) element.setAttribute(name, value);
  }
  document.body.append(element);
}

function isSame(text, { origin, pathname }) {
  const url = new URL(text, document.baseURI);
  return url.origin === origin && url.pathname === pathname;
}

function define(languages) {
  if (customElements.get(NAME)) return;
  customElements.define(
    NAME,
    class extends HTMLElement {
      static observedAttributes = ["token", "theme", "open"];

      connectedCallback() {
        this.started ??= start(this, languages);
      }

      attributeChangedCallback(name) {
        if (name === "theme") showTheme(this);
        else this.started?.then((chat) => chat?.changed(name));
      }

      disconnectedCallback() {
        this.started?.then((chat) => this.isConnected || this.#end(chat));
      }

      #end(chat) {
        chat?.end();
        this.started = null;
      }
    },
  );
}

function showTheme(element) {
  const theme = element.getAttribute("theme");
  if (theme === "dark" || theme === "light") element.dataset.theme = theme;
  else delete element.dataset.theme;
}

/** Everything that has words in it is loaded after the words, and the conversation when it is wanted. */
async function start(element, languages) {
  const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  const language = languageOf(element, languages);
  if (language !== "en") speak(language, await import(`${HOME}/widget/words/${language}.js`).catch(() => ({})));
  const parts = [import("./launcher.js"), import("./session.js"), import("./styles.js")];
  const [{ Launcher }, { Session }, { sheets }] = await Promise.all(parts);
  try {
    root.adoptedStyleSheets = await sheets();
  } catch (problem) {
    // Without its styles the panel would be in the page's way.
    console.error("Infrachat: the styles cannot be loaded. Does connect-src of the page name", HOME, "?", problem);
    return null;
  }
  const session = new Session({
    site: element.getAttribute("site") ?? "",
    token: element.getAttribute("token"),
    tokenUrl: element.getAttribute("token-url"),
  });
  return framed({ element, root, language, session, Launcher });
}

function framed({ element, root, language, session, Launcher }) {
  let made = null;
  const launcher = new Launcher(async () => (await widget()).toggle());
  const frame = document.createElement("section");
  const widget = () => (made ??= import("./widget.js").then(({ Widget }) => new Widget({ element, session, frame, launcher })));
  frame.className = "widget";
  frame.lang = language;
  frame.dir = RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr";
  frame.setAttribute("aria-label", gettext("Chat"));
  frame.append(launcher.element, launcher.announcer);
  root.replaceChildren(frame);
  if (element.hasAttribute("open") || session.isKnown) widget();
  return {
    changed: (name) => (made || element.hasAttribute("open")) && widget().then((each) => each.changed(name)),
    end: () => made?.then((each) => each.stop()),
  };
}

function languageOf(element, languages) {
  const wanted = [element.getAttribute("language"), document.documentElement.lang, ...navigator.languages];
  const short = wanted.filter(Boolean).map((each) => each.toLowerCase().split("-")[0]);
  return short.find((each) => languages.includes(each)) ?? "en";
}
