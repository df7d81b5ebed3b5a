"""What a worker does with a job: claim it, plan or apply it or take it over, and say how it ended. No Celery here.

A message is only a hint. Whatever it says, the job is read, checked and claimed first, so any message may be lost,
late or doubled.
"""

import logging
from contextlib import suppress
from typing import Protocol

from django.conf import settings
from pymongo.errors import PyMongoError

from chatbot_project.accounts.roles import Role, has_role

from . import leases, shutdown
from .applying import job_apply
from .catalog_documents import environment_load
from .contexts import run_dir_discard
from .documents import Document, actor_view, job_load, jobs
from .elsewhere import left_to_its_machine
from .errors import Conflict, LeaseLost, NotAllowed, NotFound
from .executors.base import Executor
from .leases import Lease
from .permissions import acting_user
from .planning import job_deny, job_plan
from .reconciling import job_reconcile
from .recovery import lost_job_recover
from .resuming import job_resume
from .sentences import stated
from .states import STARTED, TERMINAL, JobState
from .thaw import waits_for_thaw
from .transitions import transition
from .types import Actor

logger = logging.getLogger(__name__)

WORKER = Actor.system("worker")

UNKNOWN, BUSY, NOTHING, LEASE_LOST = "unknown", "busy", "nothing to do", "lease lost"

# From queued over planning to applied are two turns, from lost to found out three; the rest is for what others do at
# the same time.
_TURNS = 8

# Nobody has to take these over: anybody may put them back.
_PUT_BACK = {JobState.PLANNING, JobState.RECONCILING}


class Executors(Protocol):
    def get(self, kind: str) -> Executor:
        """The executor of a kind of job."""


def run_job(job_id: str, *, owner: str, executors: Executors) -> str:
    """Do with the job whatever can be done now; says what became of it.

    `owner` names this worker uniquely. Returns the job's state, or "unknown" (no such job), "busy" (another worker has
    it, or has to take it over, or it is not its turn), "nothing to do" (it waits for people, or is finished), "lease
    lost".
    Raises PyMongoError when MongoDB is away: then the message has to be delivered again.
    """
    said = NOTHING
    for _ in range(_TURNS):
        job = job_load(job_id)
        if job is None:
            return UNKNOWN
        try:
            step = _step(job, owner, executors)
        except LeaseLost as error:
            logger.warning("a job was taken away: %s", error, extra={"job_id": job_id})
            return LEASE_LOST
        except Conflict as error:
            logger.info("somebody else was first: %s", error, extra={"job_id": job_id})
            return BUSY
        if step is None:
            return said
        said = step
        if shutdown.requested():
            break
    return said


def _step(job: Document, owner: str, executors: Executors) -> str | None:
    """One turn; what became of the job, or None when there is nothing (more) to do."""
    state = JobState(job["state"])
    if state in _PUT_BACK:
        recovered = lost_job_recover(job, WORKER)
        if recovered is None:
            raise Conflict("another worker has the job")
        return recovered.state.value
    if state in TERMINAL:
        run_dir_discard(job["_id"])
    if state in TERMINAL or state is JobState.AWAITING_APPROVAL or not _is_due(job):
        return None
    if state is JobState.APPROVED and waits_for_thaw(job, WORKER):
        return None
    if state in STARTED and left_to_its_machine(job):
        raise Conflict("a worker of the machine where it was started has to go on with it")
    lease = leases.claim(job["_id"], owner, {state}, settings.ORCHESTRATOR["LEASE_SECONDS"])
    if lease is None:
        raise Conflict("another worker has the job, or it is not its turn")
    try:
        return _work(job, lease, executors)
    finally:
        # Whatever ended early; a move out of the worker's hands has cleared the lease already.
        with suppress(PyMongoError):
            leases.release(lease)


def _is_due(job: Document) -> bool:
    """Whether the pause after the last try is over. Only interrupted jobs pause."""
    if job["state"] != JobState.INDETERMINATE:
        return True
    return jobs().find_one({"_id": job["_id"], **leases.due_filter()}, {"_id": 1}) is not None


def _work(before: Document, lease: Lease, executors: Executors) -> str:
    """`before` is the job as it was found, in nobody's hands."""
    job = job_load(before["_id"])
    if job is None or job["state"] != before["state"]:
        raise Conflict("the job has moved on")
    refusal = _refusal(job)
    executor = executors.get(job["kind"])
    match JobState(job["state"]):
        case JobState.QUEUED:
            return job_deny(job, lease, WORKER, refusal) if refusal else job_plan(job, lease, WORKER, executor)
        case JobState.APPROVED:
            return _give_up(job, lease, refusal) if refusal else job_apply(job, lease, WORKER, executor)
        case JobState.INDETERMINATE:
            return job_reconcile(job, lease, WORKER, executor, refusal)
        case _:
            return job_resume(job, lease, WORKER, executor, was_lost=before["lease_owner"] is not None)


def _refusal(job: Document) -> str | None:
    """Why the job is no longer allowed, or None. Roles may have changed since it was asked for."""
    try:
        environment = environment_load(job["environment"])
        user = acting_user(actor_view({"id": job["requester_id"], "name": job["requester_name"]}))
    except (NotFound, NotAllowed) as error:
        return error.detail
    if not has_role(user, Role.REQUESTER, environment.name):
        return stated(
            "%(name)s no longer has the requester role in %(environment)s.",
            name=user.username,
            environment=environment.name,
        )
    return None


def _give_up(job: Document, lease: Lease, reason: str) -> str:
    view = transition(
        job_id=job["_id"],
        from_state=JobState.APPROVED,
        to_state=JobState.CANCELED,
        version=job["version"],
        actor=WORKER,
        reason=reason,
        lease=lease,
    )
    return view.state.value
