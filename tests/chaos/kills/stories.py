"""What can happen to a job, one story for each way through the table of states. Each is told by the people's side: what
they ask, what they decide, what the cloud answers; none knows who is killed meanwhile.

A story returns how it must end, whoever was killed.
"""

import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from orchestrator.states import JobKind, JobState
from orchestrator.types import JobView
from tests.servers.processes import wait_until

from .stage import ASKS, Stage

ALL = ("first", "second", "third")


@dataclass(frozen=True)
class Ending:
    job: JobView
    states: frozenset[JobState]
    buckets: tuple[str, ...]
    """Which of the stack's three there are, each once."""
    starts: int = 1
    """How often applying was started if nobody was killed; one kill may add one."""


Story = Callable[[Stage], Ending]


def applied(stage: Stage) -> Ending:
    stage.ready()
    job = stage.submit()
    stage.approve(stage.planned(job))
    return _ending(stage, job, JobState.SUCCEEDED, ALL)


def applied_while_terraform_runs_on(stage: Stage) -> Ending:
    """Terraform is in the middle of the second bucket until somebody else has the job."""
    stage.ready(made_2="wait")
    job = _approved(stage)
    stage.reached("made:2")
    stage.taken_over(job)
    stage.go("made:2")
    return _ending(stage, job, JobState.SUCCEEDED, ALL)


def changed(stage: Stage) -> Ending:
    stage.make_live()
    stage.ready()
    job = stage.submit(note="more")
    stage.approve(stage.planned(job), by=stage.approver)
    return _ending(stage, job, JobState.SUCCEEDED, ALL)


def nothing_to_change(stage: Stage) -> Ending:
    stage.make_live()
    stage.ready()
    return _ending(stage, stage.submit(), JobState.NO_CHANGES, ALL, starts=0)


def drift(stage: Stage) -> Ending:
    stage.make_live()
    stage.ready()
    return _ending(stage, stage.submit(JobKind.DRIFT), JobState.SUCCEEDED, ALL, starts=0)


def destroyed(stage: Stage) -> Ending:
    stage.make_live()
    stage.ready()
    job = stage.submit(JobKind.DESTROY)
    stage.approve(stage.planned(job), by=stage.approver)
    return _ending(stage, job, JobState.SUCCEEDED, ())


def action(stage: Stage) -> Ending:
    stage.ready()
    return _ending(stage, stage.submit(JobKind.ACTION), JobState.SUCCEEDED, ())


def plan_fails(stage: Stage) -> Ending:
    stage.ready(init="fail")
    return _ending(stage, stage.submit(), JobState.FAILED, (), starts=0)


def not_allowed(stage: Stage) -> Ending:
    stage.ready()
    return _ending(stage, stage.submit_and_lose_role(), JobState.DENIED, (), starts=0)


def canceled_in_the_queue(stage: Stage) -> Ending:
    with stage.site.workers_paused():
        stage.ready()
        job = stage.submit()
        stage.cancel(job)
    return _ending(stage, job, JobState.CANCELED, (), starts=0)


def canceled_while_planning(stage: Stage) -> Ending:
    stage.ready(planned="wait")
    job = stage.submit()
    stage.reached("planned")
    stage.cancel(job)
    return _ending(stage, job, JobState.CANCELED, (), starts=0)


def lost_while_planning(stage: Stage) -> Ending:
    """The pool's child dies in the middle of the plan; the points kill somebody more."""
    stage.points = ("process.after_start:plan=kill@1", *stage.points)
    return applied(stage)


def rejected(stage: Stage) -> Ending:
    stage.ready()
    job = stage.submit()
    stage.reject(stage.planned(job))
    return _ending(stage, job, JobState.REJECTED, (), starts=0)


def canceled_before_approval(stage: Stage) -> Ending:
    stage.ready()
    job = stage.submit()
    stage.cancel(stage.planned(job))
    return _ending(stage, job, JobState.CANCELED, (), starts=0)


def never_approved(stage: Stage) -> Ending:
    stage.ready()
    job = stage.submit()
    stage.expire(stage.planned(job))
    return _ending(stage, job, JobState.EXPIRED, (), starts=0)


def never_begun(stage: Stage) -> Ending:
    stage.ready()
    job = stage.submit()
    planned = stage.planned(job)
    with stage.site.workers_paused():
        stage.approve(planned)
        stage.expire(job)
        return _ending(stage, job, JobState.EXPIRED, (), starts=0)


def canceled_after_approval(stage: Stage) -> Ending:
    stage.ready()
    job = stage.submit()
    planned = stage.planned(job)
    with stage.site.workers_paused():
        stage.approve(planned)
        stage.cancel(job)
    return _ending(stage, job, JobState.CANCELED, (), starts=0)


def no_longer_as_approved(stage: Stage) -> Ending:
    """Somebody wrote the stack's state after the plan was made."""
    stage.ready()
    planned = stage.planned(stage.submit())
    state = {"version": 4, "serial": 7, "lineage": "another", "outputs": {}, "resources": []}
    key = f"stacks/{stage.stack_id}/terraform.tfstate"
    stage.site.s3.put_object(Bucket=stage.site.state_bucket, Key=key, Body=json.dumps(state).encode())
    stage.approve(planned)
    return _ending(stage, planned, JobState.SUPERSEDED, (), starts=0)


def refused_at_once(stage: Stage) -> Ending:
    stage.ready(before_1="fail")
    return _ending(stage, _approved(stage), JobState.FAILED, ())


def refused_half_way(stage: Stage) -> Ending:
    stage.ready(before_2="fail")
    return _ending(stage, _approved(stage), JobState.PARTIALLY_APPLIED, ("first",))


def canceled_before_anything_was_made(stage: Stage) -> Ending:
    return _canceled_at(stage, "locked", JobState.CANCELED, ())


def canceled_half_way(stage: Stage) -> Ending:
    return _canceled_at(stage, "made:2", JobState.PARTIALLY_APPLIED, ("first", "second"))


def canceled_too_late(stage: Stage) -> Ending:
    return _canceled_at(stage, "done:3", JobState.SUCCEEDED, ALL)


def canceled_and_terraform_dies(stage: Stage) -> Ending:
    stage.ready(made_2="wait")
    job = _approved(stage)
    pid = stage.reached("made:2")
    os.kill(pid, signal.SIGSTOP)
    stage.cancel(job)
    stage.until(job, JobState.CANCELING, JobState.INDETERMINATE, JobState.RECONCILING)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return _ending(stage, job, JobState.PARTIALLY_APPLIED, ("first", "second"))


def canceled_while_terraform_hangs(stage: Stage) -> Ending:
    """It heeds no interrupt, and whoever started it is gone."""
    stage.ready(made_2="stop")
    job = _approved(stage)
    stage.reached("made:2")
    stage.taken_over(job)
    stage.cancel(job)
    return _ending(stage, job, JobState.PARTIALLY_APPLIED, ("first", "second"))


def terraform_dies_at(stage: Stage, point: str) -> Ending:
    stage.ready(**{point.replace(":", "_"): "kill"})
    return _ending(stage, _approved(stage), JobState.SUCCEEDED, ALL)


def terraform_dies(stage: Stage) -> Ending:
    return replace(terraform_dies_at(stage, "made:2"), starts=2)


def terraform_dies_at_its_end(stage: Stage) -> Ending:
    return terraform_dies_at(stage, "done:3")


def terraform_dies_deleting(stage: Stage) -> Ending:
    stage.make_live()
    stage.ready(made_2="kill")
    job = stage.submit(JobKind.DESTROY)
    stage.approve(stage.planned(job), by=stage.approver)
    return _ending(stage, job, JobState.SUCCEEDED, (), starts=2)


def terraform_dies_changing(stage: Stage) -> Ending:
    stage.make_live()
    stage.ready(made_2="kill")
    job = stage.submit(note="more")
    stage.approve(stage.planned(job), by=stage.approver)
    return _ending(stage, job, JobState.SUCCEEDED, ALL, starts=2)


def terraform_dies_and_people_are_asked(stage: Stage) -> Ending:
    stage.blueprint = ASKS
    stage.ready(made_2="kill")
    job = _approved(stage)
    asked = stage.planned(job)
    stage.approve(asked)
    return _ending(stage, job, JobState.SUCCEEDED, ALL, starts=2)


def terraform_dies_and_nothing_goes_on(stage: Stage) -> Ending:
    """Somebody asked to cancel, and nothing was made yet."""
    stage.ready(locked="wait")
    job = _approved(stage)
    pid = stage.reached("locked")
    os.kill(pid, signal.SIGSTOP)
    stage.cancel(job)
    stage.until(job, JobState.CANCELING, JobState.INDETERMINATE, JobState.RECONCILING)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return _ending(stage, job, JobState.FAILED, ())


def terraform_dies_behind_a_foreign_lock(stage: Stage) -> Ending:
    stage.ready(made_2="wait")
    job = _approved(stage)
    pid = stage.reached("made:2")
    key = f"stacks/{stage.stack_id}/terraform.tfstate.tflock"
    lock = {"ID": "foreign", "Operation": "OperationTypeApply", "Info": "", "Who": "somebody@else", "Version": "1.11.4"}
    lock |= {"Created": "2020-01-01T00:00:00Z", "Path": "x"}
    where = {"Bucket": stage.site.state_bucket, "Key": key}
    stage.site.s3.put_object(Body=json.dumps(lock).encode(), **where)
    os.kill(pid, signal.SIGKILL)
    _found_locked(stage, job)
    stage.site.s3.delete_object(**where)
    return _ending(stage, job, JobState.SUCCEEDED, ALL, starts=2)


def _found_locked(stage: Stage, job: JobView) -> None:
    def told() -> bool:
        error = stage.view(job).error
        return error is not None and error.code == "state_locked"

    wait_until(told, seconds=stage.patience_seconds, what="the foreign lock to be told")


def _approved(stage: Stage) -> JobView:
    job = stage.submit()
    stage.approve(stage.planned(job))
    return job


def _canceled_at(stage: Stage, point: str, state: JobState, buckets: tuple[str, ...]) -> Ending:
    """Canceled while Terraform waits at `point`, which it leaves when it has the interrupt."""
    stage.ready(**{point.replace(":", "_"): "wait"})
    job = _approved(stage)
    stage.reached(point)
    stage.cancel(job)
    stage.interrupted()
    stage.go(point)
    return _ending(stage, job, state, buckets)


def _ending(stage: Stage, job: JobView, state: JobState, buckets: tuple[str, ...], *, starts: int = 1) -> Ending:
    return Ending(stage.ended(job), frozenset({state}), buckets, starts)
