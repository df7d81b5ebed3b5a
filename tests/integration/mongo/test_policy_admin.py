"""Rules in the admin: a mistake at its line before it is saved, and a try on a job's plan that changes nothing."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.models import PolicyRule
from orchestrator.policy.ruleset import rules_shipped
from tests.integration.mongo.clients import page_client

from .flow import FakeExecutor, run
from .orchestrating import person, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db")

HEAD = "package infrachat\n\nimport rego.v1\n\n"
GOOD = HEAD + 'deny contains "No buckets." if {\n\tsome change in input.changes\n\tchange.type == "aws_s3_bucket"\n}\n'
ENDLESS = """deny contains "x" if {
	some a in numbers.range(1, 99999)
	some b in numbers.range(1, 99999)
	a * b == 7.5
}"""
URL = "/admin/orchestrator/policyrule/"


@pytest.fixture
def admin() -> Client:
    return page_client(User.objects.create_superuser("root", password="secret"))


def post(admin: Client, source: str, **changed: Any) -> Any:
    return admin.post(
        f"{URL}add/", {"name": "buckets", "title": "No buckets", "enabled": "on", "source": source, **changed}
    )


def test_what_cannot_be_run_is_said_at_its_line_and_not_saved(admin: Client) -> None:
    answer = post(admin, HEAD + 'deny contains "x" if {\r\n\tcuont(input.plan) > 1\r\n}')
    assert "Line 6: There is no function cuont." in answer.content.decode()
    answer = post(
        admin,
        HEAD + ENDLESS,
    )
    assert "It was not done after" in answer.content.decode()
    assert not PolicyRule.objects.exists()


def test_a_rule_is_saved_and_holds_at_once(admin: Client) -> None:
    seed()
    ann = person("ann", "requester")
    assert post(admin, GOOD).status_code == 302
    saved = PolicyRule.objects.get()
    assert (saved.name, saved.updated_by) == ("buckets", "root")
    assert run(submit(ann), FakeExecutor()) == "denied"


def test_it_is_tried_on_a_plan_that_who_tries_may_see(admin: Client) -> None:
    seed()
    ann = person("ann", "requester")
    job = submit(ann)
    run(job, FakeExecutor())
    PolicyRule.objects.create(name="buckets", title="No buckets", source=GOOD, enabled=False)
    page = admin.get(f"{URL}buckets/try/").content.decode()
    assert job.title in page
    said = admin.post(f"{URL}buckets/try/", {"job": job.id, "source": GOOD}).content.decode()
    assert "No buckets." in said
    said = admin.post(f"{URL}buckets/try/", {"job": job.id, "source": HEAD + "deny if true"}).content.decode()
    assert "As it is, this rule would deny every plan." in said
    assert PolicyRule.objects.get().source == GOOD
    assert selectors.job_get(job.id).state == "awaiting_approval"

    bob = person("bob")
    bob.is_staff = True
    bob.save()
    bob.user_permissions.add(Permission.objects.get(codename="change_policyrule"))
    other = page_client(bob)
    assert job.title not in other.get(f"{URL}buckets/try/").content.decode()
    said = other.post(f"{URL}buckets/try/", {"job": job.id, "source": GOOD}).content.decode()
    assert "No buckets.</li>" not in said
    nobody = page_client(ann)
    assert nobody.get(f"{URL}buckets/try/").status_code == 302


def test_shipped_rules_are_listed_and_can_be_begun_with(admin: Client) -> None:
    page = admin.get(URL).content.decode()
    assert all(each.title.replace("'", "&#x27;") in page for each in rules_shipped())
    assert "rank(size_limit)" in admin.get(f"{URL}add/?shipped=sizes").content.decode()
    assert "rank(size_limit)" in admin.get(f"{URL}sizes/try/").content.decode()
    assert admin.get(f"{URL}nothing/try/").status_code == 404
