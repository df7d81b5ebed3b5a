"""Every page of the admin that its registry leads to: each list, each form to add, each form to change."""

from urllib.parse import urljoin

import pytest
from django.contrib import admin
from playwright.sync_api import Page

from tests.e2e.accessible import expect_accessible
from tests.e2e.conftest import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("stack"),
    pytest.mark.full,
    pytest.mark.timeout(1200),
]

LISTS: dict[str, list[str]] = {}
for each in sorted(admin.site._registry, key=lambda model: str(model._meta.label)):
    LISTS.setdefault(each._meta.app_label, []).append(f"/admin/{each._meta.app_label}/{each._meta.model_name}/")


def further(page: Page) -> list[str]:
    """Where a list leads: to what can be done above it, as adding, and to its first row."""
    tools = page.locator("#content .object-tools a").all()
    rows = page.locator("#result_list tbody a").all()[:1]
    return [urljoin(page.url, each.get_attribute("href") or "") for each in tools + rows]


def findings(page: Page, address: str) -> list[str]:
    try:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, answer.status
        expect_accessible(page, wholly=True)
    except AssertionError as error:
        return [f"{address}: {error}"]
    return []


@pytest.mark.parametrize("app", LISTS)
def test_every_page_of_the_admin_is_for_everybody(visitor: Visitor, app: str) -> None:
    staff = visitor("admin")
    wrong = []
    for path in LISTS[app]:
        wrong += findings(staff.page, staff.base_url + path)
        for address in further(staff.page):
            wrong += findings(staff.page, address)
    assert not wrong, "\n".join(wrong)
