"""Making embedding sites in the admin, and what a person sees of the chat on somebody else's page."""

import json
import re
from typing import Any
from uuid import uuid4

import httpx
from playwright.sync_api import Locator, Page, expect
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.e2e.pages import STEP_MS, ChatPage


def site_make(admin: ChatPage, name: str, origin: str, *, backend: str = "", group: str = "") -> None:
    """In the admin: open to visitors, or else to the members of a group whom the account `backend` names."""
    page = admin.page
    page.goto(f"{admin.base_url}/admin/conversations/embeddingsite/add/")
    page.get_by_label("Name:").fill(name)
    page.get_by_label("Origins:").fill(origin)
    page.get_by_label("Bot:").select_option("default")
    if backend:
        page.locator(".field-backend .select2-selection").click()
        page.locator(".select2-search__field").fill(backend)
        page.locator(".select2-results__option", has_text=backend).click()
        page.get_by_label(group, exact=True).check()
    else:
        page.get_by_label("open to visitors").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=STEP_MS)


def site_enable(admin: ChatPage, name: str, *, enabled: bool) -> None:
    page = admin.page
    page.goto(f"{admin.base_url}/admin/conversations/embeddingsite/{name}/change/")
    page.get_by_label("Enabled").set_checked(enabled)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible(timeout=STEP_MS)


class Embedded:
    """The chat on a page of another site."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.panel = page.get_by_role("dialog")
        self.box = page.get_by_label("Your message")
        self.card = page.locator("article.job").last

    @property
    def launcher(self) -> Locator:
        return self.page.get_by_role("button", name=re.compile("^(Open|Close) the chat")).last

    def open(self) -> "Embedded":
        self.launcher.press("Enter")
        expect(self.box).to_be_focused()
        return self

    def connected(self) -> "Embedded":
        expect(self.page.locator(".panel[data-connection=open]")).to_be_visible(timeout=STEP_MS)
        return self

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")
        item = self.page.locator("li.from-user").filter(has_text=text).last
        expect(item).to_have_attribute("data-seq", re.compile(r"^\d+$"), timeout=STEP_MS)

    def bot_says(self, text: str) -> None:
        found = self.page.locator("li.from-bot .bubble").filter(has_text=text).last
        expect(found).to_be_visible(timeout=STEP_MS)

    def frame_numbers(self) -> list[int]:
        numbers = self.page.locator(".stream [data-seq]").evaluate_all("(all) => all.map((each) => +each.dataset.seq)")
        return sorted(numbers)


def said_elsewhere(home: str, site: str, page: Page, text: str) -> None:
    """The same visitor says something from another window of theirs, and is answered."""
    origin = page.evaluate("location.origin")
    key = page.evaluate("(site) => localStorage.getItem(`infrachat.visitor.${site}`)", site)
    address = f"{home}/api/v1/widget/sites/{site}/session/"
    session: dict[str, Any] = httpx.post(address, json={"visitor": key}, headers={"Origin": origin}, timeout=30).json()
    conversation = session["conversation"]
    url = f"{home.replace('http', 'ws', 1)}/ws/v1/conversations/{conversation['id']}/?after={conversation['last_seq']}"
    with connect(url, subprotocols=["infrachat.v1", f"token.{session['token']}"], origin=Origin(origin)) as socket:  # type: ignore[list-item]
        frame = {"v": 1, "type": "message.send", "data": {"client_id": str(uuid4()), "text": text}}
        socket.send(json.dumps(frame))
        while '"author":"bot"' not in str(socket.recv(timeout=60)):
            pass
