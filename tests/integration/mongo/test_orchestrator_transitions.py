"""One compare-and-set per move: exactly one winner, nobody with an old lease, nothing half done."""

from functools import partial
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError

from chatbot_project.accounts.models import User
from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.transactions import Transaction, run_transaction
from orchestrator import events, leases
from orchestrator.errors import Conflict, LeaseLost, NotAllowed, NotFound, PlanMismatch, WrongState
from orchestrator.states import JobKind, JobState
from orchestrator.transitions import transition
from orchestrator.types import JobError, JobTransition, JobView

from .orchestrating import (
    PLAN,
    WORKER,
    applying,
    approve,
    at_once,
    lose_lease,
    move,
    person,
    planned,
    raw,
    seed,
    submit,
    take,
    wakeups,
)


@pytest.fixture
def demo(mongo_db: Database[Any]) -> User:
    seed()
    return person("demo", "requester")


def history(job_id: str) -> list[tuple[int, str]]:
    rows = collection("orchestrator_transition").find({"job_id": job_id}).sort("version", 1)
    return [(each["version"], each["to_state"]) for each in rows]


def test_one_of_many_racing_moves_wins(demo: User) -> None:
    job = planned(submit(demo))
    target = [JobState.CANCELED, JobState.REJECTED, JobState.EXPIRED, JobState.SUPERSEDED] * 2
    results = at_once([partial(move, job, each) for each in target])
    (winner,) = [each for each in results if isinstance(each, JobView)]
    assert all(isinstance(each, Conflict) for each in results if each is not winner), results
    assert history(job.id) == [
        (1, "queued"),
        (2, "planning"),
        (3, "awaiting_approval"),
        (4, winner.state.value),
    ]
    assert collection("orchestrator_outbox").count_documents({"job_id": job.id, "kind": "transition"}) == 4


def test_a_move_that_the_table_does_not_have_is_refused(demo: User) -> None:
    with pytest.raises(WrongState, match="queued cannot become succeeded"):
        move(submit(demo), JobState.SUCCEEDED)


def test_an_unknown_job_is_not_found(demo: User) -> None:
    with pytest.raises(NotFound):
        transition(
            job_id="none",
            from_state=JobState.QUEUED,
            to_state=JobState.CANCELED,
            version=1,
            actor=WORKER,
            reason="",
        )


def test_an_old_version_is_refused(demo: User) -> None:
    job = submit(demo)
    planned(job)
    with pytest.raises(Conflict, match="awaiting approval by now"):
        move(job, JobState.CANCELED)


def test_a_zombie_with_an_old_fence_is_refused(demo: User) -> None:
    job = submit(demo)
    zombie = take(job)
    job = move(job, JobState.PLANNING, zombie)
    lose_lease(job.id)
    job = move(job, JobState.QUEUED)
    holder = take(job, owner="worker-2")
    job = move(job, JobState.PLANNING, holder)
    with pytest.raises(LeaseLost):
        move(job, JobState.FAILED, zombie)
    assert move(job, JobState.FAILED, holder).state is JobState.FAILED


def test_a_lease_that_ran_out_is_refused_though_nobody_took_it(demo: User) -> None:
    job = submit(demo)
    lease = take(job)
    lose_lease(job.id)
    with pytest.raises(LeaseLost, match="run out"):
        move(job, JobState.PLANNING, lease)
    assert raw(job.id)["state"] == "queued"


def test_without_a_lease_nobody_interrupts_who_holds_it(demo: User) -> None:
    job = submit(demo)
    job = move(job, JobState.PLANNING, take(job))
    with pytest.raises(Conflict, match="busy"):
        move(job, JobState.QUEUED)
    lose_lease(job.id)
    back = move(job, JobState.QUEUED)
    assert (back.state, wakeups(job.id)) == (JobState.QUEUED, 2)


def test_work_needs_a_lease_and_changes_have_names(demo: User) -> None:
    job = submit(demo)
    with pytest.raises(ValueError, match="pass its lease"):
        move(job, JobState.PLANNING)
    with pytest.raises(ValueError, match="cannot change lease_owner, state"):
        move(job, JobState.CANCELED, changes={"state": "succeeded", "lease_owner": "me"})


def test_leaving_work_frees_the_lease(demo: User) -> None:
    job = submit(demo)
    lease = take(job)
    job = move(job, JobState.PLANNING, lease)
    move(job, JobState.AWAITING_APPROVAL, lease, changes={"plan": PLAN})
    assert not leases.renew(lease)
    assert raw(job.id)["lease_owner"] is None


def test_a_plan_is_stored_with_who_must_approve_it_until_when(demo: User) -> None:
    job = planned(submit(demo))
    assert job.plan == PLAN
    assert job.approval is not None
    assert (job.approval.rule, job.approval.needed, job.approval.given) == ("self", 1, 0)
    assert job.approval.expires_at is not None
    assert raw(job.id)["policy_version"]


def test_a_policy_raised_after_the_request_counts(demo: User) -> None:
    job = submit(demo)
    collection("orchestrator_environment").update_one({"_id": "staging"}, {"$set": {"minimum_risk": "critical"}})
    job = planned(job)
    assert job.approval is not None
    assert (job.risk.value, job.approval.rule, job.approval.needed) == ("critical", "two", 2)


def test_planning_cannot_skip_the_approval(demo: User) -> None:
    job = submit(demo)
    lease = take(job)
    job = move(job, JobState.PLANNING, lease)
    with pytest.raises(NotAllowed):
        move(job, JobState.APPROVED, lease, changes={"plan": PLAN})


def test_what_waits_for_approval_cannot_be_moved_past_it(demo: User) -> None:
    with pytest.raises(NotAllowed, match="0 of 1"):
        move(planned(submit(demo)), JobState.APPROVED)


def test_reading_goes_from_planning_to_approved_to_applying(demo: User) -> None:
    job = submit(demo, kind=JobKind.ACTION, subject="list-buckets", values={})
    lease = take(job)
    job = move(move(job, JobState.PLANNING, lease), JobState.APPROVED, lease, changes={"plan": PLAN})
    assert job.approval is not None
    assert job.approval.rule == "none"
    job, lease = applying(job)
    done = move(job, JobState.SUCCEEDED, lease, changes={"result_text": "2 buckets"})
    assert (done.result_text, done.stack) == ("2 buckets", None)


def test_every_start_is_numbered_and_committed_with_the_move(demo: User) -> None:
    job, lease = applying(approve(planned(submit(demo)), demo))
    (start,) = collection("orchestrator_start").find({"job_id": job.id})
    assert (start["_id"], start["number"], start["fence"]) == (f"{job.id}:1", 1, lease.fence)
    assert start["plan_hash"] == PLAN.plan_hash
    assert raw(job.id)["start"] == 1


def test_one_of_many_workers_starts_applying(demo: User) -> None:
    job = approve(planned(submit(demo)), demo)
    lease = take(job)
    results = at_once([partial(move, job, JobState.APPLYING, lease)] * 6)
    assert sum(isinstance(each, JobView) for each in results) == 1
    assert collection("orchestrator_start").count_documents({}) == 1


def test_an_approval_starts_one_apply_only(demo: User) -> None:
    job = approve(planned(submit(demo)), demo)
    collection("orchestrator_approval").update_many({}, {"$set": {"used_at": job.created_at}})
    with pytest.raises(PlanMismatch, match="no unused approval"):
        applying(job)
    assert collection("orchestrator_start").count_documents({}) == 0


def test_an_approved_plan_expires(demo: User) -> None:
    job = approve(planned(submit(demo)), demo)
    collection("orchestrator_job").update_one({}, {"$set": {"approval_expires_at": job.created_at}})
    with pytest.raises(WrongState, match="expired"):
        applying(job)


def test_the_outcome_of_an_interrupted_apply_is_found_out_with_a_new_start(demo: User) -> None:
    job, _ = applying(approve(planned(submit(demo)), demo))
    lose_lease(job.id)
    job = move(job, JobState.INDETERMINATE, changes={"error": JobError("worker_lost", "The worker was lost.")})
    assert job.stack is not None
    assert job.stack.status == "unknown"
    lease = take(job, owner="worker-2")
    job = move(job, JobState.RECONCILING, lease)
    job = move(job, JobState.APPLYING, lease)
    assert raw(job.id)["start"] == 2
    job = move(job, JobState.SUCCEEDED, lease, changes={"resource_count": 1, "error": None})
    assert job.stack is not None
    assert (job.stack.status, job.error) == ("live", None)


def test_handlers_run_after_the_commit_and_only_then(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[int, str]] = []

    def handler(job: JobView, made: JobTransition) -> None:
        heard.append((made.version, made.to_state.value))

    monkeypatch.setattr(events, "_transition_handlers", {"test": handler})
    job = submit(demo)
    assert heard == [(1, "queued")]

    def body(tx: Transaction) -> None:
        move(job, JobState.CANCELED, tx=tx)
        assert heard == [(1, "queued")]

    run_transaction(body)
    assert heard == [(1, "queued"), (2, "canceled")]


def test_a_caller_s_transaction_that_fails_moves_nothing(demo: User) -> None:
    job = submit(demo)

    def body(tx: Transaction) -> None:
        move(job, JobState.CANCELED, tx=tx)
        raise LookupError

    with pytest.raises(LookupError):
        run_transaction(body)
    assert history(job.id) == [(1, "queued")]
    assert raw(job.id)["state"] == "queued"


def test_a_commit_whose_answer_was_lost_happens_once(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job, commit, lost = submit(demo), ClientSession.commit_transaction, []

    def commit_and_lose_the_answer(session: ClientSession) -> None:
        commit(session)
        if not lost:
            lost.append(True)
            error = PyMongoError("connection reset", error_labels=["UnknownTransactionCommitResult"])
            raise error

    monkeypatch.setattr(ClientSession, "commit_transaction", commit_and_lose_the_answer)
    assert move(job, JobState.CANCELED).version == 2
    assert lost
    assert history(job.id) == [(1, "queued"), (2, "canceled")]


def test_a_conflict_inside_the_server_is_repeated(demo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job, commit, failed = submit(demo), ClientSession.commit_transaction, []

    def fail_once(session: ClientSession) -> None:
        if not failed:
            failed.append(True)
            session.abort_transaction()
            raise PyMongoError("write conflict", error_labels=["TransientTransactionError"])
        commit(session)

    monkeypatch.setattr(ClientSession, "commit_transaction", fail_once)
    assert move(job, JobState.CANCELED).version == 2
    assert failed
    assert history(job.id) == [(1, "queued"), (2, "canceled")]
