"""The page of one job on the real stack: it is approved there and followed to its end without being loaded again."""

from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack"), pytest.mark.full]


def test_a_job_is_followed_on_its_page_from_plan_to_end(visitor: Visitor, stack: Any) -> None:
    demo = visitor("demo")
    demo.say("create a staging bucket")
    expect(demo.form).to_be_visible(timeout=STEP_MS)
    demo.answer(name=f"acme-page-{uuid4().hex[:6]}")
    expect(demo.card).to_be_visible(timeout=STEP_MS)
    job_id, page = demo.job_id, demo.page
    page.goto(f"{demo.base_url}/jobs/{job_id}/")
    state = page.locator(".state").first
    expect(state).to_have_text("Waiting for approval", timeout=STEP_MS)
    page.get_by_text("Graph of the resources").click()
    expect(page.locator(".graph-node").first).to_be_visible()
    page.get_by_text("Why?", exact=True).click()
    expect(page.locator(".why-panel")).to_be_visible(timeout=STEP_MS)
    expect_accessible(page)
    page.get_by_role("button", name="Approve").click()
    expect(state).to_have_text("Done", timeout=STEP_MS)
    expect(page.locator(".timeline > li")).to_have_count(6)
    last = demo.rest(f"jobs/{job_id}/events/")["last_log_seq"]
    expect(page.locator(f"#L{last}")).to_be_attached()
    with page.expect_download() as download:
        page.get_by_role("link", name="The log as text").click()
    assert len(download.value.path().read_text().splitlines()) >= last
    expect_accessible(page)
    # A link to a line survives signing in.
    other = visitor()
    other.page.goto(f"{demo.base_url}/jobs/{job_id}/#L2")
    other.page.get_by_label("User name").fill("demo")
    other.page.get_by_label("Password").fill(stack.users["demo"])
    other.page.get_by_role("button", name="Sign in").click()
    expect(other.page.locator("#L2")).to_have_attribute("aria-current", "true")
    assert other.page.url.endswith(f"/jobs/{job_id}/#L2")


def test_the_page_is_useful_without_scripts(visitor: Visitor) -> None:
    demo = visitor("demo")
    demo.say("create a staging bucket")
    expect(demo.form).to_be_visible(timeout=STEP_MS)
    demo.answer(name=f"acme-plain-{uuid4().hex[:6]}")
    demo.job_is("awaiting_approval")
    plain = demo.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain.add_cookies(demo.page.context.cookies())  # type: ignore[arg-type]
    page = plain.new_page()
    page.goto(f"{demo.base_url}/jobs/{demo.job_id}/")
    expect(page.locator(".count.create")).to_be_visible()
    expect(page.locator("#L1")).to_be_attached()
    page.locator("[name=search]").fill("nothing of the kind")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No line of the log fits.")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".state").first).to_have_text("Approved")
    demo.job_is("succeeded")
