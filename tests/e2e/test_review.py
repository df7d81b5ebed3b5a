"""What was not understood becomes a training phrase, and files are looked at first: dark, on a phone, by keyboard."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_to_fit
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


def test_a_message_is_marked_and_learned(visitor: Visitor) -> None:
    demo = visitor("demo")
    word = f"w{uuid4().hex[:8]}"
    demo.say(f"frobnicate {word} stage quickly")
    demo.bot_says("I did not understand that")
    page = visitor("admin", viewport={"width": 390, "height": 780}, color_scheme="dark").page
    page.goto(f"{demo.base_url}/admin/conversations/review/?reason=not_understood")
    entry = page.get_by_role("link", name=re.compile(word))
    entry.focus()
    entry.press("Enter")
    phrase = page.get_by_label("Training phrase")
    expect(phrase).to_be_visible(timeout=STEP_MS)
    expect_to_fit(page)
    phrase.fill(f"frobnicate {word} stage quickly")
    for _ in range(len(" stage quickly")):
        phrase.press("ArrowLeft")
    for _ in range(len(word)):
        phrase.press("Shift+ArrowLeft")
    page.get_by_label("Mark the selected words as").select_option("name")
    page.get_by_role("button", name="Mark", exact=True).press("Enter")
    expect(phrase).to_have_value(f"frobnicate [{word}](name) stage quickly")
    page.get_by_label("Intent").select_option("blueprint.object-storage.apply")
    page.get_by_role("button", name="Learn this").press("Enter")
    expect(page.get_by_text("is a training phrase now")).to_be_visible(timeout=STEP_MS)
    expect(page.get_by_role("link", name=re.compile(word))).to_have_count(0)


@pytest.mark.full
def test_an_import_is_looked_at_on_a_phone(visitor: Visitor) -> None:
    page = visitor("admin", viewport={"width": 390, "height": 780}, color_scheme="dark").page
    page.goto(page.url.partition("/c/")[0] + "/admin/nlu/bot/default/import/")
    data = "format: infrachat-nlu\nversion: 1\nout_of_scope:\n  - sing me a song of the sea\n  - list buckets\n"
    page.get_by_label("File:").set_input_files({"name": "x.yml", "mimeType": "text/yaml", "buffer": data.encode()})
    page.get_by_role("button", name="Look at it").press("Enter")
    expect(page.get_by_text("Nothing is changed yet.")).to_be_visible(timeout=STEP_MS)
    expect(page.get_by_role("table", name="Added: 1")).to_contain_text("sing me a song of the sea")
    expect(page.get_by_role("table", name="Skipped: not taken over: 1")).to_contain_text("stands under")
    expect_to_fit(page)
    page.get_by_role("button", name="Import nothing").press("Enter")
    expect(page.get_by_text("Nothing was imported.")).to_be_visible(timeout=STEP_MS)
