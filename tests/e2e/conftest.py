"""A browser for each test, and whoever signs in with it. The stack runs once per worker (tests/servers)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.pages import STEP_MS, ChatPage, Complaints
from tests.servers.browser import chromium

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Visitor = Callable[..., ChatPage]
_LAST_BYTES = 8_000


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """What the stack said last stands below a failure: the page seldom says why."""
    report = yield
    stack = getattr(item, "funcargs", {}).get("stack")
    if report.failed and stack is not None:
        log = (stack.state / "stack.log").read_bytes()[-_LAST_BYTES:].decode(errors="replace")
        report.sections.append(("the stack's last lines", log))
    return report


@pytest.fixture
def browser() -> Iterator[Browser]:
    # One per test: Playwright's synchronous API keeps an event loop running, which no other test must find.
    executable = chromium()
    if executable is None:
        pytest.skip("no Chromium: install the package chromium, or run `playwright install chromium`")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test whose pages had errors in the console, refused policies or failed requests."""
    seen = Complaints()
    yield seen
    assert seen.found == []


@pytest.fixture
def visitor(browser: Browser, stack: Any, complaints: Complaints) -> Visitor:
    """visitor("demo") is that person's page, in a browser context of its own, signed in, in a new conversation."""

    def sign_in(username: str | None = None, **options: Any) -> ChatPage:
        context = browser.new_context(viewport=options.pop("viewport", {"width": 1200, "height": 820}), **options)
        page = context.new_page()
        page.set_default_navigation_timeout(STEP_MS)
        complaints.watch(page)
        chat = ChatPage(page, stack.base_url)
        if username is None:
            return chat
        return chat.sign_in(username, stack.users[username]).new_conversation()

    return sign_in
