"""The page itself: signing in, delivery of messages, safety of text, small screens, keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_to_fit
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS, Complaints

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]

HOSTILE = '<img src=x onerror="document.title=1"> <script>alert(1)</script> **bold** [x](javascript:alert(1))'


def test_a_wrong_password_is_said_and_the_way_leads_back(visitor: Visitor, complaints: Complaints) -> None:
    stranger = visitor()
    stranger.page.goto(f"{stranger.base_url}/approvals/")
    stranger.page.get_by_label("User name").fill("demo")
    stranger.page.get_by_label("Password").fill("wrong")
    stranger.page.get_by_role("button", name="Sign in").click()
    expect(stranger.page.get_by_role("alert")).to_be_visible()
    expect(stranger.page.get_by_label("User name")).to_have_value("demo")
    assert (
        "next=/approvals/" in stranger.page.url or stranger.page.locator("[name=next]").input_value() == "/approvals/"
    )


def test_signing_out_ends_the_session(visitor: Visitor) -> None:
    demo = visitor("demo")
    address = demo.page.url
    demo.page.get_by_role("button", name="Sign out").click()
    expect(demo.page.get_by_label("Password")).to_be_visible()
    demo.page.goto(address)
    expect(demo.page.get_by_label("Password")).to_be_visible()


def test_somebody_elses_conversation_is_not_found(visitor: Visitor, complaints: Complaints) -> None:
    demo, approver = visitor("demo"), visitor("approver")
    answer = approver.page.goto(demo.page.url)
    assert answer is not None
    assert answer.status == 404
    expect(approver.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    complaints.forgive("the server responded with a status of 404")


def test_a_message_is_stored_answered_and_there_after_a_reload(visitor: Visitor) -> None:
    demo = visitor("demo")
    demo.say("hello")
    expect(demo.page.locator("li.from-bot").first).to_be_visible(timeout=STEP_MS)
    demo.page.reload()
    demo.connected()
    expect(demo.page.locator("li.from-user .bubble")).to_have_text("hello")
    demo.expect_nothing_missed()


def test_text_is_never_markup(visitor: Visitor) -> None:
    demo = visitor("demo")
    title = demo.page.title()
    demo.say(HOSTILE)
    expect(demo.page.locator("li.from-user .bubble")).to_have_text(HOSTILE)
    expect(demo.page.locator("li.from-bot").first).to_be_visible(timeout=STEP_MS)
    assert demo.page.locator(".stream img, .stream script, .stream a[href^='javascript']").count() == 0
    assert demo.page.title() == title


def test_what_is_written_offline_is_sent_once_when_the_connection_is_back(
    visitor: Visitor, complaints: Complaints
) -> None:
    demo = visitor("demo")
    demo.page.context.set_offline(True)
    demo.page.evaluate("window.dispatchEvent(new Event('offline'))")
    demo.box.fill("written while away")
    demo.box.press("Enter")
    demo.page.context.set_offline(False)
    expect(demo.page.locator("li.from-user")).to_have_attribute("data-seq", re.compile(r"^\d+$"), timeout=STEP_MS)
    frames = demo.rest(f"conversations/{demo.conversation_id}/messages/")["results"]
    assert [each["data"]["text"] for each in frames if each["data"].get("author") == "user"] == ["written while away"]
    complaints.forgive("ERR_INTERNET_DISCONNECTED")


@pytest.mark.full
@pytest.mark.parametrize(
    ("locale", "clock"), [("en-US", r"\d\d:\d\d [AP]M$"), ("de-DE", r"\d\d:\d\d$")], ids=["12 hours", "24 hours"]
)
def test_all_times_are_written_as_the_reader_does(visitor: Visitor, stack: Any, locale: str, clock: str) -> None:
    demo = visitor(None, locale=locale, timezone_id="Asia/Kathmandu")
    # The clock is the browser's; in which language the page speaks is another question.
    demo.page.context.add_cookies([{"name": "django_language", "value": "en", "url": demo.base_url}])
    demo.sign_in("demo", stack.users["demo"]).new_conversation()
    demo.say("hello")
    sidebar = demo.page.locator(".sidebar a[aria-current] time")
    expect(sidebar).to_have_text(re.compile(clock))
    expect(demo.page.locator("li.from-user time").last).to_have_text(re.compile(clock))
    written = demo.page.evaluate(
        "(iso) => new Date(iso).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'})",
        sidebar.get_attribute("datetime"),
    )
    expect(sidebar).to_contain_text(written)


def test_a_failure_is_said_once_on_its_card(visitor: Visitor) -> None:
    text = visitor("demo").page.evaluate(
        """async (job) => {
          const { JobCard } = await import("/static/web/js/jobcard.js");
          const card = new JobCard({ actions: { follow() {} }, viewer: "" });
          const lines = [["phase", "Applying"], ["result", job.error.detail]];
          card.log.append(lines.map(([kind, text], index) => ({ log_seq: index + 1, kind, text })));
          card.update(job);
          document.querySelector(".stream").append(card.element);
          return card.element.innerText;
        }""",
        {"job_id": "1", "version": 1, "state": "partially_applied", "title": "t", "result_text": FAILED}
        | {"error": {"code": "quota", "detail": FAILED}},
    )
    assert text.count(FAILED) == 1
    assert "Applying" in text


FAILED = "AWS refused it. Begun and not finished: aws_s3_bucket.this."


def test_a_message_that_is_too_long_cannot_be_sent(visitor: Visitor) -> None:
    demo = visitor("demo")
    demo.box.fill("x" * 4001)
    demo.box.press("Enter")
    expect(demo.page.get_by_text("1 character too many (at most 4000)")).to_be_visible()
    assert demo.rest(f"conversations/{demo.conversation_id}/")["last_seq"] == 0


def test_a_wrong_value_is_said_beside_its_field_or_by_the_bot(visitor: Visitor) -> None:
    demo = visitor("demo")
    demo.say("create a staging bucket")
    expect(demo.form).to_be_visible(timeout=STEP_MS)
    demo.answer(name="Not A Bucket!")
    expect(demo.page.locator(".stream")).to_contain_text(re.compile("lower-?case", re.I), timeout=STEP_MS)
    assert demo.page.locator("article.job").count() == 0


@pytest.mark.full
def test_secrets_are_among_the_further_settings_and_stay_unseen(visitor: Visitor) -> None:
    demo = visitor("demo")
    demo.say("create a cache")
    expect(demo.form).to_be_visible(timeout=STEP_MS)
    demo.form.get_by_text("More settings").click()
    demo.form.locator("details.section > summary").first.click(timeout=STEP_MS)
    password = demo.form.locator("input[name=password]")
    expect(password).to_have_attribute("type", "password")
    password.fill("short")
    demo.answer(name="acme-cache")
    expect(demo.page.locator(".stream")).to_contain_text("16 to 128", timeout=STEP_MS)
    assert "short" not in demo.page.locator("li.from-user").last.inner_text()


def test_everything_fits_a_phone_and_works_by_keyboard(visitor: Visitor) -> None:
    demo = visitor("demo", viewport={"width": 320, "height": 640}, is_mobile=True, has_touch=True)
    demo.say("create a staging bucket with versioning")
    expect(demo.form).to_be_visible(timeout=STEP_MS)
    expect_to_fit(demo.page)
    assert demo.page.evaluate("document.activeElement.id") == "composer-text"
    demo.page.get_by_role("button", name="Conversations").press("Enter")
    expect(demo.page.get_by_role("button", name="New conversation")).to_be_focused()
    demo.page.keyboard.press("Escape")
    expect(demo.page.get_by_role("button", name="New conversation")).to_be_hidden()


def test_dark_pages_are_dark(visitor: Visitor) -> None:
    demo = visitor("demo", color_scheme="dark")
    color = demo.page.evaluate("getComputedStyle(document.body).backgroundColor")
    channels = [int(each) for each in re.findall(r"\d+", color)[:3]]
    assert max(channels) < 60


@pytest.mark.full
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(visitor: Visitor, scheme: str) -> None:
    """WCAG AA: 4.5 to 1 for each text colour on each surface it stands on."""
    page = visitor(None, color_scheme=scheme).page
    page.goto(f"{visitor().base_url}/login/")
    for text, surface in CONTRASTS:
        pair = page.evaluate(COLOURS, [text, surface])
        assert contrast(*pair) >= 4.5, (scheme, text, surface, pair)


CONTRASTS = [
    *((text, surface) for text in ("text", "text-quiet") for surface in ("ground", "surface", "surface-sunken")),
    *(("accent", surface) for surface in ("ground", "surface")),
    ("on-accent", "accent"),
    ("text", "accent-soft"),
    ("accent-strong", "accent-soft"),
    *((each, f"{each}-soft") for each in ("good", "warn", "bad")),
    *((each, "surface") for each in ("good", "warn", "bad")),
    ("surface", "bad"),
]
COLOURS = """(names) => names.map((name) => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = `var(--${name})`;
  const found = getComputedStyle(probe).color.match(/[0-9.]+/g).slice(0, 3).map(Number);
  probe.remove();
  return found;
})"""


def contrast(one: list[float], other: list[float]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: list[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (each / 255 for each in colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_conversation_is_begun_with_the_bot_that_was_chosen(visitor: Visitor, stack: Any) -> None:
    admin = visitor("admin")
    admin.page.goto(f"{stack.base_url}/admin/nlu/bot/add/")
    admin.page.get_by_label("Name:", exact=True).fill("helper")
    admin.page.get_by_label("Title:", exact=True).fill("The <helper>")
    admin.page.get_by_role("button", name="Save", exact=True).click()
    demo = visitor("demo")
    demo.page.get_by_label("With which bot").select_option("The <helper>")
    demo.page.get_by_role("button", name="New conversation").click()
    expect(demo.page.get_by_text("You talk to The <helper>.")).to_be_visible()
    demo.connected()
    demo.say("create a bucket")
    demo.bot_says("not trained yet")
    # It is offered no more, and others of this stack's tests have one bot again.
    admin.page.goto(f"{stack.base_url}/admin/nlu/bot/helper/change/")
    admin.page.get_by_label("Enabled", exact=True).uncheck()
    admin.page.get_by_role("button", name="Save", exact=True).click()
    demo.page.reload()
    expect(demo.page.get_by_label("With which bot")).to_have_count(0)


def test_times_are_shown_in_the_zone_of_the_profile(visitor: Visitor) -> None:
    demo = visitor("demo", timezone_id="America/Chicago", viewport={"width": 360, "height": 740})
    demo.say("hello")
    demo.page.get_by_role("link", name="Your profile").click()
    expect_to_fit(demo.page)
    demo.page.get_by_role("button", name="America/Chicago").click()
    expect(demo.page.get_by_label("Time zone")).to_have_value("America/Chicago")
    demo.page.get_by_label("Time zone").fill("pacific/auckland")
    demo.page.get_by_role("button", name="Save").click()
    expect(demo.page.get_by_role("status")).to_have_text("Saved.")
    demo.page.goto(demo.base_url)
    written = demo.page.locator("li.from-user time").last
    clock = "{hour: '2-digit', minute: '2-digit', timeZone: 'Pacific/Auckland'}"
    there = f"(iso) => new Date(iso).toLocaleTimeString([], {clock})"
    expect(written).to_have_text(demo.page.evaluate(there, written.get_attribute("datetime")))
    demo.page.goto(f"{demo.base_url}/profile/")
    demo.page.get_by_label("Time zone").fill("")
    demo.page.get_by_role("button", name="Save").click()
    expect(demo.page.get_by_role("status")).to_have_text("Saved.")
