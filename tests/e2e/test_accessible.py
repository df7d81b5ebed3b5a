"""Every page: axe-core's rules in both themes, 320 pixels, and neither an error in the console nor a refused policy."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

PLACES = (
    *("/catalogue/", "/catalogue/object-storage/", "/catalogue/object-storage/?import=1"),
    *("/stacks/", "/approvals/", "/audit/", "/profile/"),
)


@pytest.mark.parametrize("wholly", [False, pytest.param(True, marks=pytest.mark.full)], ids=["quickly", "wholly"])
def test_every_page_of_the_bar_is_for_everybody(visitor: Visitor, wholly: bool) -> None:
    approver = visitor("approver")
    expect_accessible(approver.page, wholly=wholly)
    for place in PLACES:
        approver.page.goto(approver.base_url + place)
        expect_accessible(approver.page, wholly=wholly)


def test_on_a_phone_the_places_are_a_menu(visitor: Visitor) -> None:
    approver = visitor("approver", viewport={"width": 320, "height": 640})
    page = approver.page
    menu, places = page.get_by_role("button", name="Menu"), page.get_by_role("navigation", name="Pages")
    expect(places).to_be_hidden()
    menu.press("Enter")
    expect(places.get_by_role("link", name="Audit")).to_be_visible()
    expect_accessible(page)
    page.keyboard.press("Tab")
    expect(places.get_by_role("link", name="Chat")).to_be_focused()
    page.keyboard.press("Escape")
    expect(places).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    places.get_by_role("link", name="Stacks").click()
    page.wait_for_url("**/stacks/")


def test_signing_in_is_for_everybody(visitor: Visitor) -> None:
    stranger = visitor()
    stranger.page.goto(f"{stranger.base_url}/login/")
    expect_accessible(stranger.page)


@pytest.mark.parametrize("wholly", [False, pytest.param(True, marks=pytest.mark.full)], ids=["quickly", "wholly"])
def test_the_pages_of_those_who_run_it_are_for_everybody(visitor: Visitor, wholly: bool) -> None:
    admin = visitor("admin")
    # Every other page of the admin: test_admin_accessible.py, in the long set.
    for place in ("/dashboard/", "/admin/", "/admin/accounts/rolebinding/", "/admin/accounts/rolebinding/add/"):
        admin.page.goto(admin.base_url + place)
        expect_accessible(admin.page, wholly=wholly)


def test_who_reads_german_gets_pages_scripts_and_answers_in_german(visitor: Visitor, stack: Any) -> None:
    erika = visitor(None, locale="de-DE").sign_in("approver", stack.users["approver"])
    expect(erika.page.get_by_role("button", name="Senden")).to_be_visible()
    expect_accessible(erika.page)
    erika.page.goto(f"{erika.base_url}/profile/")
    expect(erika.page.get_by_role("button", name="Abmelden", exact=True)).to_be_visible()


def test_a_choice_that_comes_late_has_its_name_too(visitor: Visitor) -> None:
    page = visitor("admin").page
    page.goto(visitor("admin").base_url + "/admin/accounts/rolebinding/add/")
    choice = page.locator(".field-user").get_by_role("combobox")
    expect(choice).to_have_accessible_name(re.compile("^User"))
    page.evaluate("const field = django.jQuery('#id_user'); field.select2('destroy'); field.djangoAdminSelect2()")
    expect(choice).to_have_accessible_name(re.compile("^User"))
