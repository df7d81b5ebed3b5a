"""What a job's page costs the browser: a log of 100,000 lines, 2,000 more a second while somebody types, a graph of 200
resources. The lines come from the page itself, so it is the browser's work alone."""

import time

from playwright.sync_api import Page, expect, sync_playwright

from tests.bench.figures import Figure, median, percentile
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.still import run, still_page
from tests.e2e.synthetic_log import grow, log_page
from tests.e2e.test_graph import DRAW, large
from tests.servers.browser import chromium

LINES = 100_000
PER_SECOND = 2_000
KEYS = 120
_ROUNDS = 5
_WATCHED_MS = 5_000
_JUMPS = (50_000, 1, 99_000, 25_000, 75_000, 12_345, 66_666)
_SMOOTH_MS = "≤ 50"

JUMP = """
const began = performance.now();
location.hash = `L${values[0]}`;
while (!document.querySelector(`#L${values[0]}.marked`)) await new Promise(requestAnimationFrame);
return performance.now() - began;
"""
SCROLL = """
const box = document.querySelector(".log-window");
const times = [];
for (let frame = 0, last = performance.now(); frame < 400; frame += 1) {
  box.scrollTop -= 300;
  await new Promise(requestAnimationFrame);
  const now = performance.now();
  times.push(now - last);
  last = now;
}
return times;
"""
WATCH_KEYS = """
globalThis.keys = [];
document.addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => keys.push(performance.now() - timeStamp);
  port2.postMessage(null);
}), { capture: true });
"""


def measure() -> list[Figure]:
    """Empty without a Chromium."""
    executable = chromium()
    if executable is None:
        return []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1280, "height": 1200}).new_page()
        figures = [*_long_log(page), *_typing(page), _graph(page)]
        browser.close()
    return figures


def _long_log(page: Page) -> list[Figure]:
    log_page(page, LINES)
    expect(page.locator(f"#L{LINES}")).to_be_in_viewport()
    scrolled = run(page, SCROLL)
    jumps = [run(page, JUMP, line) for line in _JUMPS]
    return [
        _of("a log of 100,000 lines: a frame while scrolling, p50", percentile(scrolled, 50), len(scrolled)),
        _of("the same, p99", percentile(scrolled, 99), len(scrolled), _SMOOTH_MS),
        _of("the same: to any line by its link", median(jumps), len(jumps)),
        Figure("the same: rows on the page at most", page.evaluate("log.most"), "rows"),
    ]


def _typing(page: Page) -> list[Figure]:
    """From the key to the frame that shows it, without and with lines that come."""
    figures = []
    for per_second in (0, PER_SECOND):
        log_page(page, 1_000, live=True)
        expect(page.locator("#L1000")).to_be_in_viewport()
        if per_second:
            grow(page, per_second)
        run(page, WATCH_KEYS)
        page.get_by_label("Number of a line").press_sequentially("1" * KEYS, delay=30)
        page.wait_for_function(f"keys.length === {KEYS}")
        taken = page.evaluate("keys")
        name = f"a key typed while {per_second:,} lines a second come"
        figures += [_of(f"{name}, p50", percentile(taken, 50), KEYS)]
        figures += [_of("the same, p99", percentile(taken, 99), KEYS, _SMOOTH_MS if per_second else "")]
    figures.append(_work(page))
    expect_followed(page)
    return figures


def _work(page: Page) -> Figure:
    """By the processor's clock, which does not count what else the machine does."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy() -> float:
        return {each["name"]: each["value"] for each in session.send("Performance.getMetrics")["metrics"]}[
            "TaskDuration"
        ]

    began, before, lines = time.monotonic(), busy(), page.evaluate("log.length")
    page.wait_for_timeout(_WATCHED_MS)
    took = time.monotonic() - began
    if page.evaluate("log.length") - lines < PER_SECOND * took / 2:
        raise RuntimeError("too few lines came to say what they cost")
    return _of("the same: work of the page's thread a second", (busy() - before) / took * 1_000, 1, "≤ 500")


def expect_followed(page: Page) -> None:
    """The end of the log is on the page when nothing comes any more."""
    page.evaluate("clearInterval(log.timer)")
    last = page.evaluate("log.length")
    if last < PER_SECOND:
        raise RuntimeError(f"the log of the measurement did not grow: {last} lines")
    expect(page.locator(f"#L{last}")).to_be_in_viewport()


def _graph(page: Page) -> Figure:
    taken = []
    for _ in range(_ROUNDS):
        still_page(page, "graph")
        taken.append(run(page, DRAW, large(200)))
    return _of("graph of a plan of 200 resources, its code loaded anew", median(taken), _ROUNDS)


def _of(name: str, value: float, samples: int, aim: str = "") -> Figure:
    return Figure(name, value, "ms", aim=aim, samples=samples)
