"""People, a small catalogue and short ways to bring a job into a state, for the orchestrator's tests."""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from chatbot_project.accounts.models import RoleBinding, User
from chatbot_project.mongo.connections import collection
from chatbot_project.mongo.leasing import EPOCH
from orchestrator import leases, services
from orchestrator.documents import Document, jobs, utc_now
from orchestrator.leases import Lease
from orchestrator.states import JobKind, JobState
from orchestrator.transitions import transition
from orchestrator.types import Actor, JobView, Origin, PlanCounts, PlannedChange, PlanSummary

Result = TypeVar("Result")

WORKER = Actor.system("worker")
HASH = "a" * 64
OTHER_HASH = "b" * 64
PLAN = PlanSummary(
    PlanCounts(create=1), (PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "create"),), HASH, "creates one bucket"
)

_VARIABLES = [
    {"name": "name", "type": "string", "description": "Name of the bucket."},
    {"name": "versioning", "type": "bool", "default": False, "required": False},
    {"name": "password", "type": "string", "default": "", "required": False, "sensitive": True},
]
_ACTION = {"name": "list-buckets", "title": "List buckets", "kind": "aws", "risk": "read"}
_STACK_ACTION = {"name": "show-stack", "title": "Show resources", "kind": "aws", "risk": "read", "needs_stack": True}


def seed() -> None:
    """Three environments, one blueprint with a secret, two actions."""
    now = utc_now()
    services.environments_seed()
    _blueprint("object-storage", "bucket", {"apply": "low", "destroy": "high"}, now)
    _blueprint("vault", "vault", {"apply": "critical", "destroy": "critical"}, now)
    for definition in (_ACTION, _STACK_ACTION):
        collection("orchestrator_action").insert_one(
            {
                "_id": definition["name"],
                "title": definition["title"],
                "digest": "a1",
                "definition": definition,
                "variables": [],
                "enabled": True,
                "updated_at": now,
            }
        )


def person(name: str, *roles: str, environment: str = "*") -> User:
    user = User.objects.create_user(name, password="a long enough password")
    for role in roles:
        RoleBinding.objects.create(user=user, role=role, environment=environment)
    return user


def actor(user: User) -> Actor:
    return Actor(id=str(user.id), name=user.username)


def submit(user: User, name: str = "acme-reports", **more: Any) -> JobView:
    """An apply of a bucket in staging, unless told otherwise."""
    request: dict[str, Any] = {
        "kind": JobKind.APPLY,
        "environment": "staging",
        "subject": "object-storage",
        "values": {"name": name},
        "origin": Origin("web"),
        **more,
    }
    return services.job_submit(requester=actor(user), **request)


def take(job: JobView, *states: JobState, owner: str = "worker-1", seconds: float = 60.0) -> Lease:
    lease = leases.claim(job.id, owner, states or [job.state], seconds)
    assert lease is not None
    return lease


def move(job: JobView, to_state: JobState, lease: Lease | None = None, **more: Any) -> JobView:
    return transition(
        job_id=job.id,
        from_state=job.state,
        to_state=to_state,
        version=job.version,
        lease=lease,
        **{"actor": WORKER, "reason": "test", **more},
    )


def planned(job: JobView, plan: PlanSummary = PLAN) -> JobView:
    """A queued job, planned and waiting for approval."""
    lease = take(job)
    return move(move(job, JobState.PLANNING, lease), JobState.AWAITING_APPROVAL, lease, changes={"plan": plan})


def approve(job: JobView, user: User, plan_hash: str = HASH) -> JobView:
    return services.job_approve(job_id=job.id, plan_hash=plan_hash, actor=actor(user), via="test")


def applying(job: JobView) -> tuple[JobView, Lease]:
    """An approved job in the hands of a worker that has started."""
    lease = take(job)
    return move(job, JobState.APPLYING, lease), lease


def applied(user: User, name: str = "acme-reports", **more: Any) -> JobView:
    """A live stack's apply, all the way through."""
    job, lease = applying(approve(planned(submit(user, name, **more)), user))
    done = {"outputs": {"arn": f"arn:{name}"}, "resource_count": 2, "result_text": "made one bucket"}
    return move(job, JobState.SUCCEEDED, lease, changes=done)


def destroy(user: User, stack_id: str, **more: Any) -> JobView:
    request = {"environment": "staging", "subject": "object-storage", "values": {}, "origin": Origin("web"), **more}
    return services.job_submit(kind=JobKind.DESTROY, requester=actor(user), stack_id=stack_id, **request)


def lose_lease(job_id: str) -> None:
    """The worker has not been heard of for too long."""
    jobs().update_one({"_id": job_id}, {"$set": {"lease_expires_at": EPOCH}})


def raw(job_id: str) -> Document:
    found = jobs().find_one({"_id": job_id})
    assert found is not None
    return found


def wakeups(job_id: str) -> int:
    return collection("orchestrator_outbox").count_documents({"job_id": job_id, "kind": "wakeup"})


def at_once(calls: list[Callable[[], Result]]) -> list[Result | Exception]:
    """Run all calls in threads that begin together; their results or errors, in order."""
    results: list[Result | Exception] = [RuntimeError("not run")] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = calls[index]()
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _blueprint(name: str, noun: str, risk: dict[str, str], now: Any) -> None:
    digest = f"digest-of-{name}"
    collection("orchestrator_blueprint").insert_one(
        {"_id": name, "title": name.title(), "version": digest, "enabled": True, "updated_at": now}
    )
    collection("orchestrator_blueprintversion").insert_one(
        {
            "_id": digest,
            "name": name,
            "manifest": {"title": name.title(), "noun": noun, "risk": risk, "ask": ["name"], "outputs": ["arn"]},
            "variables": _VARIABLES,
            "archive": b"",
            "lock": None,
            "created_at": now,
        }
    )
