"""A browser for each test, and whoever signs in with it. The stack runs once per worker (tests/servers)."""

import asyncio
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


@pytest.fixture(scope="package")
def lasting_browser() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """One Chromium for all these tests, and the event loop that drives it: to start both took longer than a test."""
    executable = chromium()
    if executable is None:
        pytest.skip("no Chromium: install the package chromium, or run `playwright install chromium`")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        loop = asyncio.get_running_loop()
        asyncio.events._set_running_loop(None)
        yield opened, loop
        asyncio.events._set_running_loop(loop)
        opened.close()


@pytest.fixture
def browser(lasting_browser: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The browser without any page. Outside of its tests nobody must find Playwright's event loop running."""
    opened, loop = lasting_browser
    asyncio.events._set_running_loop(loop)
    yield opened
    for context in opened.contexts:
        context.close()
    asyncio.events._set_running_loop(None)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Fails the test whose pages had errors in the console, refused policies or failed requests."""
    seen = Complaints()
    yield seen
    assert seen.found == []


@pytest.fixture(scope="package")
def sessions() -> dict[str, list[Any]]:
    """username: the cookies of who signed in last as that person."""
    return {}


@pytest.fixture
def visitor(browser: Browser, stack: Any, complaints: Complaints, sessions: dict[str, list[Any]]) -> Visitor:
    """visitor("demo") is that person's page, in a browser context of its own, signed in, in a new conversation."""

    def sign_in(username: str | None = None, **options: Any) -> ChatPage:
        # Nothing moves that need not: an animation is drawn by the processor here.
        usual: dict[str, Any] = {"viewport": {"width": 1200, "height": 820}, "reduced_motion": "reduce"}
        context = browser.new_context(**{**usual, **options})
        page = context.new_page()
        page.set_default_navigation_timeout(STEP_MS)
        complaints.watch(page)
        chat = ChatPage(page, stack.base_url)
        if username is None:
            return chat
        # The form once for each person: a password's hash is meant to be slow.
        context.add_cookies(sessions.get(username, []))
        if not chat.is_known():
            chat.sign_in(username, stack.users[username])
            sessions[username] = context.cookies()
        return chat.connected().new_conversation()

    return sign_in
