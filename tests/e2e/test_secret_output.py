"""A secret output on the real stack: made by Terraform, shown on the pages of its stack and job, and nowhere else."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pymongo
import pytest
import redis
from bson import json_util
from playwright.sync_api import expect

from chatbot_project.mongo import connections
from orchestrator.catalog.loader import blueprint_load
from orchestrator.catalog.sync import blueprint_store
from tests.e2e.accessible import expect_accessible
from tests.e2e.conftest import Visitor
from tests.e2e.pages import STEP_MS

DATABASE = "infrachat"
# Built into Terraform: no provider has to be started. What is secret is known after the apply, and in the state alone.
MODULE = """
variable "name" {
  description = "Name of the safe."
  type        = string
}
resource "terraform_data" "this" {
  input = var.name
}
output "name" {
  value = terraform_data.this.output
}
output "password" {
  value     = sha256("secret ${terraform_data.this.id}")
  sensitive = true
}
"""
MANIFEST = """
name: small-safe
title: Small safe
kind: terraform
risk: {apply: low, destroy: low}
phrases: ["hide a safe called {name}"]
ask: [name]
outputs: [name, password]
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("stack"),
    pytest.mark.timeout(300),
    pytest.mark.full,
]


@pytest.fixture
def safe(stack: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a blueprint with a secret output."""
    directory = tmp_path / "small-safe"
    (directory / "module").mkdir(parents=True)
    (directory / "module" / "main.tf").write_text(MODULE)
    (directory / "blueprint.yaml").write_text(MANIFEST)
    with pymongo.MongoClient(stack.mongodb_uri) as client:
        monkeypatch.setattr(connections, "database", lambda: client[DATABASE])
        blueprint_store(blueprint_load(directory))
    return "small-safe"


def kept_of(stack: Any) -> str:
    """All that MongoDB, Redis and the logs of all processes have."""
    with pymongo.MongoClient(stack.mongodb_uri) as client:
        database = client[DATABASE]
        found = [json_util.dumps(list(database[name].find())) for name in database.list_collection_names()]
    with redis.Redis.from_url(stack.redis_url) as store:
        found += [repr(store.dump(key)) for key in store.scan_iter()]
    return "".join([*found, (stack.state / "stack.log").read_text(errors="replace")])


def test_a_secret_output_is_shown_to_its_owner_alone(visitor: Visitor, stack: Any, safe: str) -> None:
    name = f"safe-{uuid4().hex[:6]}"
    demo = visitor("demo")
    page = demo.page
    page.goto(f"{demo.base_url}/catalogue/{safe}/")
    page.get_by_label("Staging").check()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Show me the plan").click()
    state = page.locator(".state").first
    expect(state).to_have_text("Waiting for approval", timeout=STEP_MS)
    page.get_by_role("button", name="Approve").click()
    expect(state).to_have_text("Done", timeout=STEP_MS)
    shown = page.locator(".output", has_text="password")
    shown.get_by_role("button", name="Show password").click()
    expect(shown.locator("code")).to_have_text(re.compile("^[0-9a-f]{64}$"), timeout=STEP_MS)
    value = shown.locator("code").inner_text()
    expect_accessible(page)
    job = page.url
    page.get_by_role("link", name=f"The stack {name}").click()
    page.wait_for_url("**/stacks/*/")
    page.get_by_role("button", name="Show password").click()
    expect(page.get_by_text(value)).to_be_visible(timeout=STEP_MS)
    expect_accessible(page)
    page.get_by_role("button", name="Hide password").click()
    expect(page.get_by_text(value)).to_have_count(0)

    kept = kept_of(stack)
    assert value not in kept
    assert f"demo has the secret output password of {name} shown, by web." in kept
    # Whoever approves sees that there is one.
    approver = visitor("approver")
    approver.page.goto(job)
    expect(approver.page.get_by_text("demo and operators can have it shown")).to_be_visible()
    expect(approver.page.get_by_role("button", name="Show password")).to_have_count(0)
