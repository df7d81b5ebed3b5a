// The page's own style sheets, made to fit a shadow root. They are fetched and adopted, never written into the page: a
// policy of `style-src 'none'` forbids elements and attributes with styles, and not these.
import { HOME } from "../home.js";

const FILES = ["tokens", "base", "chat", "job", "widget"];
const ROOT = /:root((?:\[[^\]]*\]|:not\([^)]*\))*)/g;
const REM = /(@media[^{]*)|(-?\d*\.?\d+)rem\b/g;

let made = null;

/** The sheets, made once for all widgets of a page. */
export const sheets = () => (made ??= Promise.all(FILES.map(sheet)));

async function sheet(name) {
  const answer = await fetch(new URL(`../../css/${name}.css`, import.meta.url), { credentials: "omit" });
  if (!answer.ok) throw new Error(`${HOME}: ${answer.status}`);
  const styles = new CSSStyleSheet();
  styles.replaceSync(adapted(await answer.text()));
  return styles;
}

/** `:root` is the host element here; a rem is the page's, which may be any size, so it becomes the widget's own unit. */
function adapted(text) {
  return text
    .replace(ROOT, (whole, condition) => (condition ? `:host(${condition})` : ":host"))
    .replace(REM, (whole, media, number) => media ?? `calc(${number} * var(--unit))`);
}
