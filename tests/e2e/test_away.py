"""An approver says who decides meanwhile: on a phone, by keyboard; and takes it back."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_to_fit
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS, Complaints

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


def test_somebody_decides_while_an_approver_is_away(visitor: Visitor, complaints: Complaints) -> None:
    away = visitor("approver", viewport={"width": 390, "height": 780})
    page = away.page
    page.goto(f"{away.base_url}/approvals/")
    expect(page.get_by_text("Nobody decides for you, and you decide for nobody.")).to_be_visible(timeout=STEP_MS)
    page.get_by_text("Let somebody decide for you").press("Enter")
    page.get_by_label("User name of who decides meanwhile").fill("demo")
    page.get_by_label("Until").fill(f"{datetime.now() + timedelta(days=2):%Y-%m-%dT%H:%M}")
    page.get_by_label("Where").select_option("production")
    page.get_by_role("button", name="Let them decide").press("Enter")
    row = page.locator(".away li", has_text="demo decides for you in production")
    expect(row).to_be_visible(timeout=STEP_MS)
    expect_to_fit(away.page)

    page.get_by_text("Let somebody decide for you").press("Enter")
    page.get_by_label("User name of who decides meanwhile").fill("approver")
    page.get_by_label("Until").fill(f"{datetime.now() + timedelta(days=2):%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Let them decide").press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Somebody else has to decide while you are away.")
    expect(page.get_by_label("User name of who decides meanwhile")).to_have_value("approver")
    complaints.forgive("the server responded with a status of 422")

    stand_in = visitor("demo")
    stand_in.page.get_by_role("link", name="Approvals").click()
    expect(stand_in.page.get_by_text("You decide for approver in production")).to_be_visible(timeout=STEP_MS)
    row.get_by_role("button", name="End now").press("Enter")
    expect(row).to_have_count(0)
