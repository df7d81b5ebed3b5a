"""After a server that died and a machine that slept the page has what the database has."""

import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
from playwright.sync_api import expect

from tests.e2e.beside import web_beside
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS, ChatPage, Complaints
from tests.servers.processes import free_port, wait_until

DATABASE = "infrachat"
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


def stored(stack: Any, demo: ChatPage) -> list[int]:
    """The numbers of the conversation's frames in MongoDB."""
    with pymongo.MongoClient(stack.mongodb_uri) as client:
        frames = client[DATABASE]["conversations_frame"].find({"conversation_id": demo.conversation_id}, {"seq": 1})
        return sorted(each["seq"] for each in frames)


def expect_all_of_it(stack: Any, demo: ChatPage, texts: list[str]) -> None:
    """Every frame of the database is on the page, once, and nothing else; so is every message, in its order."""
    for text in texts:
        expect(demo.page.locator("li.from-user .bubble", has_text=text)).to_have_count(1, timeout=STEP_MS)
    expect(demo.page.locator("li.from-user[data-seq='']")).to_have_count(0, timeout=STEP_MS)
    demo.expect_nothing_missed()
    wait_until(lambda: stored(stack, demo) == demo.frame_numbers(), seconds=60, what="the database's frames")


def said_elsewhere(stack: Any, demo: ChatPage, text: str) -> None:
    """By the same person, in another place."""
    address = f"/api/v1/conversations/{demo.conversation_id}/messages/"
    with stack.http("demo") as http:
        http.post(address, json={"text": text, "client_id": str(uuid4())}).raise_for_status()


def write(demo: ChatPage, text: str) -> None:
    demo.box.fill(text)
    demo.box.press("Enter")


# What an open socket does while the machine sleeps: it neither hears nor says anything, and does not close.
SLEEPS = """
const { addEventListener: listen, send } = WebSocket.prototype;
WebSocket.prototype.addEventListener = function (type, hear) {
  listen.call(this, type, (event) => window.asleep || hear(event));
};
WebSocket.prototype.send = function (text) { if (!window.asleep) send.call(this, text); };
"""


def test_a_machine_that_slept_asks_for_what_it_missed_and_says_so(visitor: Visitor, stack: Any) -> None:
    demo = visitor("demo")
    demo.page.add_init_script(SLEEPS)
    demo.page.clock.install()
    demo.page.reload()
    demo.connected()
    demo.say("hello")
    demo.bot_says("Hello")
    demo.page.evaluate("window.asleep = true")
    said_elsewhere(stack, demo, "said while asleep")
    wait_until(lambda: len(stored(stack, demo)) > 3, seconds=60, what="an answer that the page does not hear")
    assert demo.frame_numbers() == [1, 2]
    write(demo, "written while asleep")
    demo.page.evaluate("window.asleep = false")
    demo.page.clock.fast_forward(120_000)
    expect(demo.page.get_by_text("you missed nothing")).to_be_visible(timeout=STEP_MS)
    expect_all_of_it(stack, demo, ["hello", "said while asleep", "written while asleep"])


@pytest.mark.full
def test_a_server_that_is_killed_and_comes_back_loses_and_doubles_nothing(
    visitor: Visitor, stack: Any, complaints: Complaints, tmp_path: Path
) -> None:
    port = free_port()
    texts = [f"hello {at} {uuid4().hex[:6]}" for at in range(4)]
    with web_beside(stack, port, tmp_path / "web.log") as web:
        demo = ChatPage(visitor(None).page, f"http://127.0.0.1:{port}")
        demo.sign_in("demo", stack.users["demo"]).new_conversation()
        demo.say(texts[0])
        write(demo, texts[1])
        web.send_signal(signal.SIGKILL)
        expect(demo.page.get_by_text("The connection is lost")).to_be_visible(timeout=STEP_MS)
        write(demo, texts[2])
        waiting = demo.page.locator("li.from-user", has_text=texts[2])
        expect(waiting).to_contain_text("sent when the connection is back")
    with web_beside(stack, port, tmp_path / "again.log"):
        expect(demo.page.get_by_text("Connected again")).to_be_visible(timeout=STEP_MS)
        write(demo, texts[3])
        expect_all_of_it(stack, demo, texts)
        demo.page.close()
    for provoked in ("WebSocket connection to", "ERR_CONNECTION"):
        complaints.forgive(provoked)
