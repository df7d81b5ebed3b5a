"""Who may see, approve and cancel a job: by role, never by membership of a conversation."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from chatbot_project.accounts.models import EVERY_ENVIRONMENT, User
from chatbot_project.accounts.roles import Role, has_role, has_role_anywhere, is_member, roles_held
from chatbot_project.accounts.selectors import user_get

from .approvers import OWN, Mandate, Mandates, mandates, stands_in, stands_in_anywhere
from .documents import Document, words
from .errors import NotAllowed
from .states import TERMINAL, JobState
from .translated import word
from .types import Actor, ApprovalView, JobView, StackView

_READERS = (Role.APPROVER, Role.OPERATOR)


def acting_user(actor: Actor) -> User:
    """The active user behind an actor. Raises NotAllowed for a part of the system and for who may not sign in."""
    user = user_get(actor.id)
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


def may_reveal(user: User, stack: StackView) -> bool:
    """Whether this user may have the stack's secret outputs shown: an operator there, or its owner who may still ask
    for changes there. Approvers decide about plans, and need no secret for that."""
    if not may_change_stack(user, stack):
        return False
    return any(has_role(user, role, stack.environment) for role in (Role.REQUESTER, Role.OPERATOR))


def may_approve(user: User, job: JobView) -> tuple[bool, str]:
    """Whether this user's approval of the job's plan would count now, and why not."""
    mandate, why = approval_mandate(user, job)
    return mandate is not None, why


def may_approve_each(user: User, jobs: Iterable[JobView]) -> list[JobView]:
    """Those of the jobs whose approval by this user would count now."""
    find = Mandates()
    return [each for each in jobs if approval_mandate(user, each, find=find)[0] is not None]


def approval_mandate(
    user: User, job: JobView, *, find: Callable[..., Iterable[Mandate]] = mandates
) -> tuple[Mandate | None, str]:
    """In whose name this user's approval of the job's plan would count now: their own where it does; why none would."""
    if job.state is not JobState.AWAITING_APPROVAL or job.approval is None or job.plan is None:
        return None, not_waiting(job)
    if job.approval.rule == "self":
        return _may_confirm(user, job)
    if str(user.id) == job.requester.id:
        return None, _("This is your own request; somebody else with the approver role has to approve it.")
    current = [each for each in job.approvals if each.current]
    if any(each.user.id == str(user.id) for each in current):
        return None, _("You have decided on this plan already; one decision per person counts.")
    found = find(user, environment=job.environment, groups=job.approval.groups, requester_id=job.requester.id)
    return _unspent(user, found, current) or (None, _no_approver(user, job))


def may_reject(user: User, job: JobView) -> tuple[bool, str]:
    """Saying no is easier: the requester may, and every approver of the environment."""
    if job.state is not JobState.AWAITING_APPROVAL:
        return False, not_waiting(job)
    if str(user.id) == job.requester.id or _approves_in(user, job.environment):
        return True, ""
    text = _("Rejecting needs the approver role in %(environment)s, which %(name)s does not have.")
    return False, text % {"environment": job.environment, "name": user.username}


def may_cancel(user: User, job: JobView) -> tuple[bool, str]:
    """Whether this user may stop the job, and why not."""
    if job.state in TERMINAL:
        return False, _("This job is finished (%(state)s); there is nothing to cancel.") % {"state": _words(job)}
    owner = job.stack.owner.id if job.stack else None
    if str(user.id) in (job.requester.id, owner) or has_role(user, Role.OPERATOR, job.environment):
        return True, ""
    text = _("Only %(requester)s or an operator of %(environment)s may cancel this job.")
    return False, text % {"requester": job.requester.name, "environment": job.environment}


def not_waiting(job: JobView) -> str:
    """Why there is nothing to decide on: what happened to the job instead, by whom and when."""
    if job.state in TERMINAL:
        values = {"state": _words(job)}
        if not job.last_actor or not job.last_actor.id:
            return _("This job is finished (%(state)s); there is nothing to decide.") % values
        values |= {"name": job.last_actor.name, "time": _when(job.updated_at)}
        return _("This job is finished (%(state)s by %(name)s, %(time)s); there is nothing to decide.") % values
    if job.state is JobState.APPROVED:
        given = [each for each in job.approvals if each.current and each.decision == "approve"]
        by = _(" and ").join(f"{decider(each)}, {_when(each.at)}" for each in given)
        text = _("This plan is approved already by %(names)s.") if by else _("This plan is approved already.")
        return text % {"names": by}
    return _("This job is %(state)s; there is no plan to decide on now.") % {"state": _words(job)}


def _words(job: JobView) -> str:
    return word(words(job.state))


def decider(approval: ApprovalView) -> str:
    """Who decided, and for whom."""
    away = approval.on_behalf_of
    return _("%(to)s for %(of)s") % {"to": approval.user.name, "of": away.name} if away else approval.user.name


def sees_approvals(user: User) -> bool:
    """Whether anything may ever wait for this user to approve, in their own name or another's."""
    return has_role_anywhere(user, Role.APPROVER) or stands_in_anywhere(user)


def may_see_dashboard(user: User) -> bool:
    """Whether this user may see how the work goes: numbers of all environments, and nothing of what is in them."""
    return has_role_anywhere(user, Role.OPERATOR)


def readable_environments(user: User, names: list[str]) -> list[str]:
    """Those of the environments in which the user may see everything."""
    if user.is_active and user.is_superuser:
        return names
    places = {place for role, place in roles_held(user) if role in _READERS}
    if EVERY_ENVIRONMENT in places:
        return names
    helps = stands_in_anywhere(user)
    return [name for name in names if name in places or (helps and stands_in(user, name))]


def _reads_all(user: User, environment: str) -> bool:
    return any(has_role(user, role, environment) for role in _READERS) or stands_in(user, environment)


def _approves_in(user: User, environment: str) -> bool:
    return has_role(user, Role.APPROVER, environment) or stands_in(user, environment)


def _may_confirm(user: User, job: JobView) -> tuple[Mandate | None, str]:
    if str(user.id) != job.requester.id:
        return None, _("This needs the confirmation of %(name)s, who asked for it.") % {"name": job.requester.name}
    if not has_role(user, Role.REQUESTER, job.environment):
        text = _("You no longer have the requester role in %(environment)s.")
        return None, text % {"environment": job.environment}
    return OWN, ""


def _unspent(
    user: User, found: Iterable[Mandate], current: Iterable[ApprovalView]
) -> tuple[Mandate | None, str] | None:
    """The first in whose name nobody has decided yet: the two of a rule are two who would have to answer for it. Or
    why there is none of these; None without any mandate."""
    decided = {(each.on_behalf_of or each.user).id: each for each in current}
    why = None
    for mandate in found:
        other = decided.get(mandate.principal.id if mandate.principal else str(user.id))
        if other is None:
            return mandate, ""
        if other.on_behalf_of is not None:
            why = _("%(name)s has decided on this plan already; that counts once.") % {"name": decider(other)}
        else:
            text = _("%(name)s, for whom you decide, has decided on this plan already.")
            why = text % {"name": other.user.name}
    return (None, why) if why else None


def _no_approver(user: User, job: JobView) -> str:
    named = job.approval.groups if job.approval else ()
    missing = [names for names in named if not is_member(user, names)]
    if _approves_in(user, job.environment) and missing:
        groups = _(" and of ").join(_(" or ").join(names) for names in missing)
        text = _("Approving this in %(environment)s is for members of %(groups)s.")
        return text % {"environment": job.environment, "groups": groups}
    text = _("Approving needs the approver role in %(environment)s, which %(name)s does not have.")
    return text % {"environment": job.environment, "name": user.username}


def _when(moment: datetime) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M %Z}"
