// Messages the server has not acknowledged yet, kept over a reload of this tab.

export class Outbox {
  constructor(conversationId) {
    this.key = `infrachat.outbox.${conversationId}`;
  }

  /** [[clientId, frame], …] in the order they were written. */
  all() {
    try {
      return Object.entries(JSON.parse(sessionStorage.getItem(this.key) ?? "{}"));
    } catch {
      return [];
    }
  }

  put(clientId, frame) {
    this.#save({ ...Object.fromEntries(this.all()), [clientId]: frame });
  }

  remove(clientId) {
    this.#save(Object.fromEntries(this.all().filter(([key]) => key !== clientId)));
  }

  #save(frames) {
    try {
      sessionStorage.setItem(this.key, JSON.stringify(frames));
    } catch {
      // Private windows may refuse storage; the message is then kept only as long as the page.
    }
  }
}
