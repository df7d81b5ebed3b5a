""" "Why?" on a card: the words, the values, the plan; and what was meant instead, by keyboard on a phone."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_to_fit
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS

pytestmark = [pytest.mark.browser, pytest.mark.terraform, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


@pytest.mark.full
def test_why_and_what_was_meant_instead(visitor: Visitor, terraform_binary: str) -> None:
    demo = visitor("demo", viewport={"width": 390, "height": 780}, color_scheme="dark")
    name = f"e2e-{uuid4().hex[:10]}"
    demo.say(f"create a staging bucket called {name} with versioning")
    demo.job_is("awaiting_approval")
    wrong, wrong_id = demo.card, demo.job_id
    why = wrong.get_by_text("Why?", exact=True)
    why.focus()
    why.press("Enter")
    panel = wrong.get_by_role("form", name="Why:")
    expect(panel.locator("mark").filter(has_text=name)).to_be_visible(timeout=STEP_MS)
    expect(panel.locator("mark").filter(has_text="staging")).to_be_visible()
    expect(panel.locator(".why-value").filter(has_text="Versioning")).to_contain_text("aws_s3_bucket_versioning.this")
    expect(panel.locator(".why-lines")).to_contain_text("because of Name")
    expect_to_fit(demo.page)
    change = panel.get_by_role("button", name="Change Environment")
    change.focus()
    change.press("Enter")
    choice = panel.get_by_label("Environment")
    expect(choice).to_be_focused()
    choice.select_option("sandbox")
    panel.get_by_role("button", name="Propose it like that").press("Enter")
    demo.bot_says("You meant: environment sandbox.")
    expect(demo.page.locator(f"article.job[data-job-id='{wrong_id}']")).to_have_attribute("data-state", "canceled")
    demo.job_is("awaiting_approval")
    assert demo.job_id != wrong_id
    expect(demo.card).to_contain_text(f"create sandbox bucket {name}")
    demo.say("why sandbox?")
    expect(demo.bot_says("Environment: sandbox (your correction)")).to_be_visible()
    demo.card.get_by_role("button", name="Reject").click()
    demo.page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    demo.job_is("rejected")
    demo.expect_nothing_missed()


WHY = {
    "job_id": "1",
    "title": "create staging bucket acme",
    "message": {"seq": 1, "text": "create <b>acme</b> in staging"},
    "intent": {
        "name": "blueprint.object-storage.apply",
        "phrase": "create a bucket",
        "by": "model",
        "source": "",
        "confidence": 0.9,
        "threshold": 0.5,
        "alternatives": [{"intent": "blueprint.message-queue.apply", "phrase": "create a queue", "confidence": 0.05}],
        "examples": [],
        "terms": [],
    },
    "values": [
        {
            "name": name,
            "label": name.capitalize(),
            "type": kind,
            "choices": [],
            "required": True,
            "help": "",
            "value": value,
            "sensitive": name == "length",
            "source": {"kind": "message", "seq": 1, "words": "", "start": None, "end": None, "entity": ""},
            "lines": [],
            "everything": False,
        }
        for name, kind, value in (("name", "string", "acme"), ("item", "bool", False), ("length", "string", None))
    ],
    "plan": None,
    "options": [{"intent": "blueprint.message-queue.apply", "phrase": "create a queue"}],
    "correctable": True,
    "why_not": "",
}
DRAW = """async (why) => {
  const { whyView } = await import("/static/web/js/why.js");
  window.meant = [];
  const refuse = { detail: "That is no name.", field: "name" };
  const panel = whyView(why, async (meant) => {
    window.meant.push(meant);
    if (meant.values.name === "NO") throw refuse;
  });
  document.querySelector(".stream").append(panel);
}"""


@pytest.mark.full
def test_what_the_panel_sends_is_only_what_was_changed(visitor: Visitor) -> None:
    page = visitor("demo").page
    page.evaluate("document.querySelector('.chat').dataset.empty = 'false'")
    page.evaluate(DRAW, WHY)
    panel = page.get_by_role("form", name="Why:")
    expect(panel.locator("blockquote")).to_have_text("create <b>acme</b> in staging")
    panel.get_by_role("button", name="Change Name").click()
    propose = panel.get_by_role("button", name="Propose it like that")
    propose.click()
    expect(panel.get_by_role("alert")).to_contain_text("Change something first")
    panel.get_by_label("Name", exact=True).fill("NO")
    propose.click()
    expect(panel.locator(".field-error")).to_have_text("That is no name.")
    expect(panel.get_by_label("Name", exact=True)).to_be_focused()
    panel.get_by_label("Name", exact=True).fill("acme-logs")
    panel.get_by_role("button", name="Change what was meant").click()
    panel.get_by_label("You meant").select_option(label="create a queue")
    panel.get_by_role("button", name="Change Item").click()
    panel.get_by_label("Item", exact=True).check()
    panel.get_by_role("button", name="Change Length").click()
    expect(panel.get_by_label("Ask me for the Length again")).to_be_checked()
    propose.click()
    expect(panel.get_by_role("status")).to_contain_text("Thank you")
    assert page.evaluate("window.meant.at(-1)") == {
        "intent": "blueprint.message-queue.apply",
        "values": {"name": "acme-logs", "item": True, "length": None},
    }
