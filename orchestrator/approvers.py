"""Who counts as an approver: by role, inside the groups that are asked for, in person or for somebody who is away."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from chatbot_project.accounts.models import User
from chatbot_project.accounts.roles import Role, group_member_ids, has_role, is_member, user_ids_with_role
from chatbot_project.accounts.selectors import user_get

from .delegations import delegation_holds, delegations_to
from .documents import Document
from .types import Actor

Groups = Iterable[Iterable[str]]
"""An approver is in one group of each of these."""


@dataclass(frozen=True)
class Mandate:
    """In whose name a decision counts: in one's own, or in that of `principal`, who is away until `until`."""

    principal: Actor | None = None
    delegation_id: str | None = None
    until: datetime | None = None


OWN = Mandate()


def qualifies(user: User, environment: str, groups: Groups) -> bool:
    """Whether `user` is an approver there, now, and in the groups."""
    return has_role(user, Role.APPROVER, environment) and all(is_member(user, each) for each in groups)


def mandates(user: User, *, environment: str, groups: Groups, requester_id: str | None) -> Iterator[Mandate]:
    """In whose names `user` may decide about a request of `requester_id` there, the own first. The requester decides
    for nobody, and nobody decides for the requester."""
    if str(user.id) == requester_id or not user.is_active:
        return
    groups = [tuple(each) for each in groups]
    if qualifies(user, environment, groups):
        yield OWN
    for each in delegations_to(str(user.id), environment):
        principal = user_get(each["from_id"])
        if principal is None or each["from_id"] == requester_id or not qualifies(principal, environment, groups):
            continue
        yield Mandate(Actor(each["from_id"], principal.username), each["_id"], each["until"])


class Mandates:
    """The same for many requests, each place looked up once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Groups], list[Mandate]] = {}

    def __call__(self, user: User, *, environment: str, groups: Groups, requester_id: str | None) -> Iterator[Mandate]:
        if str(user.id) == requester_id:
            return
        key = (environment, tuple(tuple(each) for each in groups))
        if key not in self._known:
            self._known[key] = list(mandates(user, environment=environment, groups=groups, requester_id=None))
        yield from (each for each in self._known[key] if not each.principal or each.principal.id != requester_id)


def stands_in(user: User, environment: str) -> bool:
    """Whether somebody who is away, and is an approver there, has let `user` decide."""
    anybody = mandates(user, environment=environment, groups=(), requester_id=None)
    return any(each.principal for each in anybody)


def stands_in_anywhere(user: User) -> bool:
    """Whether `user` decides for anybody anywhere now."""
    return user.is_active and bool(delegations_to(str(user.id), None))


def approval_counts(approval: Document, job: Document) -> bool:
    """Whether a stored approval of the raw `job` still counts: its giver, or who they gave it for, may have lost role,
    group, delegation or account since."""
    user = user_get(approval["user_id"])
    if user is None:
        return False
    away = approval.get("on_behalf_of")
    if job["approval_rule"] == "self":
        is_own = approval["user_id"] == job["requester_id"] and away is None
        return is_own and has_role(user, Role.REQUESTER, job["environment"])
    groups = job.get("approval_groups") or ()
    if job["requester_id"] in (approval["user_id"], (away or {}).get("id")):
        return False
    if away is None:
        return qualifies(user, job["environment"], groups)
    principal = user_get(away["id"])
    holds = delegation_holds(approval["delegation_id"], away["id"], approval["user_id"], job["environment"])
    return principal is not None and holds and qualifies(principal, job["environment"], groups)


def approver_ids(environment: str, groups: Groups) -> set[str]:
    """Ids of those who approve there in their own name, superusers not listed."""
    found = user_ids_with_role(Role.APPROVER, environment)
    for names in groups:
        found &= group_member_ids(names)
    return {str(each) for each in found}
