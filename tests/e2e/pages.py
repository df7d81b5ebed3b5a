"""What a person does and sees in the browser, in the words of the page (labels, buttons, roles), not of its markup."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.servers.processes import wait_until

STEP_MS = 90_000
CONVERSATION = re.compile(r"/c/[0-9a-f-]{36}/")


@dataclass
class Complaints:
    """Everything a browser would show in red: errors, refused policies, failed requests."""

    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.found.append(f"uncaught: {error}"))
        page.on("response", lambda answer: self._response(answer.status, answer.url))

    def forgive(self, part: str) -> None:
        """An error that the test provoked."""
        self.found = [each for each in self.found if part not in each]

    def _console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.found.append(f"console {kind}: {text}")

    def _response(self, status: int, url: str) -> None:
        if status >= 500 or (status == 404 and "/static/" in url):
            self.found.append(f"{status} {url}")


class ChatPage:
    """The page of one signed-in person."""

    def __init__(self, page: Page, base_url: str) -> None:
        self.page, self.base_url = page, base_url
        self.box = page.get_by_label("Your message")

    def sign_in(self, username: str, password: str) -> "ChatPage":
        self.page.goto(f"{self.base_url}/login/")
        # By name and not by label: the page speaks the language of the browser.
        self.page.locator("[name=username]").fill(username)
        self.page.locator("[name=password]").fill(password)
        self.page.locator("main form button").click()
        self.page.wait_for_url(CONVERSATION)
        return self.connected()

    def is_known(self) -> bool:
        """Go to the first page: whoever has no session any more is asked to sign in."""
        self.page.goto(self.base_url)
        return CONVERSATION.search(self.page.url) is not None

    def connected(self) -> "ChatPage":
        expect(self.page.locator(".chat[data-connection=open]")).to_be_visible()
        return self

    def new_conversation(self) -> "ChatPage":
        """One without any message; the page offers the empty one again as long as there is one."""
        before = self.page.url
        if self.page.locator(".chat[data-empty=true]").count():
            return self
        menu = self.page.get_by_role("button", name="Conversations")
        if menu.is_visible():
            menu.click()
        self.page.get_by_role("button", name="New conversation").click()
        self.page.wait_for_url(lambda url: url != before and bool(CONVERSATION.search(url)))
        return self.connected()

    @property
    def conversation_id(self) -> str:
        found = CONVERSATION.search(self.page.url)
        assert found, self.page.url
        return found.group(0).split("/")[2]

    def say(self, text: str) -> Locator:
        """Send a message; its element once the server has stored it."""
        self.box.fill(text)
        self.box.press("Enter")
        item = self.page.locator("li.from-user").filter(has_text=text).last
        expect(item).to_have_attribute("data-seq", re.compile(r"^\d+$"))
        return item

    def bot_says(self, text: str | re.Pattern[str]) -> Locator:
        found = self.page.locator("li.from-bot .bubble").filter(has_text=text).last
        expect(found).to_be_visible(timeout=STEP_MS)
        return found

    @property
    def form(self) -> Locator:
        return self.page.locator("form.form:not([data-closed])").last

    def answer(self, **values: str) -> None:
        """Fill and send the open form, by the names of its fields."""
        for name, value in values.items():
            self.form.locator(f"[name={name}]").fill(value)
        self.form.get_by_role("button").click()

    @property
    def card(self) -> Locator:
        """The newest job."""
        return self.page.locator("article.job").last

    def job_is(self, state: str) -> None:
        expect(self.card).to_have_attribute("data-state", state, timeout=STEP_MS)

    @property
    def job_id(self) -> str:
        return str(self.card.get_attribute("data-job-id"))

    def approve(self) -> None:
        self.card.get_by_role("button", name="Approve").click()

    def frame_numbers(self) -> list[int]:
        """The numbers of the frames that are on the page, sorted."""
        script = "[...document.querySelectorAll('.stream [data-seq]')].map((each) => Number(each.dataset.seq))"
        return sorted(self.page.evaluate(script))

    def log_numbers(self) -> list[int]:
        script = "(card) => [...card.querySelectorAll('[data-log-seq]')].map((each) => Number(each.dataset.logSeq))"
        found: list[int] = self.card.evaluate(script)
        return found

    def rest(self, path: str) -> dict[str, Any]:
        """The REST API's answer, with the page's own session."""
        answer = self.page.request.get(f"{self.base_url}/api/v1/{path}")
        assert answer.ok, answer.text()
        found: dict[str, Any] = answer.json()
        return found

    def expect_nothing_missed(self) -> None:
        """The page shows each frame that the server has, once."""

        def whole() -> bool:
            """Both asked anew each time: the answer to what was said last may come between the two."""
            last = self.rest(f"conversations/{self.conversation_id}/")["last_seq"]
            return self.frame_numbers() == list(range(1, last + 1))

        wait_until(whole, seconds=STEP_MS / 1000, what="each frame of the server on the page, once")

    def expect_whole_log(self) -> None:
        def whole() -> bool:
            last = self.rest(f"jobs/{self.job_id}/events/")["last_log_seq"]
            return self.log_numbers() == list(range(1, last + 1))

        wait_until(whole, seconds=STEP_MS / 1000, what="each line of the log on the page, once")
