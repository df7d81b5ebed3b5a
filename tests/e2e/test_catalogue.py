"""The catalogue in a browser: found while typing, asked for with a form, decided where it waits."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS, Complaints

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


def test_what_is_searched_for_is_found_while_typing_and_asked_for_with_a_form(
    visitor: Visitor, complaints: Complaints
) -> None:
    demo = visitor("demo")
    page = demo.page
    page.get_by_role("link", name="Catalogue").click()
    page.wait_for_url("**/catalogue/", wait_until="load")
    page.evaluate("window.stayed = true")
    page.get_by_label("Search the catalogue").press_sequentially("object storage")
    expect(page.get_by_role("heading", name="Virtual server")).to_have_count(0)
    expect(page.get_by_role("status")).to_contain_text("for “object storage”")
    assert page.evaluate("window.stayed"), "the page was loaded again"
    assert "q=object" in page.url
    page.get_by_role("link", name="Object storage bucket").click()
    page.get_by_label("Staging").check()
    page.get_by_label("Name", exact=True).fill("No Bucket")
    page.get_by_role("button", name="Show me the plan").click()
    expect(page.locator("#v-name-error")).to_contain_text("lower-case letters")
    expect(page.get_by_label("Name", exact=True)).to_have_value("No Bucket")
    expect(page.get_by_label("Staging")).to_be_checked()
    complaints.forgive("the server responded with a status of 422")
    page.get_by_label("Name", exact=True).fill(f"acme-{uuid4().hex[:8]}")
    page.get_by_role("button", name="Show me the plan").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}/"))


@pytest.mark.full
def test_what_one_page_decides_another_shows_without_being_loaded_again(visitor: Visitor) -> None:
    demo, other = visitor("demo"), visitor("demo")
    name = f"acme-{uuid4().hex[:8]}"
    demo.say(f"create a staging bucket called {name}")
    demo.job_is("awaiting_approval")
    for each in (demo, other):
        each.page.goto(f"{demo.base_url}/approvals/")
    cards = [each.page.locator("article.job", has_text=name) for each in (demo, other)]
    for card in cards:
        expect(card).to_be_visible(timeout=STEP_MS)
    cards[1].get_by_label("Reason").fill("not this week")
    cards[1].get_by_role("button", name="Reject").click()
    expect(cards[1]).to_contain_text("You rejected it.")
    expect(cards[0]).to_have_attribute("data-state", "rejected", timeout=STEP_MS)
    expect(cards[0]).to_contain_text("not this week")
    expect(cards[0].get_by_role("button")).to_have_count(0)
