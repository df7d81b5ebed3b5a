"""The page of approvals follows what everybody does, and what it missed while the server was away."""

import re
import signal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.e2e.accessible import expect_accessible
from tests.e2e.beside import web_beside
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS, ChatPage, Complaints
from tests.servers.processes import free_port

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack"), pytest.mark.timeout(300)]


def asked_for(stack: Any) -> str:
    """The id of a job whose plan somebody else than who asks has to approve."""
    body = {"kind": "apply", "environment": "production", "subject": "object-storage"}
    with stack.http("demo") as http:
        answer = http.post("/api/v1/jobs/", json={**body, "values": {"name": f"acme-{uuid4().hex[:8]}"}})
        answer.raise_for_status()
        return str(answer.json()["id"])


def test_a_plan_comes_and_is_decided_elsewhere_also_while_the_server_is_away(
    visitor: Visitor, stack: Any, complaints: Complaints, tmp_path: Path
) -> None:
    port = free_port()
    with web_beside(stack, port, tmp_path / "web.log") as web:
        approver = ChatPage(visitor(None).page, f"http://127.0.0.1:{port}")
        page = approver.sign_in("approver", stack.users["approver"]).page
        page.goto(f"{approver.base_url}/approvals/")
        page.evaluate("window.stayed = true")
        job_id = asked_for(stack)
        card = page.locator(f"article.job[data-job-id='{job_id}']")
        expect(card).to_have_attribute("data-state", "awaiting_approval", timeout=STEP_MS)
        expect(page.get_by_role("link", name=re.compile("^Approvals.*waits? for you"))).to_be_visible()
        web.send_signal(signal.SIGKILL)
        lost = page.get_by_text("The connection is lost")
        expect(lost).to_be_visible(timeout=STEP_MS)
        expect_accessible(page)
    with stack.http("admin") as http:
        http.post(f"/api/v1/jobs/{job_id}/reject/", json={"reason": "not this week"}).raise_for_status()
    with web_beside(stack, port, tmp_path / "again.log"):
        expect(card).to_have_attribute("data-state", "rejected", timeout=STEP_MS)
        expect(card).to_contain_text("not this week")
        expect(card.get_by_role("button")).to_have_count(0)
        expect(lost).to_be_hidden()
        assert page.evaluate("window.stayed"), "the page was loaded again"
        page.close()
    for provoked in ("WebSocket connection to", "ERR_CONNECTION", "htmx:ws:error"):
        complaints.forgive(provoked)


# What the page's socket brings while the machine sleeps is lost, and nothing tells the page so.
DEAF = """
window.missed = "";
const listen = WebSocket.prototype.addEventListener;
WebSocket.prototype.addEventListener = function (type, hear, options) {
  listen.call(this, type, (event) => {
    if (type !== "message" || !window.asleep) hear(event);
    else window.missed += event.data;
  }, options);
};
"""


@pytest.mark.full
def test_a_connection_that_fell_silent_is_made_anew(visitor: Visitor, stack: Any) -> None:
    page = visitor("approver").page
    page.clock.install()
    page.add_init_script(DEAF)
    page.goto(f"{stack.base_url}/approvals/")
    expect(page.get_by_role("heading", name="Approvals")).to_be_visible()
    page.evaluate("window.asleep = true")
    job_id = asked_for(stack)
    page.wait_for_function("(id) => window.missed.includes(id)", arg=job_id, timeout=STEP_MS)
    card = page.locator(f"article.job[data-job-id='{job_id}']")
    expect(card).to_have_count(0)
    page.evaluate("window.asleep = false")
    page.clock.fast_forward(120_000)
    expect(card).to_have_attribute("data-state", "awaiting_approval", timeout=STEP_MS)
