"""Groups, rows of the approval table and delegations, for tests of who approves."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group

from chatbot_project.accounts.models import GroupBinding, User
from orchestrator import selectors, services
from orchestrator.approval_models import ApprovalRule
from orchestrator.documents import utc_now
from orchestrator.types import DelegationView, JobView

from .flow import FakeExecutor, run
from .orchestrating import actor, submit


def group(name: str, *members: User, approves_in: str = "") -> Group:
    made, _ = Group.objects.get_or_create(name=name)
    for each in members:
        each.groups.add(made)
    if approves_in:
        GroupBinding.objects.create(group=made, role="approver", environment=approves_in)
    return made


def row(environment: str, risk: str, rule: str, *groups: str) -> ApprovalRule:
    return ApprovalRule.objects.create(environment=environment, risk=risk, rule=rule, groups=list(groups))


def away(giver: User, to: User, environment: str = "*", **times: Any) -> DelegationView:
    until = times.pop("until", utc_now() + timedelta(days=7))
    return services.delegation_give(giver=actor(giver), to=to.username, until=until, environment=environment, **times)


def waiting(requester: User, executor: FakeExecutor | None = None, **more: Any) -> JobView:
    """A job that the runner itself has planned; it waits for approval."""
    job = submit(requester, **more)
    assert run(job, executor or FakeExecutor()) == "awaiting_approval"
    return selectors.job_get(job.id)
