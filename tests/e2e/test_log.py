"""The log of a job's page: a window onto 100,000 lines, what is looked for in it, and links to its lines."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.pages import Complaints
from tests.e2e.synthetic_log import grow, log_page

pytestmark = pytest.mark.browser

LINES = 100_000


@pytest.fixture
def page(browser: Browser, complaints: Complaints) -> Page:
    page = browser.new_context(reduced_motion="reduce", viewport={"width": 1280, "height": 1200}).new_page()
    complaints.watch(page)
    return page


def numbers(page: Page) -> list[int]:
    script = "[...document.querySelectorAll('.row')].map((each) => Number(each.id.slice(1)))"
    found: list[int] = page.evaluate(script)
    return found


def unbroken(page: Page) -> bool:
    found = numbers(page)
    return found == list(range(found[0], found[0] + len(found)))


def row(page: Page, seq: int) -> Any:
    return page.locator(f"#L{seq}")


def test_a_hundred_thousand_lines_are_a_window_of_some_hundred(page: Page) -> None:
    log_page(page, LINES)
    expect(row(page, LINES)).to_be_in_viewport()
    box = page.locator(".log-window")
    for _ in range(12):
        at = numbers(page)[0]
        box.evaluate("(box) => (box.scrollTop = 0)")
        expect(row(page, at - 1)).to_be_attached()
        assert unbroken(page)
    assert page.evaluate("log.most") <= 1_300
    assert numbers(page)[-1] < LINES
    box.evaluate("(box) => (box.scrollTop = box.scrollHeight)")
    expect(page.locator(".log-place")).to_contain_text("of 100,000")
    page.get_by_label("Place in the log").fill("50000")
    expect(row(page, 50_000)).to_be_in_viewport()
    assert unbroken(page)
    assert page.url.endswith("#L50000")
    expect_accessible(page)


@pytest.mark.full
def test_what_is_looked_for_is_found(page: Page) -> None:
    log_page(page, LINES)
    page.get_by_role("button", name="Next error").click()
    expect(page.get_by_role("status")).to_contain_text("There is no error after line")
    page.get_by_role("button", name="Next error").click()
    expect(row(page, 9_973)).to_be_in_viewport()
    expect(row(page, 9_973)).to_have_class(re.compile("marked"))
    page.get_by_role("button", name="Next error").click()
    expect(row(page, 19_946)).to_be_in_viewport()
    page.locator("[name=level]").select_option("error")
    expect(page.locator(".row")).to_have_count(10)
    page.get_by_label("with the text").fill("number 19946")
    expect(page.locator(".row")).to_have_count(1)
    expect(page.locator(".row mark")).to_have_text("number 19946")
    page.get_by_label("with the text").fill("nothing of the kind")
    expect(page.get_by_role("status")).to_contain_text("No line of the log fits.")


def test_a_link_leads_to_its_line(page: Page) -> None:
    log_page(page, 5_000)
    page.get_by_label("Number of a line").fill("1234")
    page.get_by_role("button", name="Go to line").click()
    expect(row(page, 1_234)).to_be_in_viewport()
    row(page, 1_236).get_by_role("link").click()
    expect(row(page, 1_236)).to_have_attribute("aria-current", "true")
    assert page.url.endswith("#L1236")
    page.evaluate("location.hash = 'L77'")
    expect(row(page, 77)).to_be_in_viewport()
    page.get_by_label("Number of a line").fill("5001")
    page.get_by_role("button", name="Go to line").click()
    expect(page.get_by_role("status")).to_contain_text("The log has the lines 1 to 5,000.")


def test_colours_are_classes_and_markup_is_text(page: Page) -> None:
    log_page(page, 30)
    expect(row(page, 2).locator(".ansi-red-fg.ansi-bold")).to_have_text("bold red")
    expect(row(page, 1)).to_contain_text("<b>1</b>")
    assert page.locator(".row [style], .row b").count() == 0


def test_it_follows_what_is_written_until_somebody_reads(page: Page) -> None:
    log_page(page, 10, live=True)
    expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "true")
    page.evaluate("log.length = 700")
    expect(row(page, 700)).to_be_in_viewport()
    assert unbroken(page)
    page.evaluate("log.length = 90000")
    expect(row(page, 90_000)).to_be_in_viewport()
    page.locator(".log-window").hover()
    page.mouse.wheel(0, -700)
    expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "false")
    page.evaluate("log.length = 90010")
    expect(page.locator(".log-place")).to_contain_text("of 90,010")
    expect(row(page, 90_010)).not_to_be_in_viewport()
    page.get_by_role("button", name="Follow").click()
    expect(row(page, 90_010)).to_be_in_viewport()


def test_two_thousand_lines_a_second_do_not_hinder_typing(page: Page) -> None:
    """What it costs in milliseconds the bench measures; here nothing may stand still for long."""
    log_page(page, 10, live=True)
    grow(page, 2_000)
    page.evaluate(
        "log.longest = 0; new PerformanceObserver((list) => list.getEntries().forEach("
        "(each) => (log.longest = Math.max(log.longest, each.duration)))).observe({type: 'longtask'})"
    )
    field = page.get_by_label("Number of a line")
    field.press_sequentially("1234567890" * 3, delay=50)
    assert page.evaluate("log.length") > 2_000
    expect(field).to_have_value("1234567890" * 3)
    assert page.evaluate("log.longest") < 500
    page.evaluate("clearInterval(log.timer)")
    last = page.evaluate("log.length")
    expect(row(page, last)).to_be_in_viewport()
