"""Asking once more for what a job was to do that ended badly: an ordinary job, with its own plan and approval."""

from typing import Any

from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User
from chatbot_project.accounts.roles import Role, has_role

from .documents import SENSITIVE, Document, job_load, job_views, stacks, words
from .errors import NotAllowed, NotFound, OrchestratorError, WrongState
from .permissions import acting_user, may_see_job
from .states import TERMINAL, JobKind, JobState
from .types import Actor, JobView

RETRIED = TERMINAL - {JobState.SUCCEEDED, JobState.NO_CHANGES}
"""How a job ends whose request may be made again."""


def may_retry(user: User, job: JobView) -> tuple[bool, str]:
    """Whether this user may ask for the same once more, and why not."""
    try:
        _check(user, job)
    except OrchestratorError as error:
        return False, error.detail
    return True, ""


def retried_request(job_id: str, actor: Actor) -> dict[str, Any]:
    """What `services.job_submit` is to be asked for, but for who asks and from where. Raises NotFound, NotAllowed,
    WrongState (it did not end badly, or had secrets)."""
    user, job = acting_user(actor), job_load(job_id)
    if job is None or not may_see_job(user, job):
        raise NotFound(f"There is no job {job_id}.", field="job_id")
    view = job_views([job])[0]
    _check(user, view)
    return {
        "kind": view.kind,
        "environment": view.environment,
        "subject": view.subject,
        "values": dict(job["values"]) if _has_values(view) else {},
        "lifetime": view.lifetime,
        "imports": bool(view.imports),
        "adopts_job_id": view.adopts_job_id,
        **_place(job),
    }


def _check(user: User, job: JobView) -> None:
    """Raises WrongState, NotAllowed."""
    if job.state not in RETRIED:
        text = _("This job is %(state)s; only what ended badly is tried again.")
        raise WrongState(text % {"state": words(job.state)})
    if not has_role(user, Role.REQUESTER, job.environment):
        text = _("You do not have the requester role in %(environment)s.")
        raise NotAllowed(text % {"environment": job.environment})
    owner = job.stack.owner.id if job.stack else None
    if str(user.id) not in (job.requester.id, owner) and not has_role(user, Role.OPERATOR, job.environment):
        text = _("Only %(requester)s or an operator of %(environment)s may try it again.")
        raise NotAllowed(text % {"requester": job.requester.name, "environment": job.environment})
    lost = [name for name, value in job.values.items() if value == SENSITIVE] if _has_values(job) else []
    if lost:
        # They are not kept once a job is over, and without them it would be another request.
        text = _("Its secrets (%(names)s) were not kept. Ask for it anew in the chat, and give them again.")
        raise WrongState(text % {"names": ", ".join(sorted(lost))})


def _has_values(job: JobView) -> bool:
    """Whether the request itself names values: what is adopted was found, and a stack that is deleted has its own."""
    return job.kind in (JobKind.APPLY, JobKind.ACTION) and not job.adopts_job_id


def _place(job: Document) -> dict[str, Any]:
    """The stack; by its name where it is gone, so that it is made anew."""
    stack = stacks().find_one({"_id": job["stack_id"]}) if job["stack_id"] else None
    if stack is None:
        return {}
    is_gone = stack["status"] == "gone" and stack["active_job_id"] is None
    return {"stack_name": stack["name"]} if is_gone and job["kind"] == JobKind.APPLY else {"stack_id": stack["_id"]}
