"""A `World` that lives in memory, for tests and for trying out phrases: same rules, no servers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from nlu.types import BotSettings
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

from ..bots.replies import Reply
from .world import LastTurn, Proposal, ValuesCheck

Check = Callable[[JobKind, str, dict[str, Any]], ValuesCheck]


@dataclass
class MemoryWorld:
    """Fill in what there is. `refused` maps a job's id to why this person may not approve it."""

    person: Actor
    blueprint_list: list[BlueprintView] = field(default_factory=list)
    action_list: list[ActionView] = field(default_factory=list)
    environment_list: list[EnvironmentView] = field(default_factory=list)
    stack_list: list[StackView] = field(default_factory=list)
    job_list: list[JobView] = field(default_factory=list)
    elsewhere: list[JobView] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    last: LastTurn | None = None
    proposals: dict[str, Proposal] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    approver_names: Mapping[str, list[str]] = field(default_factory=dict)
    bot: BotSettings = field(default_factory=lambda: BotSettings("default", "Default"))
    reply_list: list[Reply] = field(default_factory=list)
    revision_list: dict[str, list[Revision]] = field(default_factory=dict)
    adoptions: dict[str, Adoption] = field(default_factory=dict)
    cost_list: dict[str, PlanCost] = field(default_factory=dict)
    popular_list: list[str] = field(default_factory=list)
    check: Check = lambda kind, subject, values: ValuesCheck(values)
    moment: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)

    @property
    def now(self) -> datetime:
        return self.moment

    def replies(self) -> Sequence[Reply]:
        return self.reply_list

    def popular(self) -> Sequence[str]:
        return self.popular_list

    def blueprints(self) -> list[BlueprintView]:
        return self.blueprint_list

    def actions(self) -> list[ActionView]:
        return self.action_list

    def environments(self) -> list[EnvironmentView]:
        return self.environment_list

    def stacks(self) -> list[StackView]:
        return [each for each in self.stack_list if each.status != "gone"]

    def stack_gone(self, *, stack_id: str = "", name: str = "") -> StackView | None:
        gone = (each for each in self.stack_list if each.status == "gone")
        return next((each for each in gone if stack_id == each.id or (not stack_id and name == each.name)), None)

    def revisions(self, stack_id: str) -> list[Revision]:
        return self.revision_list.get(stack_id, [])

    def undo(self, stack: StackView) -> Undo | str:
        found = self.revisions(stack.id)
        return Undo(stack, found[0], found[1] if len(found) > 1 else None) if found else "There is nothing to undo."

    def adoption(self, stack: StackView) -> Adoption | str:
        return self.adoptions.get(stack.id, "Nothing has drifted.")

    def costs(self, stack_ids: Sequence[str]) -> Mapping[str, PlanCost]:
        return {each: self.cost_list[each] for each in stack_ids if each in self.cost_list}

    def jobs_here(self) -> list[JobView]:
        return [each for each in self.job_list if each.state not in TERMINAL]

    def jobs_active(self) -> list[JobView]:
        return [each for each in self.jobs_here() if each.requester.id == self.person.id]

    def jobs_awaiting(self) -> list[JobView]:
        waiting = [*self.job_list, *self.elsewhere]
        return [each for each in waiting if each.state is JobState.AWAITING_APPROVAL and self.may_approve(each)[0]]

    def shown_plan(self, job_id: str) -> str | None:
        return self.shown.get(job_id)

    def last_turn(self) -> LastTurn | None:
        return self.last

    def proposal(self, job_id: str) -> Proposal | None:
        return self.proposals.get(job_id)

    def may_approve(self, job: JobView) -> tuple[bool, str]:
        why = self.refused.get(job.id, "")
        return not why, why

    def may_cancel(self, job: JobView) -> tuple[bool, str]:
        own = job.requester.id == self.person.id
        return own, "" if own else "Only who asked for a job, or an operator, may cancel it."

    def approvers(self, environment: str) -> list[str]:
        return self.approver_names.get(environment, [])

    def values_check(self, kind: JobKind, subject: str, values: dict[str, Any]) -> ValuesCheck:
        return self.check(kind, subject, values)
