"""Plans held against rules by the worker: denials with the nearest request that passes, dearer approvals."""

from dataclasses import replace
from typing import Any

import pytest
from rest_framework.test import APIClient

from chatbot_project.mongo.connections import collection
from orchestrator import selectors, services
from orchestrator.documents import utc_now
from orchestrator.executors.base import Context, PlanOutcome
from orchestrator.states import JobKind
from orchestrator.types import Demand, JobView, Origin, PlanCounts, PlannedChange

from .flow import FakeExecutor, abandoned, outcome, ready, remainder, run, until_stopped
from .orchestrating import actor, applied, approve, person, raw, seed, submit

pytestmark = pytest.mark.usefixtures("mongo_db")

HEAD = "package infrachat\n\nimport rego.v1\n\n"
VERSIONED = """deny contains finding if {
	some change in input.changes
	change.type == "aws_s3_bucket"
	not input.plan.versioning
	finding := {"message": "Buckets keep old versions.", "resource": change.address, "slots": ["versioning"]}
}"""
TWO = 'approve contains {"message": "Security looks at this too.", "needed": "two", "groups": ["security"]}'


@pytest.fixture
def ann():
    seed()
    return person("ann", "requester")


def rule(name: str, body: str, enabled: bool = True) -> None:
    document = {"_id": name, "title": name, "source": HEAD + body, "enabled": enabled, "updated_at": utc_now()}
    collection("orchestrator_policyrule").replace_one({"_id": name}, document, upsert=True)


def planned_with(context: Context) -> PlanOutcome:
    """A plan that shows what it was planned with."""
    on = bool(context.values.get("versioning"))
    return replace(outcome(), masked_plan={"versioning": on}, sentence=f"makes a bucket, versioning {on}")


def planned(user: Any, executor: FakeExecutor, **more: Any) -> JobView:
    job = submit(user, **more)
    run(job, executor)
    return selectors.job_get(job.id)


def test_a_denial_explains_itself_and_offers_what_passes(ann):
    rule("versioned", VERSIONED)
    executor = FakeExecutor(to_plan=planned_with)
    job = planned(ann, executor)
    assert job.state == "denied"
    assert job.error is not None
    assert (job.error.code, job.error.detail) == ("policy_denied", "Buckets keep old versions. (rule versioned)")
    assert job.plan is not None
    assert job.plan.policy is not None
    nearest = job.plan.policy.nearest
    assert nearest is not None
    assert (nearest.values, nearest.sentence) == ({"versioning": True}, "makes a bucket, versioning True")
    assert nearest.approval == "self"
    # Planned twice: as it was asked for, and as it would pass. Nothing was applied.
    assert [context.values.get("versioning", False) for context in executor.contexts] == [False, True]
    assert not executor.applied
    follow = planned(ann, executor, values={"name": "acme-reports", **nearest.values})
    assert follow.state == "awaiting_approval"


def test_what_cannot_be_mended_offers_nothing(ann):
    rule("never", 'deny contains {"message": "Never.", "slots": ["versioning", "password", "nothing"]}')
    job = planned(ann, FakeExecutor(to_plan=planned_with))
    assert job.plan is not None
    assert job.plan.policy is not None
    assert job.state == "denied"
    assert job.plan.policy.nearest is None


def test_rules_raise_who_must_approve_and_say_why(ann):
    rule("security", TWO)
    job = planned(ann, FakeExecutor())
    assert job.plan is not None
    assert job.plan.policy is not None
    assert (job.state, job.risk, job.approval and job.approval.rule) == ("awaiting_approval", "low", "two")
    assert job.plan.demands == (Demand("two", ("security",), "Security looks at this too. (security)"),)


def test_a_rule_that_cannot_be_run_denies_and_is_named(ann):
    rule("broken", 'deny contains "x" if count(7) > 1')
    job = planned(ann, FakeExecutor())
    assert job.state == "denied"
    assert job.error is not None
    assert "(rule broken)" in job.error.detail
    rule("broken", 'deny contains "x" if count(7) > 1', enabled=False)
    assert planned(ann, FakeExecutor(), name="other").state == "awaiting_approval"


def test_a_rule_changed_after_the_approval_voids_it(ann):
    rule("security", 'warn contains "Mind the gap."')
    executor = FakeExecutor()
    job = ready(ann, executor)
    rule("security", 'warn contains "Mind the other gap."')
    assert run(job, executor) == "superseded"
    assert not executor.applied


def test_an_own_rule_takes_a_shipped_one_s_place(ann, settings):
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "POLICY_SHIPPED_RULES": True}
    rule("destroying", 'warn contains "Ours."')
    job = planned(ann, FakeExecutor())
    assert job.plan is not None
    assert job.plan.policy is not None
    assert [(each.rule, each.message) for each in job.plan.policy.warnings] == [("destroying", "Ours.")]


def test_no_secret_reaches_a_rule(ann):
    rule("curious", "warn contains json.marshal(input)")
    job = planned(ann, FakeExecutor(), values={"name": "acme-reports", "password": "hunter2-hunter2"})
    assert job.plan is not None
    assert job.plan.policy is not None
    assert "hunter2" not in job.plan.policy.warnings[0].message
    assert "hunter2" not in str(raw(job.id)["plan"])


def test_what_nothing_asked_for_needs_a_higher_approval(ann):
    job = applied(ann)
    surprise = PlannedChange("aws_s3_bucket_policy.this", "aws_s3_bucket_policy", "update", variables=("name",))
    wanted = PlannedChange(
        "aws_s3_bucket_versioning.this", "aws_s3_bucket_versioning", "update", variables=("versioning",)
    )
    outside = PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "update")
    found = replace(
        outcome(), counts=PlanCounts(update=3), changes=(surprise, wanted, outside), drifted=("aws_s3_bucket.this",)
    )
    assert job.stack is not None
    change = services.job_submit(
        kind=JobKind.APPLY,
        requester=actor(ann),
        environment="staging",
        subject="object-storage",
        values={"versioning": True},
        origin=Origin("web"),
        stack_id=job.stack.id,
    )
    run(change, FakeExecutor(to_plan=found))
    view = selectors.job_get(change.id)
    assert view.plan is not None
    assert {each.address: each.cause for each in view.plan.changes} == {
        "aws_s3_bucket_policy.this": "nothing",
        "aws_s3_bucket_versioning.this": "",
        "aws_s3_bucket.this": "drift",
    }
    assert (view.risk, view.approval and view.approval.rule) == ("high", "other")
    with pytest.raises(Exception, match="your own request"):
        approve(view, ann)


def test_what_is_left_of_an_interrupted_apply_is_judged_too(ann):
    executor = FakeExecutor(to_reconcile=remainder())
    job, _lease = abandoned(ann, executor)
    rule("frozen", 'deny contains "Nothing is made any more."')
    assert run(job, executor) == "partially_applied"
    view = selectors.job_get(job.id)
    assert view.error is not None
    assert view.error.code == "policy_denied"
    assert "Nothing is made any more. (rule frozen)" in view.error.detail


def test_a_wish_to_cancel_ends_the_search_for_what_would_pass(ann):
    rule("versioned", VERSIONED)

    def plan(context: Context) -> PlanOutcome:
        if context.values.get("versioning"):
            services.job_cancel(job_id=context.job_id, actor=actor(ann), reason="", via="test")
            until_stopped(context)
        return planned_with(context)

    assert planned(ann, FakeExecutor(to_plan=plan)).state == "canceled"


def test_the_whole_plan_over_rest_has_graph_cost_and_policy(ann):
    rule("mind", 'warn contains "Mind the gap."')
    graph = {
        "nodes": [
            {"id": "aws_nat_gateway.this", "type": "aws_nat_gateway", "module": "", "action": "create", "instances": 1}
        ],
        "edges": [["aws_route.this", "aws_nat_gateway.this"]],
        "complete": True,
    }
    change = {"actions": ["create"], "before": None, "after": {}, "after_unknown": {}}
    gateway = {"address": "module.stack.aws_nat_gateway.this", "mode": "managed", "type": "aws_nat_gateway"}
    masked = {"resource_changes": [{**gateway, "change": change}]}
    job = planned(ann, FakeExecutor(to_plan=replace(outcome(), graph=graph, masked_plan=masked)))
    client = APIClient()
    client.force_authenticate(ann)
    said = client.get(f"/api/v1/jobs/{job.id}/plan/").json()
    assert said["graph"] == graph
    assert said["terraform"] == masked
    assert (said["cost"]["monthly"], said["cost"]["lines"][0]["basis"]) == (32.85, "fixed")
    assert said["policy"]["warnings"][0]["message"] == "Mind the gap."
    assert said["blast"]["sentence"] == "Only adds: nothing that exists is touched."
    assert said["demands"] == []
    assert client.get(f"/api/v1/jobs/{job.id}/").json()["plan"]["cost"]["dated"] == said["cost"]["dated"]
