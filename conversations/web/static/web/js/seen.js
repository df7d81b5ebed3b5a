// Tells the server how far this person has read, once they look at the page, and not for every single frame.
import { api } from "./api.js";

const PAUSE_MS = 1000;

export class Seen {
  constructor(conversation) {
    Object.assign(this, { conversation, told: 0, last: 0, timer: 0 });
    document.addEventListener("visibilitychange", () => this.#soon());
  }

  until(seq) {
    this.last = seq;
    this.#soon();
  }

  #soon() {
    clearTimeout(this.timer);
    if (this.last > this.told && document.visibilityState === "visible") this.timer = setTimeout(() => this.#tell(), PAUSE_MS);
  }

  async #tell() {
    const { last } = this;
    this.told = last;
    // Told again with the next frame when the server is away: nothing depends on it.
    await api(`conversations/${this.conversation}/`, { method: "PATCH", body: { seen_seq: last } }).catch(() => (this.told = 0));
  }
}
