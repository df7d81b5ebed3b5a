"""Every page: axe-core's rules in both themes, 320 pixels, and neither an error in the console nor a refused policy."""

import pytest

from tests.e2e.accessible import expect_accessible
from tests.e2e.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

PLACES = ("/catalogue/", "/catalogue/object-storage/", "/stacks/", "/approvals/", "/audit/", "/profile/")


def test_every_page_of_the_bar_is_for_everybody(visitor: Visitor) -> None:
    approver = visitor("approver")
    expect_accessible(approver.page)
    for place in PLACES:
        approver.page.goto(approver.base_url + place)
        expect_accessible(approver.page)


def test_signing_in_is_for_everybody(visitor: Visitor) -> None:
    stranger = visitor()
    stranger.page.goto(f"{stranger.base_url}/login/")
    expect_accessible(stranger.page)


def test_the_pages_of_those_who_run_it_are_for_everybody(visitor: Visitor) -> None:
    admin = visitor("admin")
    for place in ("/dashboard/", "/admin/"):
        admin.page.goto(admin.base_url + place)
        expect_accessible(admin.page)
