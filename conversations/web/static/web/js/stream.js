// The conversation as it stands on the page: takes frames, makes and updates what is shown.
import { h, rendered } from "./dom.js";
import { closeForm, formView, hideSaid } from "./form.js";
import { JobCard } from "./jobcard.js";
import { adopt, closeSuggestions, messageView, pendingView, pointerView, setDelivery } from "./message.js";

export class Stream {
  /** `list`: the <ol>. `announce(text)` speaks to screen readers. `actions`: {say, submitForm, job: see JobCard}. */
  constructor({ list, viewer, actions, announce }) {
    Object.assign(this, { list, viewer, actions, announce });
    this.jobs = new Map();
    this.forms = [];
  }

  /** Show one frame; `live` is false while history is replayed. */
  show(frame, live) {
    if (frame.type === "message.created") this.#message(frame, live);
    else if (frame.type === "form.requested") this.#form(frame);
    else if (frame.type.startsWith("job.") && frame.seq) this.#job(frame);
    else if (frame.type === "job.event") this.jobs.get(frame.data.job_id)?.log.append(frame.data.events);
    else if (frame.seq) this.#place(h("li", { hidden: true, dataset: { seq: frame.seq, type: frame.type } }));
  }

  /** The person's own message at once, before the server has answered. */
  pending(clientId, text) {
    const item = pendingView(clientId, text);
    this.list.append(item);
    return item;
  }

  stored(item, seq) {
    if (!seq || item.dataset.seq) return setDelivery(item, "stored");
    // The frame may have come before its acknowledgement, and be shown already.
    if (this.list.querySelector(`[data-seq="${Number(seq)}"]`)) return item.remove();
    item.dataset.awaits = seq;
    setDelivery(item, "stored");
  }

  /** Say of what is not stored yet whether it is being sent, or waits for the connection. */
  connection(isOpen) {
    for (const item of this.list.querySelectorAll("[data-delivery='sending'], [data-delivery='waiting']")) {
      setDelivery(item, isOpen ? "sending" : "waiting");
    }
  }

  /** The newest job's card; undefined without any. */
  newest() {
    return [...this.jobs.values()].at(-1);
  }

  /** Cards with a button that waits for the person of this page. */
  awaiting() {
    return [...this.jobs.values()].map((card) => card.element).filter((card) => card.querySelector(".button.approve"));
  }

  #message(frame, live) {
    if (frame.data.author === "user") return this.#ownMessage(frame);
    if (frame.data.form_id) this.asked = frame.data;
    this.#place(this.#told(frame) ?? messageView(frame, this.actions.say, this.actions.job.correct));
    if (live) this.announce(spoken(frame.data));
  }

  /** What stands in place of a message that a card on this page tells; null when it is to be told here. */
  #told(frame) {
    const { beside_card: beside, job_id: id } = frame.data;
    const card = beside && this.jobs.get(id);
    if (!card) return null;
    if (!beside.text && !beside.suggestions.length) return pointerView(frame, card, this.#isLast(card) ? null : () => reveal(card.element));
    return messageView({ ...frame, data: { ...frame.data, ...beside } }, this.actions.say, this.actions.job.correct);
  }

  /** Whether nothing that can be seen stands below the card. */
  #isLast(card) {
    return [...this.list.children].filter((item) => !item.hidden).at(-1)?.contains(card.element);
  }

  #ownMessage(frame) {
    closeSuggestions(this.list);
    // What was asked may be answered in words as well, and something else may be asked in between: only its own
    // answer, a newer form or the job itself settles a form.
    this.#closeForms(({ dataset }) => dataset.formId === frame.data.form_id);
    const match = [...this.list.querySelectorAll("[data-seq='']")].find((item) => this.#matches(item, frame));
    if (match) adopt(match, frame);
    else this.#place(messageView(frame, this.actions.say));
  }

  #matches(item, frame) {
    if (frame.data.client_id) return frame.data.client_id === item.dataset.clientId;
    return Number(item.dataset.awaits) === frame.seq;
  }

  #form(frame) {
    this.#closeForms();
    const form = formView(frame.data, (values) => this.actions.submitForm(frame.data.form_id, values));
    this.forms.push(form);
    if (this.asked?.form_id === frame.data.form_id) hideSaid(form, this.asked.text);
    this.#place(h("li", { class: "message from-bot wide", dataset: { seq: frame.seq } }, form));
  }

  #job(frame) {
    const { job_id: id } = frame.data;
    if (this.jobs.get(id)?.job.state === "awaiting_approval") closeSuggestions(this.list);
    if (!this.jobs.has(id)) {
      this.#closeForms();
      const card = new JobCard({ actions: this.actions.job, viewer: this.viewer });
      this.jobs.set(id, card);
      this.#place(h("li", { class: "message from-bot wide" }, card.element));
    }
    this.jobs.get(id).update(frame.data);
    this.jobs.get(id).note(frame.data, frame.ts, frame.seq);
  }

  #closeForms(which = () => true) {
    this.forms.filter(which).forEach(closeForm);
    this.forms = this.forms.filter((form) => !which(form));
  }

  /** Numbered things stand before what the server has not stored yet; what failed stays where it was written. */
  #place(item) {
    this.list.insertBefore(item, this.list.querySelector("[data-seq='']:not([data-delivery='failed'])"));
  }
}

function reveal(element) {
  element.scrollIntoView({ block: "center" });
  element.focus({ preventScroll: true });
}

/** The words of a message without its marks, for whoever hears it. */
function spoken({ html, text }) {
  return html ? h("div", {}, rendered(html)).textContent : text;
}
