"""The chat page: history, composer, commands, files, notices; all of it but asking for a bucket."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS, ChatPage, Complaints

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


def test_a_conversation_is_found_renamed_and_deleted_beside_the_chat(visitor: Visitor) -> None:
    demo = visitor("demo")
    word = f"zebra{uuid4().hex[:6]}"
    demo.say(f"hello {word}")
    found = demo.page.locator(".sidebar .conversations a.open")
    expect(found.first).to_contain_text(word)
    demo.new_conversation()
    search = demo.page.get_by_label("Search in titles")
    search.press_sequentially(word)
    expect(found).to_have_count(1)
    expect(found.locator("mark")).to_have_text(word)
    search.fill(f"{word} nobody said")
    expect(demo.page.get_by_text("Try fewer or other words")).to_be_visible()
    search.fill(word)
    expect(found).to_have_count(1)
    demo.page.get_by_role("link", name=f"Rename or delete hello {word}").press("Enter")
    dialog = demo.page.get_by_role("dialog", name=f"hello {word}")
    dialog.get_by_label("Title").fill("Stripes")
    dialog.get_by_role("button", name="Rename").press("Enter")
    demo.connected()
    expect(demo.page.locator(".sidebar [aria-current] .title")).to_have_text("Stripes")
    address = demo.page.url
    demo.page.locator(".sidebar li", has_text="Stripes").locator("a.manage").press("Enter")
    demo.page.get_by_role("dialog").get_by_text("Delete this conversation").press("Enter")
    expect(demo.page.get_by_text("disappears from your list for good")).to_be_visible()
    demo.page.get_by_role("button", name="Delete for good").press("Enter")
    demo.page.wait_for_url(lambda url: url != address and "/c/" in url)
    expect(demo.page.locator(".sidebar li", has_text="Stripes")).to_have_count(0)


def test_slash_commands_are_listed_chosen_and_said_in_words(visitor: Visitor) -> None:
    demo = visitor("demo")
    demo.box.press_sequentially("/")
    options = demo.page.get_by_role("listbox", name="Commands").get_by_role("option")
    expect(options.first).to_contain_text("/help")
    expect(options.first).to_have_attribute("aria-selected", "true")
    demo.box.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    demo.box.press("Escape")
    expect(options).to_have_count(0)
    demo.box.fill("/st")
    demo.box.press("Enter")
    expect(demo.page.locator("li.from-user .bubble").last).to_have_text("what is running?")
    demo.box.fill("/nonsense")
    demo.box.press("Enter")
    expect(demo.page.get_by_text("There is no command /nonsense")).to_be_visible()
    expect(demo.box).to_have_value("/nonsense")
    demo.box.fill("/correct environment=staging")
    demo.box.press("Enter")
    expect(demo.page.get_by_text("Nothing was asked for here yet")).to_be_visible()
    demo.box.fill("/new")
    demo.box.press("Enter")
    expect(demo.page.get_by_role("heading", name="What do you need?")).to_be_visible(timeout=STEP_MS)


DROP = """([selector, name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const place = document.querySelector(selector);
  const options = {dataTransfer: files, bubbles: true, cancelable: true};
  for (const kind of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(kind, options));
}"""


def dropped(demo: ChatPage, name: str, text: str) -> None:
    demo.page.evaluate(DROP, [".chat .scroll", name, text])


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.exe", "a: 1", "must end in .yaml, .yml or .json"),
        ("a.yaml", "x" * 4001, "4001 characters; with the message it may have 4000"),
        ("a.yaml", " \n", "is empty"),
        ("a.yaml", "a: 1\n```\nb: 2", "begins with ```"),
        ("a.json", "{a}", "is no valid JSON"),
    ],
)
@pytest.mark.full
def test_a_file_that_cannot_be_taken_is_refused_with_the_reason(
    visitor: Visitor, name: str, text: str, problem: str
) -> None:
    demo = visitor("demo")
    dropped(demo, name, text)
    expect(demo.page.locator(".counter")).to_contain_text(problem)
    expect(demo.page.locator(".attached")).to_be_empty()


def test_a_dropped_file_of_values_answers_what_is_asked(visitor: Visitor) -> None:
    demo = visitor("demo")
    demo.say("create a staging bucket")
    expect(demo.form).to_be_visible(timeout=STEP_MS)
    dropped(demo, "values.json", "{a}")
    expect(demo.page.locator(".counter")).to_contain_text("is no valid JSON")
    dropped(demo, "values.yaml", "name: Not A Bucket!\n")
    expect(demo.page.locator(".attached")).to_contain_text("values.yaml")
    demo.page.get_by_role("button", name="Send", exact=True).last.click()
    expect(demo.page.locator("li.from-user pre").last).to_have_text("name: Not A Bucket!")
    expect(demo.page.locator(".attached")).to_be_empty()
    expect(demo.page.locator(".stream")).to_contain_text(re.compile("lower-?case", re.I), timeout=STEP_MS)
    expect_accessible(demo.page)


def test_what_happens_elsewhere_and_unseen_is_marked_and_told(visitor: Visitor, stack: Any) -> None:
    demo = visitor("demo")
    demo.page.add_init_script("""
      window.Notification = class { constructor(title, options) { document.body.dataset.told = options.body; } };
      Object.assign(window.Notification, { permission: "granted", requestPermission: async () => "granted" });
      window.state = "visible";
      Object.defineProperty(document, "visibilityState", { get: () => window.state });
    """)
    demo.page.reload()
    demo.connected()
    demo.page.get_by_role("button", name="Notify me").click()
    expect(demo.page.get_by_role("button", name="Notify me")).to_have_attribute("aria-pressed", "true")
    demo.page.evaluate("window.state = 'hidden'")
    demo.say("hello")
    expect(demo.page.locator("body")).to_have_attribute("data-told", re.compile("."), timeout=STEP_MS)
    expect(demo.page).to_have_title(re.compile(r"^\(\d\) "))
    here = demo.rest(f"conversations/{demo.conversation_id}/")
    assert here["seen_seq"] < here["last_seq"]
    other = demo.page.context.new_page()
    other.goto(f"{stack.base_url}/c/")
    expect(other.locator("li.unread", has_text="hello").first).to_contain_text("new")
    other.close()
    with demo.page.expect_response(lambda answer: answer.request.method == "PATCH") as patched:
        demo.page.evaluate("window.state = 'visible'; document.dispatchEvent(new Event('visibilitychange'))")
    expect(demo.page).not_to_have_title(re.compile(r"^\("))
    assert patched.value.json()["seen_seq"] == here["last_seq"]


def test_messages_and_code_are_copied(visitor: Visitor, stack: Any) -> None:
    demo = visitor("demo")
    demo.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=stack.base_url)
    demo.box.fill("hello\n```\na: 1\nb: 2\n```")
    demo.box.press("Enter")
    item = demo.page.locator("li.from-user").last
    item.get_by_role("button", name="Copy the code").click()
    assert demo.page.evaluate("navigator.clipboard.readText()") == "a: 1\nb: 2"
    item.get_by_role("button", name="Copy the message").click()
    assert demo.page.evaluate("navigator.clipboard.readText()") == "hello\n```\na: 1\nb: 2\n```"


def test_a_message_that_is_refused_says_so_and_is_sent_again(visitor: Visitor, complaints: Complaints) -> None:
    demo = visitor("demo")
    demo.page.evaluate("""() => {
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (text) {
        WebSocket.prototype.send = send;
        send.call(this, text.replace('"text":"hello"', '"text":"   "'));
      };
    }""")
    demo.box.fill("hello")
    demo.box.press("Enter")
    item = demo.page.locator("li.from-user").last
    expect(item).to_contain_text("Not sent:")
    item.get_by_role("button", name="Send again").click()
    expect(demo.page.locator("li.from-user").last).to_have_attribute("data-seq", re.compile(r"^\d+$"))
    assert demo.page.locator("li.from-user").count() == 1
