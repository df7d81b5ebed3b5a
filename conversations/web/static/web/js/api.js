// REST calls with the session cookie and the CSRF token of the page.
import { gettext } from "./i18n.js";
import { uuid } from "./uuid.js";

/**
 * JSON of /api/v1/<path>, or of a path of this site that begins with a slash.
 * Throws the problem ({status, title, detail, field}) when the server refuses or is away.
 */
export async function api(path, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") {
    headers["X-CSRFToken"] = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    headers["Content-Type"] = "application/json";
    headers["Idempotency-Key"] = uuid();
  }
  const response = await request(path, { method, headers, body: body && JSON.stringify(body) });
  const json = await response.json().catch(() => ({}));
  if (!response.ok) throw { status: response.status, title: response.statusText, ...json };
  return json;
}

async function request(path, options) {
  try {
    return await fetch(path.startsWith("/") ? path : `/api/v1/${path}`, { credentials: "same-origin", ...options });
  } catch {
    throw { status: 0, detail: gettext("The server cannot be reached. Trying again helps when the connection is back.") };
  }
}

/** The items of a list answer, paged or not. */
export const items = (json) => (Array.isArray(json) ? json : (json.results ?? []));

/** The answer of a problem as one sentence. */
export const sentence = (problem) => problem?.detail || problem?.title || gettext("That did not work.");
