"""A conversation in memory: lines in, decisions out; what is proposed appears in the world as jobs and stacks."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from conversations.dialogue.blocks import Unusable, block_read, words_and_block
from conversations.dialogue.decisions import Act, Ask, Decision, Propose
from conversations.dialogue.engine import decide
from conversations.dialogue.memory import MemoryWorld
from conversations.dialogue.parts import parts_understood
from conversations.dialogue.sources import Heard, Source
from conversations.dialogue.state import DialogueState
from conversations.dialogue.turn import Turn
from conversations.dialogue.world import Proposal
from nlu.types import Entity, ScoredIntent, Understanding
from orchestrator.states import JobKind, JobState, Risk
from orchestrator.types import Actor, ApprovalNeed, JobView, Origin, PlanCounts, PlanSummary, StackView
from tests.unit.conversations.dialogue import catalogue

DEMO = Actor(id="00000000-0000-4000-8000-000000000001", name="demo")
OTHER = Actor(id="00000000-0000-4000-8000-000000000002", name="olga")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CONVERSATION = "00000000-0000-4000-8000-00000000000c"

BUCKET, QUEUE, NETWORK = "object-storage", "message-queue", "network"
NEW_BUCKET, DELETE_BUCKET = f"blueprint.{BUCKET}.apply", f"blueprint.{BUCKET}.destroy"
NEW_NETWORK = f"blueprint.{NETWORK}.apply"
NEW_QUEUE, LIST_BUCKETS, RESOURCES = f"blueprint.{QUEUE}.apply", "action.list-buckets", "action.show-stack-resources"

Understand = Callable[[str], Understanding]


def understood(text: str, intent: str | None = None, *, negated: bool = False, **slots: Any) -> Understanding:
    """What the language engine would say; `slots` are the values found."""
    entities = tuple(Entity(name, value, str(value), 0, len(str(value)), "test") for name, value in slots.items())
    alternatives = (ScoredIntent(NEW_BUCKET, 0.2), ScoredIntent(LIST_BUCKETS, 0.1))
    confidence = 0.9 if intent else 0.2
    return Understanding(text, intent, confidence, 0.5, alternatives, entities, (), negated)


def new_world(**more: Any) -> MemoryWorld:
    fields: dict[str, Any] = {
        "person": DEMO,
        "blueprint_list": catalogue.blueprints(),
        "action_list": catalogue.actions(),
        "environment_list": catalogue.environments(),
        "approver_names": {"staging": ["approver"], "production": ["approver"], "sandbox": ["approver"]},
        "check": catalogue.check,
    }
    return MemoryWorld(**{**fields, **more})


def stack(name: str, *, blueprint: str = BUCKET, environment: str = "staging", **more: Any) -> StackView:
    fields: dict[str, Any] = {"owner": DEMO, "status": "live", "active_job_id": None, "outputs": {}, "values": {}}
    fields |= {"id": str(uuid4()), "created_at": NOW, "updated_at": NOW, **more}
    return StackView(name=name, blueprint=blueprint, environment=environment, **fields)


def job(title: str = "create staging bucket acme", *, of: StackView | None = None, **more: Any) -> JobView:
    """By default one of demo's that waits for their own confirmation, with a plan."""
    fields: dict[str, Any] = {
        "id": str(uuid4()),
        "kind": JobKind.APPLY,
        "state": JobState.AWAITING_APPROVAL,
        "version": 3,
        "environment": of.environment if of else "staging",
        "risk": Risk.LOW,
        "requester": DEMO,
        "origin": Origin("chat", CONVERSATION, 1),
        "subject": of.blueprint if of else BUCKET,
        "values": {},
        "plan": PlanSummary(PlanCounts(create=3), (), "hash-1", "3 things would be created."),
        "approval": ApprovalNeed("self", 1, 0, "staging"),
        "approvals": (),
        "outputs": {},
        "result_text": "",
        "error": None,
        "queue_position": 0,
        "cancel_requested": False,
        "created_at": NOW,
        "updated_at": NOW,
    }
    return JobView(title=title, stack=of, **{**fields, **more})


def block_of(written: str | None) -> tuple[Any, str]:
    try:
        return block_read(written), ""
    except Unusable as error:
        return None, str(error)


@dataclass
class Talk:
    """One person's conversation. `say` and `submit` return the decision and keep the state it leaves."""

    world: MemoryWorld = field(default_factory=new_world)
    understand: Understand | None = None
    state: DialogueState = field(default_factory=DialogueState)
    turns: int = 0

    def say(self, text: str, intent: str | None = None, *, negated: bool = False, **slots: Any) -> Decision:
        text, written = words_and_block(text)
        block, problem = block_of(written)
        if self.understand is not None:
            meaning = self.understand(text)
        else:
            meaning = understood(text, intent, negated=negated, **slots)
        parts = parts_understood(text, self.understand, self.world) if self.understand else ()
        more = {"block": block, "block_problem": problem}
        return self._take(Turn(self._next_id(), text, meaning, parts=parts, seq=self.turns, **more))

    def submit(self, form_id: str | None = None, **values: Any) -> Decision:
        form_id = form_id or (self.state.form.form_id if self.state.form else "")
        return self._take(Turn(id=self._next_id(), form_id=form_id, form_values=values, seq=self.turns))

    def _next_id(self) -> str:
        self.turns += 1
        return f"{CONVERSATION}:{self.turns}"

    def _take(self, turn: Turn) -> Decision:
        decision = decide(turn, self.state, self.world)
        # What is stored must be readable again: every decision is made from a state that went through JSON.
        self.state = DialogueState.from_json(json.loads(json.dumps(decision.state.to_json())))
        assert self.state == decision.state
        return decision

    def carry_out(self, proposed: Propose) -> JobView:
        """What the orchestrator does with a proposal, up to the plan that is shown here."""
        found = next((each for each in self.world.stack_list if each.id == proposed.stack_id), None)
        if found is None and proposed.kind is JobKind.APPLY:
            name = proposed.stack_name or ""
            found = stack(
                name,
                blueprint=proposed.subject,
                environment=proposed.environment,
                active_job_id="x",
                status="new",
                values=dict(proposed.values),
            )
            self.world.stack_list.insert(0, found)
        where = {"environment": proposed.environment, "subject": proposed.subject, "values": proposed.values}
        verb = {JobKind.APPLY: "create", JobKind.DESTROY: "delete"}.get(proposed.kind, "run")
        noun = next((each.noun for each in catalogue.blueprints() if each.name == proposed.subject), proposed.subject)
        title = f"{verb} {proposed.environment} {noun} {found.name if found else ''}".strip()
        made = job(title, of=found, id=proposed.job_id, kind=proposed.kind, **where)
        self.world.proposals[made.id] = Proposal(made, self.turns, _heard(proposed), _sources(proposed))
        self.world.job_list.insert(0, made)
        self.world.shown[made.id] = "hash-1"
        if found is not None:
            self.state = self.state.remember(found)
        return made


def _heard(proposed: Propose) -> Heard | None:
    heard = proposed.why.get("heard")
    return Heard.from_json(heard) if heard else None


def _sources(proposed: Propose) -> dict[str, Source]:
    return {name: Source.from_json(each) for name, each in proposed.why.get("sources", {}).items()}


def only(decision: Decision, kind: type) -> Any:
    """The one step of this kind."""
    found = [each for each in decision.steps if isinstance(each, kind)]
    assert len(found) == 1, decision.steps
    return found[0]


def asked(decision: Decision) -> tuple[str, ...]:
    return tuple(each.name for each in only(decision, Ask).fields)


def texts(decision: Decision) -> str:
    return "\n".join(getattr(each, "text", "") for each in decision.steps)


def proposes_nothing(decision: Decision) -> bool:
    return not any(isinstance(each, Propose | Act) for each in decision.steps)
