"""The `World` of a real conversation: the orchestrator's selectors, read at most once each per turn."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from chatbot_project.accounts.models import User
from chatbot_project.accounts.roles import Role, group_member_ids, user_ids_with_role
from chatbot_project.accounts.selectors import user_names
from nlu.types import BotSettings
from orchestrator import selectors, services
from orchestrator.errors import InvalidValues, OrchestratorError
from orchestrator.life.adopting import adoption_of
from orchestrator.life.overview import stacks_facts
from orchestrator.life.revisions import stack_revisions
from orchestrator.life.undoing import undo_of
from orchestrator.plan_types import PlanCost
from orchestrator.states import TERMINAL, JobKind, JobState
from orchestrator.types import (
    ActionView,
    Actor,
    Adoption,
    BlueprintView,
    EnvironmentView,
    JobView,
    Revision,
    StackView,
    Undo,
)

from ..bots.configuration import BotConfiguration
from ..bots.offers import actions_offered, blueprints_offered
from ..bots.replies import Reply
from ..context import intents_popular
from ..documents import frames, turns
from ..proposals import proposal_find
from .world import LastTurn, Proposal, ValuesCheck

_UNFINISHED = frozenset(JobState) - TERMINAL
_RECENT = 50


class LiveWorld:
    """What `user` may see in `conversation_id`; plans count as shown only when shown before frame `before_seq`;
    `at` is when the message was written."""

    def __init__(
        self, *, user: User, bot: BotConfiguration, conversation_id: str, before_seq: int, at: datetime
    ) -> None:
        self._user, self._conversation_id, self._before_seq = user, conversation_id, before_seq
        self._configuration, self._at = bot, at

    @property
    def person(self) -> Actor:
        # What a visitor is called is a number, which nobody wants to be greeted with.
        name = _("visitor") if self._user.is_visitor else self._user.get_username()
        return Actor(id=str(self._user.id), name=name)

    @property
    def bot(self) -> BotSettings:
        return self._configuration.settings

    @property
    def now(self) -> datetime:
        return time_of(self._user, self._at)

    def stack_gone(self, *, stack_id: str = "", name: str = "") -> StackView | None:
        return selectors.stack_gone(viewer=self._user, stack_id=stack_id, name=name)

    def revisions(self, stack_id: str) -> list[Revision]:
        return stack_revisions(stack_id, viewer=self._user)

    def undo(self, stack: StackView) -> Undo | str:
        try:
            return undo_of(stack, viewer=self._user)
        except OrchestratorError as error:
            return error.detail

    def adoption(self, stack: StackView) -> Adoption | str:
        try:
            return adoption_of(stack, viewer=self._user)
        except OrchestratorError as error:
            return error.detail

    def replies(self) -> Sequence[Reply]:
        return self._configuration.replies

    def popular(self) -> Sequence[str]:
        return intents_popular(self.bot.name, limit=10)

    def blueprints(self) -> list[BlueprintView]:
        return self._blueprints

    def actions(self) -> list[ActionView]:
        return self._actions

    def environments(self) -> list[EnvironmentView]:
        return self._environments

    def stacks(self) -> list[StackView]:
        return self._stacks

    def costs(self, stack_ids: Sequence[str]) -> Mapping[str, PlanCost]:
        facts = stacks_facts(stack_ids) if stack_ids else {}
        return {stack_id: each.cost for stack_id, each in facts.items() if each.cost is not None}

    def jobs_here(self) -> list[JobView]:
        return self._jobs_here

    def jobs_active(self) -> list[JobView]:
        found = selectors.jobs_list(viewer=self._user, states=_UNFINISHED, limit=_RECENT)
        return [each for each in found if each.requester.id == self.person.id]

    def jobs_awaiting(self) -> list[JobView]:
        return selectors.jobs_awaiting(viewer=self._user)

    def shown_plan(self, job_id: str) -> str | None:
        wanted = {
            "conversation_id": self._conversation_id,
            "type": {"$in": ["job.created", "job.updated"]},
            "data.job_id": job_id,
            "seq": {"$lt": self._before_seq},
        }
        found = frames().find_one(wanted, {"data.plan.plan_hash": 1}, sort=[("seq", -1)])
        plan = (found or {}).get("data", {}).get("plan") or {}
        return plan.get("plan_hash") or None

    def last_turn(self) -> LastTurn | None:
        wanted = {
            "conversation_id": self._conversation_id,
            "state": "done",
            "seq": {"$lt": self._before_seq},
        }
        names = {"kind": 1, "text": 1, "understanding": 1, "decision": 1}
        found = turns().find_one(wanted, names, sort=[("seq", -1)])
        if found is None:
            return None
        about = [each.get("job_id") or each.get("explains") for each in found.get("decision") or ()]
        job_id = next((each for each in reversed(about) if each), None)
        understanding = found.get("understanding") if found["kind"] == "message" else None
        return LastTurn(found["text"], understanding, job_id)

    def proposal(self, job_id: str) -> Proposal | None:
        return proposal_find(job_id, viewer=self._user, conversation_id=self._conversation_id)

    def may_approve(self, job: JobView) -> tuple[bool, str]:
        return selectors.may_approve(self._user, job)

    def may_cancel(self, job: JobView) -> tuple[bool, str]:
        return selectors.may_cancel(self._user, job)

    def approvers(self, environment: str) -> list[str]:
        return approver_names(environment, besides=str(self._user.id))

    def values_check(self, kind: JobKind, subject: str, values: dict[str, Any]) -> ValuesCheck:
        if kind in (JobKind.DESTROY, JobKind.DRIFT):
            return ValuesCheck(values)
        try:
            return ValuesCheck(services.values_validate(subject=subject, kind=kind, values=values, partial=True))
        except InvalidValues as refused:
            good = {name: value for name, value in values.items() if name not in refused.errors}
            return ValuesCheck(good, dict(refused.errors))

    @cached_property
    def _blueprints(self) -> list[BlueprintView]:
        return blueprints_offered(self.bot, selectors.blueprints_list())

    @cached_property
    def _actions(self) -> list[ActionView]:
        return actions_offered(self.bot, selectors.actions_list())

    @cached_property
    def _environments(self) -> list[EnvironmentView]:
        return selectors.environments_list()

    @cached_property
    def _stacks(self) -> list[StackView]:
        return selectors.stack_find(viewer=self._user)

    @cached_property
    def _jobs_here(self) -> list[JobView]:
        return selectors.jobs_list(
            viewer=self._user, states=_UNFINISHED, conversation_id=self._conversation_id, limit=_RECENT
        )


def time_of(user: User, at: datetime) -> datetime:
    """The same moment in the person's own time zone."""
    try:
        zone = ZoneInfo(user.time_zone or "UTC")
    except (ValueError, OSError, ZoneInfoNotFoundError):  # one that this machine does not know
        zone = ZoneInfo("UTC")
    return at.astimezone(zone)


def approver_names(environment: str, *, besides: str | None, groups: Sequence[Sequence[str]] = ()) -> list[str]:
    """Names of the approvers of an environment who are in one of each of the groups, the user with id `besides`
    excepted."""
    ids = user_ids_with_role(Role.APPROVER, environment)
    for names in groups:
        ids &= group_member_ids(names)
    return sorted(user_names({str(each) for each in ids} - {besides}).values())
