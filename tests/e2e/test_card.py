"""Parts of a job's card alone: outputs that are masked, and how far each resource is."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from orchestrator.revealing.sealing import seal
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


class Sealing:
    """The server and a worker: first it waits, then it is sealed."""

    def __init__(self, page: Page, value: Any) -> None:
        self.asked: list[dict[str, Any]] = []
        self._value, self._polls = value, 0
        page.route("**/api/v1/stacks/s1/secret-outputs/", self._ask)
        page.route("**/api/v1/secret-outputs/r1/take/", self._take)

    def _ask(self, route: Route) -> None:
        self.asked.append(route.request.post_data_json)
        route.fulfill(status=202, json={"id": "r1", "state": "waiting", "worker_away": True})

    def _take(self, route: Route) -> None:
        self._polls += 1
        if self._polls % 2:
            return route.fulfill(json={"id": "r1", "state": "waiting", "worker_away": False})
        box = seal(self._value, public_key=self.asked[-1]["public_key"], request_id="r1", output="key")
        return route.fulfill(json={"id": "r1", "state": "sealed", "box": box})


def test_a_secret_is_sealed_for_the_page_opened_copied_and_forgotten(browser: Browser, complaints: Complaints) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.clock.install()
    still_page(page, "job", origin="https://still.test")
    complaints.watch(page)
    server = Sealing(page, "pässword “7”")
    run(page, SHOW, OUTPUTS, "s1")
    shown = page.locator(".output", has_text="key")
    page.get_by_role("button", name="Show key").press("Enter")
    expect(shown.get_by_role("status")).to_have_text("It waits: no worker for infrastructure is at work right now.")
    page.clock.run_for(2_000)
    expect(shown.locator("code")).to_have_text("pässword “7”")
    shown.get_by_role("button", name="Copy key").click()
    expect(shown.get_by_role("button", name="Copied key")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "pässword “7”"
    page.get_by_role("button", name="Hide key").click()
    expect(shown).not_to_contain_text("pässword")
    # Each time with keys of its own; and by itself it is hidden after a minute.
    page.get_by_role("button", name="Show key").click()
    expect(shown.get_by_role("status")).to_contain_text("no worker")
    page.clock.run_for(2_000)
    expect(shown).to_contain_text("pässword")
    assert len({each["public_key"] for each in server.asked}) == 2
    page.clock.run_for(61_000)
    expect(shown).not_to_contain_text("pässword")
    expect(shown.get_by_role("status")).to_have_text("Hidden again after a minute.")


def test_why_a_secret_cannot_be_shown_is_said(browser: Browser, complaints: Complaints) -> None:
    page = still_page(browser.new_context().new_page(), "job")
    complaints.watch(page)
    run(page, SHOW, OUTPUTS, "s1")
    page.get_by_role("button", name="Show key").click()
    expect(page.get_by_role("status")).to_contain_text("Browsers can open a secret only on pages from https")
    page = still_page(browser.new_context().new_page(), "job", origin="https://still.test")
    refused = {"status": 403, "detail": "acme belongs to ann; only they or an operator may see the secrets of it."}
    page.route("**/api/v1/stacks/s1/secret-outputs/", lambda route: route.fulfill(status=403, json=refused))
    run(page, SHOW, OUTPUTS, "s1")
    page.get_by_role("button", name="Show key").click()
    expect(page.get_by_role("status")).to_have_text(refused["detail"])


def test_the_card_offers_secrets_at_home_and_on_no_other_site(browser: Browser, complaints: Complaints) -> None:
    page = still_page(browser.new_context().new_page(), "job")
    complaints.watch(page)
    run(page, MADE, "live", True)
    expect(page.get_by_role("button", name="Show key")).to_be_visible()
    for status, is_home in (("live", False), ("gone", True)):
        run(page, MADE, status, is_home)
        expect(page.locator("main")).to_contain_text("kept in Terraform's state alone")
        expect(page.get_by_role("button", name="Show key")).to_have_count(0)


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


def test_what_does_not_fit_into_the_card_is_on_the_page_of_the_job(browser: Browser, complaints: Complaints) -> None:
    page = still_page(browser.new_context().new_page(), "job")
    complaints.watch(page)
    run(page, DRAW, [{"address": f"aws_s3_bucket.b{at}", "action": "create"} for at in range(3)], 450, 2)
    changes = page.locator(".changes")
    changes.locator("summary").first.click()
    expect(changes).to_contain_text("and 447 more.")
    expect(changes).to_contain_text("The attributes of 2 resources are too long to be shown here.")
    expect(changes.get_by_role("link", name="The whole plan")).to_have_attribute("href", "/jobs/1/#plan")


SHOW = """const { outputsView } = await load("outputs");
document.querySelector("main").append(...outputsView(values[0], values[1]));"""
MADE = """const { JobCard } = await load("jobcard");
const [status, isHome] = values;
const card = new JobCard({ actions: isHome ? { follow() {}, approve() {} } : { follow() {} }, viewer: "" });
const made = { job_id: "1", version: 4, state: "succeeded", title: "make one", requester: {} };
card.update({ ...made, stack: { id: "s1", status }, outputs: { key: { sensitive: true } } });
document.querySelector("main").replaceChildren(card.element);"""
DRAW = """const { JobCard } = await load("jobcard");
const card = new JobCard({ actions: { follow() {}, approve() {} }, viewer: "" });
const [changes, total = 3, left = 0] = values;
const counted = { counts: { create: 3 }, changes_total: total, attributes_left: left };
const plan = { ...counted, changes, sentence: "Creates 3.", plan_hash: "h" };
card.update({ job_id: "1", version: 2, state: "applying", title: "make three", plan, requester: {} });
const said = [["resource_start", 0], ["resource_start", 1], ["resource_done", 0]];
const event = ([kind, at], seq) => ({ log_seq: seq + 1, kind, resource: `aws_s3_bucket.b${at}`, text: kind });
card.log.append(said.map(event));
document.querySelector("main").append(card.element);"""
