"""Trying a rule on the plan that a job has: the only place where a web process runs one, with the same limits."""

from chatbot_project.accounts.models import User
from orchestrator.catalog_documents import blueprint_version_load, environment_load
from orchestrator.documents import Document, job_load, masked_values
from orchestrator.errors import NotFound
from orchestrator.permissions import may_see_job
from orchestrator.plan_views import plan_view
from orchestrator.plans import plan_load
from orchestrator.policy.evaluating import Answer, Limits, rules_run
from orchestrator.policy.ruleset import RuleSource
from orchestrator.types import Variable

from .judging import judged_document, limits

# Somebody waits for the page.
_SECONDS = 3
_EMPTY: Document = {"request": {}, "environment": {}, "plan": {}, "counts": {}, "changes": {}, "cost": None}


def rule_checked(rule: RuleSource) -> Answer:
    """Whether a rule can be run at all: on a plan with nothing in it."""
    return _run(rule, _EMPTY)


def rule_tried(rule: RuleSource, job_id: str, *, viewer: User) -> Answer:
    """What a rule says of a job's masked plan. Raises NotFound when there is none, or it is not the viewer's to see."""
    job, plan = job_load(job_id), plan_load(job_id)
    if job is None or plan is None or not may_see_job(viewer, job):
        raise NotFound(f"There is no plan of a job {job_id}.", field="job")
    summary = plan_view(job["plan"])
    if summary is None:
        raise NotFound(f"The job {job_id} has no plan yet.", field="job")
    defaults = {each.name: each.default for each in _variables(job) if not each.sensitive}
    document = judged_document(
        job,
        environment_load(job["environment"]),
        values={**defaults, **masked_values(job)},
        masked_plan=plan,
        counts=summary.counts,
        changes=summary.changes,
        cost=summary.cost,
    )
    return _run(rule, document)


def _variables(job: Document) -> tuple[Variable, ...]:
    return blueprint_version_load(job["blueprint_version"]).variables if job["blueprint_version"] else ()


def _run(rule: RuleSource, document: Document) -> Answer:
    allowed = limits()
    bounded = Limits(min(allowed.cpu_seconds, _SECONDS), allowed.memory_mb)
    return next(rules_run([rule], document, bounded))
