"""An apply whose process is gone: what it did is found out, and what follows from that."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import collection
from orchestrator import outbox, queue, selectors, services, sweeps
from orchestrator.apis.serializers import JobSerializer
from orchestrator.documents import jobs, starts, utc_now
from orchestrator.executors.base import Context, ExecutorError, PlanVoid, Stopped
from orchestrator.reconciling import retry_pause
from orchestrator.recovery import MAX_PLANNING_LOSSES
from orchestrator.settling import MAX_STARTS
from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView, Origin
from tests.servers.processes import wait_until

from .flow import CLOUD_AWAY, Background, FakeExecutor, abandoned, done, found, in_turn, ready, remainder, run, states
from .orchestrating import (
    HASH,
    OTHER_HASH,
    actor,
    applied,
    applying,
    approve,
    destroy,
    lose_lease,
    move,
    person,
    raw,
    seed,
    submit,
    take,
)

OTHER = "infrastructure@tests:2"


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


def start_hashes(job: JobView) -> list[str]:
    return [each["plan_hash"] for each in starts().find({"job_id": job.id}).sort("number", 1)]


def now_due(job: JobView) -> None:
    """The pause after the last try is over."""
    jobs().update_one({"_id": job.id}, {"$set": {"retry_at": utc_now() - timedelta(seconds=1)}})


def test_all_of_it_is_there(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=found("succeeded", outputs={"arn": "arn:1"}, resource_count=2))
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "succeeded"

    view = selectors.job_get(job.id)
    assert (view.outputs, view.error, view.result_text) == (
        {"arn": "arn:1"},
        None,
        "One bucket exists, the other was not made.",
    )
    assert view.stack is not None
    assert (view.stack.status, view.stack.resource_count) == ("live", 2)
    (started, plan_hash) = executor.reconciled[0]
    assert (started.number, started.plan_hash, plan_hash) == (1, HASH, HASH)
    assert executor.applied == []


def test_nothing_was_done_and_nothing_can_be(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=found("failed", exists=(), missing=(), resource_count=0, error_code="void"))
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "failed"

    view = selectors.job_get(job.id)
    assert view.error is not None
    assert view.error.code == "void"
    assert view.stack is not None
    assert view.stack.status == "new"


def test_what_is_not_a_part_of_what_was_approved_ends_in_part_and_by_name(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=found("partially_applied", unknown=("arn:who",)))
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "partially_applied"

    view = selectors.job_get(job.id)
    assert view.found is not None
    assert (view.found.exists, view.found.missing, view.found.unknown) == (
        ("aws_s3_bucket.one",),
        ("aws_s3_bucket.two",),
        ("arn:who",),
    )


def test_the_answer_of_the_api_has_it_by_name(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=found("partially_applied", unknown=("arn:who",)))
    job, _ = abandoned(demo, executor)
    assert JobSerializer(selectors.job_get(job.id)).data["found"] is None
    run(job, executor, OTHER)
    data = JobSerializer(selectors.job_get(job.id)).data
    assert (data["starts"], data["found"]["unknown"]) == (1, ["arn:who"])


def test_a_remainder_goes_on_under_the_same_approval(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=remainder(may_continue=True))
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "succeeded"

    assert executor.applied == [OTHER_HASH]
    assert executor.contexts[-1].start == 2
    assert start_hashes(job) == [HASH, OTHER_HASH]
    assert states(job)[-4:] == ["indeterminate", "reconciling", "applying", "succeeded"]
    view = selectors.job_get(job.id)
    assert view.plan is not None
    assert view.approval is not None
    assert (view.plan.plan_hash, view.approval.given, view.starts) == (HASH, 1, 2)
    assert selectors.job_plan(job.id) == {"planned": True}


def test_a_remainder_that_is_lost_too_is_held_against_what_was_approved(demo: User) -> None:
    third = remainder("c" * 64, may_continue=True)
    executor = FakeExecutor(to_apply=in_turn(done("indeterminate"), done()))
    executor.to_reconcile = in_turn(remainder(may_continue=True), third)
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "succeeded"

    assert [(each.plan_hash, approved) for each, approved in executor.reconciled] == [(HASH, HASH), (OTHER_HASH, HASH)]
    assert start_hashes(job) == [HASH, OTHER_HASH, "c" * 64]


def test_a_remainder_may_have_to_be_asked_about(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=remainder())
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "awaiting_approval"

    view = selectors.job_get(job.id)
    assert view.plan is not None
    assert view.approval is not None
    assert (view.plan.plan_hash, view.approval.given, view.approval.needed) == (OTHER_HASH, 0, 1)
    assert selectors.job_plan(job.id) == {"rest": True}
    assert view.stack is not None
    assert (view.stack.status, view.stack.active_job_id) == ("live", job.id)

    approve(view, demo, OTHER_HASH)
    assert run(job, executor, OTHER) == "succeeded"
    assert executor.applied == [OTHER_HASH]
    assert start_hashes(job) == [HASH, OTHER_HASH]


def test_the_very_same_plan_may_be_asked_about_again(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=remainder(HASH, unknown=("s3:CreateBucket",)))
    job, _ = abandoned(demo, executor)

    assert run(job, executor, OTHER) == "awaiting_approval"
    view = selectors.job_get(job.id)
    assert view.approval is not None
    assert view.approval.given == 0
    assert run(job, executor, OTHER) == "nothing to do"

    assert approve(view, demo, HASH).state is JobState.APPROVED
    assert run(job, executor, OTHER) == "succeeded"


@pytest.mark.parametrize("end", ["reject", "expire", "cancel"])
def test_what_was_made_stays_when_nobody_wants_the_rest(demo: User, end: str) -> None:
    executor = FakeExecutor(to_reconcile=remainder())
    job, _ = abandoned(demo, executor)
    run(job, executor, OTHER)
    if end == "reject":
        services.job_reject(job_id=job.id, actor=actor(demo), reason="", via="test")
    elif end == "cancel":
        services.job_cancel(job_id=job.id, actor=actor(demo), reason="", via="test")
    else:
        jobs().update_one({"_id": job.id}, {"$set": {"approval_expires_at": utc_now() - timedelta(seconds=1)}})
        sweeps.expired_plans()

    stack = selectors.job_get(job.id).stack
    assert stack is not None
    assert (stack.status, stack.resource_count, stack.active_job_id) == ("live", 1, None)


def test_a_job_goes_on_by_itself_only_so_often(demo: User) -> None:
    executor = FakeExecutor(to_apply=done("indeterminate"), to_reconcile=remainder(may_continue=True))
    job = ready(demo, executor)

    while (said := run(job, executor, OTHER)) not in ("awaiting_approval", "nothing to do"):
        assert said in ("indeterminate", "reconciling")

    assert selectors.job_get(job.id).state == "awaiting_approval"
    assert starts().count_documents({"job_id": job.id}) == MAX_STARTS


def test_a_wish_to_cancel_is_kept_and_nothing_goes_on(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=CLOUD_AWAY)
    job, _ = abandoned(demo, executor)
    assert run(job, executor, OTHER) == "indeterminate"
    services.job_cancel(job_id=job.id, actor=actor(demo), reason="", via="test")
    now_due(job)
    executor.to_reconcile = remainder(may_continue=True)

    assert run(job, executor, OTHER) == "partially_applied"

    assert executor.applied == []
    error = selectors.job_get(job.id).error
    assert error is not None
    assert (error.code, error.detail) == ("canceled", "demo canceled it. One bucket exists, the other was not made.")


def test_a_wish_that_comes_while_it_is_found_out_neither_stops_that_nor_is_lost(demo: User) -> None:
    def cancel_meanwhile(context: Context) -> Any:
        services.job_cancel(job_id=context.job_id, actor=actor(demo), reason="", via="test")
        assert context.should_stop() is None
        return remainder(may_continue=True)

    executor = FakeExecutor(to_reconcile=cancel_meanwhile)
    job, _ = abandoned(demo, executor)
    assert run(job, executor, OTHER) == "partially_applied"
    assert executor.applied == []


def test_canceled_with_nothing_done_it_failed(demo: User) -> None:
    nothing = remainder(HASH, adopted=(), exists=(), resource_count=0, may_continue=True)
    executor = FakeExecutor(to_reconcile=nothing)
    job, _ = applying(ready(demo, executor))
    services.job_cancel(job_id=job.id, actor=actor(demo), reason="", via="test")
    lose_lease(job.id)
    assert run(job, executor, OTHER) == "failed"
    assert states(job)[-1] == "failed"


def test_who_lost_the_role_has_it_found_out_and_nothing_done(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=remainder(may_continue=True))
    job, _ = abandoned(demo, executor)
    RoleBinding.objects.all().delete()
    assert run(job, executor, OTHER) == "partially_applied"
    assert executor.applied == []


def test_another_policy_asks_again_under_it(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=remainder(may_continue=True))
    job, _ = abandoned(demo, executor)
    collection("orchestrator_environment").update_one({"_id": "staging"}, {"$set": {"minimum_risk": "high"}})

    assert run(job, executor, OTHER) == "awaiting_approval"

    view = selectors.job_get(job.id)
    assert view.approval is not None
    assert view.approval.rule == "other"
    assert executor.contexts[-1].policy_version == raw(job.id)["policy_version"]
    approve(view, person("approver", "approver"), OTHER_HASH)
    assert run(job, executor, OTHER) == "succeeded"


def test_an_environment_that_was_switched_off_is_looked_into_and_no_more(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=remainder(may_continue=True))
    job, _ = abandoned(demo, executor)
    collection("orchestrator_environment").update_one({"_id": "staging"}, {"$set": {"enabled": False}})
    assert run(job, executor, OTHER) == "partially_applied"
    assert executor.applied == []


@pytest.mark.parametrize(
    "later", [done("failed"), done("canceled"), PlanVoid("plan_void", "The state has changed."), Stopped("timeout")]
)
def test_an_end_that_changed_nothing_more_does_not_hide_what_was_done_before(demo: User, later: Any) -> None:
    executor = FakeExecutor(to_apply=later, to_reconcile=remainder(may_continue=True))
    job, _ = abandoned(demo, executor)
    assert run(job, executor, OTHER) == "partially_applied"


def test_what_may_help_later_is_tried_again_at_growing_intervals(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    monkeypatch.setattr(queue, "publish_job", published.append)
    executor = FakeExecutor(to_reconcile=CLOUD_AWAY)
    job, _ = abandoned(demo, executor)
    for tries in range(1, 5):
        before = utc_now()
        assert run(job, executor, OTHER) == "indeterminate"
        assert raw(job.id)["tries"] == tries
        assert raw(job.id)["retry_at"] >= before + retry_pause(tries)
        jobs().update_one({"_id": job.id}, {"$set": {"retry_at": before + timedelta(hours=1)}})
        assert run(job, executor, OTHER) == "nothing to do"  # not yet
        outbox.relay_once()
        now_due(job)

    error = selectors.job_get(job.id).error
    assert error is not None
    assert error.code == "cloud_away"
    loud = [each for each in selectors.job_transitions(job.id) if each.to_state == "indeterminate" and not each.quiet]
    assert [each.reason for each in loud][1:] == ["The cloud does not answer."]

    executor.to_reconcile = found("succeeded")
    assert run(job, executor, OTHER) == "succeeded"
    assert (raw(job.id)["error"], raw(job.id)["tries"]) == (None, 0)


def test_the_pauses_grow_to_a_minute() -> None:
    assert [retry_pause(tries).seconds for tries in (0, 1, 2, 3, 4, 5, 6, 100)] == [2, 2, 4, 8, 16, 32, 60, 60]


def test_its_wake_up_comes_when_the_pause_is_over(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    monkeypatch.setattr(queue, "publish_job", published.append)
    executor = FakeExecutor(to_reconcile=CLOUD_AWAY)
    job, _ = abandoned(demo, executor)
    run(job, executor, OTHER)
    outbox.relay_once()
    published.clear()
    assert sweeps.interrupted_jobs() == 0

    def woken() -> bool:
        outbox.relay_once()
        return published == [job.id]

    wait_until(woken, seconds=10, what="the wake-up after two seconds")


def test_a_forgotten_one_is_woken_again(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []
    monkeypatch.setattr(queue, "publish_job", published.append)
    job, lease = applying(ready(demo, FakeExecutor()))
    move(job, JobState.INDETERMINATE, lease)
    outbox.relay_once()
    published.clear()
    assert sweeps.interrupted_jobs() == 0

    collection("orchestrator_outbox").update_many({}, [{"$set": {"done_at": {"$subtract": ["$done_at", 6_000]}}}])
    assert sweeps.interrupted_jobs() == 1
    outbox.relay_once()
    assert published == [job.id]


def test_what_cannot_be_found_out_is_said(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=ExecutorError("state_broken", "The state cannot be read."))
    job, _ = abandoned(demo, executor)
    assert run(job, executor, OTHER) == "partially_applied"
    error = selectors.job_get(job.id).error
    assert error is not None
    assert error.code == "state_broken"
    assert "could not be found out completely: The state cannot be read." in error.detail


def test_a_mistake_of_ours_is_not_repeated_for_ever(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=RuntimeError("secret"))
    job, _ = abandoned(demo, executor)
    said = [run(job, executor, OTHER)]
    while said[-1] == "indeterminate" and len(said) < 20:
        now_due(job)
        said.append(run(job, executor, OTHER))
    assert (len(said), said[-1]) == (6, "partially_applied")
    error = selectors.job_get(job.id).error
    assert error is not None
    assert "secret" not in error.detail


def test_whoever_finds_out_may_be_lost_too(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=found("succeeded"))
    job, lease = applying(ready(demo, executor))
    job = move(job, JobState.INDETERMINATE, lease)
    move(job, JobState.RECONCILING, take(job))
    assert run(job, executor, OTHER) == "busy"
    lose_lease(job.id)

    assert run(job, executor, OTHER) == "succeeded"

    assert states(job)[-4:] == ["reconciling", "indeterminate", "reconciling", "succeeded"]


def test_who_is_lost_again_and_again_while_finding_out_pauses(demo: User) -> None:
    job, lease = applying(ready(demo, FakeExecutor()))
    job = move(job, JobState.INDETERMINATE, lease)
    executor = FakeExecutor(to_reconcile=_die)
    assert run(job, executor, OTHER) == "lease lost"
    assert run(job, executor, OTHER) == "lease lost"  # the first loss is an accident: at once
    assert run(job, executor, OTHER) == "indeterminate"
    assert raw(job.id)["retry_at"] > utc_now()


def test_it_takes_too_long(demo: User, settings: Any) -> None:
    settings.ORCHESTRATOR = {**settings.ORCHESTRATOR, "PLAN_TIMEOUT_SECONDS": 1}
    executor = FakeExecutor()
    executor.to_reconcile = _until_stopped
    job, lease = applying(ready(demo, executor))
    move(job, JobState.INDETERMINATE, lease)
    assert run(job, executor, OTHER) == "indeterminate"
    assert raw(job.id)["error"]["code"] == "timeout"


def test_reading_is_not_asked_about(demo: User) -> None:
    executor = FakeExecutor(to_apply=done("indeterminate"), to_reconcile=remainder())
    request = {"environment": "sandbox", "subject": "list-buckets", "values": {}, "origin": Origin("test")}
    job = services.job_submit(kind=JobKind.ACTION, requester=actor(demo), **request)
    assert run(job, executor, OTHER) in ("failed", "partially_applied")


def test_a_deletion_is_finished(demo: User) -> None:
    approver = person("approver", "approver")
    live = applied(demo)
    assert live.stack is not None
    executor = FakeExecutor(to_reconcile=found("succeeded", exists=(), resource_count=0))
    job = destroy(demo, live.stack.id)
    run(job, executor)
    approve(selectors.job_get(job.id), approver)
    applying(selectors.job_get(job.id))
    lose_lease(job.id)

    assert run(job, executor, OTHER) == "succeeded"
    stack = selectors.job_get(job.id).stack
    assert stack is not None
    assert stack.status == "gone"


def test_planning_that_loses_its_worker_every_time_fails(demo: User) -> None:
    job = submit(demo)
    for _ in range(MAX_PLANNING_LOSSES):
        found_job = selectors.job_get(job.id)
        move(found_job, JobState.PLANNING, take(found_job))
        lose_lease(job.id)
        assert sweeps.lost_workers() == 1
    view = selectors.job_get(job.id)
    assert view.state == "failed"
    assert view.error is not None
    assert "lost 5 times while it planned" in view.error.detail


def test_only_one_of_many_workers_takes_over(demo: User) -> None:
    executor = FakeExecutor(to_reconcile=remainder(may_continue=True))
    job, _ = abandoned(demo, executor)
    running = [Background(lambda n=n: run(job, executor, f"infrastructure@tests:{n}")) for n in range(6)]
    said = [each.result() for each in running]
    assert said.count("succeeded") + said.count("nothing to do") >= 1
    assert len(executor.attached) == len(executor.reconciled) == 1
    assert executor.applied == [OTHER_HASH]
    assert start_hashes(job) == [HASH, OTHER_HASH]


def _until_stopped(context: Context) -> Any:
    wait_until(lambda: context.should_stop() is not None, seconds=20, what="the end of the time")
    raise Stopped(str(context.should_stop()))


def _die(context: Context) -> Any:
    """As if the worker had been killed: its lease runs out and nobody says a word."""
    job = raw(context.job_id)
    jobs().update_one({"_id": context.job_id}, {"$inc": {"lease_fence": 1}})
    wait_until(lambda: context.should_stop() == "lease_lost", seconds=10, what="the loss being noticed")
    jobs().update_one({"_id": context.job_id}, {"$set": {"lease_owner": job["lease_owner"]}})
    lose_lease(context.job_id)
    raise Stopped("lease_lost")
