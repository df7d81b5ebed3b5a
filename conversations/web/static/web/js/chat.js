// The chat page: joins socket, stream, composer, banner and scrolling.
import { Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { setDelivery } from "./message.js";
import { Outbox } from "./outbox.js";
import { Scrolling } from "./scrolling.js";
import { ChatSocket } from "./socket.js";
import { Stream } from "./stream.js";
import { sentence } from "./api.js";
import { uuid } from "./uuid.js";

// Who types has said something by then, or has nothing to say.
const TYPING_MS = 20000;

const page = document.querySelector(".chat");
const $ = (selector) => page.querySelector(selector);
const { conversation, viewer, after } = page.dataset;

const outbox = new Outbox(conversation);
const socket = new ChatSocket({ conversationId: conversation, after: Number(after), outbox });
const banner = new Banner($(".banner"), () => socket.reconnectNow());
const scrolling = new Scrolling($(".scroll"), $(".to-end"));
const announcer = document.getElementById("announcer");
const stream = new Stream({
  list: $(".stream"),
  viewer,
  announce: (text) => (announcer.textContent = text),
  actions: {
    say,
    submitForm: (formId, values) => socket.send("form.submit", { form_id: formId, values }),
    job: {
      approve: ({ job_id, plan }, reason) => socket.send("job.approve", { job_id, plan_hash: plan.plan_hash, reason }),
      reject: ({ job_id }, reason) => socket.send("job.reject", { job_id, reason }),
      cancel: ({ job_id }, reason) => socket.send("job.cancel", { job_id, reason }),
      correct: (jobId, meant) => socket.send("proposal.correct", { job_id: jobId, ...meant }),
      follow: (jobId, last) => socket.follow(jobId, last),
    },
  },
});
const attention = $(".attention");
let replayUntil = 0;
let typingEnds = 0;

socket.addEventListener("state", ({ detail }) => banner.show(detail));
socket.addEventListener("frame", ({ detail }) => received(detail));
new Composer($(".composer"), `infrachat.draft.${conversation}`, say).focus();
for (const [clientId, frame] of outbox.all()) deliver(clientId, frame.data.text);
for (const button of page.querySelectorAll("[data-say]")) {
  button.addEventListener("click", () => say(button.dataset.say));
}
attention.addEventListener("click", () => show(stream.awaiting()[0]));
$(".scroll").addEventListener("scroll", remind, { passive: true });
socket.connect();

function received(frame) {
  if (frame.type === "conversation.opened") replayUntil = frame.data.last_seq;
  else if (frame.type === "typing") typing(true);
  else if (frame.type === "error" && !frame.data.client_id) banner.problem(sentence(frame.data));
  else if (frame.seq || frame.type === "job.event") stream.show(frame, frame.seq > replayUntil);
  if (frame.seq && frame.data.author !== "user") typing(false);
  if (frame.type === "message.created" && frame.data.author === "user") name(frame.data.text);
  page.dataset.lastSeq = socket.lastSeq;
  page.dataset.empty = String(!$(".stream").childElementCount);
  if (frame.seq) scrolling.added();
  remind();
}

function say(text) {
  deliver(uuid(), text);
  page.dataset.empty = "false";
  scrolling.toEnd();
}

async function deliver(clientId, text) {
  const item = stream.pending(clientId, text);
  try {
    stream.stored(item, (await socket.send("message.send", { text }, clientId)).seq);
  } catch (problem) {
    setDelivery(item, "failed", sentence(problem), () => {
      item.remove();
      say(text);
    });
  }
}

/** A conversation is called by its first message; the server has done the same. */
function name(text) {
  const title = document.querySelector(".sidebar a[aria-current] .title[data-unnamed]");
  if (!title) return;
  title.textContent = text;
  delete title.dataset.unnamed;
}

function typing(active) {
  clearTimeout(typingEnds);
  page.dataset.typing = String(active);
  if (active) typingEnds = setTimeout(() => typing(false), TYPING_MS);
}

/** A plan that waits for this person and is out of sight is mentioned above the message box. */
function remind() {
  const { top, bottom } = $(".scroll").getBoundingClientRect();
  const outside = ({ top: from, bottom: to }) => to < top || from > bottom;
  attention.hidden = !stream.awaiting().some((card) => outside(card.querySelector(".approve").getBoundingClientRect()));
}

function show(card) {
  card?.querySelector(".button.approve").scrollIntoView({ block: "center" });
  card?.querySelector(".button.approve").focus();
}
