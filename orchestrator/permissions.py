"""Who may see, approve and cancel a job: by role, never by membership of a conversation."""

from django.core.exceptions import ValidationError

from chatbot_project.accounts.models import User
from chatbot_project.accounts.roles import Role, has_role
from chatbot_project.accounts.selectors import user_get

from .documents import Document, words
from .errors import NotAllowed
from .states import TERMINAL, JobState
from .types import Actor, JobView, StackView

_READERS = (Role.APPROVER, Role.OPERATOR)


def acting_user(actor: Actor) -> User:
    """The active user behind an actor. Raises NotAllowed for a part of the system and for who may not sign in."""
    try:
        user = user_get(actor.id) if actor.id else None
    except ValidationError:  # not even a UUID
        user = None
    if user is None:
        raise NotAllowed(f"{actor.name} has no active account here.")
    return user


def may_see_job(user: User, job: Document) -> bool:
    """`job` is the raw document."""
    return str(user.id) in (job["requester_id"], job["stack_owner_id"]) or _reads_all(user, job["environment"])


def may_see_stack(user: User, stack: Document) -> bool:
    return str(user.id) == stack["owner_id"] or _reads_all(user, stack["environment"])


def may_change_stack(user: User, stack: StackView) -> bool:
    return str(user.id) == stack.owner.id or has_role(user, Role.OPERATOR, stack.environment)


def may_approve(user: User, job: JobView) -> tuple[bool, str]:
    """Whether this user's approval of the job's plan would count now, and why not."""
    if job.state is not JobState.AWAITING_APPROVAL or job.approval is None or job.plan is None:
        return False, not_waiting(job)
    if job.approval.rule == "self":
        return _may_confirm(user, job)
    if str(user.id) == job.requester.id:
        return False, "This is your own request; somebody else with the approver role has to approve it."
    if not has_role(user, Role.APPROVER, job.environment):
        return False, f"Approving needs the approver role in {job.environment}, which {user.username} does not have."
    if any(each.user.id == str(user.id) and each.current for each in job.approvals):
        return False, "You have decided on this plan already; one decision per person counts."
    return True, ""


def approval_counts(user_id: str, job: Document) -> bool:
    """Whether this person's approval of the raw `job` still counts: they may have lost their role or account since."""
    user = user_get(user_id)
    if user is None:
        return False
    if job["approval_rule"] == "self":
        return user_id == job["requester_id"] and has_role(user, Role.REQUESTER, job["environment"])
    return user_id != job["requester_id"] and has_role(user, Role.APPROVER, job["environment"])


def may_reject(user: User, job: JobView) -> tuple[bool, str]:
    """Saying no is easier: the requester may, and every approver of the environment."""
    if job.state is not JobState.AWAITING_APPROVAL:
        return False, not_waiting(job)
    if str(user.id) == job.requester.id or has_role(user, Role.APPROVER, job.environment):
        return True, ""
    return False, f"Rejecting needs the approver role in {job.environment}, which {user.username} does not have."


def may_cancel(user: User, job: JobView) -> tuple[bool, str]:
    """Whether this user may stop the job, and why not."""
    if job.state in TERMINAL:
        return False, f"This job is finished ({words(job.state)}); there is nothing to cancel."
    owner = job.stack.owner.id if job.stack else None
    if str(user.id) in (job.requester.id, owner) or has_role(user, Role.OPERATOR, job.environment):
        return True, ""
    return False, f"Only {job.requester.name} or an operator of {job.environment} may cancel this job."


def not_waiting(job: JobView) -> str:
    """Why there is nothing to decide on: what happened to the job instead."""
    if job.state in TERMINAL:
        return f"This job is finished ({words(job.state)}); there is nothing to decide."
    if job.state is JobState.APPROVED:
        names = " and ".join(each.user.name for each in job.approvals if each.decision == "approve")
        return f"This plan is approved already{' by ' + names if names else ''}."
    return f"This job is {words(job.state)}; there is no plan to decide on now."


def readable_environments(user: User, names: list[str]) -> list[str]:
    """Those of the environments in which the user may see everything."""
    return [name for name in names if _reads_all(user, name)]


def _reads_all(user: User, environment: str) -> bool:
    return any(has_role(user, role, environment) for role in _READERS)


def _may_confirm(user: User, job: JobView) -> tuple[bool, str]:
    if str(user.id) != job.requester.id:
        return False, f"This needs the confirmation of {job.requester.name}, who asked for it."
    if not has_role(user, Role.REQUESTER, job.environment):
        return False, f"You no longer have the requester role in {job.environment}."
    return True, ""
