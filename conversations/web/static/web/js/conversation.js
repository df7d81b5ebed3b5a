// One conversation, live: socket, outbox and stream joined. What stands around it belongs to whoever shows it.
// Events: "frame" (detail: {frame, live}), "state" (detail: see socket.js), "typing" (detail: whether somebody does),
// "problem" (detail: a sentence that belongs to no message), "said" (something of the person's was added) and "resumed"
// (after a lost connection all that came meanwhile was shown; detail: how much).
import { sentence } from "./api.js";
import { setDelivery } from "./message.js";
import { Outbox } from "./outbox.js";
import { ChatSocket } from "./socket.js";
import { Stream } from "./stream.js";
import { uuid } from "./uuid.js";

// Who types has said something by then, or has nothing to say.
const TYPING_MS = 20000;

export class Conversation extends EventTarget {
  /**
   * `list`: the <ol>. `viewer`: the person's id. `announce(text)` speaks to screen readers. `token()`: the key to connect
   * with, where no cookie says who it is. `guest`: on a page of another site, where nothing is decided.
   */
  constructor({ conversationId, after, list, viewer, announce, token = () => null, guest = false }) {
    super();
    this.guest = guest;
    this.replayUntil = 0;
    this.outbox = new Outbox(conversationId);
    this.socket = new ChatSocket({ conversationId, after, outbox: this.outbox, token });
    const submitForm = (formId, values) => this.socket.send("form.submit", { form_id: formId, values });
    const actions = { say: (text) => this.say(text), submitForm, job: this.#jobActions(guest) };
    this.stream = new Stream({ list, viewer, announce, actions });
    this.socket.addEventListener("state", ({ detail }) => {
      this.stream.connection(detail.state === "open");
      this.#tell("state", detail);
    });
    this.socket.addEventListener("frame", ({ detail }) => this.#received(detail));
  }

  /** Connect, and send what an earlier page could not. */
  open() {
    for (const [clientId, frame] of this.outbox.all()) this.#deliver(clientId, frame.data.text);
    this.socket.connect();
  }

  close() {
    clearTimeout(this.typingEnds);
    this.socket.close();
  }

  say(text) {
    this.#deliver(uuid(), text);
    this.#tell("said");
  }

  #received(frame) {
    // What else a blueprint takes is asked over REST, which is not for guests.
    if (this.guest) delete frame.data.blueprint;
    const live = frame.seq > this.replayUntil;
    if (frame.type === "conversation.opened") this.#opened(frame.data.last_seq);
    else if (frame.type === "typing") this.#typing(true);
    else if (frame.type === "error" && !frame.data.client_id) this.#tell("problem", sentence(frame.data));
    else if (frame.seq || frame.type === "job.event") this.stream.show(frame, live);
    if (frame.seq && frame.data.author !== "user") this.#typing(false);
    this.#tell("frame", { frame, live });
    this.#resumed();
  }

  #opened(lastSeq) {
    this.missed = this.wasOpen ? lastSeq - this.socket.lastSeq : null;
    this.wasOpen = true;
    this.replayUntil = lastSeq;
  }

  /** Said when all that came meanwhile is shown, and not before. */
  #resumed() {
    if (!Number.isInteger(this.missed) || this.socket.lastSeq < this.replayUntil) return;
    this.#tell("resumed", this.missed);
    this.missed = null;
  }

  async #deliver(clientId, text) {
    const item = this.stream.pending(clientId, text);
    const sent = this.socket.send("message.send", { text }, clientId);
    if (this.socket.state !== "open") setDelivery(item, "waiting");
    try {
      this.stream.stored(item, (await sent).seq);
    } catch (problem) {
      setDelivery(item, "failed", sentence(problem), () => {
        item.remove();
        this.say(text);
      });
    }
  }

  #jobActions(guest) {
    const { socket } = this;
    const follow = (jobId, last) => socket.follow(jobId, last);
    if (guest) return { follow };
    return {
      approve: ({ job_id, plan }, reason) => socket.send("job.approve", { job_id, plan_hash: plan.plan_hash, reason }),
      reject: ({ job_id }, reason) => socket.send("job.reject", { job_id, reason }),
      cancel: ({ job_id }, reason) => socket.send("job.cancel", { job_id, reason }),
      correct: (jobId, meant) => socket.send("proposal.correct", { job_id: jobId, ...meant }),
      follow,
    };
  }

  #typing(active) {
    clearTimeout(this.typingEnds);
    if (active) this.typingEnds = setTimeout(() => this.#typing(false), TYPING_MS);
    this.#tell("typing", active);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
