"""The main job in the browser: ask, answer, read the plan, approve, watch, reload in the middle, delete again."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS, ChatPage

pytestmark = [pytest.mark.browser, pytest.mark.terraform, pytest.mark.xdist_group("stack"), pytest.mark.timeout(400)]


def test_a_bucket_from_the_first_word_to_its_deletion(visitor: Visitor, terraform_binary: str) -> None:
    demo = visitor("demo")
    name = f"e2e-{uuid4().hex[:10]}"
    ask_for_bucket(demo, name)
    read_plan(demo, name)
    approve_and_reload(demo, name)
    delete_with_approver(demo, visitor("approver"), name)


def ask_for_bucket(demo: ChatPage, name: str) -> None:
    demo.say("create a staging bucket with versioning")
    expect(demo.form).to_be_visible(timeout=STEP_MS)
    demo.answer(name=name)
    demo.bot_says(re.compile("working on", re.I))


def read_plan(demo: ChatPage, name: str) -> None:
    demo.job_is("awaiting_approval")
    expect(demo.card).to_contain_text(name)
    expect(demo.card.locator(".count.create")).to_contain_text("to create")
    expect(demo.card).to_contain_text("aws_s3_bucket")
    demo.card.locator(".change details summary").first.click()
    expect(demo.card.get_by_role("table").first).to_be_visible()
    demo.card.get_by_text("Graph", exact=True).click()
    expect(demo.card.get_by_role("group", name="Graph of")).to_be_visible(timeout=STEP_MS)
    expect_accessible(demo.page)


def approve_and_reload(demo: ChatPage, name: str) -> None:
    demo.approve()
    demo.job_is("applying")
    demo.page.reload()
    demo.connected()
    demo.job_is("succeeded")
    expect(demo.card.locator(".outputs")).to_contain_text(name)
    demo.expect_nothing_missed()
    expect_accessible(demo.page)
    seen = demo.page.locator(".stream").inner_text()
    for fact in ("Creates 6 resources", "USD a month", "Only adds", "Done", name + ".s3."):
        assert seen.count(fact) == 1, fact
    demo.card.locator(".log > summary").click()
    demo.expect_whole_log()


def delete_with_approver(demo: ChatPage, approver: ChatPage, name: str) -> None:
    demo.say("delete that bucket")
    expect(demo.page.locator("article.job")).to_have_count(2, timeout=STEP_MS)
    demo.job_is("awaiting_approval")
    expect(demo.card.get_by_role("button", name="Approve")).to_have_count(0)
    expect(demo.card).to_contain_text("Somebody else")
    approver.page.get_by_role("link", name="Approvals").click()
    card = approver.page.locator(f"article.job[data-job-id='{demo.job_id}']")
    expect(card.locator(".count.delete")).to_be_visible(timeout=STEP_MS)
    approver.page.wait_for_load_state()  # before its script is there, the form is refused for the tick
    card.get_by_role("button", name="Approve").click()
    dialog = approver.page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Go back")).to_be_focused()
    dialog.get_by_role("button", name="Approve").click()
    expect(card.get_by_role("button", name="Approve")).to_have_count(0)
    demo.job_is("succeeded")
    # The page of approvals shows the end of what was decided on it, without being loaded again.
    expect(card).to_have_attribute("data-state", "succeeded", timeout=STEP_MS)
    # Others who use the same stack meanwhile may wait for this approver as well.
    waiting = approver.page.locator("article.job[data-state='awaiting_approval']").count()
    said = {0: "Nothing waits for your approval.", 1: "One plan waits for your approval."}
    expect(approver.page.get_by_role("status")).to_have_text(
        said.get(waiting, f"{waiting} plans wait for your approval.")
    )
    demo.expect_nothing_missed()
    approver.page.goto(f"{approver.base_url}/jobs/{demo.job_id}/")
    expect(approver.page.locator("article.job")).to_have_attribute("data-state", "succeeded")
    expect(approver.page.locator(".history li").first).to_be_visible()
    last = demo.rest(f"jobs/{demo.job_id}/events/")["last_log_seq"]
    expect(approver.page.locator(f"#L{last}")).to_be_attached()
    expect(approver.page.get_by_role("link", name="The log as text")).to_be_visible()
    expect_accessible(approver.page)
