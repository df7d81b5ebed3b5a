// The protocol client of the page: one websocket that mends itself and resumes after the last number it has.
// Events: "frame" (detail: a frame, numbered ones in order and once each) and "state" (detail: {state, code}).
import { homeUrl } from "./home.js";
import { uuid } from "./uuid.js";

const RETRY_MS = [200, 500, 1000, 2000, 4000, 8000];
const PING_EVERY_MS = 20000;
const SILENCE_MS = 30000;
const FINAL_CODES = new Set([4401, 4403, 4404]);
const TOO_MANY = 4429;
const MOST_FOLLOWED = 20;

export class ChatSocket extends EventTarget {
  /** `outbox` keeps what is not acknowledged yet (see outbox.js); `token()` is the key to connect with, if one is needed. */
  constructor({ conversationId, after, outbox, token = () => null }) {
    super();
    Object.assign(this, { conversationId, lastSeq: after, outbox, token });
    this.waiting = new Map();
    this.follows = new Map();
    this.attempt = 0;
    const { signal } = (this.life = new AbortController());
    addEventListener("online", () => this.reconnectNow(), { signal });
    const seen = () => document.visibilityState === "visible" && this.reconnectNow();
    document.addEventListener("visibilitychange", seen, { signal });
    this.watching = setInterval(() => this.#watch(), 5000);
  }

  /** For good: nothing is heard of it any more. */
  close() {
    this.life.abort();
    clearInterval(this.watching);
    clearTimeout(this.timer);
    const ended = this.socket;
    this.socket = null;
    ended?.close();
  }

  connect() {
    if (this.life.signal.aborted) return;
    clearTimeout(this.timer);
    this.#state("connecting");
    const key = this.token();
    const url = homeUrl(`/ws/v1/conversations/${this.conversationId}/?after=${this.lastSeq}&html=1`, { socket: true });
    const socket = (this.socket = new WebSocket(url, key ? ["infrachat.v1", `token.${key}`] : ["infrachat.v1"]));
    this.heard = Date.now();
    socket.addEventListener("message", (event) => socket === this.socket && this.#received(event.data));
    socket.addEventListener("close", (event) => socket === this.socket && this.#closed(event.code));
  }

  reconnectNow() {
    if (this.state === "waiting") this.connect();
  }

  /** Send a frame until it is acknowledged, over reconnects; resolves to the ack's data, rejects with the problem. */
  send(type, data, clientId = uuid()) {
    const frame = { v: 1, type, data: { client_id: clientId, ...data } };
    if (type === "message.send") this.outbox.put(clientId, frame);
    return new Promise((resolve, reject) => {
      this.waiting.set(clientId, { frame, resolve, reject });
      if (this.state === "open") this.#write(frame);
    });
  }

  /** Follow a job's log after number `after`; followed again by itself after a reconnect. */
  follow(jobId, after) {
    if (this.follows.has(jobId)) return;
    this.follows.set(jobId, after);
    if (this.follows.size > MOST_FOLLOWED) return this.#followOneLess();
    if (this.state === "open") this.#askFollow(jobId);
  }

  #received(text) {
    this.heard = Date.now();
    const frame = JSON.parse(text);
    if (frame.type === "conversation.opened") this.#opened();
    if (frame.type === "ack" || frame.type === "error") this.#answered(frame);
    if (frame.type === "job.event" && !this.#takeLog(frame.data)) return;
    if (frame.seq !== null && frame.seq !== undefined) {
      if (frame.seq <= this.lastSeq) return;
      // A hole must never look like none: start again from the last number we have.
      if (frame.seq !== this.lastSeq + 1) return this.socket.close(4000, "gap");
      this.lastSeq = frame.seq;
    }
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
  }

  #opened() {
    this.attempt = 0;
    this.#state("open");
    for (const { frame } of this.waiting.values()) this.#write(frame);
    for (const jobId of this.follows.keys()) this.#askFollow(jobId);
  }

  #answered({ type, data }) {
    const waiting = this.waiting.get(data.client_id);
    if (!waiting) return;
    this.waiting.delete(data.client_id);
    this.outbox.remove(data.client_id);
    if (type === "ack") waiting.resolve(data);
    else waiting.reject(data);
  }

  /** Keep only lines not seen before, and remember the last. */
  #takeLog(data) {
    const last = this.follows.get(data.job_id) ?? 0;
    data.events = data.events.filter((event) => event.log_seq > last);
    if (data.events.length) this.follows.set(data.job_id, data.events.at(-1).log_seq);
    return data.events.length > 0;
  }

  #askFollow(jobId) {
    const data = { client_id: uuid(), job_id: jobId, after: this.follows.get(jobId) };
    this.#write({ v: 1, type: "job.follow", data });
  }

  /** One connection follows so many jobs and no more: begin a new one, without the oldest of them. */
  #followOneLess() {
    this.follows.delete(this.follows.keys().next().value);
    this.socket?.close(4000, "follow");
  }

  #closed(code) {
    this.socket = null;
    if (FINAL_CODES.has(code)) return this.#state("closed", code);
    this.#state("waiting", code);
    const base = code === TOO_MANY ? 5000 : RETRY_MS[Math.min(this.attempt, RETRY_MS.length - 1)];
    this.attempt += 1;
    this.timer = setTimeout(() => this.connect(), base * (0.75 + Math.random() / 2));
  }

  /** A half-open connection never says that it is dead: ask, and give up on silence. */
  #watch() {
    if (!this.socket) return;
    const quiet = Date.now() - this.heard;
    if (quiet > SILENCE_MS) {
      const dead = this.socket;
      this.#closed(1006);
      dead.close();
    } else if (quiet > PING_EVERY_MS && this.state === "open") this.#write({ v: 1, type: "ping", data: {} });
  }

  #write(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  #state(state, code = null) {
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: { state, code } }));
  }
}
