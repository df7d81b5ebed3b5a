"""Take the pictures of docs/images from the running development stack: `python -m tests.e2e.screenshots`.

Uses the stack that `make run` started; each picture is of a real request, planned and applied.
"""

import sys
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Browser, expect, sync_playwright

from chatbot_project.devstack import state
from tests.e2e.conftest import ARGUMENTS
from tests.e2e.embedding import Embedded, site_make
from tests.e2e.pages import STEP_MS, ChatPage
from tests.servers.browser import chromium
from tests.servers.foreign_site import foreign_site

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
SIZES = {"": {"width": 1120, "height": 1040}, "-phone": {"width": 360, "height": 740}}
PLACES = {
    "catalogue": ("demo", "/catalogue/"),
    "catalogue-form": ("demo", "/catalogue/object-storage/"),
    "stacks": ("approver", "/stacks/"),
    "stack": ("approver", "/stacks/{stack}/"),
    "job": ("approver", "/jobs/{job}/"),
    "approvals": ("approver", "/approvals/"),
    "dashboard": ("admin", "/dashboard/"),
}
"""Name of the picture: who looks, and at which page."""


def main() -> int:
    stack = state.running(state.directory())
    if stack is None:
        print("No stack is running. Start one in another terminal with `make run`, then try again.", file=sys.stderr)
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        address, made = make_bucket(browser, stack)
        ask_for_a_deletion(browser, stack)
        for scheme in ("light", "dark"):
            for suffix, size in SIZES.items():
                take(browser, stack, address, scheme, size, IMAGES / f"chat-{scheme}{suffix}.png")
            for name, (username, path) in PLACES.items():
                take_place(browser, stack, username, path.format(**made), scheme, IMAGES / f"{name}-{scheme}.png")
        take_widget(browser, stack)
        browser.close()
    return 0


def make_bucket(browser: Browser, stack: state.Running) -> tuple[str, dict[str, str]]:
    """One whole request; the address of its conversation, and the ids of its job and stack."""
    chat = ChatPage(browser.new_context(viewport=SIZES[""]).new_page(), stack.web)
    chat.sign_in("demo", stack.password).new_conversation()
    chat.say("create a staging bucket with versioning")
    expect(chat.form).to_be_visible(timeout=STEP_MS)
    chat.answer(name=f"acme-reports-{uuid4().hex[:4]}")
    chat.job_is("awaiting_approval")
    chat.page.screenshot(path=IMAGES / "plan-light.png")
    why = chat.card.get_by_text("Why?", exact=True)
    why.click()
    expect(chat.card.locator(".why-panel mark").first).to_be_visible(timeout=STEP_MS)
    chat.card.locator(".why-box").screenshot(path=IMAGES / "why-light.png")
    why.click()
    chat.approve()
    chat.job_is("succeeded")
    job = chat.rest(f"jobs/{chat.job_id}/")
    return chat.page.url, {"job": job["id"], "stack": job["stack"]["id"]}


def ask_for_a_deletion(browser: Browser, stack: state.Running) -> None:
    """In another conversation, so that something waits for the approver."""
    chat = ChatPage(browser.new_context(viewport=SIZES[""]).new_page(), stack.web)
    chat.sign_in("demo", stack.password).new_conversation()
    chat.say(f"create a staging bucket called acme-drafts-{uuid4().hex[:4]}")
    chat.job_is("awaiting_approval")
    chat.approve()
    chat.job_is("succeeded")
    chat.say("delete that bucket")
    chat.job_is("awaiting_approval")


def take_place(browser: Browser, stack: state.Running, username: str, path: str, scheme: str, image: Path) -> None:
    context = browser.new_context(viewport=SIZES[""], color_scheme=scheme)  # type: ignore[arg-type]
    chat = ChatPage(context.new_page(), stack.web)
    chat.sign_in(username, stack.password)
    chat.page.goto(stack.web + path)
    chat.page.wait_for_load_state("networkidle")
    chat.page.screenshot(path=image)
    context.close()
    print(image.relative_to(Path.cwd()))


def take(browser: Browser, stack: state.Running, address: str, scheme: str, size: dict[str, int], path: Path) -> None:
    context = browser.new_context(viewport=size, color_scheme=scheme, device_scale_factor=2)  # type: ignore[arg-type]
    chat = ChatPage(context.new_page(), stack.web)
    chat.sign_in("demo", stack.password)
    chat.page.goto(address)
    chat.connected()
    chat.job_is("succeeded")
    expect(chat.card.locator(".outputs")).to_be_visible()
    chat.card.locator(".changes > summary").click()
    chat.box.blur()
    chat.page.locator(".scroll").evaluate("(box) => box.scrollTo(0, 0)")
    chat.page.screenshot(path=path)
    context.close()
    print(path.relative_to(Path.cwd()))


def take_widget(browser: Browser, stack: state.Running) -> None:
    """A visitor's chat on the page of another site."""
    admin = ChatPage(browser.new_context(viewport=SIZES[""]).new_page(), stack.web)
    admin.sign_in("admin", stack.password)
    with foreign_site(stack.web, site=f"intranet-{uuid4().hex[:8]}") as site:
        site_make(admin, site.options["site"], site.url)
        for scheme in ("light", "dark"):
            context = browser.new_context(viewport={"width": 900, "height": 720}, color_scheme=scheme)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(site.url)
            chat = Embedded(page).open().connected()
            chat.say("hello")
            chat.bot_says("Hello visitor.")
            page.screenshot(path=IMAGES / f"widget-{scheme}.png")
            context.close()


if __name__ == "__main__":
    sys.exit(main())
