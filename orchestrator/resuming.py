"""Taking over an apply whose worker is gone: follow what it left running to its end."""

from .documents import Document
from .elsewhere import waiting_error
from .executors.base import ApplyOutcome, Elsewhere, Executor, ExecutorError, Gone
from .leases import Lease
from .outcomes import WORKER_LOST, Uncertain, carry_out, error_of
from .phase import Phase
from .sentences import stated
from .starts import start_load, started_make, time_left
from .states import JobState
from .types import Actor


def job_resume(job: Document, lease: Lease, actor: Actor, executor: Executor, *, was_lost: bool) -> str:
    """Go on with a job that is applying or canceling and in nobody's hands; the state it is in afterwards.

    `was_lost`: the worker before it did not hand it over. Raises LeaseLost, Conflict.
    """
    left = time_left(start_load(job))
    with Phase(job, lease, actor, timeout_seconds=left, stopping=JobState.CANCELING) as phase:
        if was_lost:
            phase.taken_over(stated("the worker was lost while it was changing things; another one has taken over"))
        return carry_out(phase, lambda: _attach(phase, job, executor))


def attach(phase: Phase, job: Document, executor: Executor) -> ApplyOutcome:
    """Follow the job's latest start to its end. Raises what `Executor.attach` does."""
    started = started_make(job)
    context = phase.context_following(start=started.number, policy_version=job["policy_version"], begun=True)
    return executor.attach(context, started)


def _attach(phase: Phase, job: Document, executor: Executor) -> ApplyOutcome:
    """Whatever cannot be followed has to be found out: nothing here says that nothing was changed."""
    try:
        return attach(phase, job, executor)
    except Gone:
        raise Uncertain(stated("the worker was lost, and what it had started is gone too"), WORKER_LOST) from None
    except Elsewhere:
        raise Uncertain(stated("the worker was lost with its machine"), waiting_error(job)) from None
    except ExecutorError as error:
        raise Uncertain(stated("what the lost worker had started cannot be followed"), error_of(error)) from error
