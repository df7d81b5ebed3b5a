// Parts of a page as the server makes them now: read again, and exchanged where they differ.

const VOLATILE = "[name=csrfmiddlewaretoken], [name=request_id]";
const seen = new WeakMap();

/** To be called before anything on the page is changed by scripts. */
export function remember(root) {
  for (const part of partsOf(root)) seen.set(part, told(part));
}

/** Reads the page again; `exchanged(part)` is called for each part that is another now. What is open stays open. */
export async function refresh(root, exchanged) {
  const answer = await fetch(location.pathname + location.search, { credentials: "same-origin" });
  if (answer.redirected) return location.reload();
  if (!answer.ok) throw { status: answer.status };
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of partsOf(root)) {
    const other = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (other && told(other) !== seen.get(part)) exchange(part, other, exchanged);
  }
}

function exchange(part, other, exchanged) {
  const open = new Set([...part.querySelectorAll("details[open][id]")].map(({ id }) => id));
  const shut = new Set([...part.querySelectorAll("details:not([open])[id]")].map(({ id }) => id));
  const focused = part.contains(document.activeElement) ? document.activeElement.id : null;
  seen.set(part, told(other));
  part.replaceChildren(...other.childNodes);
  for (const each of part.querySelectorAll("details[id]")) {
    if (open.has(each.id)) each.open = true;
    if (shut.has(each.id)) each.open = false;
  }
  if (focused !== null) ((focused && part.querySelector(`#${CSS.escape(focused)}`)) || focusable(part)).focus();
  exchanged(part);
}

/** Whoever was in a part that is another now stays in it. */
function focusable(part) {
  part.tabIndex = -1;
  return part;
}

const partsOf = (root) => root.querySelectorAll("[data-live]");

function told(part) {
  const copy = part.cloneNode(true);
  for (const each of copy.querySelectorAll(VOLATILE)) each.remove();
  // They may stand there in the reader's zone already.
  for (const each of copy.querySelectorAll("time")) each.replaceWith(each.dateTime);
  return copy.innerHTML;
}
