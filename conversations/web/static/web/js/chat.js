// The chat page: joins the conversation with composer, banner, notices and scrolling.
import { Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { correction } from "./slash.js";
import { Notices } from "./notices.js";
import { Scrolling } from "./scrolling.js";
import { Seen } from "./seen.js";
import { filled, gettext } from "./i18n.js";
import { STATES, isOver } from "./words.js";

const page = document.querySelector(".chat");
const $ = (selector) => page.querySelector(selector);
const { conversation: conversationId, viewer, after } = page.dataset;

const announcer = document.getElementById("announcer");
const announce = (text) => (announcer.textContent = text);
const list = $(".stream");
const conversation = new Conversation({ conversationId, after: Number(after), list, viewer, announce });
const { socket, stream } = conversation;
const banner = new Banner($(".banner"), () => socket.reconnectNow());
const scrolling = new Scrolling($(".scroll"), $(".to-end"));
const notices = new Notices(document.querySelector(".notify"));
const seen = new Seen(conversationId);
const attention = $(".attention");
const say = (text) => conversation.say(text);
const actions = {
  begin: () => document.querySelector(".sidebar .new").click(),
  correct: (rest) => correction(rest, stream.newest()?.job, (data) => socket.send("proposal.correct", data)),
};

conversation.addEventListener("state", ({ detail }) => banner.show(detail));
conversation.addEventListener("problem", ({ detail }) => banner.problem(detail));
conversation.addEventListener("resumed", ({ detail }) => banner.resumed(detail));
conversation.addEventListener("typing", ({ detail }) => (page.dataset.typing = String(detail)));
conversation.addEventListener("frame", ({ detail }) => received(detail));
conversation.addEventListener("said", () => {
  page.dataset.empty = "false";
  scrolling.toEnd();
});
new Composer($(".composer"), { draftKey: `infrachat.draft.${conversationId}`, zone: page, send: say, actions }).focus();
for (const button of page.querySelectorAll("[data-say]")) {
  button.addEventListener("click", () => say(button.dataset.say));
}
attention.addEventListener("click", () => show(stream.awaiting()[0]));
$(".scroll").addEventListener("scroll", remind, { passive: true });
conversation.open();

function received({ frame, live }) {
  if (frame.type === "message.created" && frame.data.author === "user") name(frame.data.text);
  if (frame.seq && live) tell(frame);
  page.dataset.lastSeq = socket.lastSeq;
  page.dataset.empty = String(!list.childElementCount);
  if (frame.seq) {
    scrolling.added();
    seen.until(socket.lastSeq);
  }
  remind();
}

/** What a person who looks elsewhere wants to know: an answer, a plan to decide, an end. */
function tell({ type, data }) {
  if (type === "message.created" && data.author !== "user" && !data.beside_card) notices.tell(data.text);
  const decides = type === "job.updated" && (data.state === "awaiting_approval" || isOver(data.state));
  if (decides) notices.tell(filled(gettext("%(title)s: %(state)s."), { title: data.title, state: STATES[data.state] ?? data.state }));
}

/** A conversation is called by its first message; the server has done the same. */
function name(text) {
  const title = document.querySelector(".sidebar [aria-current] .title[data-unnamed]");
  if (!title) return;
  title.textContent = text;
  delete title.dataset.unnamed;
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
