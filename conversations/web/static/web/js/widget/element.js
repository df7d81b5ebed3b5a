// <infrachat-widget>: the chat on a page of another site. A button with the number of unread messages, and behind it a
// panel; all in a shadow root, so that neither page nor widget sees the other's styles. Nothing here listens to messages
// of windows, and nothing of the page is read but the element's own attributes.
import { HOME } from "../home.js";
import { speak } from "../i18n.js";

const NAME = "infrachat-widget";
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
        this.started?.then((widget) => widget?.changed(name));
      }

      disconnectedCallback() {
        this.started?.then((widget) => !this.isConnected && widget?.stop());
      }
    },
  );
}

/** Everything that has words in it is loaded after the words. */
async function start(element, languages) {
  const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  const language = languageOf(element, languages);
  if (language !== "en") speak(language, await import(`${HOME}/widget/words/${language}.js`).catch(() => ({})));
  const [{ Widget }, { sheets }] = await Promise.all([import("./widget.js"), import("./styles.js")]);
  try {
    root.adoptedStyleSheets = await sheets();
  } catch (problem) {
    // Without its styles the panel would be in the page's way.
    console.error("Infrachat: the styles cannot be loaded. Does connect-src of the page name", HOME, "?", problem);
    return null;
  }
  root.host.lang = language;
  return new Widget(element, root);
}

function languageOf(element, languages) {
  const wanted = [element.getAttribute("language"), document.documentElement.lang, ...navigator.languages];
  const short = wanted.filter(Boolean).map((each) => each.toLowerCase().split("-")[0]);
  return short.find((each) => languages.includes(each)) ?? "en";
}
