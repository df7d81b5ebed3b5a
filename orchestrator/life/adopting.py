"""The two answers to drift: put it back (restore), or ask for what is there (adopt). Public, like selectors.py.

Both are ordinary jobs, of the blueprint version that the stack has. Restoring asks once more for what the latest apply
did. Adopting asks for what the last check found, as far as the blueprint's variables can say it (taking_over.py); the
rest is named, and put back by the same plan.
"""

from collections.abc import Sequence
from typing import Any

from chatbot_project.accounts.models import User
from orchestrator.catalog_documents import blueprint_version_load
from orchestrator.documents import Document, job_views, jobs
from orchestrator.errors import WrongState
from orchestrator.selectors import stack_get
from orchestrator.sentences import stated
from orchestrator.states import JobKind, JobState
from orchestrator.types import Adoption, StackView

from .revisions import values_diff
from .taking_over import report_find, report_taken_over

_NAMED = 5


def adoption_of(stack: StackView, *, viewer: User | None) -> Adoption:
    """What adopting would ask for. Raises WrongState: it was not checked since its last change, nothing has drifted,
    no variable stands for what has, it is gone, or a job of it is not finished; NotFound."""
    _free(stack, viewer)
    report = report_find(stack.id)
    if report is None:
        raise WrongState(
            stated(
                "%(name)s was not checked for drift since its last change. Check it for drift first.", name=stack.name
            )
        )
    if not any(each["action"] != "read" for each in (report["plan"] or {}).get("changes") or ()):
        raise WrongState(stated("Nothing has drifted in %(name)s, so there is nothing to adopt.", name=stack.name))
    found = report_taken_over(report)
    if not found.values:
        raise WrongState(
            stated(
                "What changed in %(name)s cannot be asked for, as none of its settings stands for it: %(left)s. "
                "Restore it to put that back.",
                name=stack.name,
                left=named(found.left),
            )
        )
    variables = blueprint_version_load(report["blueprint_version"]).variables
    asked = {each.name: report["values"].get(each.name, each.default) for each in variables}
    diff = values_diff({name: asked[name] for name in found.values}, found.values)
    return Adoption(stack=stack, report=job_views([report])[0], diff=diff, left=found.left)


def adoption_request(adoption: Adoption) -> dict[str, Any]:
    """What `services.job_submit` is to be asked for, but for who asks and from where."""
    return {**_apply_of(adoption.stack), "adopts_job_id": adoption.report.id}


def restoring_request(stack: StackView, *, viewer: User | None) -> dict[str, Any]:
    """The same for putting it back. Raises WrongState (gone, at work, never made), NotFound."""
    _free(stack, viewer)
    last = _last_apply(stack.id)
    if last is None:
        raise WrongState(stated("%(name)s was never made, so there is nothing to restore.", name=stack.name))
    return {**_apply_of(stack), "restores_job_id": last["_id"]}


def named(left: Sequence[str]) -> str:
    """The first of what no variable stands for."""
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    return f"{', '.join(left[:_NAMED])}{more}"


def _free(stack: StackView, viewer: User | None) -> None:
    stack_get(stack.id, viewer)
    if stack.status == "gone":
        raise WrongState(stated("%(name)s was deleted, so there is nothing to compare with.", name=stack.name))
    if stack.active_job_id is not None:
        raise WrongState(
            stated("A job of %(name)s is not finished. Wait for its end or cancel it first.", name=stack.name)
        )


def _last_apply(stack_id: str) -> Document | None:
    done = [JobState.SUCCEEDED.value, JobState.PARTIALLY_APPLIED.value]
    wanted = {"stack_id": stack_id, "kind": JobKind.APPLY.value, "state": {"$in": done}}
    return jobs().find_one(wanted, {"_id": 1}, sort=[("created_at", -1), ("_id", -1)])


def _apply_of(stack: StackView) -> dict[str, Any]:
    where = {"environment": stack.environment, "subject": stack.blueprint, "stack_id": stack.id}
    return {"kind": JobKind.APPLY, "values": {}, **where}
