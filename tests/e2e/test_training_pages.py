"""The admin's pages of versions and trainings in a browser: the policy refuses nothing, and a phone shows all of it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.accessible import expect_to_fit
from tests.e2e.pages import Complaints

pytestmark = pytest.mark.browser


def test_a_version_s_page_fits_a_phone_and_breaks_no_policy(
    browser: Browser, stack: Any, complaints: Complaints
) -> None:
    page = browser.new_context(viewport={"width": 400, "height": 800}, color_scheme="dark").new_page()
    complaints.watch(page)
    page.goto(f"{stack.base_url}/admin/login/?next=/admin/nlu/nlumodel/")
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(stack.users["admin"])
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("rowheader").get_by_role("link").first.click()
    expect(page.get_by_text("This version answers now.")).to_be_visible()
    expect(page.get_by_role("table", name="Figures")).to_be_visible()
    expect_to_fit(page)
    page.get_by_role("link", name=re.compile("asked for by")).click()
    expect(page.get_by_role("status")).to_have_text("Trained")
    expect_to_fit(page)
