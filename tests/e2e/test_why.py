""" "Why?" on a card: the words, the values, the plan; and what was meant instead, by keyboard on a phone."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS

pytestmark = [pytest.mark.browser, pytest.mark.terraform, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


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
    assert demo.overflow() <= 0
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
