// The log of a job's page: follow it, look for lines, jump to the next error or to a line, link to lines.
import { api, sentence } from "./api.js";
import { h } from "./dom.js";
import { filled, gettext, language } from "./i18n.js";
import { LogWindow } from "./logwindow.js";

const EVERY_MS = 1000;
const BUSY_MS = 250;
const BEHIND_MS = 50;
const TYPED_MS = 300;
const LINE = /^#L(\d{1,10})$/;
const number = new Intl.NumberFormat(language);

export class LogPage {
  /** `section` as the server made it; `read(query)` answers like `jobs/<id>/events/`. `live`: lines may still come. */
  constructor(section, { live, read = (query) => readEvents(section.dataset.log, query) }) {
    Object.assign(this, { section, live, following: live });
    this.status = section.querySelector(".log-status");
    this.form = section.querySelector(".log-filter");
    const [box, rows] = [section.querySelector(".log-window"), section.querySelector(".log-rows")];
    this.window = new LogWindow({ box, rows, read, moved: () => this.#moved() });
    this.read = read;
    this.#build();
    this.#listen();
    this.#begin();
  }

  /** What was written by the end is read once more. */
  over() {
    this.live = false;
  }

  #build() {
    for (const each of this.section.querySelectorAll(".log-pages")) each.remove();
    this.form.querySelector("button").hidden = true;
    const button = (name, onclick, props = {}) => h("button", { type: "button", class: "button small", onclick, ...props }, name);
    this.follow = button(gettext("Follow"), () => this.#follow(!this.following), { "aria-pressed": String(this.following) });
    this.line = h("input", { type: "number", min: "1", inputmode: "numeric", class: "line-field", "aria-label": gettext("Number of a line") });
    const go = h("form", { class: "go-to" }, this.line, h("button", { class: "button small" }, gettext("Go to line")));
    go.addEventListener("submit", (event) => this.#goTyped(event));
    this.slider = h("input", { type: "range", min: "1", max: "1", value: "1", class: "log-position", "aria-label": gettext("Place in the log") });
    this.place = h("span", { class: "log-place" });
    this.section.querySelector(".log-buttons").append(button(gettext("Next error"), () => this.#nextError()), go, this.follow);
    this.where = h("div", { class: "log-where" }, this.slider, this.place);
    this.window.box.before(this.where);
  }

  #listen() {
    this.form.addEventListener("submit", (event) => this.#filter(event));
    this.form.addEventListener("change", () => this.#filter());
    this.form.elements.search.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.#filter(), TYPED_MS);
    });
    this.slider.addEventListener("change", () => this.#show(Number(this.slider.value)));
    addEventListener("hashchange", () => this.#linked());
    // Whoever scrolls away from the end reads, and is not pulled back to it.
    this.window.box.addEventListener("scroll", () => this.window.atEnd || this.#follow(false), { passive: true });
  }

  async #begin() {
    this.window.wanted = this.#chosen();
    this.window.last = Number(this.section.dataset.last);
    this.window.box.scrollTop = this.window.box.scrollHeight;
    if (LINE.test(location.hash)) await this.#linked();
    else await this.#try(() => this.window.toEnd());
    this.#next();
  }

  async #next() {
    const reads = this.following || !this.live;
    const found = await this.#try(() => (reads ? this.window.follow() : this.#look()));
    if (!this.live && !found?.came) return;
    setTimeout(() => this.#next(), found?.more ? BEHIND_MS : found?.came ? BUSY_MS : EVERY_MS);
  }

  /** How long it is by now, for who reads elsewhere in it. */
  async #look() {
    const { last_log_seq: last } = await this.read({ after: this.window.last, limit: 1 });
    this.window.grown(last);
  }

  #chosen() {
    const { level, search } = this.form.elements;
    return { level: level.value, search: search.value.trim() };
  }

  #filter(event) {
    event?.preventDefault();
    const wanted = this.#chosen();
    if (JSON.stringify(wanted) === JSON.stringify(this.window.wanted)) return;
    this.window.wanted = wanted;
    this.#tell("");
    const query = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    this.#try(async () => {
      await this.window.toEnd();
      if (!this.window.latest && this.window.last) this.#tell(gettext("No line of the log fits. Choose other lines, or another text."));
    });
  }

  #goTyped(event) {
    event.preventDefault();
    const seq = Number(this.line.value);
    if (!Number.isInteger(seq) || seq < 1 || seq > this.window.last) {
      return this.#tell(filled(gettext("The log has the lines 1 to %(last)s. Choose one of these."), { last: number.format(this.window.last) }));
    }
    return this.#show(seq);
  }

  async #nextError() {
    const marked = this.window.rows.querySelector(".marked");
    const from = marked ? Number(marked.id.slice(1)) : this.missed ? 0 : Math.max(0, this.window.inView() - 1);
    await this.#try(async () => {
      const { results } = await this.read({ after: from, limit: 1, level: "error" });
      this.missed = results.length === 0;
      if (results.length) return this.#show(results[0].log_seq);
      if (marked) marked.classList.remove("marked");
      if (from === 0) return this.#tell(gettext("There is no error in this log."));
      return this.#tell(filled(gettext("There is no error after line %(line)s. Once more begins at the first line."), { line: number.format(from) }));
    });
  }

  #linked() {
    const found = LINE.exec(location.hash);
    return found ? this.#show(Number(found[1])) : null;
  }

  /** The line in view and marked, with what stands around it; the address is a link to it. */
  async #show(seq) {
    this.#follow(false);
    this.#tell("");
    await this.#try(async () => {
      if (!this.window.row(seq)) {
        this.#unfilter();
        await this.window.around(seq);
      }
      if (!this.window.mark(seq)) return this.#tell(filled(gettext("The log has no line %(line)s (yet)."), { line: number.format(seq) }));
      const hash = `#L${seq}`;
      if (location.hash !== hash) history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
      return this.#moved();
    });
  }

  #unfilter() {
    this.form.elements.level.value = "";
    this.form.elements.search.value = "";
    this.window.wanted = this.#chosen();
    history.replaceState(null, "", location.pathname);
  }

  #follow(on) {
    if (this.following === on) return;
    this.following = on;
    this.follow.setAttribute("aria-pressed", String(on));
    if (on) this.#try(() => this.window.toEnd());
  }

  #moved() {
    const { first, latest, last } = this.window;
    this.slider.max = String(Math.max(1, last));
    if (document.activeElement !== this.slider) this.slider.value = String(this.window.atEnd ? latest : this.window.inView() || first);
    const text = latest ? gettext("Lines %(first)s to %(latest)s of %(last)s") : "";
    this.place.textContent = filled(text, { first: number.format(first), latest: number.format(latest), last: number.format(last) });
    this.follow.hidden = !this.live;
    this.where.hidden = !latest;
    if (latest && !this.begun) this.#tell("");
    this.begun ||= latest > 0;
  }

  async #try(work) {
    try {
      return await work();
    } catch (problem) {
      if (!problem?.overtaken) this.#tell(sentence(problem));
      return false;
    }
  }

  #tell(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }
}

function readEvents(jobId, { level = "", search = "", ...where }) {
  const query = new URLSearchParams({ ...where, ...(level && { level }), ...(search && { search }) });
  return api(`jobs/${jobId}/events/?${query}`);
}
