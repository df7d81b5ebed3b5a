"""The chat page in the browser: what it weighs, how soon it is seen, whether it moves, how long a long plan takes.

`python -m tests.bench.pages` measures the development stack that `make run` started.
"""

import gzip
import sys
from typing import Any

from playwright.sync_api import Browser, Page, Response, sync_playwright

from chatbot_project.devstack import state
from tests.bench.figures import Figure, median, table
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.pages import ChatPage
from tests.servers.browser import chromium

LOADS = 7
PLANS = 15
RESOURCES = 200

_WATCH = """
window.moved = 0;
new PerformanceObserver((seen) => {
  for (const each of seen.getEntries()) if (!each.hadRecentInput) window.moved += each.value;
}).observe({type: "layout-shift", buffered: true});
"""
_PAINTED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  return performance.getEntriesByName("first-contentful-paint")[0].startTime - page.responseStart;
}"""
_PLAN = """async ([resources, rounds]) => {
  const { JobCard } = await import("/static/web/js/jobcard.js");
  const many = (length, one) => Array.from({ length }, (_, at) => one(at));
  const attributes = many(10, (at) => ({ path: `attribute_${at}`, before: null, after: `value ${at}` }));
  const one = (at) => ({ address: `module.part["${at}"].aws_s3_bucket.this`, action: "create", attributes });
  const counts = { create: resources };
  const plan = { counts, changes: many(resources, one), changes_total: resources, sentence: "Much.", plan_hash: "h" };
  const job = { job_id: "1", version: 1, state: "awaiting_approval", title: "a plan", plan, requester: {} };
  const list = document.querySelector(".stream");
  const took = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    const card = new JobCard({ actions: { follow() {}, approve() {} }, viewer: "" });
    card.update(job);
    card.element.querySelector(".changes").open = true;
    list.append(card.element);
    card.element.getBoundingClientRect();
    took.push(performance.now() - began);
    card.element.remove();
    await new Promise((done) => setTimeout(done, 20));
  }
  return took;
}"""


def measure(base_url: str, username: str, password: str) -> list[Figure]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            return _measure(browser, base_url, username, password)
        finally:
            browser.close()


def _measure(browser: Browser, base_url: str, username: str, password: str) -> list[Figure]:
    chat = ChatPage(browser.new_context().new_page(), base_url).sign_in(username, password).new_conversation()
    session: Any = chat.page.context.storage_state()
    loads = [_load(browser, chat.page.url, session) for _ in range(LOADS)]
    took = chat.page.evaluate(_PLAN, [RESOURCES, PLANS])
    weights, paints, moved = zip(*loads, strict=True)
    return [
        Figure("chat page, everything it loads, gzipped", max(weights) / 1024, "KB", "below 150", LOADS),
        Figure("chat page, first paint after the first byte", median(paints), "ms", "below 300", LOADS),
        Figure("chat page, layout shift while it loads", max(moved), "", "0", LOADS),
        Figure(f"a plan of {RESOURCES} resources, drawn and laid out", median(took), "ms", "below 200", PLANS),
    ]


def _load(browser: Browser, address: str, session: Any) -> tuple[int, float, float]:
    """One load with an empty cache: bytes gzipped, milliseconds to the first paint, layout shift."""
    context = browser.new_context(storage_state=session, viewport={"width": 1200, "height": 820})
    page = context.new_page()
    page.add_init_script(_WATCH)
    answers: list[Response] = []

    def answered(answer: Response) -> None:
        answers.append(answer)

    page.on("response", answered)
    page.goto(address, wait_until="networkidle")
    _settled(page)
    weight = sum(len(gzip.compress(each.body())) for each in answers if each.request.method == "GET" and each.ok)
    result = weight, float(page.evaluate(_PAINTED)), float(page.evaluate("window.moved"))
    context.close()
    return result


def _settled(page: Page) -> None:
    page.locator(".chat[data-connection=open]").wait_for()
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def main() -> int:
    stack = state.running(state.directory())
    if stack is None:
        print("No stack is running. Start one in another terminal with `make run`, then try again.", file=sys.stderr)
        return 1
    print(table(measure(stack.web, "demo", stack.password)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
