"""A log of any length in the browser itself, and the part of the job's page that shows it: what is seen of it there is
the page's own work, without server and network."""

from typing import Any

from django.template.loader import render_to_string
from playwright.sync_api import Page

from conversations.web.jobwords import LEVELS
from orchestrator.log_types import LogFilter
from tests.e2e.still import run, still_page

BEGIN = """
const [{ LogPage }, html, length, live] = [await load("logpage"), ...values];
const log = (globalThis.log = { length, most: 0, reads: 0 });
const colours = ["", "\\u001b[32mgreen\\u001b[0m ",
  "\\u001b[1;31mbold red\\u001b[0m \\u001b[38;2;1;2;3mexact\\u001b[0m "];
const event = (seq) => seq % 9973 === 0
  ? { log_seq: seq, level: "error", kind: "diagnostic", text: `The name of number ${seq} is taken.` }
  : { log_seq: seq, level: seq % 100 ? "line" : "step", kind: seq % 100 ? "line" : "phase",
      text: `${colours[seq % 3]}aws_s3_bucket.number_${seq}: still creating, ${seq % 60} s elapsed <b>${seq}</b>` };
const wanted = ({ level, text, log_seq: seq }, query) => (query.level !== "error" || level === "error")
  && (query.level !== "step" || level !== "line") && (!query.search || text.includes(query.search));
const read = async ({ after, before, limit, ...query }) => {
  log.reads += 1;
  await new Promise((done) => setTimeout(done, log.slow ?? 0));
  const results = [];
  const step = before === undefined ? 1 : -1;
  let seq = step > 0 ? after + 1 : Math.min(before - 1, log.length);
  for (; seq >= 1 && seq <= log.length; seq += step) {
    const each = event(seq);
    if (wanted(each, query) && results.push(each) === limit) break;
  }
  return { results: step > 0 ? results : results.reverse(), last_log_seq: log.length };
};
document.querySelector("main").insertAdjacentHTML("beforeend", html);
const section = document.querySelector("[data-log]");
new MutationObserver(() => (log.most = Math.max(log.most, section.querySelectorAll(".row").length)))
  .observe(section.querySelector(".log-rows"), { childList: true });
log.page = new LogPage(section, { live, read });
"""
GROW = """
const [perSecond] = values;
let last = performance.now();
log.timer = setInterval(() => {
  const now = performance.now();
  log.length += Math.round(((now - last) / 1000) * perSecond);
  last = now;
}, 20);
"""


def log_page(page: Page, length: int, *, live: bool = False) -> Page:
    """The page with a log of that many lines; `window.log.length` makes it longer."""
    still_page(page, "job", "jobpage")
    context: dict[str, Any] = {"job": {"id": "a"}, "last_line": length, "levels": LEVELS.items(), "wanted": LogFilter()}
    run(page, BEGIN, render_to_string("web/job/log.html", {**context, "lines": [], "is_over": not live}), length, live)
    return page


def grow(page: Page, lines_per_second: int) -> None:
    """From now on lines are written."""
    run(page, GROW, lines_per_second)
