"""What executors give back, as the `changes` of a transition."""

from typing import Any

from .executors.base import ApplyOutcome, ExecutorError, PlanOutcome
from .types import JobError, PlanSummary


def plan_changes(outcome: PlanOutcome) -> dict[str, Any]:
    """For the transition out of planning. The whole masked plan goes to plans.plan_store."""
    summary = PlanSummary(outcome.counts, outcome.changes, outcome.plan_hash, outcome.sentence)
    return {"plan": summary, "plan_digests": dict(outcome.digests)}


def apply_changes(outcome: ApplyOutcome) -> dict[str, Any]:
    """For the transition out of applying; an outcome that is not what was asked for has an error as well."""
    changes: dict[str, Any] = {"outputs": dict(outcome.outputs), "result_text": outcome.sentence}
    if outcome.resource_count is not None:
        changes["resource_count"] = outcome.resource_count
    if outcome.error_code:
        changes["error"] = JobError(outcome.error_code, outcome.sentence)
    return changes


def error_changes(code: str, detail: str, *, retryable: bool = False) -> dict[str, Any]:
    """For a transition to failed, denied, canceled or indeterminate: why, in a sentence for people."""
    return {"error": JobError(code, detail, retryable)}


def executor_error_changes(error: ExecutorError) -> dict[str, Any]:
    return error_changes(error.code, error.detail, retryable=error.retryable)
