"""What a decision may look at: read-only, about one person in one conversation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from nlu.types import BotSettings
from orchestrator.plan_types import PlanCost
from orchestrator.states import JobKind
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
from .sources import Heard, Source


@dataclass(frozen=True)
class ValuesCheck:
    """`values` are those that are right, cleaned; `errors` is {variable: what would be right}."""

    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LastTurn:
    """The turn before this one."""

    text: str
    understanding: dict[str, Any] | None = None
    """How its words were understood (`steps.understanding_payload`); None for a form or without a model."""
    job_id: str | None = None
    """The job that it proposed, decided about or explained."""


@dataclass(frozen=True)
class Proposal:
    """A job that was proposed in this conversation, and what is known of why."""

    job: JobView
    seq: int
    """The number of the message that it was proposed in answer to."""
    heard: Heard | None = None
    sources: dict[str, Source] = field(default_factory=dict)
    corrected: bool = False
    """It was a misunderstanding, and proposed anew."""


class World(Protocol):
    @property
    def person(self) -> Actor:
        """Who wrote the message."""

    @property
    def bot(self) -> BotSettings:
        """Who they talk to. What it does not offer is not there: neither in `blueprints` nor in `actions`."""

    @property
    def now(self) -> datetime:
        """When the message was written, in the person's own time zone."""

    def replies(self) -> Sequence[Reply]:
        """What the bot does about intents of its own."""

    def popular(self) -> Sequence[str]:
        """The intents that this bot is asked for most, the most popular first; perhaps none are known."""

    def blueprints(self) -> list[BlueprintView]: ...

    def actions(self) -> list[ActionView]: ...

    def environments(self) -> list[EnvironmentView]: ...

    def stacks(self) -> list[StackView]:
        """The stacks this person may see and that hold something or are being made, latest changed first."""

    def stack_gone(self, *, stack_id: str = "", name: str = "") -> StackView | None:
        """The stack of this id, or the one of this name that was deleted last, if this person may see it."""

    def revisions(self, stack_id: str) -> list[Revision]:
        """What was done to a stack that this person may see, the latest first."""

    def undo(self, stack: StackView) -> Undo | str:
        """What takes the last change of the stack back, or a sentence why nothing can."""

    def adoption(self, stack: StackView) -> Adoption | str:
        """What asking for the drift found last would be, or a sentence why nothing can be adopted."""

    def costs(self, stack_ids: Sequence[str]) -> Mapping[str, PlanCost]:
        """What stacks that this person may see cost, as their last plans estimated it; by id, where that is known."""

    def jobs_here(self) -> list[JobView]:
        """The unfinished jobs of this conversation, newest first."""

    def jobs_active(self) -> list[JobView]:
        """The unfinished jobs this person asked for, anywhere, newest first."""

    def jobs_awaiting(self) -> list[JobView]:
        """The jobs, anywhere, that wait for this person's approval, newest first."""

    def shown_plan(self, job_id: str) -> str | None:
        """The hash of the plan last shown in this conversation before the message was written."""

    def last_turn(self) -> LastTurn | None:
        """What came of the message before this one; None when this is the first."""

    def proposal(self, job_id: str) -> Proposal | None:
        """The job with this id, if it was proposed in this conversation and is this person's to see."""

    def may_approve(self, job: JobView) -> tuple[bool, str]:
        """Whether this person may approve the job now, and a sentence when not."""

    def may_cancel(self, job: JobView) -> tuple[bool, str]: ...

    def approvers(self, environment: str) -> list[str]:
        """Names of those, this person excepted, who hold the approver role there."""

    def values_check(self, kind: JobKind, subject: str, values: dict[str, Any]) -> ValuesCheck:
        """Check the values given; that others are missing is no error here."""
