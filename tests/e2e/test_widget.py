"""The chat on a page of another site, under a policy that allows nothing but our script and our connections."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.conftest import Visitor
from tests.e2e.embedding import Embedded, said_elsewhere, site_enable, site_make
from tests.e2e.pages import STEP_MS, Complaints
from tests.servers.foreign_site import ForeignSite, foreign_site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


@pytest.fixture
def intranet(stack: Any) -> Iterator[ForeignSite]:
    """A site of a name of its own, which is not listed yet."""
    with foreign_site(stack.base_url, site=f"intranet-{uuid4().hex[:8]}") as site:
        yield site


def page_of(browser: Browser, complaints: Complaints, **options: Any) -> Page:
    usual: dict[str, Any] = {"viewport": {"width": 1100, "height": 760}, "reduced_motion": "reduce"}
    page = browser.new_context(**{**usual, **options}).new_page()
    complaints.watch(page)
    return page


def test_a_visitor_of_a_strict_page_talks_reloads_and_sees_what_is_unread(
    visitor: Visitor, browser: Browser, complaints: Complaints, intranet: ForeignSite, stack: Any
) -> None:
    name = intranet.options["site"]
    site_make(visitor("admin"), name, intranet.url)
    page = page_of(browser, complaints)
    page.goto(intranet.url)
    chat = Embedded(page).open().connected()
    chat.say("hello")
    chat.bot_says("Hello visitor.")
    expect_accessible(page)
    before = chat.frame_numbers()
    assert before == list(range(1, len(before) + 1))

    page.reload()
    expect(chat.launcher).to_have_accessible_name("Open the chat", timeout=STEP_MS)
    chat.open().connected()
    expect(page.locator(".stream [data-seq]")).to_have_count(len(before))
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()

    said_elsewhere(stack.base_url, name, page, "hello")
    expect(chat.launcher).to_have_accessible_name("Open the chat, 1 unread message", timeout=STEP_MS)
    expect(page.locator(".badge")).to_have_text("1")
    expect_accessible(page)
    page.reload()
    expect(chat.launcher).to_have_accessible_name("Open the chat, 1 unread message", timeout=STEP_MS)
    chat.open().connected()
    expect(page.locator(".stream [data-seq]")).to_have_count(len(before) + 2)
    page.goto(f"{intranet.url}/other")
    expect(page.locator("infrachat-widget .stream")).to_be_attached(timeout=STEP_MS)
    expect(chat.launcher).to_have_accessible_name("Open the chat")
    assert page.context.cookies() == []


@pytest.mark.full
def test_a_page_that_is_not_listed_gets_nothing(
    visitor: Visitor, browser: Browser, complaints: Complaints, intranet: ForeignSite
) -> None:
    name = intranet.options["site"]
    site_make(visitor("admin"), name, intranet.url)
    with foreign_site(intranet.home, site=name) as thief:
        page = page_of(browser, complaints)
        page.goto(thief.url)
        Embedded(page).open()
        expect(page.get_by_text("The chat cannot be reached from this page.")).to_be_visible(timeout=STEP_MS)
        complaints.forgive("blocked by CORS policy")
        complaints.forgive("net::ERR_FAILED")
        assert page.evaluate("Object.keys(localStorage)") == []


@pytest.mark.full
def test_a_person_asks_on_another_site_and_approves_here(
    visitor: Visitor, browser: Browser, complaints: Complaints, intranet: ForeignSite, stack: Any
) -> None:
    name, server = intranet.options["site"], f"server-{uuid4().hex[:8]}"
    admin = visitor("admin")
    make_people(admin.page, stack.base_url, server)
    site_make(admin, name, intranet.url, backend=server, group="intranet")
    intranet.options["token"] = token_for(stack.base_url, name, server, intranet.url, "demo")
    page = page_of(browser, complaints)
    page.goto(intranet.url)
    chat = Embedded(page).open().connected()
    chat.say("create a staging bucket")
    bucket = f"acme-{uuid4().hex[:8]}"
    form = page.locator("form.form:not([data-closed])")
    form.locator("[name=name]").fill(bucket)
    form.get_by_role("button").last.click()
    expect(chat.card).to_have_attribute("data-state", "awaiting_approval", timeout=STEP_MS)
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    chat.say("yes")
    chat.bot_says("decided in Infrachat itself")
    expect(chat.card).to_have_attribute("data-state", "awaiting_approval")
    link = chat.card.get_by_role("link", name="Open in Infrachat")
    assert str(link.get_attribute("href")).startswith(f"{stack.base_url}/jobs/")
    expect_accessible(page)

    with page.expect_popup() as opened:
        page.locator(".head").get_by_role("link", name="Open in Infrachat").click()
    expect(opened.value).to_have_url(re.compile(r"/login/\?next=/c/"))
    assert opened.value.evaluate("opener") is None

    demo = visitor("demo")
    demo.page.goto(page.locator(".head").get_by_role("link", name="Open in Infrachat").get_attribute("href") or "")
    demo.approve()
    expect(chat.card).to_have_attribute("data-state", "succeeded", timeout=STEP_MS)


@pytest.mark.full
def test_a_right_that_ends_ends_the_chat_and_comes_back_with_it(
    visitor: Visitor, browser: Browser, complaints: Complaints, intranet: ForeignSite, stack: Any
) -> None:
    admin = visitor("admin")
    site_make(admin, intranet.options["site"], intranet.url)
    page = page_of(browser, complaints)
    page.goto(intranet.url)
    chat = Embedded(page).open().connected()
    chat.say("hello")
    chat.bot_says("Hello visitor.")
    site_enable(admin, intranet.options["site"], enabled=False)
    expect(page.get_by_text("The chat cannot be reached from this page.")).to_be_visible(timeout=STEP_MS)
    site_enable(admin, intranet.options["site"], enabled=True)
    page.get_by_role("button", name="Try again").press("Enter")
    chat.connected()
    chat.say("help")
    numbers = chat.frame_numbers()
    assert numbers == list(range(1, len(numbers) + 1))
    complaints.forgive("blocked by CORS policy")
    complaints.forgive("net::ERR_FAILED")


@pytest.mark.full
def test_nothing_a_page_or_a_message_says_becomes_markup(
    visitor: Visitor, browser: Browser, complaints: Complaints, intranet: ForeignSite
) -> None:
    site_make(visitor("admin"), intranet.options["site"], intranet.url)
    page = page_of(browser, complaints)
    page.on("dialog", lambda dialog: complaints.found.append(f"dialog: {dialog.message}"))
    hostile = '"><img src=x onerror=alert(1)>'
    intranet.options.update({"theme": hostile, "language": hostile, "open": ""})
    page.goto(intranet.url)
    chat = Embedded(page).connected()
    for text in (hostile, "<script>alert(1)</script>", "[x](javascript:alert(1))", "`</textarea>`"):
        chat.say(text)
    assert page.locator("infrachat-widget img, infrachat-widget script, infrachat-widget iframe").count() == 0
    # Rules of the page, even for all its elements, end at the element.
    rules = "* { letter-spacing: 4px !important; color: red !important } button { display: none !important }"
    page.evaluate(
        "(text) => { document.adoptedStyleSheets = [new CSSStyleSheet()]; "
        "document.adoptedStyleSheets[0].replaceSync(text) }",
        rules,
    )
    style = "(each) => { const { letterSpacing, color } = getComputedStyle(each); return [letterSpacing, color] }"
    assert chat.box.evaluate(style)[0] == "normal"
    assert page.locator("li.from-user .bubble").last.evaluate(style) == ["normal", "rgb(29, 33, 31)"]
    expect(chat.launcher).to_be_visible()
    # Nothing listens to messages of windows: what any page posts changes nothing.
    before = chat.frame_numbers()
    page.evaluate("postMessage({type: 'message.send', data: {text: 'create a bucket'}, token: 'x'}, '*')")
    chat.say("the end")
    assert len(chat.frame_numbers()) > len(before)
    expect(page.locator("li.from-user", has_text="create a bucket")).to_have_count(0)


def make_people(admin: Page, home: str, server: str) -> None:
    """An account for the site's server, and demo in a group of those whom it may name."""
    admin.goto(f"{home}/admin/auth/group/add/")
    admin.get_by_label("Name:").fill("intranet")
    admin.get_by_role("button", name="Save", exact=True).click()
    admin.goto(f"{home}/admin/accounts/user/add/")
    admin.get_by_label("Username:").fill(server)
    for field in ("password1", "password2"):
        admin.locator(f"[name={field}]").fill("a long enough password")
    admin.get_by_role("button", name="Save", exact=True).click()
    admin.goto(f"{home}/admin/accounts/user/?q=demo")
    admin.get_by_role("link", name="demo", exact=True).click()
    admin.locator("#id_groups_from option", has_text="intranet").dblclick()
    admin.get_by_role("button", name="Save", exact=True).click()


def token_for(home: str, site: str, server: str, origin: str, user: str) -> str:
    """As the site's server asks for it."""
    with httpx.Client(base_url=f"{home}/api/v1", timeout=30) as client:
        signed = client.post("/auth/token/", json={"username": server, "password": "a long enough password"})
        headers = {"Authorization": f"Token {signed.json()['token']}"}
        answer = client.post(f"/widget/sites/{site}/tokens/", json={"user": user, "origin": origin}, headers=headers)
        assert answer.status_code == 201, answer.text
        token: str = answer.json()["token"]
        return token
