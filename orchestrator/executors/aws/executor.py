"""The executor of jobs of kind action: one operation of the AWS SDK, described by a file."""

import psutil

from orchestrator.executors.base import ApplyOutcome, Context, Gone, LogLine, PlanOutcome, Reconciled, Started

from .carrying_out import carried_out
from .interrupted import found_out
from .planning import call_name, plan_make, stop_if_asked, verified


class AwsExecutor:
    """See `orchestrator.executors.base.Executor`. Planning changes nothing: it checks, looks up what the action is
    about, and says what would be called."""

    def plan(self, context: Context) -> PlanOutcome:
        return plan_make(context)

    def verify(self, context: Context, plan_hash: str) -> None:
        verified(context, plan_hash)

    def apply(self, context: Context, plan_hash: str) -> ApplyOutcome:
        prepared = verified(context, plan_hash)
        context.emit(LogLine("phase", f"Calling {call_name(prepared.definition)} in {context.cloud.region}"))
        return carried_out(context, prepared, before=lambda: _still_ours(context))

    def attach(self, context: Context, started: Started) -> ApplyOutcome:
        """A call is made by the worker itself: nothing of it outlives the worker."""
        raise Gone

    def reconcile(self, context: Context, started: Started, plan_hash: str) -> Reconciled:
        return found_out(context, started)


def _still_ours(context: Context) -> None:
    """The last look before the call: to record who makes it needs the live lease, so that a worker that slept and lost
    its job does not make it. Raises Stopped."""
    own = psutil.Process()
    context.on_process(own.pid, own.create_time())
    stop_if_asked(context)
