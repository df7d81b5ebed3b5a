"""Parts of a job's card alone: outputs that are masked, and how far each resource is."""

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.pages import Complaints
from tests.e2e.still import run, still_page

pytestmark = pytest.mark.browser

OUTPUTS = {
    "bucket_name": "acme",
    "admin_password": "hunter2",
    "endpoint": "postgres://admin:hunter3@db.example:5432/x",
    "key": {"sensitive": True},
}


def test_what_looks_secret_is_masked_until_it_is_shown(browser: Browser, complaints: Complaints) -> None:
    page = still_page(browser.new_context().new_page(), "job")
    complaints.watch(page)
    run(page, SHOW, OUTPUTS)
    shown = page.locator("main")
    expect(shown).to_contain_text("acme")
    expect(shown).to_contain_text("kept in Terraform's state alone")
    expect(shown).not_to_contain_text("hunter")
    page.get_by_role("button", name="Show admin password").press("Enter")
    expect(shown).to_contain_text("hunter2")
    expect(shown).not_to_contain_text("hunter3")
    page.get_by_role("button", name="Hide admin password").press("Enter")
    expect(shown).not_to_contain_text("hunter")


def test_each_resource_says_how_far_it_is(browser: Browser, complaints: Complaints) -> None:
    page = still_page(browser.new_context().new_page(), "job")
    complaints.watch(page)
    run(page, DRAW, [{"address": f"aws_s3_bucket.b{at}", "action": "create"} for at in range(3)])
    rows = page.locator(".change")
    expect(rows.nth(0)).to_contain_text("done")
    expect(rows.nth(1)).to_contain_text("working…")
    expect(rows.nth(2)).not_to_contain_text("working…")
    expect(page.get_by_text("1 of 3")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Resources done")).to_have_attribute("value", "1")
    expect_accessible(page)


SHOW = """const { outputsView } = await load("outputs");
document.querySelector("main").append(...outputsView(values[0]));"""
DRAW = """const { JobCard } = await load("jobcard");
const card = new JobCard({ actions: { follow() {}, approve() {} }, viewer: "" });
const plan = { counts: { create: 3 }, changes: values[0], changes_total: 3, sentence: "Creates 3.", plan_hash: "h" };
card.update({ job_id: "1", version: 2, state: "applying", title: "make three", plan, requester: {} });
const said = [["resource_start", 0], ["resource_start", 1], ["resource_done", 0]];
const event = ([kind, at], seq) => ({ log_seq: seq + 1, kind, resource: `aws_s3_bucket.b${at}`, text: kind });
card.log.append(said.map(event));
document.querySelector("main").append(card.element);"""
