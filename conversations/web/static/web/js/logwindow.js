// A window onto a log of any length: some hundred rows are on the page, and reading on at either end fetches the next
// and drops those at the other end. Where somebody reads stays where it is.
import { rowView, seqOf } from "./logrows.js";

const PAGE = 250;
const MOST = 1000;
// As many as one request gives, shown so many a frame: the page answers in between.
const FOLLOWED = 500;
const A_FRAME = 80;
const NEAR_PX = 500;
const AT_END_PX = 30;
// More than this behind the end, whoever follows is taken to the end instead of through everything.
const FAR_BEHIND = 4 * PAGE;

export class LogWindow {
  /**
   * `read({after | before, limit, level, search})` gives {results, last_log_seq}; `moved()` is called when another part is
   * shown. `box` scrolls and holds the list `rows`.
   */
  constructor({ box, rows, read, moved }) {
    Object.assign(this, { box, rows, read, moved, wanted: { level: "", search: "" }, last: 0, turn: 0 });
    this.more = { earlier: true, later: true };
    this.atEnd = true;
    box.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  get first() {
    return this.rows.firstElementChild ? seqOf(this.rows.firstElementChild) : 0;
  }

  get latest() {
    return this.rows.lastElementChild ? seqOf(this.rows.lastElementChild) : 0;
  }

  row(seq) {
    return this.rows.querySelector(`#L${Number(seq)}`);
  }

  /** The number of the first row that is in view. */
  inView() {
    const { children } = this.rows;
    const top = this.box.getBoundingClientRect().top;
    let [above, below] = [0, children.length - 1];
    while (above < below) {
      const middle = (above + below) >> 1;
      if (children[middle].getBoundingClientRect().bottom > top) below = middle;
      else above = middle + 1;
    }
    return children.length ? seqOf(children[above]) : 0;
  }

  /** There are more lines by now, which scrolling to them fetches. */
  grown(last) {
    if (last > this.latest) this.more.later = true;
    this.last = last;
    this.moved();
  }

  /** The last lines. */
  async toEnd() {
    await this.#replace({ before: this.last ? this.last + 1 : LAST, limit: PAGE });
    this.more = { earlier: this.rows.childElementCount === PAGE, later: false };
    this.#scrollToEnd();
  }

  /** The lines around one, which is in view. */
  async around(seq) {
    const half = PAGE / 2;
    const [before, after] = await this.#latestOnly(() =>
      Promise.all([this.#read({ before: seq + 1, limit: half }), this.#read({ after: seq, limit: half })]),
    );
    this.rows.replaceChildren(...[...before, ...after].map((event) => rowView(event, this.wanted.search)));
    this.more = { earlier: before.length === half, later: after.length === half };
    this.atEnd = false;
    this.#shown();
  }

  /** Puts a row into the middle and marks it; false when it is not on the page. */
  mark(seq) {
    for (const each of this.rows.querySelectorAll(".marked")) unmark(each);
    const row = this.row(seq);
    if (!row) return false;
    row.classList.add("marked");
    row.setAttribute("aria-current", "true");
    this.box.scrollTop += row.getBoundingClientRect().top - this.box.getBoundingClientRect().top - this.box.clientHeight / 3;
    row.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.atEnd = this.#isAtEnd();
    return true;
  }

  /** What was written since, if the end of the log is on the page: how many lines came, and whether there are more. */
  async follow() {
    if (this.more.later) return NOTHING;
    const { turn } = this;
    const { results, last_log_seq: last } = await this.read({ ...this.wanted, after: this.latest, limit: FOLLOWED });
    if (turn !== this.turn) return NOTHING;
    this.last = last;
    const more = results.length === FOLLOWED;
    if (more && last - results.at(-1).log_seq > FAR_BEHIND && this.atEnd) await this.toEnd();
    else await this.#append(results);
    return { came: results.length, more };
  }

  async #scrolled() {
    this.atEnd = this.#isAtEnd();
    if (this.loading) return;
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const below = scrollHeight - scrollTop - clientHeight;
    const earlier = scrollTop < NEAR_PX && this.more.earlier;
    if (!earlier && !(below < NEAR_PX && this.more.later)) return this.moved();
    this.loading = true;
    try {
      await (earlier ? this.#earlier() : this.#later());
    } catch {
      // The next movement tries again; the status line tells what is wrong with the connection.
    } finally {
      this.loading = false;
    }
    return this.moved();
  }

  async #earlier() {
    const { turn } = this;
    const lines = await this.#read({ before: this.first, limit: PAGE });
    if (turn !== this.turn) return;
    this.more.earlier = lines.length === PAGE;
    const height = this.box.scrollHeight;
    this.rows.prepend(...lines.map((event) => rowView(event, this.wanted.search)));
    this.box.scrollTop += this.box.scrollHeight - height;
    this.#drop("lastElementChild");
  }

  async #later() {
    const { turn } = this;
    const lines = await this.#read({ after: this.latest, limit: PAGE });
    if (turn !== this.turn) return;
    this.more.later = lines.length === PAGE;
    await this.#append(lines);
  }

  async #append(lines) {
    const { turn } = this;
    for (let begin = 0; begin < lines.length; begin += A_FRAME) {
      await new Promise(requestAnimationFrameOrSoon);
      if (turn !== this.turn) return;
      const toEnd = this.atEnd && !this.more.later;
      this.rows.append(...lines.slice(begin, begin + A_FRAME).map((event) => rowView(event, this.wanted.search)));
      this.#drop("firstElementChild", !toEnd);
      this.#shown();
      if (toEnd) this.#scrollToEnd();
    }
  }

  /** `keep`: what is in view stays where it is, which has to be measured. */
  #drop(end, keep = true) {
    const over = this.rows.childElementCount - MOST;
    if (over <= 0) return;
    const isAbove = end === "firstElementChild";
    const height = isAbove && keep ? this.box.scrollHeight : 0;
    for (let count = 0; count < over; count += 1) this.rows[end].remove();
    if (height) this.box.scrollTop -= height - this.box.scrollHeight;
    this.more[isAbove ? "earlier" : "later"] = true;
  }

  async #replace(where) {
    const lines = await this.#latestOnly(() => this.#read(where));
    this.rows.replaceChildren(...lines.map((event) => rowView(event, this.wanted.search)));
    this.#shown();
  }

  /** What is asked for next makes what is still under way void. */
  async #latestOnly(ask) {
    const turn = (this.turn += 1);
    const answer = await ask();
    if (turn !== this.turn) throw OVERTAKEN;
    return answer;
  }

  async #read(where) {
    const { results, last_log_seq: last } = await this.read({ ...this.wanted, ...where });
    this.last = last;
    return results;
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    return scrollHeight - scrollTop - clientHeight < AT_END_PX;
  }

  #scrollToEnd() {
    this.box.scrollTop = this.box.scrollHeight;
    this.atEnd = true;
    this.moved();
  }

  #shown() {
    this.box.hidden = this.rows.childElementCount === 0;
    this.moved();
  }
}

/** Thrown by what another request has made void: nothing went wrong. */
export const OVERTAKEN = { overtaken: true };
const LAST = 9_999_999_999;
const NOTHING = { came: 0, more: false };

function unmark(row) {
  row.classList.remove("marked");
  row.removeAttribute("aria-current");
}

/** A page in the background draws no frames, and is to be at the end all the same when somebody looks. */
function requestAnimationFrameOrSoon(done) {
  if (document.visibilityState === "visible") requestAnimationFrame(done);
  else setTimeout(done, 0);
}
