// Who the page's person is to Infrachat: a token of the page's server, or a visitor's key that stays in this browser.
// No cookie is sent, and none is set.
import { HOME } from "../home.js";
import { gettext } from "../i18n.js";

export class Session {
  /** `site`; `token`: what the page came with, if anything; `tokenUrl`: where the page's own server gives a new one. */
  constructor({ site, token, tokenUrl }) {
    Object.assign(this, { site, token, tokenUrl });
    this.key = `infrachat.visitor.${site}`;
    this.isPersonal = Boolean(token || tokenUrl);
  }

  /** Whether somebody is known already, so that there may be something unread. */
  get isKnown() {
    return this.isPersonal || Boolean(kept(this.key));
  }

  /**
   * A fresh token. `begin`: "latest" begins a conversation where there is none, "new" begins another one.
   * Resolves to {token, viewer, bot, conversation}; rejects with a problem.
   */
  async renew(begin = null) {
    const answer = await this.#answer(begin);
    this.token = answer.token;
    if (answer.visitor) keep(this.key, answer.visitor);
    return answer;
  }

  async #answer(begin) {
    if (!this.isPersonal) return this.#ask({ begin, visitor: kept(this.key) });
    try {
      return await this.#ask({ begin, token: this.token || (await this.#fetched()) });
    } catch (problem) {
      if (problem.status !== 401 || !this.tokenUrl) throw problem;
      return this.#ask({ begin, token: await this.#fetched() });
    }
  }

  /** From the page's own server, with the page's own cookies: which of its people it is, it alone knows. */
  async #fetched() {
    if (!this.tokenUrl) throw { status: 401, detail: gettext("Load the page again to go on with the chat.") };
    const answer = await request(this.tokenUrl, { method: "POST", credentials: "same-origin" });
    return answer.token;
  }

  #ask(wanted) {
    const body = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value));
    return request(`${HOME}/api/v1/widget/sites/${encodeURIComponent(this.site)}/session/`, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }
}

async function request(url, options) {
  let response;
  try {
    response = await fetch(url, { referrerPolicy: "no-referrer", ...options });
  } catch {
    // Refused by either policy or network: scripts are not told which.
    throw { status: 0, detail: gettext("The chat cannot be reached from this page.") };
  }
  const json = await response.json().catch(() => ({}));
  if (!response.ok) throw { status: response.status, title: response.statusText, ...json };
  return json;
}

/** What this browser keeps for the page; null where it keeps nothing. */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

export function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Private windows may refuse: then it is known as long as the page stands.
  }
}
