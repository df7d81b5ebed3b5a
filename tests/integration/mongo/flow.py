"""An executor that does what a test tells it, and a queue that remembers."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chatbot_project.accounts.models import User
from orchestrator import selectors
from orchestrator.executors.base import (
    ApplyOutcome,
    Context,
    ExecutorError,
    Gone,
    LogLine,
    PlanOutcome,
    Reconciled,
    Started,
    Stopped,
)
from orchestrator.leases import Lease
from orchestrator.runner import run_job
from orchestrator.types import JobView, PlanCounts, PlannedChange
from tests.servers.processes import wait_until

from .orchestrating import HASH, OTHER_HASH, applying, approve, lose_lease, submit

OWNER = "infrastructure@tests:1"


def outcome(has_changes: bool = True, plan_hash: str = HASH, **more: Any) -> PlanOutcome:
    counts = PlanCounts(create=1) if has_changes else PlanCounts()
    changes = (PlannedChange("aws_s3_bucket.this", "aws_s3_bucket", "create"),) if has_changes else ()
    sentence = "creates one bucket" if has_changes else "nothing to change"
    return PlanOutcome(counts, changes, plan_hash, has_changes, sentence, {"planned": True}, {}, **more)


CLOUD_AWAY = ExecutorError("cloud_away", "The cloud does not answer.", retryable=True)


def done(status: str = "succeeded", **more: Any) -> ApplyOutcome:
    return ApplyOutcome(status, {"arn": "arn:bucket"}, "made one bucket", resource_count=1, **more)


def found(status: str, **more: Any) -> Reconciled:
    """What an interrupted apply turned out to have done: one of two buckets."""
    facts = {"exists": ("aws_s3_bucket.one",), "missing": ("aws_s3_bucket.two",), "resource_count": 1}
    return Reconciled(status, "One bucket exists, the other was not made.", **{**facts, **more})


def remainder(plan_hash: str = OTHER_HASH, create: int = 1, **more: Any) -> Reconciled:
    """One bucket was made and never recorded, the other is left to be made."""
    changes = (PlannedChange("aws_s3_bucket.two", "aws_s3_bucket", "create"),)
    rest = PlanOutcome(PlanCounts(create=create), changes, plan_hash, True, "creates the rest", {"rest": True}, {})
    return found("remainder", remainder=rest, **{"adopted": ("aws_s3_bucket.one",), **more})


def run(job: JobView, executor: "FakeExecutor", owner: str = OWNER) -> str:
    return run_job(job.id, owner=owner, executors=executor)


def ready(user: User, executor: "FakeExecutor", name: str = "acme-reports", **more: Any) -> JobView:
    """A job planned by the runner itself and approved."""
    job = submit(user, name, **more)
    assert run(job, executor) == "awaiting_approval"
    return approve(selectors.job_get(job.id), user)


def abandoned(user: User, executor: "FakeExecutor", name: str = "acme-reports") -> tuple[JobView, Lease]:
    """An apply whose start was committed by a worker that was lost; the worker's lease."""
    job, lease = applying(ready(user, executor, name))
    lose_lease(job.id)
    return job, lease


def states(job: JobView) -> list[str]:
    """Where the job has been, one after the other."""
    return [each.to_state.value for each in selectors.job_transitions(job.id)]


def in_turn(*results: Any) -> Callable[[Context], Any]:
    """Each time the next one; an error is raised."""
    left: Iterator[Any] = iter(results)

    def take(context: Context) -> Any:
        result = next(left)
        if isinstance(result, Exception):
            raise result
        return result(context) if callable(result) else result

    return take


def until_stopped(context: Context) -> Any:
    """Work until told to stop."""
    wait_until(lambda: context.should_stop() is not None, seconds=20, what="the wish to stop")
    raise Stopped(str(context.should_stop()))


@dataclass
class FakeExecutor:
    """Both an executor and the registry of it. What to do is a value, an error, or a function of the context."""

    to_plan: Any = field(default_factory=outcome)
    to_apply: Any = field(default_factory=done)
    to_verify: Any = None
    to_attach: Any = field(default_factory=Gone)
    to_reconcile: Any = field(default_factory=lambda: CLOUD_AWAY)
    contexts: list[Context] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    attached: list[Started] = field(default_factory=list)
    reconciled: list[tuple[Started, str]] = field(default_factory=list)

    def get(self, kind: str) -> "FakeExecutor":
        return self

    def plan(self, context: Context) -> PlanOutcome:
        self.contexts.append(context)
        context.emit(LogLine("line", "planning"))
        result: PlanOutcome = self._do(self.to_plan, context)
        return result

    def verify(self, context: Context, plan_hash: str) -> None:
        self._do(self.to_verify, context)

    def apply(self, context: Context, plan_hash: str) -> ApplyOutcome:
        self.contexts.append(context)
        self.applied.append(plan_hash)
        context.emit(LogLine("line", "applying"))
        result: ApplyOutcome = self._do(self.to_apply, context)
        return result

    def attach(self, context: Context, started: Started) -> ApplyOutcome:
        self.contexts.append(context)
        self.attached.append(started)
        result: ApplyOutcome = self._do(self.to_attach, context)
        return result

    def reconcile(self, context: Context, started: Started, plan_hash: str) -> Reconciled:
        self.contexts.append(context)
        self.reconciled.append((started, plan_hash))
        result: Reconciled = self._do(self.to_reconcile, context)
        return result

    def _do(self, what: Any, context: Context) -> Any:
        if isinstance(what, Exception):
            raise what
        return what(context) if callable(what) else what


class Background:
    """Runs a call in a thread; `result` waits for it."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._result: list[Any] = []
        self._thread = threading.Thread(target=lambda: self._result.append(call()), daemon=True)
        self._thread.start()

    def result(self) -> Any:
        self._thread.join(30)
        assert self._result, "it did not end"
        return self._result[0]
