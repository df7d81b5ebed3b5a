"""The two answers to drift: restored it is asked for once more, adopted what is there is asked for."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from chatbot_project.accounts.models import User
from orchestrator import selectors, services
from orchestrator.assessing.assessment import assessor_of
from orchestrator.catalog_documents import environment_load
from orchestrator.errors import WrongState
from orchestrator.life.revisions import stack_revisions
from orchestrator.policy.current import ruleset_current
from orchestrator.states import JobKind
from orchestrator.types import JobView, Origin, PlanCounts, PlannedChange, StackView
from tests.integration.mongo.clients import page_client

from .chatting import Chat
from .clients import api_client
from .flow import FakeExecutor, done, outcome, run
from .orchestrating import actor, applied, approve, person, seed, submit
from .test_orchestrator_api import get, post, problem

pytestmark = pytest.mark.usefixtures("mongo_db", "redis_url")

STATUS = {"path": "status", "before": "Suspended", "after": "Enabled", "unknown": False, "sensitive": False}
FOUND = PlannedChange("aws_versioning.this", "aws_versioning", "update", ({**STATUS, "variables": ["versioning"]},))
GONE = PlannedChange("aws_policy.this", "aws_policy", "delete")


@pytest.fixture
def demo() -> User:
    seed()
    return person("demo", "requester")


@pytest.fixture
def shipped_rules(settings: Any) -> None:
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "POLICY_SHIPPED_RULES": True}


def made(demo: User, **more: Any) -> StackView:
    stack = applied(demo, values={"name": "acme-reports", "password": "a secret of mine"}, **more).stack
    assert stack is not None
    return stack


def checked(demo: User, stack: StackView, *changes: PlannedChange, **more: Any) -> JobView:
    job = submit(demo, kind=JobKind.DRIFT, stack_id=stack.id, values={}, **more)
    report = replace(outcome(), counts=PlanCounts(update=len(changes)), changes=changes, has_changes=bool(changes))
    assert run(job, FakeExecutor(to_plan=report)) == "succeeded"
    return selectors.job_get(job.id)


def test_adopted_it_is_an_ordinary_revision_that_somebody_else_approves(demo: User) -> None:
    stack, api = made(demo), api_client(demo)
    report = checked(demo, stack, FOUND, GONE)
    shown = get(api, f"stacks/{stack.id}/adopt/").json()
    assert shown == {
        "report_job_id": report.id,
        "diff": {"versioning": {"from": False, "to": True}},
        "left": ["aws_policy.this"],
    }
    job = selectors.job_get(post(api, f"stacks/{stack.id}/adopt/", key="once").json()["job_id"])
    assert post(api, f"stacks/{stack.id}/adopt/", key="once").json()["job_id"] == job.id
    assert (job.kind, job.title) == (JobKind.APPLY, "adopt what changed in staging bucket acme-reports")
    executor = FakeExecutor(to_plan=outcome(has_changes=False), to_apply=done())
    assert run(job, executor) == "awaiting_approval"
    assert executor.contexts[0].values["password"] == "a secret of mine"
    planned = selectors.job_get(job.id)
    assert planned.approval is not None
    assert planned.approval.rule == "other"
    assert planned.plan is not None
    assert planned.plan.text.endswith("Asked for is from then on what is there: versioning: false -> true.")
    approve(planned, person("boss", "approver"))
    assert run(planned, executor) == "succeeded"
    assert stack_revisions(stack.id, viewer=demo)[0].diff == {"versioning": (False, True)}
    problem(post(api, f"stacks/{stack.id}/adopt/"), 409)


def test_restored_it_is_asked_for_once_more(demo: User) -> None:
    stack, api = made(demo), api_client(demo)
    checked(demo, stack, FOUND)
    job = selectors.job_get(post(api, f"stacks/{stack.id}/restore/").json()["job_id"])
    assert (job.kind, job.values["name"]) == (JobKind.APPLY, "acme-reports")
    assert "versioning" not in job.values
    problem(post(api, f"stacks/{stack.id}/restore/"), 409)
    problem(post(api_client(person("stranger", "requester")), f"stacks/{stack.id}/restore/"), 404)


@pytest.mark.parametrize(
    ("changes", "why"), [((), "Nothing has drifted"), ((GONE,), "none of its settings stands for it: aws_policy.this")]
)
def test_what_cannot_be_adopted_is_refused_by_name(demo: User, changes: Any, why: str) -> None:
    stack, api = made(demo), api_client(demo)
    assert "Check it for drift first" in problem(get(api, f"stacks/{stack.id}/adopt/"), 409)
    checked(demo, stack, *changes)
    assert why in problem(get(api, f"stacks/{stack.id}/adopt/"), 409)


def test_only_the_latest_report_is_adopted(demo: User) -> None:
    stack = made(demo)
    first = checked(demo, stack, FOUND)
    checked(demo, stack, FOUND)
    with pytest.raises(WrongState, match="not the latest"):
        submit(demo, stack_id=stack.id, values={}, adopts_job_id=first.id)


@pytest.mark.usefixtures("shipped_rules")
def test_rules_judge_what_is_adopted_as_if_it_were_changed(demo: User) -> None:
    """Opened by hand and asked for afterwards, a bucket would else be open with the rules' blessing."""
    stack = made(demo)
    report = checked(demo, stack, FOUND)
    job = submit(demo, stack_id=stack.id, values={}, adopts_job_id=report.id)
    lock = {"type": "aws_s3_bucket_public_access_block", "mode": "managed", "address": "module.stack.lock.this"}
    change = {"actions": ["no-op"], "before": {}, "after": {"block_public_acls": False}, "after_unknown": {}}
    masked = {"resource_changes": [{**lock, "change": change}]}
    found = replace(outcome(has_changes=False), masked_plan=masked, drifted=("lock.this",))
    plan = assessor_of(job.id, environment_load("staging"), ruleset_current()).summary(found)
    assert plan.policy is not None
    assert any("lets the public in" in each.message for each in plan.policy.denials)


def test_both_answers_stand_under_the_report_in_chat_and_on_the_page(demo: User) -> None:
    chat = Chat(demo)
    origin = Origin("chat", chat.id, 1)
    stack = made(demo, origin=origin)
    checked(demo, stack, FOUND, origin=origin)
    told = chat.frames("message.created")[-1]
    assert told["suggestions"] == ["restore acme-reports", "adopt acme-reports"]
    client = page_client(demo)
    page = client.get(f"/stacks/{stack.id}/").content.decode()
    assert 'value="restore"' in page
    assert 'value="adopt"' in page
    for do in ("restore", "adopt"):
        request_id = str(uuid4())
        for _ in range(2):
            answer = client.post(f"/stacks/{stack.id}/", {"do": do, "request_id": request_id})
            assert answer.url == f"/jobs/{request_id}/", do
        job = selectors.job_get(request_id)
        assert job.values.get("versioning", False) is (do == "adopt")
        assert run(job, FakeExecutor(to_plan=outcome(has_changes=do == "restore"))) == "awaiting_approval"
        services.job_cancel(job_id=request_id, actor=actor(demo), reason="", via="test")
